// Recurrences where threads can't wait for each other: the host runs the steps, and each value of a step is a kernel. What
// is carried is one more buffer, written by two kernels: before the first step, and after each.
import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import type { Step } from './fuse.ts'
import type { Inliner } from './inline.ts'
import { append } from './multimap.ts'
import type { LoopOrder } from './order.ts'
import { ownPoint, readsIn } from './point.ts'
import type { PointExpression } from './expression.ts'
import type { StepLoop } from './program.ts'
import type { Recurrence } from './recurrence.ts'
import type { Item } from './schedule.ts'
import { reasonOf } from './shrink.ts'
import type { Storage } from './shrink.ts'
import type { Value } from './value.ts'

/** One value for all elements, or for those of one step of each recurrence around it. */
export interface Launch {
  /** Of what is carried, a value that only delivers what it becomes. */
  readonly value: Value
  /** Whose storage it writes. */
  readonly into: Value
  /** Outermost first. */
  readonly around: readonly Recurrence[]
  readonly order: LoopOrder
  readonly point: readonly PointExpression[]
}

export function launchesOf(
  items: readonly Item[],
  orders: ReadonlyMap<Value, LoopOrder>,
  inliner: Inliner,
): Launch[] {
  const launch = (value: Value, into: Value, around: readonly Recurrence[]): Launch => {
    const order = orders.get(into)
    if (order === undefined) throw new Error(`${into.name} has no loops`)
    const steps = around.map(({ axis }) => axis)
    return { value, into, around, order, point: ownPoint(value, inliner, steps) }
  }
  const become = (into: Value, node: Node, around: readonly Recurrence[]): Launch =>
    launch({ ...into, node, work: { kind: 'deliver' }, recurrences: around }, into, around)
  const level = (own: readonly Item[], around: readonly Recurrence[]): Launch[] =>
    own.flatMap((item): Launch[] => {
      if (item.kind === 'value') {
        const { value } = item
        const { work } = value
        return [
          work.kind === 'carry' ? become(value, work.next, around) : launch(value, value, around),
        ]
      }
      const carried = item.items.flatMap((each) => (each.kind === 'value' ? [each.value] : []))
      const starts = carried.flatMap((value) =>
        value.work.kind === 'carry' ? [become(value, value.work.start, around)] : [],
      )
      return [...starts, ...level(item.items, [...around, item.recurrence])]
    })
  return level(items, [])
}

/** The loops of one launch: those of the steps outermost, though the host runs them. */
export function loopsOf({ value, around, order }: Launch): readonly Step[] {
  const stepAxes = around.map(({ axis }) => axis)
  const over = value.work.kind === 'reduce' ? value.work.over : []
  const own = order.axes.filter(
    (axis) => !stepAxes.includes(axis) && (value.layout.includes(axis) || over.includes(axis)),
  )
  const inner = own.reduceRight<Step>(
    (body, axis) => ({ kind: 'loop', axis, reversed: false, body: [body] }),
    { kind: 'point', value },
  )
  return [
    around.reduceRight<Step>(
      (body, { axis, reversed }) => ({ kind: 'loop', axis, reversed, body: [body] }),
      inner,
    ),
  ]
}

/** Everything is a buffer; what is read outside of its steps has a place for each of them. */
export function storagesOf(
  launches: readonly Launch[],
  valueOf: ReadonlyMap<Node, Value>,
  stepLoop: (recurrence: Recurrence) => StepLoop,
): Map<Value, Storage> {
  const writers = new Map<Value, Launch[]>()
  const readers = new Map<Value, Launch[]>()
  const lives = livesOf(launches)
  for (const launch of launches) {
    append(writers, launch.into, launch)
    for (const { node } of readsIn(launch.point)) {
      const read = valueOf.get(node)
      if (read !== undefined) append(readers, read, launch)
    }
  }
  const storages = new Map<Value, Storage>()
  for (const [into, writing] of writers) {
    const own = readers.get(into) ?? []
    const { layout, recurrences, type, result } = into
    const isKept = (recurrence: Recurrence): boolean =>
      result !== null || own.some(({ around }) => !around.includes(recurrence))
    const along = recurrences.filter(({ axis }) => layout.includes(axis))
    const kept = along.filter(isKept)
    const dropped = along.filter((recurrence) => !isKept(recurrence)).map(({ axis }) => axis)
    const axes = layout.filter((axis) => !dropped.includes(axis))
    const readBy = own.map(({ value }) => value.name)
    const spans = [...writing, ...own].map(lives)
    const buffer = {
      axes,
      type,
      reason: reasonOf(into, axes, null, readBy, false),
      first: Math.min(...spans.map(({ first }) => first)),
      last: Math.max(...spans.map(({ last }) => last)),
    }
    const steps = kept.length > 0 ? { steps: kept.map(stepLoop) } : {}
    storages.set(into, { isLocal: false, buffer: { ...buffer, ...steps } })
  }
  return storages
}

/** From which to which a launch runs: steps run again until their recurrence is done. */
function livesOf(launches: readonly Launch[]): (launch: Launch) => { first: number; last: number } {
  const lives = new Map<Launch | Recurrence, { first: number; last: number }>()
  const keyOf = (launch: Launch): Launch | Recurrence => launch.around[0] ?? launch
  for (const [i, launch] of launches.entries()) {
    const { first } = lives.get(keyOf(launch)) ?? { first: i }
    lives.set(keyOf(launch), { first, last: i })
  }
  return (launch) => {
    const life = lives.get(keyOf(launch))
    if (life === undefined) throw new Error(`${launch.value.name} never runs`)
    return life
  }
}

export function stepLoops(graph: Graph): (recurrence: Recurrence) => StepLoop {
  const known = new Map<Recurrence, StepLoop>()
  return (recurrence) => {
    const { axis, reversed } = recurrence
    const loop = known.get(recurrence) ?? { axis, extent: graph.sizes.of(axis), reversed }
    known.set(recurrence, loop)
    return loop
  }
}
