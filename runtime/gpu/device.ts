// What a generated gpu module calls: checks by the module, kernels on the device, and the module's own loops for the rest.
import { shortestDecimal } from '../decimal.ts'
import { choose, type Chosen } from './choose.ts'
import type { GpuClass, Mode } from './driver.ts'
import { launch, LeftToHost, type Launched } from './launch.ts'
import { checkAlive, DeviceModel, insideOf, type Inside } from './model.ts'
import type { Computation, Host, HostModel, Loops, Numbers } from './program.ts'
import { Store } from './store.ts'
import { disagreement } from './verify.ts'

export interface InitOptions {
  readonly mode?: Mode
  readonly verify?: boolean
  readonly weights?: unknown
}

/** `gpujs` is the namespace of gpu.js: a CommonJS package, so loaders differ in what they make of it. */
export function createDevice(gpujs: object, host: Host): Device {
  return new Device(gpuOf(gpujs), host)
}

/** In a model's place, where a call takes none. */
const noModel = Symbol('no model')

class Device {
  readonly #GPU: GpuClass
  readonly #host: Host
  readonly #chosen = new Map<Mode | undefined, Promise<Chosen>>()
  /** By driver, the models that live on it. */
  readonly #models = new Map<Chosen, number>()
  /** The module's own loops, for the sizes of the last call. */
  readonly #loops = new WeakMap<Computation, { run: Loops | null }>()
  /** Calls share the module's memory, so they take turns. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(GPU: GpuClass, host: Host) {
    this.#GPU = GPU
    this.#host = host
  }

  init(
    open: (options: object | undefined) => HostModel,
    options: InitOptions | undefined,
    builtInWeights?: () => Uint8Array,
  ): Promise<DeviceModel> {
    return this.#inTurn(async () => {
      // The module says what options are.
      if (options !== undefined && !isObject(options)) open(options)
      const { mode, verify = false, ...given } = options ?? {}
      checkMode(mode, verify)
      const weights = given.weights ?? builtInWeights?.()
      const host = open(weights === undefined ? given : { ...given, weights })
      const chosen = await this.#choose(mode)
      this.#models.set(chosen, (this.#models.get(chosen) ?? 0) + 1)
      return new DeviceModel({
        store: new Store(host, chosen.driver),
        why: chosen.why,
        onHost: {},
        verifies: verify,
        stacks: this.#host.stacks ?? [],
        inTurn: (run) => this.#inTurn(run),
        released: () => this.#release(chosen),
      })
    })
  }

  call(c: Computation, model: unknown, inputs: unknown, options: unknown): Promise<unknown> {
    return this.#inTurn(() => this.#run(c, model, inputs, options))
  }

  /** Of a module without parameters, or a function, which takes no model. */
  callAlone(c: Computation, inputs: unknown, options: unknown): Promise<unknown> {
    return this.#inTurn(() => {
      if (insideOf(inputs) !== null || isPromise(inputs)) {
        throw new TypeError(`${c.entry} takes no model: its inputs come first`)
      }
      return this.#run(c, noModel, inputs, options)
    })
  }

  step(c: Computation, model: unknown, inputs: unknown, options: unknown): Promise<unknown> {
    return this.#inTurn(async () => {
      const value = await this.#run(c, model, inputs, options)
      const store = this.#alive(model)?.store
      if (store === undefined || c.counts === undefined) throw new Error('a step counts a loss')
      store.countStep(c.counts)
      return value
    })
  }

  async #run(c: Computation, model: unknown, inputs: unknown, options: unknown): Promise<unknown> {
    if (isPromise(model)) {
      throw new TypeError(`${c.entry} was given a promise of a model: did you forget await?`)
    }
    const inside = this.#alive(model)
    const attempt = (): Promise<unknown> => {
      inside?.store.followDevice()
      this.#check(c, model, inside, inputs, options)
      return this.#runChecked(c, inside)
    }
    const driver = inside?.store.driver ?? (await this.#chosen.get(undefined))?.driver
    return driver === undefined ? attempt() : driver.surviving(attempt)
  }

  async #runChecked(c: Computation, inside: Inside | null): Promise<unknown> {
    const reason = await this.#onDevice(c, inside)
    if (reason !== null) await this.#onHost(c, inside)
    if (inside !== null) {
      if (reason === null) delete inside.onHost[c.entry]
      else inside.onHost[c.entry] = reason
    }
    return c.read ? c.read(c.t, c.sizes) : numberAt(c, c.numbers?.[0])
  }

  #alive(model: unknown): Inside | null {
    const inside = insideOf(model)
    if (inside !== null) checkAlive(inside)
    return inside
  }

  /** The module's checks: it binds sizes and memory, and would run its loops, which are kept for later. */
  #check(
    c: Computation,
    model: unknown,
    inside: Inside | null,
    inputs: unknown,
    options: unknown,
  ): void {
    if (!this.#loops.has(c)) {
      const kept: { run: Loops | null } = { run: null }
      const { bind } = c
      c.bind = (sizes) => {
        kept.run = bind(sizes)
        return () => {}
      }
      this.#loops.set(c, kept)
    }
    const { call, callWith } = this.#host
    if (model === noModel || callWith === undefined) call(c, undefined, inputs, options)
    else callWith(c, inside?.store.host, inputs, options)
  }

  /** Null where all went well, else why the module's own loops have to. */
  async #onDevice(c: Computation, inside: Inside | null): Promise<string | null> {
    if (typeof c.device === 'string') return c.device
    const driver = inside?.store.driver ?? (await this.#choose(undefined)).driver
    const store = inside?.store ?? null
    let launched: Launched
    try {
      launched = await launch(c, c.device, { driver, store, host: this.#host })
    } catch (error) {
      if (error instanceof LeftToHost) return error.message
      throw error
    }
    if (inside?.verifies === true && c.counts !== undefined) {
      try {
        await this.#verify(c, inside, launched)
      } catch (error) {
        for (const { handle } of launched.tensors) driver.free(handle)
        throw error
      }
      inside.verifies = false
    }
    for (const [key, numbers] of launched.results) {
      // Losses and metrics are told as doubles: that of f32's 0.9 should be 0.9.
      const isTold = c.numbers?.includes(key) === true
      ;(c.t[key] as Numbers).set(isTold ? Array.from(numbers, shortestDecimal) : numbers)
    }
    for (const { kind, path, handle } of launched.tensors) store?.replace(kind, path, handle)
    return null
  }

  async #onHost(c: Computation, inside: Inside | null): Promise<void> {
    const store = inside?.store
    for (const { record, path } of c.tensors) await store?.fetch(record, path)
    this.#ownLoops(c)
    if (c.counts === undefined) return
    for (const { record, path } of c.tensors) store?.hostIsNew(record, path)
  }

  #ownLoops(c: Computation): void {
    const run = this.#loops.get(c)?.run
    if (run === null || run === undefined) throw new Error(`${c.entry} is not bound`)
    run(c.t)
  }

  async #verify(c: Computation, inside: Inside, launched: Launched): Promise<void> {
    const { store } = inside
    const before = new Map<Numbers, Numbers>()
    for (const { record, path } of c.tensors) {
      const numbers = await store.fetch(record, path)
      before.set(numbers, numbers.slice())
    }
    const found: (string | null)[] = []
    try {
      this.#ownLoops(c)
      for (const [key, numbers] of launched.results) {
        found.push(disagreement(`the loss of ${c.entry}`, numbers, c.t[key] as Numbers))
      }
      for (const { kind, path, handle } of launched.tensors) {
        const want = store.host[kind][path]
        if (want === undefined) continue
        found.push(disagreement(path, await store.driver.read(handle), want))
      }
    } finally {
      for (const [numbers, kept] of before) numbers.set(kept)
    }
    const wrong = found.find((each) => each !== null)
    if (wrong !== undefined) throw new Error(`${wrong} (${store.driver.mode})`)
  }

  #choose(mode: Mode | undefined): Promise<Chosen> {
    const known = this.#chosen.get(mode) ?? choose(this.#GPU, mode)
    this.#chosen.set(mode, known)
    // What failed may be put right before the next call.
    known.catch(() => this.#chosen.delete(mode))
    return known
  }

  async #release(chosen: Chosen): Promise<void> {
    const left = (this.#models.get(chosen) ?? 1) - 1
    this.#models.set(chosen, left)
    if (left === 0) await chosen.driver.destroy()
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run)
    this.#last = turn.catch(() => {})
    // A promise of its own: where nobody awaits it, what went wrong is still told.
    return turn.then((value) => value)
  }
}

function numberAt(c: Computation, key: string | undefined): number {
  const [value] = c.t[key ?? ''] as Numbers
  if (value === undefined) throw new Error(`${c.entry} has no value`)
  return value
}

const modes: readonly string[] = ['webgpu', 'webgl2', 'webgl', 'webasm', 'cpu']

function checkMode(mode: unknown, verify: unknown): void {
  if (mode !== undefined && !(typeof mode === 'string' && modes.includes(mode))) {
    throw new TypeError(
      `init: the option mode must be one of ${modes.join(', ')}, not ${JSON.stringify(mode)}`,
    )
  }
  if (typeof verify !== 'boolean') {
    throw new TypeError(
      `init: the option verify must be of type boolean, not ${JSON.stringify(verify)}`,
    )
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isPromise(value: unknown): boolean {
  return isObject(value) && 'then' in value
}

function gpuOf(gpujs: object): GpuClass {
  const { GPU, default: whole } = gpujs as {
    GPU?: GpuClass
    default?: { GPU?: GpuClass } & GpuClass
  }
  const found = GPU ?? whole?.GPU ?? whole
  if (typeof found !== 'function') throw new TypeError('the package gpu.js has no GPU')
  return found
}

export type { Device }
