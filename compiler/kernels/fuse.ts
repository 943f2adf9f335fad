// Fusion: values whose loops agree from the outside in share them, as long as no iteration needs what another makes. The
// steps of a recurrence are one loop in any case.
import type { AxisName } from '../graph/node.ts'
import type { LoopOrder } from './order.ts'
import type { Dependency } from './point.ts'
import type { Recurrence } from './recurrence.ts'
import { valuesIn } from './schedule.ts'
import type { Item } from './schedule.ts'
import { freeAxes } from './value.ts'
import type { Value } from './value.ts'

export type Step = Loop | Point
export interface Loop {
  readonly kind: 'loop'
  readonly axis: AxisName
  /** From the last place to the first. */
  readonly reversed: boolean
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
  /** Of each recurrence, the loops around its steps. */
  readonly outermost: ReadonlyMap<Recurrence, readonly AxisName[]>
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

/** `items` in an order in which they can run. */
export function fuse(items: readonly Item[], fusion: Fusion): Step[] {
  return level(items, 0, fusion)
}

interface Group {
  readonly axis: AxisName
  readonly items: Item[]
  hasProduct: boolean
  /** Takes its rows by blocks. */
  isBlocked: boolean
  /** Which way something in it must run, if any. */
  direction: Direction | null
  /** Inside the rows of a blocked product. */
  readonly isClosed: boolean
}
type Direction = 'forwards' | 'backwards'

/**
 * How many values at most share a loop without one needing the other: they gain nothing but a loop's own cost, and a
 * function of thousands of tensors is slow to write and never optimized by an engine. Parts of equal length are often
 * the same loops over other tensors.
 */
const mostApart = 64

/**
 * One level of loops. A position is a number: 2g + 1 is inside group g, 2g stands in front of it; so that points come
 * as early as they can, and don't keep later values from joining a loop. Each value goes into the earliest loop along
 * its axis that is not before anything it needs; as values come in order, nobody waits for it in an earlier one.
 */
function level(items: readonly Item[], depth: number, fusion: Fusion): Step[] {
  const groups: Group[] = []
  /** Those that more can join whatever they need. */
  const along = new Map<AxisName, number[]>()
  const points: Value[][] = []
  const positions = new Map<Value, number>()
  for (const item of items) {
    const values = valuesIn(item)
    const axis = axisOf(item, depth, fusion)
    const earliest = values.reduce(
      (latest, value) => Math.max(latest, earliestPosition(value, axis, positions, fusion)),
      0,
    )
    if (axis === undefined) {
      const position = earliest + (earliest % 2)
      const list = points[position / 2] ?? []
      points[position / 2] = list
      list.push(...values)
      for (const value of values) positions.set(value, position)
      continue
    }
    const joining = joiningOf(item, axis, depth, fusion)
    const candidates = along.get(axis) ?? []
    along.set(axis, candidates)
    const fits = (g: number): boolean => {
      const group = groups[g]
      return group?.axis === axis && fusion.fuse && 2 * g + 1 >= earliest && mayJoin(joining, group)
    }
    const latest = (earliest - 1) / 2
    let g = fits(latest) ? latest : firstFrom(candidates, earliest, fits)
    if (g === undefined) {
      g = groups.length
      groups.push({ ...joining, axis, items: [] })
      candidates.push(g)
    }
    const group = groups[g]
    if (group === undefined) throw new Error('a group was lost')
    group.items.push(item)
    if (group.items.length === mostApart) candidates.splice(candidates.indexOf(g), 1)
    group.hasProduct ||= joining.hasProduct
    group.isBlocked ||= joining.isBlocked
    group.direction ??= joining.direction
    for (const value of values) positions.set(value, 2 * g + 1)
  }
  const steps: Step[] = []
  for (let g = 0; g <= groups.length; g++) {
    for (const value of points[g] ?? []) steps.push({ kind: 'point', value })
    const group = groups[g]
    if (group === undefined) continue
    const { axis, direction } = group
    const inner = group.items.flatMap((item) => opened(item, depth, fusion))
    const body = level(inner, depth + 1, fusion)
    steps.push({ kind: 'loop', axis, reversed: direction === 'backwards', body })
  }
  return steps
}

function axisOf(item: Item, depth: number, { orders, outermost }: Fusion): AxisName | undefined {
  return item.kind === 'value'
    ? orders.get(item.value)?.axes[depth]
    : outermost.get(item.recurrence)?.[depth]
}

/** What stands in a loop's body: a recurrence whose own loop it is falls into its steps. */
function opened(item: Item, depth: number, { outermost }: Fusion): readonly Item[] {
  if (item.kind === 'value' || depth + 1 < (outermost.get(item.recurrence)?.length ?? 0))
    return [item]
  return item.items
}

type Joining = Pick<Group, 'hasProduct' | 'isBlocked' | 'direction' | 'isClosed'>

function joiningOf(item: Item, axis: AxisName, depth: number, { orders }: Fusion): Joining {
  const own = valuesIn(item).map((value) => orders.get(value))
  if (item.kind === 'steps') {
    const { reversed } = item.recurrence
    const direction = reversed ? 'backwards' : 'forwards'
    return {
      hasProduct: own.some((order) => order?.product != null),
      isBlocked: false,
      direction: axis === item.recurrence.axis ? direction : null,
      isClosed: false,
    }
  }
  const [order] = own
  const { work } = item.value
  // The first of equals wins.
  const isOrdered =
    work.kind === 'reduce' &&
    (work.reduction === 'argmax' || work.reduction === 'argmin') &&
    work.over.includes(axis)
  return {
    hasProduct: order?.product != null,
    isBlocked: order?.product?.isBlocked === true && axis === order.product.row,
    direction: isOrdered ? 'forwards' : null,
    isClosed: isInsideBlock(order, depth),
  }
}

function mayJoin(joining: Joining, group: Group): boolean {
  if (joining.isClosed || group.isClosed) return false
  if (joining.hasProduct && group.hasProduct) return false
  // Blocks of rows run forwards, and a recurrence has one step at a time.
  if (joining.direction !== null && group.isBlocked) return false
  if (joining.isBlocked && group.direction !== null) return false
  return (
    joining.direction === null || group.direction === null || joining.direction === group.direction
  )
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

/** The first group along one axis that fits, those that are too early passed over by halving: there may be thousands. */
function firstFrom(
  candidates: readonly number[],
  earliest: number,
  fits: (group: number) => boolean,
): number | undefined {
  let low = 0
  let high = candidates.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (2 * (candidates[middle] ?? 0) + 1 < earliest) low = middle + 1
    else high = middle
  }
  for (let i = low; i < candidates.length; i++) {
    const group = candidates[i]
    if (group !== undefined && fits(group)) return group
  }
  return undefined
}

/** The value of a loop that stands in it alone. */
export function onlyValue({ body }: Loop): Value | null {
  const [first, ...others] = body
  if (first === undefined || others.length > 0) return null
  return first.kind === 'point' ? first.value : onlyValue(first)
}
