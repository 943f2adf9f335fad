// Intervals of the checker's values, from the operations' own rules.
import type { Bound, Interval, IntervalArithmetic } from '../graph/interval.ts'
import { intervalArithmetic } from '../graph/interval.ts'
import type { AxisName, MapNode, Node, ReductionName } from '../graph/node.ts'
import type { ScalarOperation } from '../graph/operation.ts'
import { addSizes, axisSize, constantOf, constantSize, multiplySizes } from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import type { Sizes } from '../graph/sizes.ts'
import type { Frame } from './frame.ts'
import type { Tensor } from './value.ts'

export const everything: Interval = { lo: -Infinity, hi: Infinity, whole: false }
export const wholeNumbers: Interval = { lo: -Infinity, hi: Infinity, whole: true }
export const unit: Interval = { lo: 0, hi: 1, whole: false }
export const notPositive: Interval = { lo: -Infinity, hi: 0, whole: false }
export const truth: Interval = { lo: 0, hi: 1, whole: true }

export function arithmetic(frame: Frame): IntervalArithmetic {
  return frame.elaboration.workspace.intervals
}

export function exactly(value: number): Interval {
  return Number.isNaN(value) ? everything : { lo: value, hi: value, whole: Number.isInteger(value) }
}

export function sizeInterval(size: Size): Interval {
  const bound = constantOf(size) ?? size
  return { lo: bound, hi: bound, whole: true }
}

/** 0 … size - 1. */
export function places(size: Size): Interval {
  const last = addSizes(size, constantSize(-1))
  return { lo: 0, hi: constantOf(last) ?? last, whole: true }
}

export function coordinateInterval(sizes: Sizes, axis: AxisName): Interval {
  return places(sizes.of(axis))
}

export function intervalOfMap(
  frame: Frame,
  row: ScalarOperation,
  operands: readonly Pick<Tensor, 'interval'>[],
  node: MapNode,
): Interval {
  const { sizes } = frame.elaboration.graph
  if (node.dataType === 'int' && mayDivideByZero(frame, row, operands, node)) return everything
  // Indices are worth more care: where they are, each of their axes has an element.
  const intervals =
    node.dataType === 'int' && node.axes.length > 0
      ? careful(intervalArithmetic(sizes, filled(node.axes)))
      : arithmetic(frame)
  return row.interval(intervals, ...operands.map((operand) => operand.interval))
}

/** Whether there may be a place without a result: no whole number then, nor what is made of it. */
function mayDivideByZero(
  frame: Frame,
  { divisor }: ScalarOperation,
  operands: readonly Pick<Tensor, 'interval'>[],
  { operands: nodes, axes }: MapNode,
): boolean {
  const node = divisor === undefined ? undefined : nodes[divisor]
  const interval = divisor === undefined ? undefined : operands[divisor]?.interval
  if (node === undefined || interval === undefined) return false
  const { workspace, graph } = frame.elaboration
  if (node.kind === 'size' && workspace.divisors.has(node.size.key)) return false
  const { isAtLeast } = intervalArithmetic(graph.sizes, filled(axes))
  return !isAtLeast(interval.lo, 1) && !isAtLeast(-1, interval.hi)
}

/** That the axes have an element each, as facts for proofs. */
export function filled(axes: readonly AxisName[]): readonly Size[] {
  return axes.map((axis) => addSizes(axisSize(axis), constantSize(-1)))
}

/**
 * Where neither of two ends is known to be the farther one, one more than either may do for both: the greater of
 * T - 2 and 0 is at most T - 1.
 */
function careful(plain: IntervalArithmetic): IntervalArithmetic {
  const plus = (bound: Bound, by: number): Bound => {
    const { lo } = plain.add(plain.of(bound, bound, true), plain.point(by))
    return lo
  }
  const closed = (found: Interval, a: Interval, b: Interval): Interval => {
    const above = [plus(a.hi, 1), plus(b.hi, 1)].find(
      (bound) => plain.isAtLeast(bound, a.hi) && plain.isAtLeast(bound, b.hi),
    )
    const below = [plus(a.lo, -1), plus(b.lo, -1)].find(
      (bound) => plain.isAtLeast(a.lo, bound) && plain.isAtLeast(b.lo, bound),
    )
    return {
      ...found,
      lo: found.lo === -Infinity ? (below ?? found.lo) : found.lo,
      hi: found.hi === Infinity ? (above ?? found.hi) : found.hi,
    }
  }
  const join = (a: Interval, b: Interval): Interval => closed(plain.join(a, b), a, b)
  const max = (a: Interval, b: Interval): Interval => closed(plain.max(a, b), a, b)
  const min = (a: Interval, b: Interval): Interval => closed(plain.min(a, b), a, b)
  return { ...plain, join, max, min, clamp: (a, lo, hi) => min(max(a, lo), hi) }
}

/** Of a reduction over axes whose sizes multiply to `count`. */
export function intervalOfReduction(
  frame: Frame,
  reduction: ReductionName,
  operand: Interval,
  count: Size,
): Interval {
  const intervals = arithmetic(frame)
  switch (reduction) {
    case 'sum':
      return intervals.mul(operand, sizeInterval(count))
    case 'max':
    case 'min':
      return operand
    case 'any':
    case 'all':
      return truth
    case 'argmax':
    case 'argmin':
      return places(count)
    case 'prod':
      // Of numbers within [0, 1], and of anything that is not negative.
      if (intervals.contains(unit, operand)) return { ...unit, whole: operand.whole }
      return intervals.isAtLeast(operand.lo, 0)
        ? { lo: 0, hi: Infinity, whole: operand.whole }
        : { ...everything, whole: operand.whole }
    case 'logsumexp':
      return everything
    default:
      return reduction satisfies never
  }
}

/**
 * Whether every place that an index names is proved to lie inside an axis; where the index is taken, each of its own
 * axes has at least one element.
 */
export function isInside(
  sizes: Sizes,
  index: Interval,
  axes: readonly AxisName[],
  size: Size,
): boolean {
  const proving = intervalArithmetic(sizes, filled(axes))
  return (
    index.whole && proving.isAtLeast(index.lo, 0) && proving.isAtLeast(places(size).hi, index.hi)
  )
}

export function boundSize(bound: Bound): Size | null {
  if (typeof bound !== 'number') return bound
  return Number.isSafeInteger(bound) ? constantSize(bound) : null
}

export function productOfSizes(sizes: Sizes, axes: readonly AxisName[]): Size {
  return multiplySizes(...axes.map((axis) => sizes.of(axis)))
}

export type { Bound, Interval, Node }
