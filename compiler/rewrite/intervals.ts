// Where values lie, as far as the rows of the table tell from a few levels of a graph.
import type { Graph } from '../graph/graph.ts'
import { intervalArithmetic } from '../graph/interval.ts'
import type { Interval, IntervalArithmetic } from '../graph/interval.ts'
import type { Node } from '../graph/node.ts'

/** Rules ask about what stands right before them: deeper is not worth the time. */
const maximumDepth = 6

/** Whether the node is proved to be at least 0 wherever it is a number. */
export function isNonNegative(graph: Graph, node: Node): boolean {
  const arithmetic = intervalArithmetic(graph.sizes)
  return arithmetic.isAtLeast(intervalOf(arithmetic, node, maximumDepth).lo, 0)
}

function intervalOf(arithmetic: IntervalArithmetic, node: Node, depth: number): Interval {
  if (depth === 0) return arithmetic.real
  const of = (inner: Node): Interval => intervalOf(arithmetic, inner, depth - 1)
  switch (node.kind) {
    case 'constant':
      return Number.isNaN(node.value) ? arithmetic.real : arithmetic.point(node.value)
    case 'size':
      return arithmetic.point(node.size)
    case 'coordinate':
      return arithmetic.coordinate(node.axis)
    case 'random':
      return arithmetic.of(0, 1)
    case 'map':
      return node.operation.interval(arithmetic, ...node.operands.map(of))
    case 'spread':
    case 'mark':
      return of(node.operand)
    case 'custom':
      return of(node.value)
    case 'take':
      return node.fill === null
        ? of(node.operand)
        : arithmetic.join(of(node.operand), arithmetic.point(node.fill))
    case 'reduce': {
      // Sums and products of what is not negative are not negative either; an extremum of nothing is.
      const isKept = node.reduction === 'sum' || node.reduction === 'prod'
      return isKept && arithmetic.isAtLeast(of(node.operand).lo, 0)
        ? arithmetic.of(0, Infinity)
        : arithmetic.real
    }
    case 'leaf':
      return node.dataType === 'bool' ? arithmetic.of(0, 1, true) : arithmetic.real
    case 'argsort':
      return arithmetic.coordinate(node.axis)
    case 'vector':
    case 'gradient':
    case 'scan':
      return arithmetic.real
    default:
      return node satisfies never
  }
}
