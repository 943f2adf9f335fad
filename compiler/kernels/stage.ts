// Long reductions for threads, in two stages: a thread sums one after the other, in f32, so that a sum over all data by
// a single thread would be slow and wrong by many units in the last place. From graph to graph.
import type { Graph } from '../graph/graph.ts'
import { rebuildAll, topological, withOperands } from '../graph/graph.ts'
import type { AxisName, Node, ReduceNode, ReductionName } from '../graph/node.ts'
import { addSizes, constantOf, constantSize, floorDivideSizes } from '../graph/size.ts'
import type { Ranks } from './rank.ts'
import { add, multiply } from './vocabulary.ts'

/** What one thread of the first stage takes. The chunks don't depend on how many threads there are. */
const chunk = 256
/** With at least so many results there are threads enough. */
const enough = 256

/** `ranks`: the outermost long axis is cut, a batch rather than what a sample has. */
export function stageReductions(graph: Graph, roots: readonly Node[], ranks: Ranks): Node[] {
  return rebuildAll(graph, roots, topological(roots), (node, resultOf) => {
    if (node.kind !== 'reduce') return null
    const rebuilt = withOperands(graph, node, [resultOf(node.operand)])
    return rebuilt.kind === 'reduce' ? staged(graph, rebuilt, ranks) : rebuilt
  })
}

/** sum[N](x) = sum[P](sum[Q](x[N = 256 · P + Q, else 0])) with Q of size 256. */
function staged(graph: Graph, node: ReduceNode, ranks: Ranks): Node {
  const neutral = neutralOf(node.reduction)
  const { sizes } = graph
  const known = (axis: AxisName): number => constantOf(sizes.of(axis)) ?? Infinity
  const outputs = node.axes.reduce((product, axis) => product * known(axis), 1)
  const long = ranks.sorted(node.over).find((axis) => known(axis) > 2 * chunk)
  if (neutral === null || long === undefined || outputs >= enough) return node
  const count = floorDivideSizes(
    addSizes(sizes.of(long), constantSize(chunk - 1)),
    constantSize(chunk),
  )
  const part = sizes.fresh(`${long}·part`, count)
  const term = sizes.fresh(`${long}·term`, constantSize(chunk))
  const start = graph.map(multiply, [graph.coordinate(part), graph.constant(chunk, 'int')])
  const index = graph.map(add, [start, graph.coordinate(term)])
  const chunks = graph.take(node.operand, [{ axis: long, index }], neutral)
  const over = [...node.over.filter((axis) => axis !== long), term]
  const first = graph.reduce(node.reduction, over, chunks)
  return graph.derived(graph.reduce(node.reduction, [part], first), node)
}

/** What changes nothing; positions are not staged. */
function neutralOf(reduction: ReductionName): number | null {
  switch (reduction) {
    case 'sum':
    case 'any':
      return 0
    case 'prod':
    case 'all':
      return 1
    case 'max':
      return -Infinity
    case 'min':
      return Infinity
    case 'argmax':
    case 'argmin':
    case 'logsumexp':
      return null
    default:
      return reduction satisfies never
  }
}
