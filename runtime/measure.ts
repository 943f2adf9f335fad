// Losses, metrics and outputs of a model on examples.
import { Batcher, emptyLike } from './batches.ts'
import type { Examples } from './examples.ts'
import type { Measures } from './history.ts'
import { range } from './random.ts'
import {
  entriesOfKind,
  type Batch,
  type Call,
  type GeneratedModule,
  type Model,
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

/**
 * Losses and metrics in evaluation mode. More rows than a batch holds are measured batch by batch, and averaged by the
 * number of rows.
 */
export async function evaluate(
  module: GeneratedModule,
  model: Model | null,
  examples: Examples,
  options: MeasureOptions = {},
): Promise<Measures> {
  const { signature } = module
  const names = options.entries ?? [
    ...entriesOfKind(signature, 'loss'),
    ...entriesOfKind(signature, 'metric'),
  ]
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
  module: GeneratedModule,
  model: Model | null,
  examples: Examples,
  options: MeasureOptions = {},
): Promise<Record<string, OutputValue>> {
  const names = options.entries ?? entriesOfKind(module.signature, 'output')
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
    names.map((name) => [name, joined(parts.get(name) ?? [], examples.rowAxis)]),
  )
}

/** The model comes first, in modules that have one. */
export function withModel(module: GeneratedModule, model: Model | null): Model[] {
  return module.init === undefined || model === null ? [] : [model]
}

/** Where the number of rows is fixed by the file, every batch has as many, and the rest is left out. */
export function fixedRows(signature: Signature, examples: Examples): number | null {
  return examples.rowAxis === null ? null : (signature.axes[examples.rowAxis]?.size ?? null)
}

function* wholeBatches(signature: Signature, examples: Examples, options: MeasureOptions) {
  const rows = options.rows ?? range(examples.rows)
  const fixed = fixedRows(signature, examples)
  yield* new Batcher(examples).run(rows, fixed ?? options.batchSize ?? 4096, fixed !== null)
}

async function measure(
  module: GeneratedModule,
  model: Model | null,
  name: string,
  inputs: Batch,
): Promise<number> {
  const entry = module[name] as Call<number> & { readonly value?: Call<number> }
  const call = module.signature.entries[name]?.kind === 'loss' ? entry.value : entry
  if (call === undefined) throw new TypeError(`the module's loss ${name} has no value()`)
  return await call(...withModel(module, model), inputs)
}

function joined(parts: readonly OutputValue[], rowAxis: string | null): OutputValue {
  const [first] = parts
  if (first === undefined) return { data: new Float32Array(0), shape: [0], axes: [] }
  const along = rowAxis === null ? -1 : first.axes.indexOf(rowAxis)
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
