// Repetition along axes: in one order, and as far out as it goes.
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
]
