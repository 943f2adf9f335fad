// What a condition says of the values in it, where it holds: `if T > 0 then x[T = T - 1] else 0` stays inside T.
import type { Interval } from '../graph/interval.ts'
import type { MapNode, Node } from '../graph/node.ts'
import type { Frame } from './frame.ts'
import { arithmetic, everything, type Bound } from './intervals.ts'
import type { Tensor } from './value.ts'

export interface Refinements {
  readonly known: ReadonlyMap<Node, Interval>
  /** Where values worked out under these conditions lie: true here, not elsewhere. */
  readonly inside: Map<Node, Interval>
  readonly outer?: Refinements
}

/** An interval, narrowed by the conditions around. */
export function refined(frame: Frame, node: Node, interval: Interval): Interval {
  let narrowed = interval
  for (let at = frame.refinements; at !== undefined; at = at.outer) {
    const known = at.known.get(node)
    if (known !== undefined) narrowed = arithmetic(frame).meet(narrowed, known)
  }
  return narrowed
}

export function refinedTensor(frame: Frame, value: Tensor): Tensor {
  if (frame.refinements === undefined) return value
  const interval = refined(frame, value.node, value.interval)
  return interval === value.interval ? value : { ...value, interval }
}

/** The frame inside an `if` whose condition is known to hold, or not to. */
export function assuming(frame: Frame, condition: Tensor, holds: boolean): Frame {
  const known = new Map<Node, Interval>()
  collect(frame, condition.node, holds, known)
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

type Relation = 'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne'
const negations: Readonly<Record<string, Relation>> = {
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

function collect(frame: Frame, start: Node, startHolds: boolean, known: Map<Node, Interval>): void {
  // A chain of `and`s may be long.
  const pending: { node: Node; holds: boolean }[] = [{ node: start, holds: startHolds }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, holds } = next
    if (node.kind === 'spread') {
      pending.push({ node: node.operand, holds })
      continue
    }
    if (node.kind !== 'map') continue
    const { name } = node.operation
    if (name === 'not') {
      for (const operand of node.operands) pending.push({ node: operand, holds: !holds })
    } else if ((name === 'and' && holds) || (name === 'or' && !holds)) {
      for (const operand of node.operands) pending.push({ node: operand, holds })
    } else if (name === 'known' && holds) {
      for (const operand of node.operands) {
        narrow(frame, known, operand, { lo: 0, hi: Infinity, whole: true })
      }
    } else compare(frame, node, holds, known)
  }
}

function compare(frame: Frame, node: MapNode, holds: boolean, known: Map<Node, Interval>): void {
  const { name } = node.operation
  const relation = holds ? name : negations[name]
  const [left, right] = node.operands
  if (left === undefined || right === undefined || !isRelation(relation)) return
  const leftInterval = intervalOf(frame, left)
  const rightInterval = intervalOf(frame, right)
  if (rightInterval !== undefined) {
    narrow(frame, known, left, limit(frame, relation, left, rightInterval))
  }
  if (leftInterval !== undefined) {
    narrow(frame, known, right, limit(frame, mirrored[relation], right, leftInterval))
  }
}

function isRelation(name: string | undefined): name is Relation {
  return name !== undefined && Object.hasOwn(mirrored, name)
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
  const own = intervalOf(frame, value)
  const same = (a: Bound, b: Bound): boolean =>
    intervals.isAtLeast(a, b) && intervals.isAtLeast(b, a)
  if (own === undefined || !same(lo, hi)) return everything
  const point = { lo, hi, whole: true }
  const step = { lo: 1, hi: 1, whole: true }
  if (same(own.lo, lo)) return { ...everything, lo: intervals.add(point, step).lo }
  if (same(own.hi, lo)) return { ...everything, hi: intervals.sub(point, step).hi }
  return everything
}

function narrow(frame: Frame, known: Map<Node, Interval>, node: Node, to: Interval): void {
  const before = known.get(node)
  known.set(node, before === undefined ? to : arithmetic(frame).meet(before, to))
}

/** Keeps where a value lies, for the conditions that compare it. */
export function noteInterval(frame: Frame, node: Node, interval: Interval): void {
  const table = frame.refinements?.inside ?? frame.elaboration.workspace.intervalOfNode
  table.set(node, interval)
}

/** The interval of a node that was met before, if any. */
function intervalOf(frame: Frame, node: Node): Interval | undefined {
  for (let at = frame.refinements; at !== undefined; at = at.outer) {
    const known = at.inside.get(node)
    if (known !== undefined) return known
  }
  return frame.elaboration.workspace.intervalOfNode.get(node)
}
