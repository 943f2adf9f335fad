// `grad(y, x)`: d sum(y) / dx, a value like any other.
import { reaches, substitute } from '../../graph/graph.ts'
import type { Node } from '../../graph/node.ts'
import { locate, report, reportAt } from '../frame.ts'
import { noted, tensor } from '../tensors.ts'
import { poison } from '../value.ts'
import type { Builtin } from './builtin.ts'
import { operandsOf, receive } from './given.ts'

export const gradients: readonly Builtin[] = [
  {
    name: 'grad',
    meaning: 'The derivative of the sum of y with respect to x.',
    usage: 'grad(y, x)',
    apply(site, given) {
      const { frame, span } = site
      const { graph, workspace } = frame.elaboration
      const received = receive(site, given, { least: 2, names: ['y', 'x'] })
      const operands = received === null ? null : operandsOf(site, received.positional)
      const [y, x] = operands ?? []
      if (y === undefined || x === undefined) return poison
      const { node } = x.tensor
      if (node.dataType !== 'real' || node.kind === 'constant' || node.kind === 'size') {
        reportAt(frame, 'gradient-of-constant', x.at, { text: x.text })
        return poison
      }
      if (!reaches(y.tensor.node, (inner) => inner === node)) {
        report(frame, 'gradient-unreached', span, { y: y.text, x: x.text })
      }
      if (node.kind === 'leaf') {
        return noted(frame, tensor({ node: graph.gradient(y.tensor.node, node) }))
      }
      // A mark keeps x whole inside y, until the gradient is worked out.
      const label = workspace.markLabel(`${frame.key}|${locate(frame, span).span.start}`)
      const mark = graph.mark(node, label)
      const [marked] = substitute(
        graph,
        [y.tensor.node],
        new Map<Node, Node>([[node, mark]]),
        (made, from) => workspace.noteOriginal(made, from),
      )
      if (marked === undefined) return poison
      return noted(frame, tensor({ node: graph.gradient(marked, mark) }))
    },
  },
]
