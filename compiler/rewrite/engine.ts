// Applies named rules, from the leaves up, until none applies; every application is on record.
import { operandsOf, topological, withOperands } from '../graph/graph.ts'
import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import { NodeMap } from '../graph/nodeMap.ts'
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
  /**
   * Whether several nodes read it, as far as was known before rewriting. A rule asks last: what was made without asking
   * holds for all computations.
   */
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
  return new Rewriter(graph, rules, log).rewrite(roots)
}

/** Null: no rule applies. It holds for whoever gives the same answers. */
interface Step {
  readonly after: Node | null
  readonly questions: readonly Question[]
}
/** Whether several nodes read a node. */
interface Question {
  readonly node: Node
  readonly answer: boolean
}

/** More applications than this for each node of the graph, and the rules go round in circles. */
const maximumPerNode = 200

/**
 * Rules at work on one graph. What they make of a node they make of it wherever it stands, unless it matters who else
 * reads it: the roots of one call find what those before them have left, and only the rest is done again.
 */
export class Rewriter {
  private readonly graph: Graph
  private readonly context: Context
  private readonly log: Rewrite[]
  private readonly rules: readonly Rule[]
  private readonly byHead = new Map<string, readonly Rule[]>()
  /** Normal forms, whoever reads the node. */
  private readonly lasting = new NodeMap<Node>()
  /** Normal forms under the roots at hand. */
  private normals = new NodeMap<Node>()
  /** What a rule made of a node, until its own normal form is known. */
  private replaced = new Map<Node, Node>()
  /** What the rules made of each node that they have looked at. */
  private readonly steps = new NodeMap<Step>()
  private questions: Question[] = []
  private roots: readonly Node[] = []
  /** What several nodes under the roots read, once a rule asks. */
  private shared: Set<Node> | null = null
  private allowed = 0

  constructor(graph: Graph, rules: readonly Rule[], log: Rewrite[]) {
    this.graph = graph
    this.log = log
    this.rules = rules
    this.context = {
      graph,
      build: foldingAlgebra(graph),
      isShared: (node) => {
        const answer = this.isShared(node)
        this.questions.push({ node, answer })
        return answer
      },
    }
  }

  rewrite(roots: readonly Node[]): Node[] {
    this.roots = roots
    this.normals = new NodeMap()
    this.replaced = new Map()
    this.shared = null
    this.allowed = maximumPerNode * (this.graph.count + 10)
    return roots.map((root) => this.normal(root))
  }

  private normal(root: Node): Node {
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
    if (this.find(node) !== undefined) return nothing
    const pending = this.replaced.get(node)
    if (pending !== undefined) return this.settle(node, pending)
    const operands = operandsOf(node)
    const missing = operands.filter((operand) => this.find(operand) === undefined)
    if (missing.length > 0) {
      for (const operand of missing) this.refuseCircle(operand)
      return missing
    }
    const isRebuilt = operands.some((operand) => this.normalOf(operand) !== operand)
    const after = isRebuilt
      ? withOperands(
          this.graph,
          node,
          operands.map((operand) => this.normalOf(operand)),
        )
      : this.applyOne(node)
    if (after === null) {
      this.keep(node, node)
      return nothing
    }
    this.replaced.set(node, after)
    if (this.shared?.has(node) === true) this.shared.add(after)
    return this.settle(node, after)
  }

  private settle(node: Node, after: Node): readonly Node[] {
    const normal = this.find(after)
    if (normal === undefined) {
      this.refuseCircle(after)
      return [after]
    }
    this.keep(node, normal, after)
    if (this.shared?.has(node) === true) this.shared.add(normal)
    this.replaced.delete(node)
    return nothing
  }

  /** For good, where nothing on the way depends on who reads what. */
  private keep(node: Node, normal: Node, after?: Node): void {
    const isLasting =
      (this.steps.get(node)?.questions.length ?? 0) === 0 &&
      (after === undefined || this.lasting.has(after)) &&
      operandsOf(node).every((operand) => this.lasting.has(operand))
    if (isLasting) this.lasting.set(node, normal)
    else this.normals.set(node, normal)
  }

  private find(node: Node): Node | undefined {
    return this.lasting.get(node) ?? this.normals.get(node)
  }

  private isShared(node: Node): boolean {
    this.shared ??= this.sharedByNow()
    return this.shared.has(node)
  }

  /** Under the roots, and what has been made of it so far. */
  private sharedByNow(): Set<Node> {
    const shared = sharedNodes(topological(this.roots))
    for (const node of shared) {
      const after = this.replaced.get(node) ?? this.find(node)
      if (after !== undefined) shared.add(after)
    }
    return shared
  }

  /** A node whose own rewriting waits for it would wait for ever. */
  private refuseCircle(node: Node): void {
    if (!this.replaced.has(node)) return
    const last = this.log.at(-1)
    throw new Error(`rewriting goes round in a circle, last by ${last?.rule ?? 'rebuilding'}`)
  }

  private applyOne(node: Node): Node | null {
    const known = this.steps.get(node)
    const isSame = known?.questions.every((asked) => this.isShared(asked.node) === asked.answer)
    if (known !== undefined && isSame === true) return known.after
    this.questions = []
    const after = this.firstOf(this.rulesFor(node), node)
    this.steps.set(node, { after, questions: this.questions })
    return after
  }

  private firstOf(rules: readonly Rule[], node: Node): Node | null {
    for (const rule of rules) {
      const result = rule.apply(node, this.context)
      if (result === null || result === node) continue
      const after = this.graph.derived(this.withAxesOf(node, result, rule), node)
      if (after === node) continue
      this.allowed -= 1
      if (this.allowed < 0) throw new Error(`rewriting does not end, by ${rule.name}`)
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
    const normal = this.find(node)
    if (normal === undefined) throw new Error('operands come before their node')
    return normal
  }
}

const nothing: readonly Node[] = []

/** What rules are found by. */
export function headOf(node: Node): string {
  if (node.kind === 'map') return node.operation.name
  if (node.kind === 'reduce') return `reduce ${node.reduction}`
  return node.kind
}

/** What several nodes read, also through a lookup that several read: it may be joined to each of theirs. */
function sharedNodes(order: readonly Node[]): Set<Node> {
  const readers = new NodeMap<Node>()
  const shared = new Set<Node>()
  for (const node of order) {
    for (const operand of operandsOf(node)) {
      const reader = readers.get(operand)
      if (reader === undefined) readers.set(operand, node)
      else if (reader !== node) shared.add(operand)
    }
  }
  for (const node of order.toReversed()) {
    if (node.kind === 'take' && shared.has(node)) shared.add(node.operand)
  }
  return shared
}
