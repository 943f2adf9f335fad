// Fusion: values whose loops agree from the outside in share them, as long as no iteration needs what another makes.
import type { AxisName } from '../graph/node.ts'
import type { LoopOrder } from './order.ts'
import type { Dependency } from './point.ts'
import { freeAxes } from './value.ts'
import type { Value } from './value.ts'

export type Step = Loop | Point
export interface Loop {
  readonly kind: 'loop'
  readonly axis: AxisName
  readonly body: readonly Step[]
}
/** The innermost place of a value: it is defined here, or one more term is added. */
export interface Point {
  readonly kind: 'point'
  readonly value: Value
}

export interface Fusion {
  readonly orders: ReadonlyMap<Value, LoopOrder>
  readonly dependencies: ReadonlyMap<Value, readonly Dependency[]>
  readonly fuse: boolean
}

/**
 * Note [One product a loop]
 * A contraction shares its rows with what follows from each row (bias, activation, softmax, loss, the update of a
 * weight), but never with another contraction: both would stream their weights through the cache for every block of
 * rows, and a rank-1 update of a weight's gradient for each sample would write the whole gradient N times. So the
 * gradient of a weight is a kernel of its own that reads the stored activations, with the batch as its summation axis:
 * its loads are N·(rows + columns) for each block of four rows whatever N is, and the optimizer's update ends its loop.
 */

/** `values` in an order in which they can run. */
export function fuse(values: readonly Value[], fusion: Fusion): Step[] {
  return level(values, 0, fusion)
}

interface Group {
  readonly axis: AxisName
  readonly values: Value[]
  hasProduct: boolean
  /** Inside the rows of a blocked product. */
  readonly isClosed: boolean
}

/**
 * One level of loops. A position is a number: 2g + 1 is inside group g, 2g stands in front of it; so that points come
 * as early as they can, and don't keep later values from joining a loop. Each value goes into the earliest loop along
 * its axis that is not before anything it needs; as values come in order, nobody waits for it in an earlier one.
 */
function level(values: readonly Value[], depth: number, fusion: Fusion): Step[] {
  const groups: Group[] = []
  const along = new Map<AxisName, number[]>()
  const points: Value[][] = []
  const positions = new Map<Value, number>()
  for (const value of values) {
    const order = fusion.orders.get(value)
    const axis = order?.axes[depth]
    const earliest = earliestPosition(value, axis, positions, fusion)
    if (axis === undefined) {
      const position = earliest + (earliest % 2)
      const list = points[position / 2] ?? []
      points[position / 2] = list
      list.push(value)
      positions.set(value, position)
      continue
    }
    const isProduct = order?.product != null
    const isClosed = isInsideBlock(order, depth)
    const candidates = along.get(axis) ?? []
    along.set(axis, candidates)
    const fits = (g: number): boolean =>
      fusion.fuse &&
      !isClosed &&
      groups[g]?.isClosed === false &&
      2 * g + 1 >= earliest &&
      !(isProduct && groups[g]?.hasProduct === true)
    let g = firstFrom(candidates, earliest).find(fits)
    if (g === undefined) {
      g = groups.length
      groups.push({ axis, values: [], hasProduct: false, isClosed })
      candidates.push(g)
    }
    const group = groups[g]
    if (group === undefined) throw new Error('a group was lost')
    group.values.push(value)
    group.hasProduct ||= isProduct
    positions.set(value, 2 * g + 1)
  }
  const steps: Step[] = []
  for (let g = 0; g <= groups.length; g++) {
    for (const value of points[g] ?? []) steps.push({ kind: 'point', value })
    const group = groups[g]
    if (group === undefined) continue
    steps.push({ kind: 'loop', axis: group.axis, body: level(group.values, depth + 1, fusion) })
  }
  return steps
}

function earliestPosition(
  value: Value,
  axis: AxisName | undefined,
  positions: ReadonlyMap<Value, number>,
  { dependencies, orders }: Fusion,
): number {
  let earliest = 0
  // The first thing that happens to a block of rows is its product, so nothing of the same row can come before.
  const order = orders.get(value)
  const beginsBlock = order?.product?.isBlocked === true && axis === order.product.row
  for (const { on, aligned, kind } of dependencies.get(value) ?? []) {
    const position = positions.get(on)
    if (position === undefined) continue
    const isInLoop = position % 2 === 1
    // What overwrites may go along with what reads the same element first; what reads needs it complete.
    const sharesLoop =
      axis !== undefined &&
      !beginsBlock &&
      aligned.has(axis) &&
      (kind === 'overwrites' || freeAxes(on).includes(axis))
    earliest = Math.max(earliest, isInLoop && !sharesLoop ? position + 1 : position)
  }
  return earliest
}

function isInsideBlock(order: LoopOrder | undefined, depth: number): boolean {
  if (order?.product?.isBlocked !== true) return false
  return depth > order.axes.indexOf(order.product.row)
}

/** Groups along one axis, those that are too early passed over by halving: there may be thousands. */
function firstFrom(candidates: readonly number[], earliest: number): readonly number[] {
  let low = 0
  let high = candidates.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (2 * (candidates[middle] ?? 0) + 1 < earliest) low = middle + 1
    else high = middle
  }
  return candidates.slice(low)
}

/** The value of a loop that stands in it alone. */
export function onlyValue({ body }: Loop): Value | null {
  const [first, ...others] = body
  if (first === undefined || others.length > 0) return null
  return first.kind === 'point' ? first.value : onlyValue(first)
}
