// A model's tensors: on the device, on the host, or both. Whichever was written last is copied when the other is asked for.
// The model as it was read or written last is kept besides, and takes the place of what a lost device held.
import type { Driver, Handle } from './driver.ts'
import type { HostModel, Numbers, TensorKind } from './program.ts'

interface Tensor {
  readonly kind: TensorKind
  readonly path: string
}

interface Slot extends Tensor {
  handle: Handle | null
  isHostOld: boolean
  readonly kept: Numbers
}

/** Steps that went with a lost device. */
export interface Lost {
  readonly at: number
  readonly backTo: number
}

export class Store {
  readonly host: HostModel
  readonly driver: Driver
  readonly lost: Lost[] = []
  readonly #slots = new Map<string, Slot>()

  /** The driver's device that the handles belong to. */
  #device: number
  /** The counts that go with the kept numbers: of all steps, and by loss. */
  #keptStep = 0
  #keptSteps: Readonly<Record<string, number>> = {}

  constructor(host: HostModel, driver: Driver) {
    this.host = host
    this.driver = driver
    this.#device = driver.device
    for (const kind of ['params', 'state', 'optimizer'] as const) {
      for (const [path, numbers] of Object.entries(host[kind])) {
        const slot = { kind, path, handle: null, isHostOld: false, kept: numbers.slice() }
        this.#slots.set(`${kind} ${path}`, slot)
      }
    }
    this.#keepCounts()
  }

  /** Of a loss. */
  countStep(loss: string): void {
    const { host } = this
    host.step++
    host.steps[loss] = (host.steps[loss] ?? 0) + 1
  }

  /** By hand: of what is kept, too, since nobody can say how many steps lie between. */
  setStep(step: number): void {
    this.host.step = step
    this.#keptStep = step
  }

  /** To be called before anything else: the device may be another by now. */
  followDevice(): void {
    const { device } = this.driver
    if (device === this.#device) return
    this.#device = device
    const slots = [...this.#slots.values()]
    const isBack = slots.some(({ isHostOld }) => isHostOld)
    for (const slot of slots) {
      slot.handle = null
      slot.isHostOld = false
      if (isBack) this.#numbers(slot).set(slot.kept)
    }
    if (!isBack) return
    const { host } = this
    this.lost.push({ at: host.step, backTo: this.#keptStep })
    host.step = this.#keptStep
    for (const loss of Object.keys(host.steps)) host.steps[loss] = this.#keptSteps[loss] ?? 0
  }

  /** All tensors, copied to the host, but for those that are going to be written from end to end. */
  async fetchAll(isWritten: (tensor: Tensor) => boolean = () => false): Promise<void> {
    for (const slot of this.#slots.values()) {
      if (!isWritten(slot)) await this.fetch(slot.kind, slot.path)
    }
  }

  /** The model as the host has it: all of it, since what is kept has to be of one time. */
  keep(): void {
    for (const slot of this.#slots.values()) slot.kept.set(this.#numbers(slot))
    this.#keepCounts()
  }

  /** Into a part of a tensor that the host has as the device does, from a place on. */
  write(kind: TensorKind, path: string, numbers: ArrayLike<number>, from: number): void {
    this.#numbers(this.#slot(kind, path)).set(numbers, from)
    this.hostIsNew(kind, path)
  }

  async handle(kind: TensorKind, path: string): Promise<Handle> {
    const slot = this.#slot(kind, path)
    slot.handle ??= await this.driver.upload(this.#numbers(slot))
    return slot.handle
  }

  /** What a step made in place of a tensor. */
  replace(kind: TensorKind, path: string, handle: Handle): void {
    const slot = this.#slot(kind, path)
    if (slot.handle !== null && slot.handle !== handle) this.driver.free(slot.handle)
    slot.handle = handle
    slot.isHostOld = true
  }

  /** The host's array was written to, or is going to be. */
  hostIsNew(kind: TensorKind, path: string): void {
    const slot = this.#slot(kind, path)
    if (slot.handle !== null) this.driver.free(slot.handle)
    slot.handle = null
    slot.isHostOld = false
  }

  /** The tensor's numbers on the host. */
  async fetch(kind: TensorKind, path: string): Promise<Numbers> {
    const slot = this.#slot(kind, path)
    const numbers = this.#numbers(slot)
    if (slot.isHostOld && slot.handle !== null) {
      numbers.set(await this.driver.read(slot.handle))
      slot.isHostOld = false
    }
    return numbers
  }

  free(): void {
    for (const slot of this.#slots.values()) {
      if (slot.handle !== null) this.driver.free(slot.handle)
      slot.handle = null
    }
  }

  #keepCounts(): void {
    const { step, steps } = this.host
    this.#keptStep = step
    this.#keptSteps = { ...steps }
  }

  #numbers({ kind, path }: Slot): Numbers {
    const numbers = this.host[kind][path]
    if (numbers === undefined) throw new TypeError(`the model has no ${path}`)
    return numbers
  }

  #slot(kind: TensorKind, path: string): Slot {
    const slot = this.#slots.get(`${kind} ${path}`)
    if (slot === undefined) throw new TypeError(`the model has no ${path}`)
    return slot
  }
}
