// The graph's loops (Note [Loops] of graph/loop.ts), made ready for kernels, and where they stand in each other. Called
// recurrences here, where a loop is a `for`.
import type { Graph } from '../graph/graph.ts'
import { operandsOf, withOperands } from '../graph/graph.ts'
import { evaluationOrder, freeOperands, partsOf } from '../graph/loop.ts'
import type {
  Carry,
  DataType,
  LeafNode,
  Loop as Recurrence,
  Node,
  ScanNode,
} from '../graph/node.ts'
import { walk } from '../graph/walk.ts'
import { multiply, notEqual } from './vocabulary.ts'

export type { Recurrence }

export interface Nesting {
  /** Those that a node lies inside of, outermost first. */
  readonly around: (node: Node) => readonly Recurrence[]
  /** What lies inside of one and is its next carry. */
  readonly isNext: (node: Node) => boolean
  /** Whether a step finds the leaf, or what is left in it after the last step is asked for. */
  readonly isCarried: (leaf: LeafNode) => boolean
}

/** `nodes`: all that the results reach, after `apart`. */
export function nestingOf(nodes: readonly Node[]): Nesting {
  const innermost = new Map<Node, Recurrence>()
  const scans = new Map<Recurrence, Node>()
  const nexts = new Set<Node>()
  const carried = new Set<Node>()
  for (const node of nodes) {
    if (node.kind !== 'scan') continue
    if (node.form === 'last') carried.add(carryOf(node).previous)
    if (scans.has(node.loop)) continue
    scans.set(node.loop, node)
    for (const inside of partsOf(node.loop).inside) {
      innermost.set(inside, node.loop)
      for (const operand of freeOperands(inside)) carried.add(operand)
    }
    for (const { next } of node.loop.carries) if (innermost.get(next) === node.loop) nexts.add(next)
  }
  const around = (node: Node): readonly Recurrence[] => {
    let loop = innermost.get(node)
    if (loop === undefined) return nowhere
    const path: Recurrence[] = []
    while (loop !== undefined) {
      path.unshift(loop)
      const scan = scans.get(loop)
      loop = scan === undefined ? undefined : innermost.get(scan)
    }
    return path
  }
  return {
    around,
    isNext: (node) => nexts.has(node),
    isCarried: (leaf) => carried.has(leaf),
  }
}

const nowhere: readonly Recurrence[] = []

/**
 * What the every-form of a loop is once its steps run: the next carry at each of them, which is stored whole where it
 * is read outside.
 */
export function everyOf(scan: ScanNode): Node {
  return carryOf(scan).next
}

export function carryOf({ loop, index }: ScanNode): Carry {
  return carryAt(loop, index)
}

/**
 * The same values, where no two recurrences bind the same leaf, so that what lies inside of one lies inside of no other;
 * without carries that nothing asks for.
 */
export function apart(graph: Graph, roots: readonly Node[]): Node[] {
  if (roots.length === 0) return []
  return new Separation(graph).level(roots, evaluationOrder(roots), new Map())
}

class Separation {
  private readonly graph: Graph
  private readonly bound = new Set<Node>()
  private fresh = 0

  constructor(graph: Graph) {
    this.graph = graph
  }

  /** `order`: nodes of one level, operands first. `results` holds what they read of the levels around. */
  level(roots: readonly Node[], order: readonly Node[], results: Map<Node, Node>): Node[] {
    const resultOf = (node: Node): Node => {
      const result = results.get(node)
      if (result === undefined) throw new Error('operands come before their node')
      return result
    }
    const asked = new Map<Recurrence, Set<number>>()
    for (const node of order) {
      if (node.kind === 'scan')
        asked.set(node.loop, (asked.get(node.loop) ?? new Set<number>()).add(node.index))
    }
    const known = new Map<Recurrence, Kept>()
    for (const node of order) {
      if (results.has(node)) continue
      if (node.kind !== 'scan') {
        results.set(node, withOperands(this.graph, node, operandsOf(node).map(resultOf)))
        continue
      }
      const { loop, index, form } = node
      const kept = known.get(loop) ?? this.recurrence(loop, asked.get(loop) ?? new Set(), results)
      known.set(loop, kept)
      const scan = this.graph.scan(kept.loop, kept.indices.indexOf(index), form)
      results.set(node, this.graph.derived(scan, node))
    }
    return roots.map(resultOf)
  }

  private recurrence(
    loop: Recurrence,
    asked: ReadonlySet<number>,
    around: ReadonlyMap<Node, Node>,
  ): Kept {
    const indices = neededCarries(loop, asked)
    const carries = indices.map((index) => carryAt(loop, index))
    const inside = new Set(partsOf(loop).inside)
    // Of a loop around it that binds the same leaf, these are other values.
    const results = new Map([...around].filter(([node]) => !inside.has(node)))
    const leaves = carries.map(({ previous }) => this.leaf(previous))
    for (const [i, { previous }] of carries.entries()) results.set(previous, leaves[i] ?? previous)
    const order = walk(
      carries.map(({ next }) => next),
      (node) => (inside.has(node) ? freeOperands(node) : []),
    )
    const nexts = this.level(
      carries.map(({ next }) => next),
      order.filter((node) => inside.has(node)),
      results,
    )
    const made = carries.map((carry, i): Carry => {
      const [previous, next, start] = [leaves[i], nexts[i], around.get(carry.start)]
      if (previous === undefined || next === undefined || start === undefined)
        throw new Error('a carry was lost')
      return { previous, start, next }
    })
    return { loop: { ...loop, carries: made }, indices }
  }

  /** Bound by nobody else. */
  private leaf(leaf: LeafNode): LeafNode {
    let own = leaf
    while (this.bound.has(own))
      own = this.graph.leaf({ ...leaf, name: `${leaf.name}${mark}${++this.fresh}` })
    this.bound.add(own)
    return own
  }
}

interface Kept {
  readonly loop: Recurrence
  /** Of the carries that it had. */
  readonly indices: readonly number[]
}

const mark = '·'

/** What the graph calls a carry, where that is more than a description. */
export function carryName({ name }: LeafNode): string | null {
  const [plain = ''] = name.split(mark)
  return /^\w+$/.test(plain) ? plain : null
}

/**
 * What each step gives has all axes of its carry. And one carry may become another as it was: the copy is a value of its
 * own, so that both can change at once.
 */
export function withWholeSteps(graph: Graph, scan: ScanNode): ScanNode {
  const { loop, index, form } = scan
  const leaves = new Set<Node>(loop.carries.map(({ previous }) => previous))
  const carries = loop.carries.map((carry) => {
    const missing = carry.previous.axes.filter((axis) => !carry.next.axes.includes(axis))
    const next = leaves.has(carry.next) ? copyOf(graph, carry.next) : carry.next
    return { ...carry, next: missing.reduce<Node>((all, axis) => graph.spread(all, axis), next) }
  })
  return graph.derived(graph.scan({ ...loop, carries }, index, form), scan)
}

/** Another node, equal to the bit: the product keeps -0 and NaN. */
export function copyOf(graph: Graph, node: Node, dataType: DataType = node.dataType): Node {
  const isTruth = dataType === 'bool'
  const neutral = graph.constant(isTruth ? 0 : 1, dataType)
  return graph.map(isTruth ? notEqual : multiply, [node, neutral])
}

/** Those asked for and those that their steps read, in their order. */
function neededCarries(loop: Recurrence, asked: ReadonlySet<number>): number[] {
  const inside = new Set(partsOf(loop).inside)
  const reached = walk(
    loop.carries.flatMap(({ previous }, index) => (asked.has(index) ? [previous] : [])),
    (node) => {
      const bound = loop.carries.find(({ previous }) => previous === node)
      if (bound !== undefined) return [bound.next]
      return inside.has(node) ? freeOperands(node) : []
    },
  )
  const needed = new Set(reached)
  return [...loop.carries.keys()].filter((index) => needed.has(carryAt(loop, index).previous))
}

function carryAt(loop: Recurrence, index: number): Carry {
  const carry = loop.carries[index]
  if (carry === undefined) throw new Error(`a loop has no carry ${index}`)
  return carry
}
