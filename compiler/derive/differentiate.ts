// Every `gradient` node worked out: reverse mode, from graph to graph, innermost first.
import { operandsOf, topological, withOperands } from '../graph/graph.ts'
import type { Graph } from '../graph/graph.ts'
import type { GradientNode, Node } from '../graph/node.ts'
import { Backward } from './backward.ts'

/**
 * The roots without `gradient`, `mark` and `custom`. Gradients of the same node share one walk; what a gradient gives
 * is a value like any other, so gradients nest.
 */
export function differentiate(graph: Graph, roots: readonly Node[]): Node[] {
  return withoutMarks(graph, expandGradients(graph, roots))
}

function expandGradients(graph: Graph, roots: readonly Node[]): Node[] {
  const order = topological(roots)
  const asked = new Map<Node, GradientNode[]>()
  for (const node of order) {
    if (node.kind !== 'gradient') continue
    const sharing = asked.get(node.of)
    if (sharing === undefined) asked.set(node.of, [node])
    else sharing.push(node)
  }
  if (asked.size === 0) return [...roots]

  const backward = new Backward(graph)
  const results = new Map<Node, Node>()
  const resultOf = (node: Node): Node => {
    const result = results.get(node)
    if (result === undefined) throw new Error('operands come before their node')
    return result
  }
  for (const node of order) {
    if (results.has(node)) continue
    if (node.kind !== 'gradient') {
      results.set(node, withOperands(graph, node, operandsOf(node).map(resultOf)))
      continue
    }
    // Whatever `of` reaches is done by now; what it does not reach has gradient zero, whenever it is done.
    const sharing = asked.get(node.of) ?? [node]
    const wrts = sharing.map(({ wrt }) => results.get(wrt) ?? wrt)
    const gradients = backward.gradients(resultOf(node.of), wrts)
    for (const [i, gradient] of gradients.entries()) {
      const from = sharing[i]
      if (from !== undefined) results.set(from, graph.derived(gradient, from))
    }
  }
  return roots.map(resultOf)
}

/** Marks and derivatives of the user's have served once all gradients are taken. */
function withoutMarks(graph: Graph, roots: readonly Node[]): Node[] {
  const results = new Map<Node, Node>()
  const resultOf = (node: Node): Node => {
    const result = results.get(node)
    if (result === undefined) throw new Error('operands come before their node')
    return result
  }
  for (const node of topological(roots)) {
    if (node.kind === 'mark') results.set(node, graph.derived(resultOf(node.operand), node))
    else if (node.kind === 'custom') results.set(node, graph.derived(resultOf(node.value), node))
    else results.set(node, withOperands(graph, node, operandsOf(node).map(resultOf)))
  }
  return roots.map(resultOf)
}
