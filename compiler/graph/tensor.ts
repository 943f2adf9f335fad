// Dense tensors with named axes, for the oracle: always with their axes sorted, row-major.
import type { AxisName } from './node.ts'

export interface Tensor {
  readonly data: Float64Array
  readonly axes: readonly AxisName[]
  readonly shape: readonly number[]
}

export function makeTensor(axes: readonly AxisName[], shape: readonly number[]): Tensor {
  return { data: new Float64Array(shape.reduce((a, b) => a * b, 1)), axes, shape }
}

/** How far each of `along` goes in the tensor's data; 0 for an axis that it lacks. */
export function stridesOf(tensor: Tensor, along: readonly AxisName[]): number[] {
  const strides = new Map<AxisName, number>()
  let stride = 1
  for (let i = tensor.axes.length - 1; i >= 0; i--) {
    const axis = tensor.axes[i]
    if (axis === undefined) continue
    strides.set(axis, stride)
    stride *= tensor.shape[i] ?? 1
  }
  return along.map((axis) => strides.get(axis) ?? 0)
}

/**
 * Visits every place of a shape in row-major order. `offsets[j]` is where the place lies by the strides `strides[j]`,
 * and `place` its coordinates; both are reused from call to call.
 */
export function forEachPlace(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  visit: (offsets: readonly number[], place: readonly number[], position: number) => void,
): void {
  const total = shape.reduce((a, b) => a * b, 1)
  const place = shape.map(() => 0)
  const offsets = strides.map(() => 0)
  const move = (axis: number, by: number): void => {
    for (const [j, stride] of strides.entries()) {
      offsets[j] = (offsets[j] ?? 0) + by * (stride[axis] ?? 0)
    }
  }
  for (let position = 0; position < total; position++) {
    visit(offsets, place, position)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (place[axis] ?? 0) + 1
      if (next < (shape[axis] ?? 0)) {
        place[axis] = next
        move(axis, 1)
        break
      }
      place[axis] = 0
      move(axis, 1 - next)
    }
  }
}

/** The same numbers with the axes in another order; `axes` are the tensor's own. */
export function inLayout(tensor: Tensor, axes: readonly AxisName[]): Float64Array {
  const sizes = new Map(tensor.axes.map((axis, i) => [axis, tensor.shape[i] ?? 1]))
  const shape = axes.map((axis) => sizes.get(axis) ?? 1)
  const data = new Float64Array(tensor.data.length)
  forEachPlace(shape, [stridesOf(tensor, axes)], ([from = 0], _place, position) => {
    data[position] = tensor.data[from] ?? NaN
  })
  return data
}

/** One place along an axis, which stays with length 1; the tensor itself where it lacks the axis. */
export function sliced(tensor: Tensor, axis: AxisName, place: number): Tensor {
  if (!tensor.axes.includes(axis)) return tensor
  const shape = tensor.shape.map((length, i) => (tensor.axes[i] === axis ? 1 : length))
  const slice = makeTensor(tensor.axes, shape)
  const start = place * (stridesOf(tensor, [axis])[0] ?? 0)
  forEachPlace(shape, [stridesOf(tensor, tensor.axes)], ([from = 0], _place, position) => {
    slice.data[position] = tensor.data[start + from] ?? NaN
  })
  return slice
}

/** The inverse: writes a slice of one place into a tensor with the same axes. */
export function putSlice(tensor: Tensor, axis: AxisName, place: number, slice: Tensor): void {
  const start = place * (stridesOf(tensor, [axis])[0] ?? 0)
  forEachPlace(slice.shape, [stridesOf(tensor, slice.axes)], ([to = 0], _place, position) => {
    tensor.data[start + to] = slice.data[position] ?? NaN
  })
}

/** Without an axis of length 1. */
export function withoutAxis({ data, axes, shape }: Tensor, axis: AxisName): Tensor {
  const isKept = (_: unknown, i: number): boolean => axes[i] !== axis
  return { data, axes: axes.filter(isKept), shape: shape.filter(isKept) }
}

/** Repeated along the axes that it lacks. */
export function spreadTo(
  tensor: Tensor,
  axes: readonly AxisName[],
  shape: readonly number[],
): Tensor {
  const result = makeTensor(axes, shape)
  forEachPlace(shape, [stridesOf(tensor, axes)], ([from = 0], _place, position) => {
    result.data[position] = tensor.data[from] ?? NaN
  })
  return result
}
