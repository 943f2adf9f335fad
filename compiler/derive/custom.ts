// Derivatives given by the user: the pullback with what flows back in place of its cotangent.
import { operandsOf, substitute, topological } from '../graph/graph.ts'
import type { Graph } from '../graph/graph.ts'
import type { AxisName, CustomNode, Node } from '../graph/node.ts'
import { isDisjoint } from '../rewrite/pattern.ts'
import type { Cotangent, Cotangents } from './cotangent.ts'

/**
 * Guards along axes that the pullback leaves alone stay outside of it (Note [Guards]); the others go around the
 * cotangent, since one element of it then matters for several of the result.
 */
export function pullBack(
  graph: Graph,
  cotangents: Cotangents,
  node: CustomNode,
  pullback: Node,
  cotangent: Cotangent,
): Cotangent {
  const mixed = mixedAxes(pullback, node.cotangent)
  const crossing = cotangent.guards.filter(({ condition }) => !isDisjoint(condition.axes, mixed))
  const settled = cotangents.settled(cotangent, crossing)
  // Whatever the pullback sums over or looks up must be an axis of what stands for its cotangent.
  const value = node.cotangent.axes
    .filter((axis) => mixed.length > 0 && !settled.value.axes.includes(axis))
    .reduce((spread: Node, axis) => graph.spread(spread, axis), settled.value)
  const [pulled] = substitute(graph, [pullback], new Map([[node.cotangent, value]]))
  return { ...settled, value: pulled ?? pullback, support: null }
}

/** The axes along which the pullback brings different elements of its cotangent together. */
function mixedAxes(pullback: Node, cotangent: Node): AxisName[] {
  const dependent = new Set<Node>([cotangent])
  const mixed = new Set<AxisName>()
  for (const node of topological([pullback])) {
    if (!operandsOf(node).some((operand) => dependent.has(operand))) continue
    dependent.add(node)
    if (node.kind === 'reduce') for (const axis of node.over) mixed.add(axis)
    else if (node.kind === 'take') for (const { axis } of node.indices) mixed.add(axis)
    else if (node.kind === 'spread') mixed.add(node.axis)
    else if (node.kind === 'scan') mixed.add(node.loop.axis)
  }
  return [...mixed]
}
