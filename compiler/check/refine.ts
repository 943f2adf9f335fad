// What a condition says of the values in it, where it holds: `if T > 0 then x[T = T - 1] else 0` stays inside T.
import type { Interval } from '../graph/interval.ts'
import type { AxisName, Node } from '../graph/node.ts'
import type { Relation } from '../graph/operation.ts'
import { conjuncts, type Conjunct } from './conjuncts.ts'
import type { Frame } from './frame.ts'
import { arithmetic, everything, type Bound } from './intervals.ts'
import type { Tensor } from './value.ts'

/**
 * A comparison that holds, or does not, at the places where a value is looked at. It says so of the value at the same
 * places along `axes`: who goes to others along them may find it otherwise.
 */
export interface Fact extends Conjunct {
  readonly axes: readonly AxisName[]
}

/** Where a value lies wherever all the facts are so. */
export interface Narrowed {
  readonly interval: Interval
  readonly facts: readonly Fact[]
}

export interface Refinements {
  readonly known: ReadonlyMap<Node, Narrowed>
  /** Where values worked out under these conditions lie: true here, not elsewhere. */
  readonly inside: Map<Node, Narrowed>
  readonly outer?: Refinements
}

/** A value with what the conditions around say of it. */
export function refined(frame: Frame, value: Tensor): Tensor {
  return narrowedTo(value, narrowedFurther(frame, value.node, narrowest(value)))
}

function narrowedFurther(frame: Frame, node: Node, start: Narrowed): Narrowed {
  const intervals = arithmetic(frame)
  let narrowed = start
  for (let at = frame.refinements; at !== undefined; at = at.outer) {
    const known = at.known.get(node)
    if (known === undefined) continue
    const met = intervals.meet(narrowed.interval, known.interval)
    if (isSame(met, narrowed.interval)) continue
    narrowed = { interval: met, facts: [...narrowed.facts, ...known.facts] }
  }
  return narrowed
}

/** The least that is known of where a value lies, and on which facts. */
export function narrowest({ interval, narrowed }: Pick<Tensor, 'interval' | 'narrowed'>): Narrowed {
  return narrowed ?? { interval, facts: [] }
}

export function narrowedTo(value: Tensor, narrowed: Narrowed): Tensor {
  const { narrowed: _, ...plain } = value
  const isNews = narrowed.facts.length > 0 && !isSame(narrowed.interval, value.interval)
  return isNews ? { ...plain, narrowed } : plain
}

/** Of a value looked at from other places along some axes: what is so at one place need not be at another. */
export function fromElsewhere(value: Tensor, along: readonly AxisName[]): Tensor {
  const facts = value.narrowed?.facts ?? []
  if (!facts.some(({ axes }) => axes.some((axis) => along.includes(axis)))) return value
  const { narrowed: _, ...plain } = value
  return plain
}

/** What is chosen where a condition holds (or does not): what is so there is so wherever it is chosen. */
export function whereChosen(value: Tensor, condition: Tensor, holds: boolean): Tensor {
  const { narrowed } = value
  if (narrowed === undefined) return value
  const said = conjuncts(condition.node, holds)
  const open = narrowed.facts.filter(
    (fact) => !said.some((one) => one.node === fact.node && one.holds === fact.holds),
  )
  return open.length === 0
    ? narrowedTo({ ...value, interval: narrowed.interval }, { ...narrowed, facts: [] })
    : narrowedTo(value, { ...narrowed, facts: open })
}

function isSame(a: Interval, b: Interval): boolean {
  const key = (bound: Bound): number | string => (typeof bound === 'number' ? bound : bound.key)
  return key(a.lo) === key(b.lo) && key(a.hi) === key(b.hi)
}

/** The frame inside an `if` whose condition is known to hold, or not to. */
export function assuming(frame: Frame, condition: Tensor, holds: boolean): Frame {
  const known = new Map<Node, Narrowed>()
  for (const conjunct of conjuncts(condition.node, holds)) learn(frame, conjunct, known)
  if (known.size === 0) return frame
  const { refinements } = frame
  return {
    ...frame,
    refinements: {
      known,
      inside: new Map(),
      ...(refinements === undefined ? {} : { outer: refinements }),
    },
  }
}

const negations: Readonly<Record<Relation, Relation>> = {
  lt: 'ge',
  le: 'gt',
  gt: 'le',
  ge: 'lt',
  ne: 'eq',
  eq: 'ne',
}
const mirrored: Readonly<Record<Relation, Relation>> = {
  lt: 'gt',
  le: 'ge',
  gt: 'lt',
  ge: 'le',
  eq: 'eq',
  ne: 'ne',
}

function learn(frame: Frame, conjunct: Conjunct, known: Map<Node, Narrowed>): void {
  const { node, holds } = conjunct
  const [left, right] = node.operands
  const stated = node.operation.relation
  if (left === undefined || right === undefined || stated === undefined) return
  const relation = holds ? stated : negations[stated]
  compare(frame, conjunct, { relation, value: left, other: right }, known)
  compare(frame, conjunct, { relation: mirrored[relation], value: right, other: left }, known)
}

function compare(
  frame: Frame,
  conjunct: Conjunct,
  { relation, value, other }: { relation: Relation; value: Node; other: Node },
  known: Map<Node, Narrowed>,
): void {
  const bound = intervalOf(frame, other)
  if (bound === undefined) return
  // What else is needed for the bound is needed at the very places that are compared.
  const needed = [...bound.facts, ...(intervalOf(frame, value)?.facts ?? [])]
  const axes = needed.length === 0 ? value.axes : conjunct.node.axes
  narrow(frame, known, value, {
    interval: limit(frame, relation, value, bound.interval),
    facts: [{ ...conjunct, axes }, ...needed],
  })
}

/** Where a value lies that stands in a relation to one in `other`. */
function limit(frame: Frame, relation: Relation, value: Node, other: Interval): Interval {
  const whole = value.dataType !== 'real' && other.whole
  const intervals = arithmetic(frame)
  const step = { lo: 1, hi: 1, whole: true }
  switch (relation) {
    case 'lt':
      return { lo: -Infinity, hi: whole ? intervals.sub(other, step).hi : other.hi, whole: false }
    case 'le':
      return { lo: -Infinity, hi: other.hi, whole: false }
    case 'gt':
      return { lo: whole ? intervals.add(other, step).lo : other.lo, hi: Infinity, whole: false }
    case 'ge':
      return { lo: other.lo, hi: Infinity, whole: false }
    case 'eq':
      return { lo: other.lo, hi: other.hi, whole: false }
    case 'ne':
      return whole ? without(frame, value, other) : everything
    default:
      return relation satisfies never
  }
}

/** A whole number that is not the least of those it could be is at least the next; the greatest likewise. */
function without(frame: Frame, value: Node, { lo, hi }: Interval): Interval {
  const intervals = arithmetic(frame)
  const own = intervalOf(frame, value)?.interval
  const same = (a: Bound, b: Bound): boolean =>
    intervals.isAtLeast(a, b) && intervals.isAtLeast(b, a)
  if (own === undefined || !same(lo, hi)) return everything
  const point = { lo, hi, whole: true }
  const step = { lo: 1, hi: 1, whole: true }
  if (same(own.lo, lo)) return { ...everything, lo: intervals.add(point, step).lo }
  if (same(own.hi, lo)) return { ...everything, hi: intervals.sub(point, step).hi }
  return everything
}

function narrow(frame: Frame, known: Map<Node, Narrowed>, node: Node, to: Narrowed): void {
  const before = known.get(node)
  if (before === undefined) {
    known.set(node, to)
    return
  }
  const interval = arithmetic(frame).meet(before.interval, to.interval)
  if (isSame(interval, before.interval)) return
  known.set(node, { interval, facts: [...before.facts, ...to.facts] })
}

/** Keeps where a value lies, for the conditions that compare it. */
export function noteInterval(frame: Frame, { node, interval, narrowed }: Tensor): void {
  frame.elaboration.workspace.intervalOfNode.set(node, interval)
  if (narrowed !== undefined) frame.refinements?.inside.set(node, narrowed)
}

/** Where a node that was met before lies, if any. */
function intervalOf(frame: Frame, node: Node): Narrowed | undefined {
  const { intervalOfNode } = frame.elaboration.workspace
  const interval = intervalOfNode.get(node)
  if (interval === undefined) return undefined
  return narrowedFurther(frame, node, notedInside(frame, node) ?? { interval, facts: [] })
}

function notedInside(frame: Frame, node: Node): Narrowed | undefined {
  for (let at = frame.refinements; at !== undefined; at = at.outer) {
    const known = at.inside.get(node)
    if (known !== undefined) return known
  }
  return undefined
}
