// Where numbers are f32 from one operation to the next, x - logsumexp(x) must not be taken from a sum: of a row around 1000
// the sum of shift and logarithm has four digits behind the point. From graph to graph.
import type { Graph } from '../graph/graph.ts'
import { operandsOf, topological, withOperands } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import { add, subtract } from './vocabulary.ts'

/** x - (log(total) + shift) = (x - shift) - log(total), and the other way round. `names` tells which sums these are. */
export function apartFromShift(
  graph: Graph,
  roots: readonly Node[],
  names: ReadonlyMap<Node, string>,
): Node[] {
  const results = new Map<Node, Node>()
  const resultOf = (node: Node): Node => {
    const result = results.get(node)
    if (result === undefined) throw new Error('operands come before their node')
    return result
  }
  const partsOf = (node: Node): readonly [Node, Node] | null => {
    if (node.kind !== 'map' || node.operation !== add) return null
    const [logarithm, shift] = node.operands
    if (logarithm === undefined || shift === undefined || names.get(shift) !== 'shift') return null
    return [resultOf(logarithm), resultOf(shift)]
  }
  for (const node of topological(roots)) {
    const rebuilt = withOperands(graph, node, operandsOf(node).map(resultOf))
    results.set(node, rebuilt)
    if (node.kind !== 'map' || node.operation !== subtract) continue
    const [a, b] = node.operands
    if (a === undefined || b === undefined) continue
    const [left, right] = [partsOf(a), partsOf(b)]
    if (right !== null) {
      const shifted = graph.map(subtract, [resultOf(a), right[1]])
      results.set(node, graph.derived(graph.map(subtract, [shifted, right[0]]), node))
    } else if (left !== null) {
      const shifted = graph.map(subtract, [left[1], resultOf(b)])
      results.set(node, graph.derived(graph.map(add, [left[0], shifted]), node))
    }
  }
  return roots.map(resultOf)
}
