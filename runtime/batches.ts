// Batches of examples: rows in a given order, gathered into arrays that are used again for the next batch.
import { isExamples, type Examples, type InputArray } from './examples.ts'
import { DataError } from './fault.ts'
import { epochOrder, range } from './random.ts'
import { layoutOf } from './standardize.ts'
import type { Tensor } from './tensor.ts'

export interface RowBatch {
  /** What to call a module's entry with. The arrays are filled anew for the next batch of the same size. */
  readonly inputs: Readonly<Record<string, Tensor<InputArray>>>
  readonly rows: number
  readonly index: number
}

export interface BatchOptions {
  /** Default 32. */
  readonly batchSize?: number
  /** Which rows, in ascending order; by default all. */
  readonly rows?: Int32Array
  /** Shuffles, by the seed and the epoch alone; absent: the rows stay in order. */
  readonly seed?: number
  /** Default 1. */
  readonly epoch?: number
  /** Leaves out the last batch if it is not full, as a module with a fixed number of rows needs. Default false. */
  readonly dropLast?: boolean
}

/** The batches of one epoch. The last one may have fewer rows. */
export function* batches(examples: Examples, options: BatchOptions = {}): Generator<RowBatch> {
  if (!isExamples(examples)) {
    throw new DataError('Batches are made of examples: examplesOf(signature, data) makes those.')
  }
  const rows = options.rows ?? range(examples.rows)
  const order =
    options.seed === undefined ? rows : epochOrder(rows, options.seed, options.epoch ?? 1)
  yield* new Batcher(examples).run(order, options.batchSize ?? 32, options.dropLast ?? false)
}

/** Keeps the arrays of each size of batch from epoch to epoch. */
export class Batcher {
  readonly #examples: Examples
  readonly #buffers = new Map<number, RowBatch['inputs']>()

  constructor(examples: Examples) {
    this.#examples = examples
  }

  *run(order: Int32Array, batchSize: number, dropLast: boolean): Generator<RowBatch> {
    for (let start = 0, index = 0; start < order.length; start += batchSize, index++) {
      const rows = Math.min(batchSize, order.length - start)
      if (rows < batchSize && dropLast) return
      yield { inputs: this.#gather(order, start, rows), rows, index }
    }
  }

  empty(): RowBatch {
    return { inputs: this.#gather(new Int32Array(0), 0, 0), rows: 0, index: 0 }
  }

  #gather(order: Int32Array, start: number, rows: number): RowBatch['inputs'] {
    const inputs = this.#buffersFor(rows)
    for (const [name, input] of Object.entries(this.#examples.inputs)) {
      const target = inputs[name]
      if (input.along < 0 || target === undefined) continue
      const { outer, count, inner } = layoutOf(input)
      let at = 0
      for (let o = 0; o < outer; o++) {
        for (let r = start; r < start + rows; r++) {
          let from = (o * count + (order[r] ?? 0)) * inner
          for (const end = from + inner; from < end; from++)
            target.data[at++] = input.data[from] ?? 0
        }
      }
    }
    return inputs
  }

  #buffersFor(rows: number): RowBatch['inputs'] {
    const kept = this.#buffers.get(rows)
    if (kept !== undefined) return kept
    const buffers: Record<string, Tensor<InputArray>> = {}
    for (const [name, input] of Object.entries(this.#examples.inputs)) {
      const { data, along } = input
      const shape = input.shape.map((size, d) => (d === along ? rows : size))
      const { outer, inner } = layoutOf(input)
      buffers[name] =
        along < 0 ? { data, shape } : { data: emptyLike(data, outer * rows * inner), shape }
    }
    this.#buffers.set(rows, buffers)
    return buffers
  }
}

/** Zeros, in an array of the same type. */
export function emptyLike(data: InputArray, size: number): InputArray {
  if (data instanceof Float32Array) return new Float32Array(size)
  if (data instanceof Float64Array) return new Float64Array(size)
  return data instanceof Int32Array ? new Int32Array(size) : new Uint8Array(size)
}
