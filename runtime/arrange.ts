// Rows of numbers as an input has its axes: a row may be split into several, and rows need not come first.
import type { InputData } from './examples.ts'
import { DataError } from './fault.ts'
import { listOf, quote } from './nearest.ts'
import type { InputSignature, Signature } from './signature.ts'
import { showShape, sizeOf, type Tensor } from './tensor.ts'

/** The values, which have rows first, in the order and with the axes of their input. */
export function arrange(
  input: InputSignature,
  values: Tensor<Float64Array | Float32Array | Int32Array>,
  rowAxis: string | null,
  signature: Signature,
  axes: Readonly<Record<string, number>>,
): InputData {
  const along = rowAxis === null ? -1 : input.axes.indexOf(rowAxis)
  if (along < 0) return values.shape.length === input.axes.length ? values : values.data
  const rows = values.shape[0] ?? 0
  const others = input.axes.filter((axis) => axis !== rowAxis)
  const own = values.shape.slice(1)
  const sizes = own.length === others.length ? own : splitSizes(input, own, others, signature, axes)
  const outer = sizeOf(sizes.slice(0, along))
  const inner = sizeOf(sizes.slice(along))
  const shape = [...sizes.slice(0, along), rows, ...sizes.slice(along)]
  if (outer === 1) return { data: values.data, shape }
  const data = values.data.slice()
  for (let row = 0; row < rows; row++) {
    for (let o = 0; o < outer; o++) {
      const from = (row * outer + o) * inner
      data.set(values.data.subarray(from, from + inner), (o * rows + row) * inner)
    }
  }
  return { data, shape }
}

/** The sizes of the axes that a row's numbers are split into; at most one may be open. */
function splitSizes(
  input: InputSignature,
  own: readonly number[],
  axes: readonly string[],
  signature: Signature,
  given: Readonly<Record<string, number>>,
): number[] {
  const sizes = axes.map((axis) => given[axis] ?? signature.axes[axis]?.size ?? null)
  const width = sizeOf(own)
  const fixed = sizeOf(sizes.filter((size) => size !== null))
  const open = sizes.filter((size) => size === null).length
  if (open > 1) {
    throw new DataError(
      `The input ${quote(input.name)} ${showShape(input.axes)} has ${width} numbers in each row; the sizes of ${listOf(axes.filter((_, i) => sizes[i] === null))} must be given.`,
    )
  }
  if (open === 0 ? fixed !== width : fixed === 0 || width % fixed !== 0) {
    const wanted = open === 0 ? `${fixed}` : `a multiple of ${fixed}`
    throw new DataError(
      `The input ${quote(input.name)} ${showShape(input.axes)} takes ${wanted} numbers in each row, and its columns give ${width}.`,
    )
  }
  return sizes.map((size) => size ?? width / fixed)
}
