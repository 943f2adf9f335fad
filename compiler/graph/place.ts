// Where in a source a part of a graph was asked for.
import type { Location } from '../source/span.ts'
import type { Graph } from './graph.ts'
import type { Node } from './node.ts'
import { operandsOf, topological } from './walk.ts'

/** Of the first node of this kind: its own place, or that of the first value made of it that has one. */
export function placeOf(
  graph: Graph,
  results: readonly Node[],
  kind: Node['kind'],
): Location | null {
  const made = new Set<Node>()
  for (const node of topological(results)) {
    if (node.kind !== kind && !operandsOf(node).some((operand) => made.has(operand))) continue
    made.add(node)
    const found = graph.originOf(node).find(({ location }) => location !== undefined)
    if (found?.location !== undefined) return found.location
  }
  return null
}
