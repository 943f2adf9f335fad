// Repetition along axes: in one order, and as far out as it goes.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import type { Rule } from './engine.ts'

export const spreadRules: readonly Rule[] = [
  {
    name: 'order of repetitions',
    law: 'x[+D][+C] = x[+C][+D]',
    heads: ['spread'],
    apply(node, { graph }) {
      if (node.kind !== 'spread') return null
      const inner = node.operand
      if (inner.kind !== 'spread' || inner.axis < node.axis) return null
      return graph.spread(graph.spread(inner.operand, node.axis), inner.axis)
    },
  },
  {
    name: 'repetition out of a reduction',
    law: 'sum[C](x[+D]) = sum[C](x)[+D]',
    heads: ['sum', 'prod', 'max', 'min', 'any', 'all', 'argmax', 'argmin', 'logsumexp'].map(
      (name) => `reduce ${name}`,
    ),
    apply(node, { graph }) {
      if (node.kind !== 'reduce') return null
      const inner = node.operand
      if (inner.kind !== 'spread' || node.over.includes(inner.axis)) return null
      return graph.spread(graph.reduce(node.reduction, node.over, inner.operand), inner.axis)
    },
  },
  {
    name: 'repetition within',
    law: 'x[+C] * y = x * y, where y has C',
    heads: ['*'],
    apply(node, { graph }) {
      if (node.kind !== 'map') return null
      const parts = node.operands.map(repeatedOf)
      const operands = parts.map(({ core, axes }, i) => {
        const others = parts.filter((_, j) => j !== i).flatMap((part) => part.core.axes)
        return spreadAlong(
          graph,
          core,
          axes.filter((axis) => !others.includes(axis)),
        )
      })
      const isSame = operands.every((operand, i) => operand === node.operands[i])
      return isSame ? null : graph.map(node.operation, operands)
    },
  },
  {
    name: 'repetition outside',
    law: 'f(x[+C]) = f(x)[+C]',
    heads: ['*'],
    apply(node, { graph }) {
      if (node.kind !== 'map') return null
      const parts = node.operands.map(repeatedOf)
      const own = new Set(parts.flatMap(({ core }) => core.axes))
      const outside = node.axes.filter((axis) => !own.has(axis))
      if (outside.length === 0) return null
      const operands = parts.map(({ core, axes }) =>
        spreadAlong(
          graph,
          core,
          axes.filter((axis) => own.has(axis)),
        ),
      )
      return spreadAlong(graph, graph.map(node.operation, operands), outside)
    },
  },
]

/** What is repeated, and along which axes. */
function repeatedOf(node: Node): { readonly core: Node; readonly axes: readonly AxisName[] } {
  const axes: AxisName[] = []
  let core = node
  while (core.kind === 'spread') {
    axes.push(core.axis)
    core = core.operand
  }
  return { core, axes }
}

function spreadAlong(graph: Graph, node: Node, axes: readonly AxisName[]): Node {
  return [...axes].sort().reduce((inner: Node, axis) => graph.spread(inner, axis), node)
}
