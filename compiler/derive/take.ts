// The transpose of indexing: where the elements of the operand went.
//
// Note [Solving for axes]. Element a of the operand gets the cotangent of every element b of the result with
// a = index(b): the sum over b of `if a == index(b) then g[b] else 0`. Where the index is affine in an axis of b, that
// axis is solved for instead of summed over, and the sum becomes a guarded take: a rename gives its inverse, a shift
// the shift back, a window of the image (H = 2 * P + K) the windows that a pixel is in (P = (H - K) / 2 where that is
// whole, summed over K), a merge the split. What cannot be solved stays as a condition: for a class label the one-hot
// `C == label`, for a table lookup the sum that is later recognised as a scatter.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node, TakeNode } from '../graph/node.ts'
import { affineOf, isInside } from '../rewrite/affine.ts'
import { foldingAlgebra } from '../rewrite/fold.ts'
import { isDisjoint } from '../rewrite/pattern.ts'
import { reindexed } from '../rewrite/reindex.ts'
import type { Cotangent, Cotangents } from './cotangent.ts'
import { solve } from './solve.ts'
import type { Equation } from './solve.ts'

export function throughTake(
  graph: Graph,
  cotangents: Cotangents,
  node: TakeNode,
  arrived: Cotangent,
): Cotangent {
  const indexed = node.indices.map(({ axis }) => axis)
  const own = node.operand.axes.filter((axis) => !indexed.includes(axis))
  // An axis of the result that is called like one of the operand's gets a name of its own.
  const twins = new Map(
    node.axes
      .filter((axis) => indexed.includes(axis))
      .map((axis) => [axis, twinOf(graph, node, axis)] as const),
  )
  const renaming = new Map([...twins].map(([axis, twin]) => [axis, graph.coordinate(twin) as Node]))
  // What moves is settled first: then one masked value serves everyone who reads it, whatever its axes are called there.
  const touched = node.axes.filter((axis) => !own.includes(axis) || twins.has(axis))
  const crossing = arrived.guards.filter(({ condition }) => !isDisjoint(condition.axes, touched))
  const cotangent = cotangents.moved(
    cotangents.settled(arrived, crossing),
    [...renaming].map(([axis, index]) => ({ axis, index, isInside: true })),
  )
  const equations = node.indices.map(({ axis, index }): Equation => ({
    axis,
    index: reindexed(graph, index, renaming),
  }))
  const unknown = node.axes
    .map((axis) => twins.get(axis) ?? axis)
    .filter((axis) => !own.includes(axis))

  const { solved, conditions, summed, inside } = solve(graph, equations, unknown)
  const indices = [...solved].map(([axis, index]) => ({
    axis,
    index,
    isInside: isInside(graph, affineOf(index), graph.sizes.of(axis)),
  }))
  const build = foldingAlgebra(graph)
  let result = cotangents.moved(cotangent, indices)
  for (const { index, size } of inside) {
    const least = build.op('ge', index, graph.constant(0, 'int'))
    const condition = build.op('and', least, build.op('lt', index, size))
    result = cotangents.guarded(result, { condition, holds: true })
  }
  for (const { left, right, axis } of conditions) {
    const condition = build.op('eq', left, right)
    // The result's own index is known to be inside where the lookup has nothing to fill with.
    const isOriginal = equations.some((equation) => equation.index === right)
    const isPicked = axis !== null && !right.axes.includes(axis)
    result = cotangents.guarded(result, {
      condition,
      holds: true,
      ...(isPicked
        ? { oneHot: { axis, index: right, isInside: node.fill === null && isOriginal } }
        : {}),
    })
  }
  return cotangents.summed(result, summed)
}

const twins = new WeakMap<Graph, Map<string, AxisName>>()

/** Another axis of the same size; the same one whenever the same lookup is transposed. */
function twinOf(graph: Graph, node: TakeNode, axis: AxisName): AxisName {
  const known = twins.get(graph) ?? new Map<string, AxisName>()
  twins.set(graph, known)
  const key = `${node.id} ${axis}`
  const before = known.get(key)
  if (before !== undefined) return before
  const twin = graph.sizes.fresh(axis.split('·')[0] ?? axis, graph.sizes.of(axis))
  known.set(key, twin)
  return twin
}
