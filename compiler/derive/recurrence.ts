// What the loops of derivatives are made with.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, LeafNode, Loop, Node } from '../graph/node.ts'
import { constantSize, subtractSizes } from '../graph/size.ts'
import { sizeNode } from '../rewrite/affine.ts'
import { foldingAlgebra } from '../rewrite/fold.ts'

/** The carry that each step finds: that of the step before, at the first the start. */
export function shifted(graph: Graph, loop: Loop, index: number): Node {
  const { axis, reversed } = loop
  const start = loop.carries[index]?.start
  if (start === undefined) throw new Error(`a loop has no carry ${index}`)
  const build = foldingAlgebra(graph)
  const one = graph.constant(1, 'int')
  const place = graph.coordinate(axis)
  const before = reversed ? build.add(place, one) : build.sub(place, one)
  const every = graph.scan(loop, index, 'every')
  if (start.kind === 'constant') return graph.take(every, [{ axis, index: before }], start.value)
  const last = subtractSizes(graph.sizes.of(axis), constantSize(1))
  const first = reversed ? sizeNode(graph, last) : graph.constant(0, 'int')
  const moved = graph.take(every, [{ axis, index: before }], 0)
  return build.select(build.op('eq', place, first), start, moved)
}

const counts = new WeakMap<Graph, number>()

/** With a name that no other has: it gets a number. */
export function placeholder(
  graph: Graph,
  layout: readonly AxisName[],
  called: (number: number) => string,
): LeafNode {
  const count = (counts.get(graph) ?? 0) + 1
  counts.set(graph, count)
  return graph.leaf({ role: 'placeholder', name: called(count), layout, dataType: 'real' })
}
