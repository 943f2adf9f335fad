// In which order the loops of a value nest.
import type { AxisName } from '../graph/node.ts'
import { constantOf } from '../graph/size.ts'
import type { Sizes } from '../graph/sizes.ts'
import type { PointExpression } from './expression.ts'
import { expressionsIn } from './expression.ts'
import type { Inliner } from './inline.ts'
import { ownEnvironment } from './point.ts'
import type { Dependency } from './point.ts'
import type { Target } from './program.ts'
import type { Ranks } from './rank.ts'
import { freeAxes, reducedAxes } from './value.ts'
import type { Reduction, Value, Work } from './value.ts'
import type { Contraction, Side } from './contraction.ts'

export interface LoopOrder {
  /** Outermost first. */
  readonly axes: readonly AxisName[]
  readonly product: Product | null
}

/**
 * How a contraction runs. `dots`: rows, columns, then the sum, where both factors lie contiguous along the sum.
 * `rows`: rows, the sum, then columns, which are contiguous in a factor: each term adds to a whole row.
 */
export interface Product {
  readonly form: 'dots' | 'rows'
  readonly row: AxisName
  readonly column: AxisName
  /** Several rows and terms at once: then the loops inside the rows' are its own. */
  readonly isBlocked: boolean
}

/** `layoutOf`: how what a read reads lies in memory. */
export function orderLoops(
  value: Value,
  { style, blockFrom = Infinity }: Target,
  sizes: Sizes,
  ranks: Ranks,
  inliner: Inliner,
  layoutOf: (read: Extract<PointExpression, { kind: 'read' }>) => readonly AxisName[],
): LoopOrder {
  const { work } = value
  const over = reducedAxes(value)
  const free = freeAxes(value)
  // One element each, as they lie; a thread sums by itself.
  if (style === 'thread') return { axes: [...free, ...ranks.sorted(over)], product: null }
  if (work.kind === 'reduce' && work.contraction !== null) {
    const { axes, product } = contractionOrder(
      value,
      work.contraction,
      sizes,
      ranks,
      inliner,
      layoutOf,
    )
    const size = axes.reduce((all, axis) => all * (constantOf(sizes.of(axis)) ?? unknownSize), 1)
    return { axes, product: { ...product, isBlocked: size >= blockFrom } }
  }
  if (work.kind === 'scatter') {
    // Along an axis that the places depend on, each row is a scatter of its own, and can follow what makes it.
    const rows = free.filter((axis) =>
      work.scatter.targets.some(({ index }) => index.axes.includes(axis)),
    )
    const columns = free.filter((axis) => !rows.includes(axis))
    return { axes: [rows, over, columns].flatMap((part) => ranks.sorted(part)), product: null }
  }
  const axes = runsInLocal(work)
    ? [...ranks.sorted(free), ...ranks.sorted(over)]
    : value.work.kind === 'reduce'
      ? ranks.sorted([...free, ...over])
      : [...ranks.sorted(over), ...ranks.sorted(free)]
  return { axes, product: null }
}

/** What an axis counts for whose size is not known: a batch, a layer. */
const unknownSize = 64
/** To be worth summing up along. */
const shortest = 16

/**
 * Elementwise work on a product runs through the same axes in the same order as the product, so that it can follow
 * right after each row; and so does what works on that.
 */
export function followProducts(
  values: readonly Value[],
  orders: ReadonlyMap<Value, LoopOrder>,
  dependencies: ReadonlyMap<Value, readonly Dependency[]>,
  within: (value: Value, order: LoopOrder) => LoopOrder,
): Map<Value, LoopOrder> {
  const following = new Map(orders)
  const led = new Map<Value, readonly AxisName[]>()
  for (const value of values) {
    const order = following.get(value)
    if (order === undefined) continue
    if (order.product !== null) {
      led.set(
        value,
        order.axes.filter((axis) => freeAxes(value).includes(axis)),
      )
    }
    if (value.work.kind !== 'map' && value.work.kind !== 'deliver') continue
    for (const { on, kind } of dependencies.get(value) ?? []) {
      const axes = led.get(on)
      if (kind !== 'reads' || axes?.length !== order.axes.length) continue
      if (!axes.every((axis) => order.axes.includes(axis))) continue
      const shared = within(value, { axes, product: null })
      following.set(value, shared)
      led.set(value, shared.axes)
      break
    }
  }
  return following
}

/** Whose accumulator cannot be a row of numbers: positions go along with it, or it is a truth value. */
function runsInLocal(work: Work): boolean {
  const local: readonly Reduction[] = ['argmax', 'argmin', 'any', 'all']
  return work.kind === 'reduce' && local.includes(work.reduction)
}

function contractionOrder(
  value: Value,
  { left, right }: Contraction,
  sizes: Sizes,
  ranks: Ranks,
  inliner: Inliner,
  layoutOf: (read: Extract<PointExpression, { kind: 'read' }>) => readonly AxisName[],
): { axes: AxisName[]; product: Omit<Product, 'isBlocked'> } {
  const at = ownEnvironment(value, inliner)
  const contiguous = ({ factors }: Side): Set<AxisName> => {
    const roots = factors.map((factor) => inliner.valueAt(factor, at))
    const found = new Set<AxisName>()
    for (const read of expressionsIn(roots)) {
      if (read.kind !== 'read') continue
      const last = layoutOf(read).at(-1)
      const index = read.indices[read.node.axes.findIndex((axis) => axis === last)]
      if (index === undefined) continue
      for (const part of expressionsIn([index])) {
        if (part.kind === 'variable') found.add(part.name)
      }
    }
    return found
  }
  const along = { left: contiguous(left), right: contiguous(right) }
  const over = ranks.sorted(reducedAxes(value))
  const free = ranks.sorted(freeAxes(value))
  const without = (...axes: AxisName[]): AxisName[] => free.filter((axis) => !axes.includes(axis))
  const own = { left: ranks.sorted(left.own), right: ranks.sorted(right.own) }

  // A window of three is not worth a loop of its own inside all others.
  const isLong = (axis: AxisName): boolean =>
    (constantOf(sizes.of(axis)) ?? unknownSize) >= shortest
  const shared = over.find((axis) => along.left.has(axis) && along.right.has(axis) && isLong(axis))
  const columns = [...own.right, ...own.left].filter(
    (axis) => along.left.has(axis) || along.right.has(axis),
  )
  // The column that the result is contiguous along, if possible.
  const column = columns.find((axis) => axis === value.layout.at(-1)) ?? columns[0]
  if (shared === undefined && column !== undefined) {
    const rows = own.left.includes(column) ? own.right : own.left
    const row = rows.at(-1)
    if (row !== undefined) {
      return {
        axes: [...without(row, column), row, ...over, column],
        product: { form: 'rows', row, column },
      }
    }
  }
  const ends = [own.left.at(-1), own.right.at(-1)].filter((axis) => axis !== undefined)
  const [row, last] = ranks.sorted(ends)
  if (row === undefined || last === undefined) throw new Error('each side has an axis of its own')
  const inner = shared === undefined ? over : [...over.filter((axis) => axis !== shared), shared]
  return {
    axes: [...without(row, last), row, last, ...inner],
    product: { form: 'dots', row, column: last },
  }
}
