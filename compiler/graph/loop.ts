// What lies inside of a loop, and what it takes from outside.
//
// Note [Loops]. A scan is a recurrence along an axis T. The graph of one step is written with T as an axis of every
// value in it: at each place t, `next` is made of `previous` at t, which is `next` at t - 1 (at t + 1 where the loop is
// reversed), or `start` at the first step. What depends on a `previous` leaf lies inside of the loop; it never looks at
// another place along T: no reduction over T, no lookup along it. So a node inside is an ordinary node, good for every
// rewrite that is good for all values of its leaves, and what does not depend on the carries, such as a layer applied to
// all inputs of a sequence, stands outside by itself, computed for all places at once. Nothing unrolls.
//
// The leaves are bound by their loop: nothing outside of it reaches them. `freeOperands` sees a loop from outside.
import type { AxisName, Loop, Node } from './node.ts'
import { operandsOf, walk } from './walk.ts'

export interface LoopParts {
  /** What depends on the carries, operands first; the leaves among them. */
  readonly inside: readonly Node[]
  /** What the steps need besides, and the starts. */
  readonly outside: readonly Node[]
}

const known = new WeakMap<Loop, LoopParts>()

export function partsOf(loop: Loop): LoopParts {
  const before = known.get(loop)
  if (before !== undefined) return before
  const { carries } = loop
  const dependent = new Set<Node>(carries.map(({ previous }) => previous))
  const inside: Node[] = [...dependent]
  const outside = new Set(carries.map(({ start }) => start))
  // What was made before the leaves does not depend on them.
  const first = Math.min(...inside.map(({ id }) => id))
  const below = (node: Node): readonly Node[] => (node.id < first ? [] : freeOperands(node))
  for (const node of walk(
    carries.map(({ next }) => next),
    below,
  )) {
    const operands = below(node)
    if (dependent.has(node) || !operands.some((operand) => dependent.has(operand))) continue
    dependent.add(node)
    inside.push(node)
    for (const operand of operands) if (!dependent.has(operand)) outside.add(operand)
  }
  for (const { next } of carries) if (!dependent.has(next)) outside.add(next)
  const parts = { inside, outside: [...outside] }
  known.set(loop, parts)
  return parts
}

/**
 * What must be there before a node's value can be: of a loop, what it takes from outside; of a derivative given by the
 * user, the value and what it is of.
 */
export function freeOperands(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'scan':
      return partsOf(node.loop).outside
    case 'custom':
      return [node.value, ...node.inputs]
    case 'constant':
    case 'size':
    case 'vector':
    case 'leaf':
    case 'coordinate':
    case 'map':
    case 'reduce':
    case 'take':
    case 'spread':
    case 'mark':
    case 'gradient':
    case 'random':
    case 'argsort':
      return operandsOf(node)
    default:
      return node satisfies never
  }
}

/** What has a value at the level of the roots, operands first: the insides of loops are left to these. */
export function evaluationOrder(roots: readonly Node[]): Node[] {
  return walk(roots, freeOperands)
}

/** Axes along which other places of an operand are looked at. */
export function axesMixedBy(node: Node): readonly AxisName[] {
  switch (node.kind) {
    case 'reduce':
      return node.over
    case 'take':
      return node.indices.map(({ axis }) => axis)
    case 'spread':
    case 'argsort':
      return [node.axis]
    case 'scan':
      return [node.loop.axis]
    case 'constant':
    case 'size':
    case 'vector':
    case 'leaf':
    case 'coordinate':
    case 'map':
    case 'mark':
    case 'gradient':
    case 'custom':
    case 'random':
      return []
    default:
      return node satisfies never
  }
}
