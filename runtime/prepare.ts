// From tables to examples: columns are chosen, labels numbered, features standardised. What was settled is kept with the
// model, and settles the same for other data later.
import { checkOptions, checkSignature, type OptionNames } from './calls.ts'
import { checkNumber, numberOf } from './cells.ts'
import { encodeClasses } from './classes.ts'
import { allColumns, missingColumn, selectColumns } from './columns.ts'
import { arrange } from './arrange.ts'
import { examplesOf, isFree, rowAxisOf, type Examples, type InputData } from './examples.ts'
import { DataError } from './fault.ts'
import { didYouMean, quote } from './nearest.ts'
import { range } from './random.ts'
import { inputsOf, type InputSignature, type Signature } from './signature.ts'
import { standardizationOf, standardize, type Standardization } from './standardize.ts'
import { rowsOf, type Column, type Table } from './table.ts'
import { sizeOf, type Tensor } from './tensor.ts'

/** How data become inputs. Plain data: it is written into checkpoints. */
export interface Preparation {
  readonly inputs: Readonly<Record<string, InputPreparation>>
}
export interface InputPreparation {
  /** As `--input` has it. */
  readonly columns: string
  /** The names of the classes, by number. */
  readonly classes?: readonly string[]
  readonly standardization?: Standardization
}

export interface PrepareOptions {
  /** Input to columns, where the names differ. */
  readonly columns?: Readonly<Record<string, string>>
  /** Names of the inputs to standardise. */
  readonly standardize?: readonly string[]
  /** The rows whose statistics standardise; by default all. */
  readonly statisticsOf?: (rows: number) => Int32Array
  readonly axes?: Readonly<Record<string, number>>
  /** The entries that will be called; by default all. */
  readonly entries?: readonly string[]
  /** What training settled; then nothing is settled anew. */
  readonly preparation?: Preparation
}

const optionNames: OptionNames<PrepareOptions> = {
  columns: true,
  standardize: true,
  statisticsOf: true,
  axes: true,
  entries: true,
  preparation: true,
}

export interface Prepared {
  readonly examples: Examples
  readonly preparation: Preparation
}

export function prepare(
  signature: Signature,
  tables: readonly Table[],
  options: PrepareOptions = {},
): Prepared {
  checkSignature('prepare', signature)
  checkOptions('prepare', options, optionNames)
  const inputs = inputsOf(signature, options.entries)
  checkNames(inputs, signature, options)
  const columns = allColumns(tables)
  const rowAxis = rowAxisOf(signature, inputs)
  const data: Record<string, InputData> = {}
  const settled: Record<string, InputPreparation> = {}
  const axes: Record<string, number> = { ...options.axes }
  for (const input of inputs) {
    const kept = options.preparation?.inputs[input.name]
    const specification = options.columns?.[input.name] ?? kept?.columns ?? input.name
    const constant = constantOf(input, columns, specification)
    if (constant !== undefined) {
      data[input.name] = constant
      settled[input.name] = { columns: specification }
      continue
    }
    const chosen = columnsFor(input, columns, specification, options.columns)
    if (chosen === undefined) continue
    checkRows(chosen)
    const { values, classes } = valuesOf(input, chosen, signature, axes, kept?.classes)
    data[input.name] = arrange(input, values, rowAxis, signature, axes)
    settled[input.name] = { columns: specification, ...(classes === undefined ? {} : { classes }) }
  }
  const examples = examplesOf(signature, data, {
    axes,
    ...(options.entries === undefined ? {} : { entries: options.entries }),
    ...(rowAxis === null ? {} : { rowAxis }),
  })
  return standardizeInputs(examples, settled, options)
}

function checkNames(
  inputs: readonly InputSignature[],
  signature: Signature,
  options: PrepareOptions,
): void {
  const all = inputsOf(signature).map((input) => input.name)
  for (const name of Object.keys(options.columns ?? {})) {
    if (!all.includes(name)) {
      throw new DataError(`The model has no input ${quote(name)}. ${didYouMean(name, all)}`)
    }
  }
  for (const name of options.standardize ?? []) {
    const input = inputs.find((one) => one.name === name)
    if (input === undefined) {
      throw new DataError(
        `There is no input ${quote(name)} to standardize. ${didYouMean(name, all)}`,
      )
    }
    if (input.kind !== 'real') {
      throw new DataError(
        `The input ${quote(name)} is of kind ${input.kind}; only real inputs can be standardized.`,
      )
    }
  }
}

/** An input without axes may be given as a number in place of a column's name. */
function constantOf(
  input: InputSignature,
  columns: readonly Column[],
  specification: string,
): number | undefined {
  if (input.axes.length > 0 || columns.some((column) => column.name === specification))
    return undefined
  const value = Number(specification)
  return specification.trim() === '' || Number.isNaN(value) ? undefined : value
}

/** Undefined: the input has a default, and nobody asked for a column. */
function columnsFor(
  input: InputSignature,
  columns: readonly Column[],
  specification: string,
  asked: Readonly<Record<string, string>> | undefined,
): Column[] | undefined {
  const named = specification !== input.name || asked?.[input.name] !== undefined
  if (!named && !columns.some((column) => column.name === input.name)) {
    if (input.optional) return undefined
    const last = columns.at(-1)?.name ?? 'last'
    const example = input.axes.length > 1 ? `${columns[0]?.name ?? 'first'}:${last}` : last
    throw new DataError(
      `${missingColumn(columns, input.name)} The input ${quote(input.name)} needs it, or other columns named by --input ${input.name}=${example}.`,
    )
  }
  return selectColumns(columns, specification)
}

/** Columns of one input stand beside one another; inputs are compared by their axes later. */
function checkRows(chosen: readonly Column[]): void {
  const [first] = chosen
  for (const column of chosen) {
    if (first === undefined || rowsOf(column) === rowsOf(first)) continue
    throw new DataError(
      `The column ${quote(column.name)} of ${column.source} has ${rowsOf(column)} rows, and ${quote(first.name)} of ${first.source} has ${rowsOf(first)}.`,
    )
  }
}

interface Values {
  /** Rows first, then what each row has. */
  readonly values: Tensor<Float64Array | Float32Array | Int32Array>
  readonly classes?: readonly string[]
}

function valuesOf(
  input: InputSignature,
  columns: readonly Column[],
  signature: Signature,
  axes: Record<string, number>,
  known: readonly string[] | undefined,
): Values {
  const rows = columns[0] === undefined ? 0 : rowsOf(columns[0])
  const shape = shapeOfColumns(columns, rows)
  if (input.kind === 'class') {
    const { kindAxis } = input
    const size =
      kindAxis === undefined ? null : (axes[kindAxis] ?? signature.axes[kindAxis]?.size ?? null)
    const { data, classes } = encodeClasses(columns, input, size, known)
    if (kindAxis !== undefined && isFree(signature, kindAxis)) axes[kindAxis] ??= classes.length
    return { values: { data, shape }, classes }
  }
  const size = sizeOf(shape)
  const data = signature.precision === 'f64' ? new Float64Array(size) : new Float32Array(size)
  const width = rows === 0 ? 0 : size / rows
  let offset = 0
  for (const column of columns) offset += fill(data, column, input, rows, width, offset)
  return { values: { data, shape } }
}

/** One array keeps its shape; several columns stand beside one another. */
function shapeOfColumns(columns: readonly Column[], rows: number): number[] {
  const [only] = columns
  if (columns.length === 1 && only?.kind === 'array') return [...only.shape]
  const width = columns.reduce(
    (total, column) => total + (column.kind === 'text' ? 1 : sizeOf(column.shape.slice(1))),
    0,
  )
  return width === 1 ? [rows] : [rows, width]
}

/** Writes a column into its place in every row; returns how many numbers it has in each. */
function fill(
  data: Float64Array | Float32Array,
  column: Column,
  input: InputSignature,
  rows: number,
  width: number,
  offset: number,
): number {
  if (column.kind === 'text') {
    column.cells.forEach((text, row) => {
      data[row * width + offset] = numberOf(column, row, text, input)
    })
    return 1
  }
  const inner = sizeOf(column.shape.slice(1))
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < inner; k++) {
      const value = column.data[row * inner + k] ?? 0
      checkNumber(column, row, value, input)
      data[row * width + offset + k] = value
    }
  }
  return inner
}

function standardizeInputs(
  examples: Examples,
  settled: Readonly<Record<string, InputPreparation>>,
  options: PrepareOptions,
): Prepared {
  const inputs = { ...examples.inputs }
  const preparation: Record<string, InputPreparation> = { ...settled }
  const rows = options.statisticsOf?.(examples.rows) ?? range(examples.rows)
  for (const [name, input] of Object.entries(examples.inputs)) {
    const kept = options.preparation?.inputs[name]?.standardization
    const wanted = options.standardize?.includes(name) === true && options.preparation === undefined
    if (wanted && input.along < 0) {
      throw new DataError(
        `The input ${quote(name)} does not differ by row: there is nothing to standardize.`,
      )
    }
    const standardization = kept ?? (wanted ? standardizationOf(input, rows) : undefined)
    const own = settled[name]
    if (standardization === undefined || own === undefined) continue
    inputs[name] = standardize(input, standardization)
    preparation[name] = { ...own, standardization }
  }
  return { examples: { ...examples, inputs }, preparation: { inputs: preparation } }
}
