// What a reduction's operand gets of its cotangent.
import type { Graph } from '../graph/graph.ts'
import type { ReduceNode } from '../graph/node.ts'
import { foldingAlgebra } from '../rewrite/fold.ts'
import { productOfOthers } from './product.ts'
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
