// Where numbers are f32 from one operation to the next, x - logsumexp(x) must not be taken from a sum: of a row around 1000
// the sum of shift and logarithm has four digits behind the point. From graph to graph.
import type { Graph } from '../graph/graph.ts'
import { rebuildAll, topological } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import { add, subtract } from './vocabulary.ts'

/** x - (log(total) + shift) = (x - shift) - log(total), and the other way round. `names` tells which sums these are. */
export function apartFromShift(
  graph: Graph,
  roots: readonly Node[],
  names: ReadonlyMap<Node, string>,
): Node[] {
  const partsOf = (node: Node): readonly [Node, Node] | null => {
    if (node.kind !== 'map' || node.operation !== add) return null
    const [logarithm, shift] = node.operands
    if (logarithm === undefined || shift === undefined || names.get(shift) !== 'shift') return null
    return [logarithm, shift]
  }
  return rebuildAll(graph, roots, topological(roots), (node, resultOf) => {
    if (node.kind !== 'map' || node.operation !== subtract) return null
    const [a, b] = node.operands
    if (a === undefined || b === undefined) return null
    const [left, right] = [partsOf(a), partsOf(b)]
    if (right !== null) {
      const shifted = graph.map(subtract, [resultOf(a), resultOf(right[1])])
      return graph.derived(graph.map(subtract, [shifted, resultOf(right[0])]), node)
    }
    if (left !== null) {
      const shifted = graph.map(subtract, [resultOf(left[1]), resultOf(b)])
      return graph.derived(graph.map(add, [resultOf(left[0]), shifted]), node)
    }
    return null
  })
}
