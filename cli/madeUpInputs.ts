// Inputs for calls whose results nobody reads: any numbers that a module accepts, the same at each run.
import type { InputSignature } from '../runtime/index.ts'

export interface MadeUp {
  readonly data: Float32Array | Int32Array
  readonly shape: readonly number[]
}

export function madeUpInput(input: InputSignature, sizeOf: (axis: string) => number): MadeUp {
  const shape = input.axes.map(sizeOf)
  const length = shape.reduce((product, size) => product * size, 1)
  return { data: numbersOf(input, length, sizeOf), shape }
}

function numbersOf(
  { kind, kindAxis }: InputSignature,
  length: number,
  sizeOf: (axis: string) => number,
): MadeUp['data'] {
  const classes = kindAxis === undefined ? 1 : sizeOf(kindAxis)
  // The places of a golden-ratio walk: spread over (0, 1), and never twice the same.
  const real = (at: (position: number) => number): Float32Array =>
    Float32Array.from({ length }, (_, i) => at(((i + 1) * 0.6180339887) % 1))
  switch (kind) {
    case 'real':
    case 'logit':
      return real((position) => 2 * position - 1)
    // Over an axis they sum to 1.
    case 'prob':
      return real((position) => (kindAxis === undefined ? position : 1 / classes))
    case 'logprob':
      return real((position) => Math.log(kindAxis === undefined ? position : 1 / classes))
    case 'class':
      return Int32Array.from({ length }, (_, i) => i % classes)
    case 'bool':
      return Int32Array.from({ length }, (_, i) => i % 2)
    // Lengths and places alike.
    case 'int':
      return new Int32Array(length).fill(1)
    default:
      return kind satisfies never
  }
}
