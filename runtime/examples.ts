// Data as a module wants them: for each input an array of its type, its sizes settled, and along which axis the rows lie.
import { DataError } from './fault.ts'
import { didYouMean, quote } from './nearest.ts'
import { flatten, type FlatData, type InputData } from './nested.ts'
import { inputsOf, type InputSignature, type Precision, type Signature } from './signature.ts'
import { showShape, sizeOf, type Tensor } from './tensor.ts'

export type InputArray = Float32Array | Float64Array | Int32Array | Uint8Array

export interface ExampleInput extends Tensor<InputArray> {
  /** The position of the rows' axis in the shape; -1: the input is the same for every row. */
  readonly along: number
}
export interface Examples {
  readonly rows: number
  /** The axis that batches are cut along. Null: the module has none, and every batch is the whole. */
  readonly rowAxis: string | null
  readonly inputs: Readonly<Record<string, ExampleInput>>
  /** Sizes that the data settle, the rows' apart. */
  readonly axes: Readonly<Record<string, number>>
}

export type { InputData }
/** Data as people have them, by the names of inputs. */
export type PlainData = Readonly<Record<string, InputData>>

export interface ExampleOptions {
  /** The axis of the rows; by default as `rowAxisOf` finds it. */
  readonly rowAxis?: string
  /** Sizes of free axes. */
  readonly axes?: Readonly<Record<string, number>>
  /** The entries that will be called; by default all. */
  readonly entries?: readonly string[]
}

/** Examples as they are, or made of plain data. */
export function asExamples(
  signature: Signature,
  data: Examples | PlainData,
  options: ExampleOptions,
): Examples {
  return isExamples(data) ? data : examplesOf(signature, data, options)
}

export function isExamples(data: unknown): data is Examples {
  const { rowAxis, inputs } = (data ?? {}) as { rowAxis?: unknown; inputs?: unknown }
  return rowAxis !== undefined && typeof inputs === 'object'
}

/** Checks data against the signature. Inputs that no entry takes are left out. */
export function examplesOf(
  signature: Signature,
  source: PlainData,
  options: ExampleOptions = {},
): Examples {
  const inputs = inputsOf(signature, options.entries)
  const rowAxis = options.rowAxis ?? rowAxisOf(signature, inputs)
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    throw new DataError(
      `Data come by the names of the inputs, as { ${inputs.map(({ name }) => name).join(', ')} }.`,
    )
  }
  for (const input of inputs) {
    if (source[input.name] === undefined && !input.optional) {
      throw new DataError(
        `The input ${quote(input.name)} has no data. ${didYouMean(input.name, Object.keys(source))}`,
      )
    }
  }
  const data: Record<string, FlatData> = {}
  for (const { name } of inputs) {
    const value = source[name]
    if (value !== undefined) data[name] = flatten(name, value)
  }
  const given = inputs.filter((input) => data[input.name] !== undefined)
  const sizes = settleSizes(signature, given, data, options.axes ?? {}, rowAxis)
  const result: Record<string, ExampleInput> = {}
  for (const input of given) {
    const value = data[input.name] ?? 0
    const shape = input.axes.map((axis) => sizes.get(axis) ?? 0)
    const numbers = numbersOf(value)
    if (numbers.length !== sizeOf(shape)) {
      throw new DataError(
        `The input ${quote(input.name)} has ${numbers.length} numbers, where ${showShape(input.axes)} = ${showShape(shape)} takes ${sizeOf(shape)}.`,
      )
    }
    const along = rowAxis === null ? -1 : input.axes.indexOf(rowAxis)
    result[input.name] = { data: typed(numbers, input, signature.precision), shape, along }
  }
  const rows = rowAxis === null ? 1 : (sizes.get(rowAxis) ?? 1)
  const axes = Object.fromEntries([...sizes].filter(([axis]) => axis !== rowAxis))
  return { rows, rowAxis, inputs: result, axes }
}

/**
 * The axis of the rows: the first free axis of the inputs, in the order of declaration, that no parameter has; failing
 * that, the first of a fixed size that none has, and then the first axis of the first input that has one.
 */
export function rowAxisOf(
  signature: Signature,
  inputs: readonly InputSignature[] = inputsOf(signature),
): string | null {
  const axes = inputs.filter((input) => !input.optional).flatMap((input) => input.axes)
  const others = axes.filter((axis) => !isOfParameters(signature, axis))
  const free = others.find((axis) => isFree(signature, axis))
  const fixed = others.find((axis) => sizeInFile(signature, axis) !== null)
  return free ?? fixed ?? axes[0] ?? null
}

function isOfParameters({ parameters, states }: Signature, axis: string): boolean {
  return [...parameters, ...states].some(({ axes }) => axes.includes(axis))
}

function sizeInFile(signature: Signature, axis: string): number | null {
  return signature.axes[axis]?.size ?? null
}

export function isFree(signature: Signature, axis: string): boolean {
  const { size, formula } = signature.axes[axis] ?? { size: null }
  return size === null && formula === undefined
}

/** The array type in which a module takes an input. */
export function typed(
  numbers: ArrayLike<number>,
  input: InputSignature,
  precision: Precision,
): InputArray {
  if (input.kind === 'bool') {
    return numbers instanceof Uint8Array
      ? numbers
      : Uint8Array.from(numbers, (v) => (v === 0 ? 0 : 1))
  }
  if (input.kind === 'class' || input.kind === 'int') {
    if (numbers instanceof Int32Array) return numbers
    return Int32Array.from(numbers, (value, i) => whole(value, input, i))
  }
  if (precision === 'f64') {
    return numbers instanceof Float64Array ? numbers : Float64Array.from(numbers)
  }
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)
}

function whole(value: number, input: InputSignature, i: number): number {
  if (Number.isInteger(value) && Math.abs(value) <= 0x7fff_ffff) return value
  throw new DataError(
    `The input ${quote(input.name)} takes whole numbers, and its number ${i} is ${value}.`,
  )
}

function numbersOf(value: FlatData): ArrayLike<number> {
  if (typeof value === 'number') return [value]
  return 'shape' in value ? value.data : value
}

/**
 * Sizes from shapes; then from lengths, as long as one of them leaves a single axis open. A size that the file gives the
 * rows' axis is that of batches, and says how many rows there are only where nothing else does.
 */
function settleSizes(
  signature: Signature,
  inputs: readonly InputSignature[],
  data: Readonly<Record<string, FlatData>>,
  given: Readonly<Record<string, number>>,
  rowAxis: string | null,
): Map<string, number> {
  const ofBatch =
    rowAxis === null || isOfParameters(signature, rowAxis) ? null : sizeInFile(signature, rowAxis)
  const isCut = (axis: string) => axis === rowAxis && ofBatch !== null
  const sizes = new Map<string, number>()
  const origins = new Map<string, string>()
  const settle = (axis: string, size: number, origin: string) => {
    const old = sizes.get(axis)
    if (old !== undefined && old !== size) {
      throw new DataError(
        `The axis ${axis} is ${old} by ${origins.get(axis)}, and ${size} by ${origin}.`,
      )
    }
    sizes.set(axis, size)
    if (old === undefined) origins.set(axis, origin)
  }
  for (const [axis, { size }] of Object.entries(signature.axes)) {
    if (size !== null && !isCut(axis)) settle(axis, size, 'the declaration')
  }
  for (const [axis, size] of Object.entries(given)) {
    if (!isCut(axis)) settle(axis, size, 'the sizes given')
  }
  const flat: InputSignature[] = []
  for (const input of inputs) {
    const value = data[input.name]
    if (typeof value !== 'object' || !('shape' in value)) {
      flat.push(input)
      continue
    }
    if (value.shape.length !== input.axes.length) {
      throw new DataError(
        `The input ${quote(input.name)} has the axes ${showShape(input.axes)}, and its data have the shape ${showShape(value.shape)}.`,
      )
    }
    input.axes.forEach((axis, i) =>
      settle(axis, value.shape[i] ?? 0, `the input ${quote(input.name)}`),
    )
  }
  let waiting = flat
  while (waiting.length > 0) {
    const open = (input: InputSignature) => input.axes.filter((axis) => !sizes.has(axis))
    const ready = waiting.filter((input) => open(input).length <= 1)
    if (ready.length === 0) {
      if (rowAxis === null || ofBatch === null || sizes.has(rowAxis)) {
        throw new DataError(unsettled(waiting, open))
      }
      settle(rowAxis, ofBatch, 'the declaration')
    }
    for (const input of ready) {
      const [axis] = open(input)
      if (axis === undefined) continue
      const rest = sizeOf(input.axes.map((other) => (other === axis ? 1 : (sizes.get(other) ?? 1))))
      const length = numbersOf(data[input.name] ?? 0).length
      settle(axis, rest === 0 ? 0 : Math.floor(length / rest), `the length of ${quote(input.name)}`)
    }
    waiting = waiting.filter((input) => !ready.includes(input))
  }
  return sizes
}

function unsettled(
  inputs: readonly InputSignature[],
  open: (input: InputSignature) => string[],
): string {
  const [input] = inputs
  if (input === undefined) return ''
  return `The length of the input ${quote(input.name)} alone can't settle the axes ${open(input).join(' and ')}: give it as { data, shape }, or give their sizes.`
}
