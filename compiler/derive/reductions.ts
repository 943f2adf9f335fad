// What a reduction's operand gets of its cotangent.
import type { Graph } from '../graph/graph.ts'
import type { Node, ReduceNode } from '../graph/node.ts'
import { foldingAlgebra } from '../rewrite/fold.ts'
import type { Cotangent, Cotangents } from './cotangent.ts'

/** Null where nothing flows back: truth values and positions have no derivative. */
export function throughReduction(
  graph: Graph,
  cotangents: Cotangents,
  node: ReduceNode,
  cotangent: Cotangent,
): Cotangent | null {
  const build = foldingAlgebra(graph)
  const x = node.operand
  switch (node.reduction) {
    case 'sum':
      // y = Σ x: every element gets the cotangent, which is constant along the axes summed over.
      return cotangent
    case 'max':
    case 'min': {
      // Elements that attain the extremum share evenly.
      const attains = build.op('eq', x, node)
      const count = graph.reduce('sum', node.over, attains)
      const shared = { ...cotangent, value: build.div(cotangent.value, count) }
      return cotangents.guarded(shared, { condition: attains, holds: true })
    }
    case 'logsumexp': {
      // ∂y/∂x = exp(x - y): softmax.
      const enforced = cotangents.enforced(cotangent)
      const weight = build.op('exp', build.sub(x, node))
      return { ...enforced, value: build.mul(enforced.value, weight) }
    }
    case 'prod': {
      const enforced = cotangents.enforced(cotangent)
      return { ...enforced, value: build.mul(enforced.value, productOfOthers(graph, node)) }
    }
    case 'argmax':
    case 'argmin':
    case 'any':
    case 'all':
      return null
    default:
      return node.reduction satisfies never
  }
}

/**
 * Π over j ≠ i of x_j. Without a zero among them it is y / x_i; with one, only the zero's own is not zero. Its own
 * derivative is written with a twin axis, so that it is right at zeros too.
 */
function productOfOthers(graph: Graph, node: ReduceNode): Node {
  const build = foldingAlgebra(graph)
  const x = node.operand
  const one = build.constant(1)
  const isZero = build.op('eq', x, build.constant(0))
  const zeros = graph.reduce('sum', node.over, isZero)
  const nonZero = graph.reduce('prod', node.over, build.select(isZero, one, x))
  const isOnly = build.op('and', isZero, build.op('eq', zeros, graph.constant(1, 'int')))
  return build.select(
    build.op('eq', zeros, graph.constant(0, 'int')),
    build.div(node, x),
    build.select(isOnly, nonZero, build.constant(0)),
  )
}
