// What the runtime knows of a generated module: its `signature`, its entries, its model. Nothing of the compiler.

export type Kind = 'real' | 'logit' | 'prob' | 'logprob' | 'class' | 'int' | 'bool'
export type Precision = 'f32' | 'f64'

/** The part of a module's `signature` that feeding it needs; a module may tell more. */
export interface Signature {
  readonly backend: string
  readonly precision: Precision
  readonly axes: Readonly<Record<string, AxisSignature>>
  readonly entries: Readonly<Record<string, EntrySignature>>
  readonly parameters: readonly TensorSignature[]
  readonly states: readonly TensorSignature[]
  /** Optimizer states: their paths are keys of `model.optimizer`. */
  readonly slots: readonly TensorSignature[]
}
export interface AxisSignature {
  /** Null: settled by the inputs, by `init`, or by the formula in other axes. */
  readonly size: number | null
  readonly formula?: string
}
export interface TensorSignature {
  readonly path: string
  readonly axes: readonly string[]
  /** How many of the axes make each dimension in a state dict of torch's; absent: one each. */
  readonly dimensions?: readonly number[]
}
export interface EntrySignature {
  readonly kind: 'loss' | 'metric' | 'output' | 'function'
  readonly inputs: readonly InputSignature[]
  /** Of outputs. For classes, a module may tell the axis that they are of. */
  readonly output?: {
    readonly axes: readonly string[]
    readonly kind?: Kind
    readonly kindAxis?: string
  }
  /** A loss with an optimizer. */
  readonly steps?: boolean
}
export interface InputSignature {
  readonly name: string
  readonly axes: readonly string[]
  readonly kind: Kind
  /** The axis whose coordinates the classes are; that over which probabilities sum to 1. */
  readonly kindAxis?: string
  readonly missing?: number
  readonly optional: boolean
}

/** A record from path to the tensor's numbers. */
export type TensorRecord = Record<string, Float32Array | Float64Array | Int32Array | Uint8Array>

/** A model with its tensors at hand. */
export interface Model {
  readonly params: TensorRecord
  readonly state: TensorRecord
  readonly optimizer: TensorRecord
  step: number
  /** What `init` was told; its random numbers go on from it. */
  readonly seed?: number
  /** The steps of each loss, where a module counts them apart. */
  readonly steps?: Record<string, number>
  readonly axes: Readonly<Record<string, number>>
}

/** A model whose tensors lie on a device. */
export interface ModelOnDevice extends Omit<Model, 'params' | 'state' | 'optimizer'> {
  /** Copies of the tensors, with all else that a model has. */
  read(): Promise<Model>
  /** Takes the place of the tensors on the device. */
  write(tensors: Pick<Model, 'params' | 'state' | 'optimizer'>): Promise<void>
}

export type AnyModel = Model | ModelOnDevice

/** The model with its tensors at hand: itself, or a copy of what lies on a device. */
export async function readModel(model: AnyModel): Promise<Model> {
  return isOnDevice(model) ? model.read() : model
}

export function isOnDevice(model: AnyModel): model is ModelOnDevice {
  return 'read' in model
}

/** The sizes that a model has settled, of the axes that the signature names. */
export function sizesOf(signature: Signature, model: AnyModel | null): Record<string, number> {
  const sizes = Object.entries(model?.axes ?? {})
  return Object.fromEntries(sizes.filter(([axis]) => signature.axes[axis] !== undefined))
}

export interface CallOptions {
  readonly axes?: Readonly<Record<string, number>>
  readonly [option: string]: unknown
}
export type Batch = Readonly<Record<string, unknown>>
type Awaitable<T> = T | Promise<T>
export type Call<T> = (...args: unknown[]) => Awaitable<T>
export interface OutputValue {
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array
  readonly shape: readonly number[]
  readonly axes: readonly string[]
}

/** A generated module, as `import()` gives it. */
export interface GeneratedModule<M extends AnyModel = Model> {
  readonly signature: Signature
  readonly init?: (options?: {
    seed?: number
    axes?: Readonly<Record<string, number>>
    weights?: Uint8Array
  }) => Awaitable<M>
  readonly [name: string]: unknown
}

/** Every input of the given entries, once, in the order met. */
export function inputsOf(
  signature: Signature,
  entries: readonly string[] = Object.keys(signature.entries),
): InputSignature[] {
  const inputs = new Map<string, InputSignature>()
  for (const name of entries) {
    const entry = signature.entries[name]
    // An exported function's inputs are its own; a batch has nothing to do with them.
    if (entry === undefined || entry.kind === 'function') continue
    for (const input of entry.inputs) if (!inputs.has(input.name)) inputs.set(input.name, input)
  }
  return [...inputs.values()]
}

export function entriesOfKind(signature: Signature, kind: EntrySignature['kind']): string[] {
  return Object.keys(signature.entries).filter((name) => signature.entries[name]?.kind === kind)
}
