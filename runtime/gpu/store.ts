// A model's tensors: on the device, on the host, or both. Whichever was written last is copied when the other is asked for.
import type { Driver, Handle } from './driver.ts'
import type { HostModel, Numbers, TensorKind } from './program.ts'

interface Slot {
  readonly kind: TensorKind
  readonly path: string
  handle: Handle | null
  isHostOld: boolean
}

export class Store {
  readonly host: HostModel
  readonly driver: Driver
  readonly #slots = new Map<string, Slot>()

  constructor(host: HostModel, driver: Driver) {
    this.host = host
    this.driver = driver
    for (const kind of ['params', 'state', 'optimizer'] as const) {
      for (const path of Object.keys(host[kind])) {
        this.#slots.set(`${kind} ${path}`, { kind, path, handle: null, isHostOld: false })
      }
    }
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
