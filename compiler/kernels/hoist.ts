// Which loops stand outside of the steps of a recurrence.
import type { AxisName } from '../graph/node.ts'
import type { LoopOrder } from './order.ts'
import type { Dependency } from './point.ts'
import type { Ranks } from './rank.ts'
import type { Recurrence } from './recurrence.ts'
import { freeAxes } from './value.ts'
import type { Value } from './value.ts'

/**
 * Of each recurrence, the outermost axes of all that its steps compute: those of the recurrences around it, axes along
 * which it can run by itself, its own.
 *
 * Note [Axes outside of a recurrence]
 * A running sum over [N, T] is best run for each n by itself: then what it carries is a number in a local. That takes an
 * axis along which no step looks at another place, and data that lie so: with T outside N in memory, T is the outer loop
 * and the carry a row over N. A step that holds a matrix product stays whole, since its rows share what the product reads.
 */
export function outermostAxes(
  values: readonly Value[],
  dependencies: ReadonlyMap<Value, readonly Dependency[]>,
  ranks: Ranks,
): Map<Recurrence, readonly AxisName[]> {
  const members = new Map<Recurrence, Value[]>()
  for (const value of values) {
    for (const recurrence of value.recurrences) {
      const list = members.get(recurrence) ?? []
      members.set(recurrence, list)
      list.push(value)
    }
  }
  const outermost = new Map<Recurrence, readonly AxisName[]>()
  for (const { recurrences } of values) {
    let outer: readonly AxisName[] = []
    for (const recurrence of recurrences) {
      const known = outermost.get(recurrence)
      const own = members.get(recurrence) ?? []
      outer = known ?? [
        ...outer,
        ...aloneAlong(own, dependencies, ranks, [...outer, recurrence.axis]),
        recurrence.axis,
      ]
      outermost.set(recurrence, outer)
    }
  }
  return outermost
}

/** For targets whose steps the host runs: nothing stands outside of them. */
export function stepAxes(values: readonly Value[]): Map<Recurrence, readonly AxisName[]> {
  return new Map(
    values.flatMap(({ recurrences }) =>
      recurrences.map((recurrence, depth): [Recurrence, readonly AxisName[]] => [
        recurrence,
        recurrences.slice(0, depth + 1).map(({ axis }) => axis),
      ]),
    ),
  )
}

/** `taken` ends with the recurrence's own axis. */
function aloneAlong(
  members: readonly Value[],
  dependencies: ReadonlyMap<Value, readonly Dependency[]>,
  ranks: Ranks,
  taken: readonly AxisName[],
): AxisName[] {
  const [first] = members
  if (first === undefined) return []
  if (members.some(({ work }) => work.kind === 'reduce' && work.contraction !== null)) return []
  const own = new Set(members)
  const shared = ranks.sorted([...new Set([...freeAxes(first), ...taken])])
  const outside = shared.slice(0, shared.indexOf(taken.at(-1) ?? ''))
  return outside.filter(
    (axis) =>
      !taken.includes(axis) &&
      members.every(
        (value) =>
          freeAxes(value).includes(axis) &&
          (dependencies.get(value) ?? []).every(
            ({ on, aligned }) => !own.has(on) || aligned.has(axis),
          ),
      ),
  )
}

/** The same loops, those of the recurrences that the value lies in outermost. */
export function within(
  { recurrences }: Value,
  order: LoopOrder,
  outermost: ReadonlyMap<Recurrence, readonly AxisName[]>,
): LoopOrder {
  const innermost = recurrences.at(-1)
  const outer = innermost === undefined ? undefined : outermost.get(innermost)
  if (outer === undefined) return order
  return { ...order, axes: [...outer, ...order.axes.filter((axis) => !outer.includes(axis))] }
}
