// Standardising: (x - mean) / standard deviation, feature by feature, with the training rows' statistics.
import type { ExampleInput } from './examples.ts'

export interface Standardization {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

/** The statistics of an input over some of its rows. A feature that does not vary gets the deviation 1. */
export function standardizationOf(input: ExampleInput, rows: Int32Array): Standardization {
  const { outer, inner, count } = layoutOf(input)
  const mean = new Float64Array(outer * inner)
  const squares = new Float64Array(outer * inner)
  // Two passes: the sum of squares of large numbers with small spread would cancel.
  for (const [result, power] of [
    [mean, 1],
    [squares, 2],
  ] as const) {
    for (let o = 0; o < outer; o++) {
      for (const row of rows) {
        for (let i = 0; i < inner; i++) {
          const value = input.data[(o * count + row) * inner + i] ?? 0
          const f = o * inner + i
          result[f] = (result[f] ?? 0) + (power === 1 ? value : (value - (mean[f] ?? 0)) ** 2)
        }
      }
    }
    for (let f = 0; f < result.length; f++) result[f] = (result[f] ?? 0) / Math.max(rows.length, 1)
  }
  const deviation = Array.from(squares, (square) => (square > 0 ? Math.sqrt(square) : 1))
  return { mean: Array.from(mean), deviation }
}

/** The input, standardised in a new array. */
export function standardize(
  input: ExampleInput,
  { mean, deviation }: Standardization,
): ExampleInput {
  const { outer, inner, count } = layoutOf(input)
  const data = input.data.slice()
  for (let o = 0; o < outer; o++) {
    for (let row = 0; row < count; row++) {
      for (let i = 0; i < inner; i++) {
        const at = (o * count + row) * inner + i
        const f = o * inner + i
        data[at] = ((data[at] ?? 0) - (mean[f] ?? 0)) / (deviation[f] ?? 1)
      }
    }
  }
  return { ...input, data }
}

/** How often the rows recur, how much of each lies together, and how many there are. */
export function layoutOf({ shape, along }: ExampleInput): {
  readonly outer: number
  readonly count: number
  readonly inner: number
} {
  const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1)
  if (along < 0) return { outer: 1, count: 1, inner: product(shape) }
  return {
    outer: product(shape.slice(0, along)),
    count: shape[along] ?? 1,
    inner: product(shape.slice(along + 1)),
  }
}
