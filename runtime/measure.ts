// Losses, metrics and outputs of a model on examples.
import { Batcher, emptyLike, type RowBatch } from './batches.ts'
import { checkModule, checkOptions, type OptionNames } from './calls.ts'
import { asExamples, type Examples, type PlainData } from './examples.ts'
import { DataError } from './fault.ts'
import type { Measures } from './history.ts'
import { quote } from './nearest.ts'
import { range } from './random.ts'
import {
  entriesOfKind,
  sizesOf,
  type Batch,
  type Call,
  type GeneratedModule,
  type AnyModel,
  type OutputValue,
  type Signature,
} from './signature.ts'

export interface MeasureOptions {
  /** Losses and metrics; by default all. */
  readonly entries?: readonly string[]
  readonly rows?: Int32Array
  /** Rows to a call. Default 4096: a metric that is no mean over rows is exact up to here. */
  readonly batchSize?: number
}

const optionNames: OptionNames<MeasureOptions> = { entries: true, rows: true, batchSize: true }

/**
 * Losses and metrics in evaluation mode. More rows than a batch holds are measured batch by batch, and averaged by the
 * number of rows.
 */
export async function evaluate(
  module: GeneratedModule<AnyModel>,
  model: AnyModel | null,
  data: Examples | PlainData,
  options: MeasureOptions = {},
): Promise<Measures> {
  checkModule('evaluate', module)
  checkOptions('evaluate', options, optionNames)
  const { signature } = module
  const names = options.entries ?? [
    ...entriesOfKind(signature, 'loss'),
    ...entriesOfKind(signature, 'metric'),
  ]
  const examples = examplesFor(signature, model, data, names)
  if ((options.rows ?? range(examples.rows)).length === 0) {
    throw new DataError('There are no rows to measure.')
  }
  const sums = new Map<string, number>(names.map((name) => [name, 0]))
  let rows = 0
  for (const batch of wholeBatches(signature, examples, options)) {
    rows += batch.rows
    for (const name of names) {
      const value = await measure(module, model, name, batch.inputs)
      sums.set(name, (sums.get(name) ?? 0) + value * batch.rows)
    }
  }
  return Object.fromEntries(names.map((name) => [name, (sums.get(name) ?? 0) / rows]))
}

/** Outputs for all rows, the batches joined along the rows' axis. */
export async function predict(
  module: GeneratedModule<AnyModel>,
  model: AnyModel | null,
  data: Examples | PlainData,
  options: MeasureOptions = {},
): Promise<Record<string, OutputValue>> {
  checkModule('predict', module)
  checkOptions('predict', options, optionNames)
  const names = options.entries ?? entriesOfKind(module.signature, 'output')
  const examples = examplesFor(module.signature, model, data, names)
  checkWhole(module.signature, examples, options)
  const parts = new Map<string, OutputValue[]>(names.map((name) => [name, []]))
  for (const batch of wholeBatches(module.signature, examples, options)) {
    for (const name of names) {
      const call = module[name] as Call<OutputValue>
      const value = await call(...withModel(module, model), batch.inputs)
      // A module may use the memory of a result again.
      parts.get(name)?.push({ ...value, data: value.data.slice() })
    }
  }
  return Object.fromEntries(
    names.map((name) => [name, joined(name, parts.get(name) ?? [], examples.rowAxis)]),
  )
}

/** Rows that are left out would have no output, and those behind them the wrong place. */
function checkWhole(signature: Signature, examples: Examples, options: MeasureOptions): void {
  const fixed = fixedRows(signature, examples)
  const { length } = options.rows ?? range(examples.rows)
  if (fixed === null || length % fixed === 0) return
  throw new DataError(
    `${length} rows are no whole number of batches of ${fixed}, which the axis ${examples.rowAxis} fixes. Leave its size out of the file to predict any number of rows.`,
  )
}

/** The model comes first, in modules that have one. */
export function withModel(module: GeneratedModule<AnyModel>, model: AnyModel | null): AnyModel[] {
  return module.init === undefined || model === null ? [] : [model]
}

/** Where the number of rows is fixed by the file, every batch has as many, and the rest is left out. */
export function fixedRows(signature: Signature, examples: Examples): number | null {
  return examples.rowAxis === null ? null : (signature.axes[examples.rowAxis]?.size ?? null)
}

/** Of plain data, a model's own sizes settle what lengths leave open. */
function examplesFor(
  signature: Signature,
  model: AnyModel | null,
  data: Examples | PlainData,
  entries: readonly string[],
): Examples {
  return asExamples(signature, data, { entries, axes: sizesOf(signature, model) })
}

function* wholeBatches(
  signature: Signature,
  examples: Examples,
  options: MeasureOptions,
): Generator<RowBatch> {
  const rows = options.rows ?? range(examples.rows)
  const fixed = fixedRows(signature, examples)
  if (fixed !== null && rows.length < fixed) {
    throw new DataError(`A batch needs ${fixed} rows, and there are ${rows.length}.`)
  }
  const batcher = new Batcher(examples)
  // Results of no rows still have their axes.
  if (rows.length === 0) yield batcher.empty()
  yield* batcher.run(rows, fixed ?? options.batchSize ?? 4096, fixed !== null)
}

async function measure(
  module: GeneratedModule<AnyModel>,
  model: AnyModel | null,
  name: string,
  inputs: Batch,
): Promise<number> {
  const entry = module[name] as Call<number> & { readonly value?: Call<number> }
  const call = module.signature.entries[name]?.kind === 'loss' ? entry.value : entry
  if (call === undefined) throw new TypeError(`the module's loss ${name} has no value()`)
  return await call(...withModel(module, model), inputs)
}

/** An output of all rows can't be told from those of batches. */
function checkSame(name: string, first: OutputValue, parts: readonly OutputValue[]): void {
  const isSame = ({ data }: OutputValue) =>
    data.every((value, i) => Object.is(value, first.data[i]))
  if (parts.every(isSame)) return
  throw new DataError(
    `The output ${quote(name)} is not one for each row, and differs between batches: it can be predicted for as many rows as one batch has.`,
  )
}

function joined(name: string, parts: readonly OutputValue[], rowAxis: string | null): OutputValue {
  const [first] = parts
  if (first === undefined) throw new Error('there is at least one batch')
  const along = rowAxis === null ? -1 : first.axes.indexOf(rowAxis)
  if (along < 0) checkSame(name, first, parts)
  if (parts.length === 1 || along < 0) return first
  const outer = first.shape.slice(0, along).reduce((product, size) => product * size, 1)
  const length = parts.reduce((total, part) => total + part.data.length, 0)
  const data = emptyLike(first.data, length)
  let at = 0
  for (let o = 0; o < outer; o++) {
    for (const part of parts) {
      const run = part.data.length / outer
      data.set(part.data.subarray(o * run, (o + 1) * run), at)
      at += run
    }
  }
  const rows = parts.reduce((total, part) => total + (part.shape[along] ?? 0), 0)
  return { ...first, data, shape: first.shape.map((size, d) => (d === along ? rows : size)) }
}
