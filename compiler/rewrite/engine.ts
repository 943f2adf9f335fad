// Applies named rules, from the leaves up, until none applies; every application is on record.
import { operandsOf, topological, withOperands } from '../graph/graph.ts'
import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import type { Algebra } from '../graph/operation.ts'
import { foldingAlgebra } from './fold.ts'

export interface Rule {
  /** What the log, `explain` and tests call it. */
  readonly name: string
  /** As algebra: `log(exp(u)) = u`. */
  readonly law: string
  /** When the law does not hold for all numbers: `finite values only`. */
  readonly condition?: string
  /** What it looks at: kinds of nodes, names of operations (`*`: every one), reductions as `reduce sum`. */
  readonly heads: readonly string[]
  /** The same value, of the same data type, with these axes or fewer; null where the rule does not apply. */
  apply(node: Node, context: Context): Node | null
}

export interface Context {
  readonly graph: Graph
  readonly build: Algebra
  /** Whether several nodes read it, as far as was known before rewriting. */
  readonly isShared: (node: Node) => boolean
}

/** One application of a rule. */
export interface Rewrite {
  readonly rule: string
  readonly law: string
  readonly condition?: string
  readonly before: Node
  readonly after: Node
}

export function rewrite(
  graph: Graph,
  roots: readonly Node[],
  rules: readonly Rule[],
  log: Rewrite[] = [],
): Node[] {
  const rewriter = new Rewriter(graph, roots, rules, log)
  return roots.map((root) => rewriter.normal(root))
}

/** More applications than this for each node of the graph, and the rules go round in circles. */
const maximumPerNode = 200

class Rewriter {
  private readonly graph: Graph
  private readonly context: Context
  private readonly log: Rewrite[]
  private readonly rules: readonly Rule[]
  private readonly byHead = new Map<string, readonly Rule[]>()
  private readonly normals = new Map<Node, Node>()
  /** What a rule made of a node, until its own normal form is known. */
  private readonly replaced = new Map<Node, Node>()
  private readonly shared: Set<Node>
  private readonly allowed: number
  private applied = 0

  constructor(graph: Graph, roots: readonly Node[], rules: readonly Rule[], log: Rewrite[]) {
    this.graph = graph
    this.log = log
    this.rules = rules
    const order = topological(roots)
    this.shared = sharedNodes(order)
    this.allowed = maximumPerNode * (order.length + 10)
    this.context = {
      graph,
      build: foldingAlgebra(graph),
      isShared: (node) => this.shared.has(node),
    }
  }

  normal(root: Node): Node {
    const stack = [root]
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const next = this.step(node)
      if (next.length === 0) stack.pop()
      else stack.push(...next)
    }
    return this.normalOf(root)
  }

  /** What has to be in normal form first; nothing once the node's own is known. */
  private step(node: Node): readonly Node[] {
    if (this.normals.has(node)) return []
    const pending = this.replaced.get(node)
    if (pending !== undefined) return this.settle(node, pending)
    const operands = operandsOf(node)
    const missing = operands.filter((operand) => !this.normals.has(operand))
    if (missing.length > 0) {
      for (const operand of missing) this.refuseCircle(operand)
      return missing
    }
    const rebuilt = withOperands(
      this.graph,
      node,
      operands.map((operand) => this.normalOf(operand)),
    )
    const after = rebuilt === node ? this.applyOne(node) : rebuilt
    if (after === null) {
      this.normals.set(node, node)
      return []
    }
    this.replaced.set(node, after)
    if (this.shared.has(node)) this.shared.add(after)
    return this.settle(node, after)
  }

  private settle(node: Node, after: Node): readonly Node[] {
    const normal = this.normals.get(after)
    if (normal === undefined) {
      this.refuseCircle(after)
      return [after]
    }
    this.normals.set(node, normal)
    if (this.shared.has(node)) this.shared.add(normal)
    this.replaced.delete(node)
    return []
  }

  /** A node whose own rewriting waits for it would wait for ever. */
  private refuseCircle(node: Node): void {
    if (!this.replaced.has(node)) return
    const last = this.log.at(-1)
    throw new Error(`rewriting goes round in a circle, last by ${last?.rule ?? 'rebuilding'}`)
  }

  private applyOne(node: Node): Node | null {
    for (const rule of this.rulesFor(node)) {
      const result = rule.apply(node, this.context)
      if (result === null || result === node) continue
      const after = this.graph.derived(this.withAxesOf(node, result, rule), node)
      if (after === node) continue
      this.applied += 1
      if (this.applied > this.allowed) throw new Error(`rewriting does not end, by ${rule.name}`)
      const { name, law, condition } = rule
      const reason = condition === undefined ? {} : { condition }
      this.log.push({ rule: name, law, ...reason, before: node, after })
      return after
    }
    return null
  }

  private rulesFor(node: Node): readonly Rule[] {
    const head = headOf(node)
    const known = this.byHead.get(head)
    if (known !== undefined) return known
    const heads = node.kind === 'map' ? [head, '*'] : [head]
    const found = this.rules.filter((rule) => rule.heads.some((name) => heads.includes(name)))
    this.byHead.set(head, found)
    return found
  }

  /** A rewrite keeps the axes: `x ^ 0 = 1` without them would change a sum. */
  private withAxesOf(before: Node, after: Node, rule: Rule): Node {
    const added = after.axes.filter((axis) => !before.axes.includes(axis))
    if (added.length > 0) throw new Error(`${rule.name} adds the axes ${added.join(', ')}`)
    if (after.dataType !== before.dataType) {
      throw new Error(`${rule.name} makes ${after.dataType} of ${before.dataType}`)
    }
    return before.axes
      .filter((axis) => !after.axes.includes(axis))
      .reduce((node: Node, axis) => this.graph.spread(node, axis), after)
  }

  private normalOf(node: Node): Node {
    const normal = this.normals.get(node)
    if (normal === undefined) throw new Error('operands come before their node')
    return normal
  }
}

/** What rules are found by. */
export function headOf(node: Node): string {
  if (node.kind === 'map') return node.operation.name
  if (node.kind === 'reduce') return `reduce ${node.reduction}`
  return node.kind
}

/** What several nodes read, also through a lookup that several read: it may be joined to each of theirs. */
function sharedNodes(order: readonly Node[]): Set<Node> {
  const seen = new Set<Node>()
  const shared = new Set<Node>()
  for (const node of order) {
    for (const operand of new Set(operandsOf(node))) {
      if (seen.has(operand)) shared.add(operand)
      seen.add(operand)
    }
  }
  for (const node of order.toReversed()) {
    if (node.kind === 'take' && shared.has(node)) shared.add(node.operand)
  }
  return shared
}
