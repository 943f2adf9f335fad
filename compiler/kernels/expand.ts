// What kernels do not know is written out: a logsumexp as a maximum and a sum of exponentials, a derivative of the
// user's as its value. From graph to graph, so that scheduling sees nothing special.
import type { Graph } from '../graph/graph.ts'
import { operandsOf, rebuildAll, topological, withOperands } from '../graph/graph.ts'
import { partsOf } from '../graph/loop.ts'
import type { Node, ReduceNode, ScanNode } from '../graph/node.ts'
import { labelOf } from './names.ts'
import { apart, carryName, carryOf, copyOf, withWholeSteps } from './recurrence.ts'
import {
  absolute,
  add,
  divide,
  exponential,
  lessThan,
  logarithm,
  maximum,
  minimum,
  multiply,
  select,
  subtract,
} from './vocabulary.ts'

export interface Expanded {
  readonly roots: readonly Node[]
  /** Names for what was written out. */
  readonly names: ReadonlyMap<Node, string>
}

/** The same values as `roots`, without logsumexp, custom and mark nodes; recurrences share nothing of their steps. */
export function expand(graph: Graph, given: readonly Node[]): Expanded {
  const order = topological(given)
  const names = new Map<Node, string>()
  if (order.every(isKnown)) return { roots: given, names }
  const roots = order.some(isScan) ? apart(graph, given) : given
  const softened = new Map<Node, Softened>()
  const expanded = rebuildAll(
    graph,
    roots,
    roots === given ? order : topological(roots),
    (node, resultOf) => {
      if (node.kind === 'custom') return resultOf(node.value)
      if (node.kind === 'mark') return resultOf(node.operand)
      if (node.kind === 'reduce' && node.over.length === 0) {
        return copyOf(graph, resultOf(node.operand), node.dataType)
      }
      if (node.kind === 'reduce' && node.reduction === 'logsumexp') {
        const parts = soften(graph, node, resultOf(node.operand))
        softened.set(node, parts)
        names.set(parts.top, 'top').set(parts.shift, 'shift').set(parts.sum, 'total')
        names.set(parts.exponentials, 'powers').set(parts.logarithm, 'logsumexp')
        return parts.logarithm
      }
      const normalised = softmaxOf(graph, node, softened, resultOf)
      const own = normalised ?? withOperands(graph, node, operandsOf(node).map(resultOf))
      return own.kind === 'scan' ? withWholeSteps(graph, own) : own
    },
  )
  if (roots !== given) nameCarries(graph, topological(expanded).filter(isScan), names)
  return { roots: expanded, names }
}

/** Whether it may stay as it is, over known operands. */
function isKnown(node: Node): boolean {
  if (node.kind === 'reduce') return node.over.length > 0 && node.reduction !== 'logsumexp'
  return node.kind !== 'custom' && node.kind !== 'mark' && node.kind !== 'scan'
}

function isScan(node: Node): node is ScanNode {
  return node.kind === 'scan'
}

/** The user's name for what comes of a recurrence, or the graph's for what its steps find, where that is plain. */
function nameCarries(graph: Graph, scans: readonly ScanNode[], names: Map<Node, string>): void {
  for (const scan of scans) {
    const label = labelOf(graph, scan)
    const { previous, next } = carryOf(scan)
    if (label === null) continue
    names.set(previous, scan.form === 'last' ? label : `carried_${label}`)
    // What the user named is computed by the steps.
    if (scan.form === 'every' && partsOf(scan.loop).inside.includes(next)) graph.derived(next, scan)
  }
  for (const { previous, next } of scans.flatMap(({ loop }) => loop.carries)) {
    const name = carryName(previous)
    if (!names.has(previous)) names.set(previous, name ?? 'carried')
    if (!names.has(next)) names.set(next, name === null ? 'next' : `next_${name}`)
  }
}

interface Softened {
  readonly operand: Node
  readonly top: Node
  readonly shift: Node
  readonly exponentials: Node
  readonly sum: Node
  readonly logarithm: Node
}

/**
 * logsumexp(x) = log(sum(exp(x - s))) + s with s = max(x), or the largest finite number of its sign where that is
 * infinite: so a row of -inf gives exp(-inf) and log(0) where x - s would be NaN, and one with +inf gives +inf.
 * NaN stays NaN.
 */
function soften(graph: Graph, node: ReduceNode, operand: Node): Softened {
  const call = (operation: typeof add, ...operands: Node[]): Node => graph.map(operation, operands)
  const top = graph.reduce('max', node.over, operand)
  const finite = call(
    minimum,
    call(maximum, top, graph.constant(-largest)),
    graph.constant(largest),
  )
  const isFinite = call(lessThan, call(absolute, top), graph.constant(Infinity))
  const shift = call(select, isFinite, top, finite)
  const exponentials = call(exponential, call(subtract, operand, shift))
  const sum = graph.reduce('sum', node.over, exponentials)
  return {
    operand,
    top,
    shift,
    exponentials,
    sum,
    logarithm: graph.derived(call(add, call(logarithm, sum), shift), node),
  }
}

/** Of f32, so that it is finite in every precision. */
const largest = 3.4028234663852886e38

/** exp(x - logsumexp(x)) = exp(x - s) / sum(exp(x - s)): the exponentials that the sum needed anyway. */
function softmaxOf(
  graph: Graph,
  node: Node,
  softened: ReadonlyMap<Node, Softened>,
  resultOf: (node: Node) => Node,
): Node | null {
  if (node.kind !== 'map' || node.operation !== exponential) return null
  const [difference] = node.operands
  if (difference?.kind !== 'map' || difference.operation !== subtract) return null
  const [scores, total] = difference.operands
  const parts = total === undefined ? undefined : softened.get(total)
  if (scores === undefined || parts?.operand !== resultOf(scores)) return null
  // One division a row; the product differs from a quotient by the last bit.
  const scale = graph.map(divide, [graph.constant(1), parts.sum])
  return graph.derived(graph.map(multiply, [parts.exponentials, scale]), node)
}
