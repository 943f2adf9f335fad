// The derivative of a product over axes, right at zeros, and so are its own.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, LeafNode, Loop, Node, ReduceNode } from '../graph/node.ts'
import { foldingAlgebra } from '../rewrite/fold.ts'
import { placeholder, shifted } from './recurrence.ts'

/** Tells the mark below from those of the checker, which count from 0. */
const label = -1

/** Π over j ≠ i of x_j, for every i. Over several axes: along the last, times what the others make of its products. */
export function productOfOthers(graph: Graph, { operand, over }: ReduceNode): Node {
  const build = foldingAlgebra(graph)
  let factor = operand
  let others: Node | null = null
  for (const axis of [...over].reverse()) {
    const along = othersAlong(graph, factor, axis)
    others = others === null ? along : build.mul(others, along)
    factor = graph.reduce('prod', [axis], factor)
  }
  return others ?? build.constant(1)
}

/**
 * Without a zero among the x that is y / x_i; with one, only the zero's own is not zero. Differentiated by this formula
 * it would have no derivative at zeros, so it brings its own.
 */
function othersAlong(graph: Graph, operand: Node, axis: AxisName): Node {
  const build = foldingAlgebra(graph)
  const x = graph.mark(operand, label)
  const whole = (value: number): Node => graph.constant(value, 'int')
  const [zero, one] = [build.constant(0), build.constant(1)]
  const isZero = build.op('eq', x, zero)
  const filled = build.select(isZero, one, x)
  const zeros = graph.reduce('sum', [axis], isZero)
  const product = graph.reduce('prod', [axis], filled)
  const has = (count: number): Node => build.op('eq', zeros, whole(count))
  const value = build.select(
    has(0),
    build.div(product, filled),
    build.select(build.op('and', isZero, has(1)), product, zero),
  )
  const cotangent = graph.leaf({
    role: 'placeholder',
    name: `cotangent of the factors of ${operand.id} along ${axis}`,
    layout: x.axes,
    dataType: 'real',
  })
  const pullback = withOneReplaced(graph, x, cotangent, axis)
  return graph.custom({ value, inputs: [x], cotangent, pullbacks: [pullback] })
}

/**
 * Σ over i ≠ j of g_i · Π over k ≠ i, j of x_k, for every j. With p the product of what lies before a place and p' the
 * same with one x replaced by its g, in all ways, and s and s' of what lies behind, that is p'_j · s_j + p_j · s'_j. No
 * quotient, so it is right at zeros, and so is whatever is derived from it.
 */
function withOneReplaced(graph: Graph, x: Node, g: LeafNode, axis: AxisName): Node {
  const build = foldingAlgebra(graph)
  const sweep = (reversed: boolean): readonly [product: Node, replaced: Node] => {
    const previous = placeholder(graph, x.axes, (n) => `product${n}`)
    const replaced = placeholder(graph, x.axes, (n) => `replaced${n}`)
    const next = build.add(build.mul(replaced, x), build.mul(previous, g))
    const carries = [
      { previous, start: build.constant(1), next: build.mul(previous, x) },
      { previous: replaced, start: build.constant(0), next },
    ]
    const loop: Loop = { axis, reversed, carries }
    return [shifted(graph, loop, 0), shifted(graph, loop, 1)]
  }
  const [before, replacedBefore] = sweep(false)
  const [behind, replacedBehind] = sweep(true)
  return build.add(build.mul(replacedBefore, behind), build.mul(before, replacedBehind))
}
