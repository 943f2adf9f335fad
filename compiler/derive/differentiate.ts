// Every `gradient` node worked out: reverse mode, from graph to graph, innermost first.
import { operandsOf, topological, withOperands } from '../graph/graph.ts'
import type { Graph } from '../graph/graph.ts'
import type { GradientNode, Node } from '../graph/node.ts'
import { NodeMap } from '../graph/nodeMap.ts'
import { Backward } from './backward.ts'

export function differentiate(graph: Graph, roots: readonly Node[]): Node[] {
  return new Differentiation(graph).of(roots)
}

/** The derivatives of one graph: a walk back that was made for some roots serves the next. */
export class Differentiation {
  private readonly graph: Graph
  private readonly backward: Backward
  /** By the value, and all that it was differentiated with respect to. */
  private readonly walked = new Map<string, readonly Node[]>()

  constructor(graph: Graph) {
    this.graph = graph
    this.backward = new Backward(graph)
  }

  /**
   * The roots without `gradient`, `mark` and `custom`. Gradients of the same node share one walk; what a gradient gives
   * is a value like any other, so gradients nest.
   */
  of(roots: readonly Node[]): Node[] {
    return this.withoutMarks(this.expandGradients(roots))
  }

  private expandGradients(roots: readonly Node[]): Node[] {
    const asked = new Map<Node, GradientNode[]>()
    const order = topological(roots)
    for (const node of order) {
      if (node.kind !== 'gradient') continue
      const sharing = asked.get(node.of)
      if (sharing === undefined) asked.set(node.of, [node])
      else sharing.push(node)
    }
    const results = new Results(this.graph, order, ({ kind }) => kind === 'gradient')
    for (const node of order) {
      if (results.has(node)) continue
      if (node.kind !== 'gradient') {
        results.rebuild(node)
        continue
      }
      // Whatever `of` reaches is done by now; what it does not reach has gradient zero, whenever it is done.
      const sharing = asked.get(node.of) ?? [node]
      const wrts = sharing.map(({ wrt }) => (results.has(wrt) ? results.of(wrt) : wrt))
      const gradients = this.gradients(results.of(node.of), wrts)
      for (const [i, gradient] of gradients.entries()) {
        const from = sharing[i]
        if (from !== undefined) results.set(from, gradient)
      }
    }
    return roots.map((root) => results.of(root))
  }

  private gradients(of: Node, wrts: readonly Node[]): readonly Node[] {
    const key = [of, ...wrts].map(({ id }) => id).join(' ')
    const known = this.walked.get(key)
    if (known !== undefined) return known
    const gradients = this.backward.gradients(of, wrts)
    this.walked.set(key, gradients)
    return gradients
  }

  /** Marks and derivatives of the user's have served once all gradients are taken. */
  private withoutMarks(roots: readonly Node[]): Node[] {
    const order = topological(roots)
    const results = new Results(
      this.graph,
      order,
      ({ kind }) => kind === 'mark' || kind === 'custom',
    )
    for (const node of order) {
      if (results.has(node)) continue
      if (node.kind === 'mark') results.set(node, results.of(node.operand))
      else if (node.kind === 'custom') results.set(node, results.of(node.value))
      else results.rebuild(node)
    }
    return roots.map((root) => results.of(root))
  }
}

/** What the nodes of an order become, operands first, where some of them are replaced. */
class Results {
  private readonly graph: Graph
  private readonly known = new NodeMap<Node>()
  /** What was made before everything that is replaced stays as it is. */
  private readonly first: number

  constructor(graph: Graph, order: readonly Node[], isReplaced: (node: Node) => boolean) {
    this.graph = graph
    this.first = order.reduce(
      (least, node) => (isReplaced(node) ? Math.min(least, node.id) : least),
      Infinity,
    )
  }

  has(node: Node): boolean {
    return node.id < this.first || this.known.has(node)
  }

  of(node: Node): Node {
    const result = node.id < this.first ? node : this.known.get(node)
    if (result === undefined) throw new Error('operands come before their node')
    return result
  }

  set(node: Node, result: Node): void {
    this.known.set(node, this.graph.derived(result, node))
  }

  rebuild(node: Node): void {
    const operands = operandsOf(node).map((operand) => this.of(operand))
    this.known.set(node, withOperands(this.graph, node, operands))
  }
}
