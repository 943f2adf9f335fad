// The model that a gpu module's `init` gives: its tensors stay on the device, and are read and written on request.
import type { Mode } from './driver.ts'
import { oneByOne, type OneByOne, type Stack } from './copies.ts'
import type { HostModel, Numbers, Sizes, TensorKind } from './program.ts'
import type { Lost, Store } from './store.ts'
import { checkWritten, kinds, type Written } from './written.ts'

export interface DeviceReport {
  readonly mode: Mode
  /** Why this mode, and what others lacked. */
  readonly why: string
  /** Calls that the module's own loops run, and why. */
  readonly onHost: Readonly<Record<string, string>>
  /** Each time that a lost device took steps with it: how many there had been, and to which the model went back. */
  readonly lost: readonly Lost[]
}

export interface Tensors {
  readonly params: Record<string, Numbers>
  readonly state: Record<string, Numbers>
  readonly optimizer: Record<string, Numbers>
}

/** What of a model the device needs, and nobody else. */
export interface Inside {
  readonly store: Store
  readonly onHost: Record<string, string>
  /** Whether the next step is compared with the module's own loops. */
  verifies: boolean
  isDisposed: boolean
}
const insides = new WeakMap<DeviceModel, Inside>()

export function insideOf(model: unknown): Inside | null {
  return model instanceof DeviceModel ? (insides.get(model) ?? null) : null
}

export function checkAlive({ isDisposed }: Inside): void {
  if (isDisposed) throw new TypeError('the model has been disposed of')
}

export interface ModelParts {
  readonly store: Store
  readonly why: string
  readonly onHost: Record<string, string>
  readonly verifies: boolean
  readonly stacks: readonly Stack[]
  /** Runs when all that was asked for before is done. */
  readonly inTurn: <T>(run: () => Promise<T>) => Promise<T>
  readonly released: () => Promise<void>
}

export class DeviceModel {
  readonly device: DeviceReport
  readonly #host: HostModel
  readonly #parts: ModelParts
  readonly #inside: Inside
  readonly #oneByOne: OneByOne

  constructor(parts: ModelParts) {
    const { store, why, onHost, verifies, stacks } = parts
    this.#parts = parts
    this.#host = store.host
    this.#oneByOne = oneByOne(store.host, stacks)
    this.#inside = { store, onHost, verifies, isDisposed: false }
    insides.set(this, this.#inside)
    this.device = Object.freeze({ mode: store.driver.mode, why, onHost, lost: store.lost })
  }

  get params(): never {
    throw this.#onDevice('params')
  }
  get state(): never {
    throw this.#onDevice('state')
  }
  get optimizer(): never {
    throw this.#onDevice('optimizer')
  }
  get step(): number {
    return this.#host.step
  }
  set step(step: number) {
    this.#parts.store.setStep(step)
  }
  get seed(): number {
    return this.#host.seed
  }
  set seed(seed: number) {
    this.#host.seed = seed
  }
  get steps(): Record<string, number> {
    return this.#host.steps
  }
  get axes(): Sizes {
    return this.#host.axes
  }

  /** Copies of all tensors, with what a checkpoint needs besides. */
  read(): Promise<Tensors & Pick<HostModel, 'step' | 'steps' | 'seed' | 'axes'>> {
    return this.#parts.inTurn(async () => {
      this.#checkAlive()
      const { store } = this.#inside
      await store.driver.surviving(() => {
        store.followDevice()
        return store.fetchAll()
      })
      store.keep()
      const { step, steps, seed, axes } = this.#host
      const tensors: Tensors = { params: {}, state: {}, optimizer: {} }
      for (const kind of kinds) {
        for (const [path, numbers] of Object.entries(this.#oneByOne.model[kind])) {
          tensors[kind][path] = numbers.slice()
        }
      }
      return { ...tensors, step, steps: { ...steps }, seed, axes }
    })
  }

  /** What is not named stays. Takes what `read` gives, too. */
  write(written: Written): Promise<void> {
    return this.#parts.inTurn(async () => {
      this.#checkAlive()
      const { model, placeOf } = this.#oneByOne
      const tensors = checkWritten(written, model).map((each) => ({
        ...each,
        ...placeOf(each.kind, each.path),
      }))
      const { step, steps, seed } = written
      const { store } = this.#inside
      // Of what is written in part, the rest stays.
      const wholes = tensors.filter(({ path, whole }) => path === whole)
      await store.driver.surviving(() => {
        store.followDevice()
        return store.fetchAll(({ kind, path }) =>
          wholes.some((each) => each.kind === kind && each.path === path),
        )
      })
      for (const { kind, whole, from, numbers } of tensors) store.write(kind, whole, numbers, from)
      if (step !== undefined) this.#host.step = step
      if (seed !== undefined) this.#host.seed = seed
      Object.assign(this.#host.steps, steps)
      store.keep()
    })
  }

  dispose(): Promise<void> {
    return this.#parts.inTurn(async () => {
      if (this.#inside.isDisposed) return
      this.#inside.isDisposed = true
      this.#inside.store.free()
      await this.#parts.released()
    })
  }

  #onDevice(kind: TensorKind): TypeError {
    this.#checkAlive()
    return new TypeError(
      `model.${kind} lies on the device: read it with await model.read(), change it with await model.write({ ${kind} })`,
    )
  }

  #checkAlive(): void {
    checkAlive(this.#inside)
  }
}

/** For `await using`; some places where modules run are older than the symbol. */
const { asyncDispose } = Symbol as { readonly asyncDispose?: symbol }
if (asyncDispose !== undefined) {
  Object.defineProperty(DeviceModel.prototype, asyncDispose, {
    value(this: DeviceModel) {
      return this.dispose()
    },
  })
}
