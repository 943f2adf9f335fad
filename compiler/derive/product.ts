// The derivative of a product over axes, right at zeros, and so is its own.
import type { Graph } from '../graph/graph.ts'
import type { Node, ReduceNode } from '../graph/node.ts'
import { foldingAlgebra } from '../rewrite/fold.ts'

/** Tells the mark below from those of the checker, which count from 0. */
const label = -1

/**
 * Π over j ≠ i of x_j, for every i. Without a zero among the x that is y / x_i; with one, only the zero's own is not
 * zero. Differentiated by this formula it would have no derivative at zeros, so it brings its own.
 */
export function productOfOthers(graph: Graph, node: ReduceNode): Node {
  const build = foldingAlgebra(graph)
  const x = graph.mark(node.operand, label)
  const whole = (value: number): Node => graph.constant(value, 'int')
  const [zero, one] = [build.constant(0), build.constant(1)]
  const isZero = build.op('eq', x, zero)
  const filled = build.select(isZero, one, x)
  const zeros = graph.reduce('sum', node.over, isZero)
  const product = graph.reduce('prod', node.over, filled)
  const has = (count: number): Node => build.op('eq', zeros, whole(count))
  const value = build.select(
    has(0),
    build.div(product, filled),
    build.select(build.op('and', isZero, has(1)), product, zero),
  )

  // Σ over i ≠ j of g_i · Π over k ≠ i, j of x_k, in time linear in the number of x: what is left of the product
  // when i and j are taken out is not zero only if they are all the zeros there are.
  const cotangent = graph.leaf({
    role: 'placeholder',
    name: `cotangent of the factors of ${node.id}`,
    layout: x.axes,
    dataType: 'real',
  })
  const quotient = build.div(cotangent, filled)
  const ofNonZeros = graph.reduce('sum', node.over, build.select(isZero, zero, quotient))
  const ofZeros = graph.reduce('sum', node.over, build.select(isZero, cotangent, zero))
  const withoutZeros = build.div(build.mul(product, build.sub(ofNonZeros, quotient)), filled)
  const withOne = build.mul(product, build.select(isZero, ofNonZeros, build.div(ofZeros, filled)))
  const withTwo = build.select(isZero, build.mul(product, build.sub(ofZeros, cotangent)), zero)
  const pullback = build.select(
    has(0),
    withoutZeros,
    build.select(has(1), withOne, build.select(has(2), withTwo, zero)),
  )
  return graph.custom({ value, inputs: [x], cotangent, pullbacks: [pullback] })
}
