// Walking graphs of any depth: without recursion, in an order that depends on nothing but the graph.
import type { Graph } from './graph.ts'
import type { Carry, MarkNode, Node } from './node.ts'
import { NodeMarks } from './nodeMap.ts'

/** In a fixed order, which `withOperands` takes them in again. */
export function operandsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'constant':
    case 'size':
    case 'vector':
    case 'leaf':
    case 'coordinate':
    case 'random':
      return []
    case 'map':
      return node.operands
    case 'reduce':
    case 'spread':
    case 'mark':
    case 'argsort':
      return [node.operand]
    case 'take':
      return [node.operand, ...node.indices.map(({ index }) => index)]
    case 'gradient':
      return [node.of, node.wrt]
    case 'custom':
      return [node.value, ...node.inputs, node.cotangent, ...node.pullbacks]
    case 'scan':
      return node.loop.carries.flatMap(({ previous, start, next }) => [previous, start, next])
    default:
      return node satisfies never
  }
}

/** The same node over other operands; the node itself where they are the same. Keeps its origins. */
export function withOperands(graph: Graph, node: Node, operands: readonly Node[]): Node {
  const before = operandsOf(node)
  if (before.every((operand, i) => operand === operands[i])) return node
  return graph.derived(rebuild(graph, node, operands), node)
}

/** Made once more by the graph's constructors. */
export function rebuild(graph: Graph, node: Node, operands: readonly Node[]): Node {
  const at = (i: number): Node => {
    const operand = operands[i]
    if (operand === undefined) throw new Error(`${node.kind} lacks its operand ${i}`)
    return operand
  }
  switch (node.kind) {
    case 'constant':
      return graph.constant(node.value, node.dataType)
    case 'size':
      return graph.size(node.size)
    case 'vector':
      return graph.vector(node.axis, node.values, node.dataType)
    case 'leaf':
      return graph.leaf(node)
    case 'coordinate':
      return graph.coordinate(node.axis)
    case 'random':
      return graph.random(node)
    case 'map':
      return graph.map(node.operation, operands)
    case 'reduce':
      return graph.reduce(node.reduction, node.over, at(0))
    case 'spread':
      return graph.spread(at(0), node.axis)
    case 'mark':
      return graph.mark(at(0), node.label)
    case 'take': {
      const indices = node.indices.map(({ axis }, i) => ({ axis, index: at(i + 1) }))
      return graph.take(at(0), indices, node.fill)
    }
    case 'gradient':
      return graph.gradient(at(0), at(1))
    case 'custom': {
      const count = node.inputs.length
      const cotangent = at(count + 1)
      if (cotangent.kind !== 'leaf') throw new Error('a cotangent is bound where it is used')
      const inputs = operands.slice(1, count + 1)
      return graph.custom({ value: at(0), inputs, cotangent, pullbacks: operands.slice(count + 2) })
    }
    case 'argsort':
      return graph.argsort(at(0), node.axis, node.descending)
    case 'scan': {
      const carries = node.loop.carries.map((_, i): Carry => {
        const previous = at(3 * i)
        if (previous.kind !== 'leaf') throw new Error('a carry is bound by its loop')
        return { previous, start: at(3 * i + 1), next: at(3 * i + 2) }
      })
      return graph.scan({ ...node.loop, carries }, node.index, node.form)
    }
    default:
      return node satisfies never
  }
}

/** Everything that the roots reach, operands first, each once. */
export function topological(roots: readonly Node[]): Node[] {
  return walk(roots, operandsOf)
}

/**
 * The roots with some nodes replaced, wherever they stand; replacements are taken as they are. `note` hears of each
 * node that was made anew, and what it was made from.
 */
export function substitute(
  graph: Graph,
  roots: readonly Node[],
  replacements: ReadonlyMap<Node, Node>,
  note?: (made: Node, from: Node) => void,
): Node[] {
  const results = new Map(replacements)
  const resultOf = (node: Node): Node => {
    const result = results.get(node)
    if (result === undefined) throw new Error('operands come before their node')
    return result
  }
  // What was made before everything that is replaced does not depend on it.
  const first = [...replacements.keys()].reduce((least, { id }) => Math.min(least, id), Infinity)
  const isKept = (node: Node): boolean => node.id < first || replacements.has(node)
  // A loop that binds what is replaced means its own by it.
  const isBinder = (node: Node): boolean =>
    node.kind === 'scan' && node.loop.carries.some(({ previous }) => replacements.has(previous))
  const open = (node: Node): readonly Node[] =>
    isKept(node) || isBinder(node) ? [] : operandsOf(node)
  for (const node of walk(roots, open)) {
    if (node.id < first) results.set(node, node)
    if (isKept(node)) continue
    const made = isBinder(node)
      ? aroundBound(graph, node, replacements, note)
      : withOperands(graph, node, operandsOf(node).map(resultOf))
    if (made !== node) note?.(made, node)
    results.set(node, made)
  }
  return roots.map(resultOf)
}

/** The roots without some of their marks. */
export function withoutMarks(
  graph: Graph,
  roots: readonly Node[],
  isGone: (mark: MarkNode) => boolean,
): Node[] {
  const order = topological(roots)
  if (!order.some((node) => node.kind === 'mark' && isGone(node))) return [...roots]
  return rebuildAll(graph, roots, order, (node, resultOf) =>
    node.kind === 'mark' && isGone(node) ? graph.derived(resultOf(node.operand), node) : null,
  )
}

/**
 * The roots with every node made anew of what its operands have become: by `form`, or where that gives null as it was.
 * `order` has all that the roots reach, operands first.
 */
export function rebuildAll(
  graph: Graph,
  roots: readonly Node[],
  order: readonly Node[],
  form: (node: Node, resultOf: (operand: Node) => Node) => Node | null,
): Node[] {
  const results = new Map<Node, Node>()
  const resultOf = (node: Node): Node => {
    const result = results.get(node)
    if (result === undefined) throw new Error('operands come before their node')
    return result
  }
  for (const node of order) {
    const own = form(node, resultOf)
    results.set(node, own ?? withOperands(graph, node, operandsOf(node).map(resultOf)))
  }
  return roots.map(resultOf)
}

/** Whether `from`, or anything below it, is one that the predicate tells. */
export function reaches(from: Node, predicate: (node: Node) => boolean): boolean {
  return marking((seen) => {
    const stack = [from]
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (predicate(node)) return true
      for (const operand of operandsOf(node)) if (seen.add(operand)) stack.push(operand)
    }
    return false
  })
}

/** A loop with some nodes replaced but for those that it binds; where it starts from, these are not its own yet. */
function aroundBound(
  graph: Graph,
  node: Node,
  replacements: ReadonlyMap<Node, Node>,
  note?: (made: Node, from: Node) => void,
): Node {
  if (node.kind !== 'scan') return node
  const { carries } = node.loop
  const bound = new Set<Node>(carries.map(({ previous }) => previous))
  const free = new Map([...replacements].filter(([each]) => !bound.has(each)))
  const starts = substitute(
    graph,
    carries.map(({ start }) => start),
    replacements,
    note,
  )
  const nexts = substitute(
    graph,
    carries.map(({ next }) => next),
    free,
    note,
  )
  const operands = carries.flatMap(({ previous, start, next }, i) => [
    previous,
    starts[i] ?? start,
    nexts[i] ?? next,
  ])
  return withOperands(graph, node, operands)
}

/** Whether its numbers come from outside: an input, a parameter, an option. */
export function isGiven(node: Node): boolean {
  return node.kind === 'leaf' && node.role !== 'placeholder'
}

/** Post-order, by the operands that `below` tells. */
export function walk(roots: readonly Node[], below: (node: Node) => readonly Node[]): Node[] {
  interface Visit {
    readonly node: Node
    readonly operands: readonly Node[]
    next: number
  }
  return marking((entered) => {
    const order: Node[] = []
    const stack: Visit[] = []
    const enter = (node: Node): void => {
      if (!entered.add(node)) return
      const operands = below(node)
      if (operands.length === 0) order.push(node)
      else stack.push({ node, operands, next: 0 })
    }
    for (const root of roots) {
      enter(root)
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const operand = top.operands[top.next++]
        if (operand === undefined) {
          order.push(top.node)
          stack.pop()
        } else enter(operand)
      }
    }
    return order
  })
}

/** Walks within walks need marks of their own; those that come after each other share one list of marks. */
const idle: NodeMarks[] = []

function marking<T>(work: (marks: NodeMarks) => T): T {
  const marks = idle.pop() ?? new NodeMarks()
  marks.clear()
  try {
    return work(marks)
  } finally {
    idle.push(marks)
  }
}
