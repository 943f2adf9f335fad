// A node at one point: everything that is not stored is substituted into its reader, down to reads of what is stored.
// Axes become loop variables; a take becomes other indices, and a choice where an index may fall outside.
import type { Graph } from '../graph/graph.ts'
import { Keys } from '../graph/keys.ts'
import type { AxisName, Node, TakeNode } from '../graph/node.ts'
import { constantSize, multiplySizes } from '../graph/size.ts'
import { isWithin } from './bounds.ts'
import type { Bounds } from './bounds.ts'
import type { Expressions, PointExpression } from './expression.ts'
import { everyOf } from './recurrence.ts'
import { add, atMost, both, lessThan, multiply, select } from './vocabulary.ts'

const one = constantSize(1)

/** Where along each axis: a loop's variable, or an index computed from several. */
export interface Environment {
  readonly places: ReadonlyMap<AxisName, PointExpression>
  /** What was worked out there. */
  readonly known: Map<Node, PointExpression>
}

export interface Inliner {
  readonly expressions: Expressions
  readonly environment: (places: ReadonlyMap<AxisName, PointExpression>) => Environment
  /** The node's value as its own storage would give it. */
  readonly valueAt: (node: Node, environment: Environment) => PointExpression
  /** What the node is made of, also where it is stored itself: to compute what goes there. */
  readonly contentAt: (node: Node, environment: Environment) => PointExpression
}

/** `isStored` tells what stops the substitution; leaves and vectors are read in any case. */
export function createInliner(
  graph: Graph,
  expressions: Expressions,
  isStored: (node: Node) => boolean,
): Inliner {
  const environments: Environment[] = []
  const keys = new Keys()
  const bounds = new Map<TakeNode, readonly Bounds[]>()

  const environment = (places: ReadonlyMap<AxisName, PointExpression>): Environment => {
    const key: number[] = []
    for (const [axis, { id }] of places) key.push(keys.text(axis), id)
    const number = keys.number(key)
    const made = environments[number] ?? { places, known: new Map<Node, PointExpression>() }
    environments[number] = made
    return made
  }

  const place = (axis: AxisName, { places }: Environment): PointExpression => {
    const found = places.get(axis)
    if (found === undefined) throw new Error(`no loop runs along ${axis}`)
    return found
  }

  /** What must be known before `node` is; nothing once `node` itself is. */
  const attempt = (frame: Frame): readonly Frame[] => {
    const { node, at, open } = frame
    const missing: Frame[] = []
    const get = (operand: Node, where: Environment): PointExpression => {
      const found = where.known.get(operand)
      if (found === undefined) missing.push({ node: operand, at: where, open: false, result: null })
      return found ?? unknown
    }
    const result = evaluate(node, at, open, get, missing)
    if (missing.length > 0) return missing
    frame.result = result
    if (!open) at.known.set(node, result)
    return missing
  }

  const unknown = expressions.number(Number.NaN)

  const evaluate = (
    node: Node,
    at: Environment,
    open: boolean,
    get: (operand: Node, where: Environment) => PointExpression,
    missing: readonly Frame[],
  ): PointExpression => {
    if (!open && isStored(node)) {
      return expressions.read(
        node,
        node.axes.map((axis) => place(axis, at)),
      )
    }
    switch (node.kind) {
      case 'constant':
        return expressions.number(node.value, node.dataType)
      case 'size':
        return expressions.size(graph.sizes.resolve(node.size))
      case 'leaf':
        if (node.role === 'option') return expressions.option(node.name, node.dataType)
        if (node.role === 'placeholder') throw new Error(`${node.name} was never bound`)
        return expressions.read(
          node,
          node.axes.map((axis) => place(axis, at)),
        )
      case 'vector':
        return expressions.read(node, [place(node.axis, at)])
      case 'coordinate':
        return place(node.axis, at)
      case 'map': {
        const operands = node.operands.map((operand) => get(operand, at))
        return expressions.operation(node.operation, operands, node.dataType)
      }
      case 'spread':
      case 'mark':
        return get(node.operand, at)
      case 'custom':
        return get(node.value, at)
      case 'random':
        return expressions.random(node.site, node.lane, elementNumber(node.layout, at))
      case 'take': {
        const indices = node.indices.map(({ index }) => get(index, at))
        if (missing.length > 0) return unknown
        const places = new Map<AxisName, PointExpression>()
        for (const axis of node.operand.axes) {
          const indexed = node.indices.findIndex((entry) => entry.axis === axis)
          places.set(axis, indices[indexed] ?? place(axis, at))
        }
        const value = get(node.operand, environment(places))
        return guarded(node, indices, value)
      }
      case 'scan':
        if (node.form === 'every') return get(everyOf(node), at)
        throw new Error('what a recurrence ends with is stored')
      case 'reduce':
      case 'gradient':
      case 'argsort':
        throw new Error(`a ${node.kind} must be stored or gone before it is read`)
      default:
        return node satisfies never
    }
  }

  const guarded = (
    node: TakeNode,
    indices: readonly PointExpression[],
    value: PointExpression,
  ): PointExpression => {
    if (node.fill === null) return value
    const proved = bounds.get(node) ?? node.indices.map((entry) => isWithin(graph, entry))
    bounds.set(node, proved)
    const conditions = node.indices.flatMap(({ axis }, i) => {
      const index = indices[i] ?? unknown
      const { low, high } = proved[i] ?? { low: false, high: false }
      const size = expressions.size(graph.sizes.of(axis))
      return [
        ...(low ? [] : [compare(atMost, expressions.number(0, 'int'), index)]),
        ...(high ? [] : [compare(lessThan, index, size)]),
      ]
    })
    const [first, ...others] = conditions
    if (first === undefined) return value
    const condition = others.reduce((all, next) => compare(both, all, next), first)
    const fill = expressions.number(node.fill, node.dataType)
    return expressions.operation(select, [condition, value, fill], node.dataType)
  }

  const compare = (
    operation: typeof atMost,
    a: PointExpression,
    b: PointExpression,
  ): PointExpression => expressions.operation(operation, [a, b], 'bool')

  /** Row-major through the layout. */
  const elementNumber = (layout: readonly AxisName[], at: Environment): PointExpression => {
    let stride = one
    let sum = expressions.number(0, 'int')
    for (const axis of [...layout].reverse()) {
      const factors = [place(axis, at), expressions.size(stride)]
      const part = expressions.operation(multiply, factors, 'int')
      sum = expressions.operation(add, [part, sum], 'int')
      stride = multiplySizes(stride, graph.sizes.of(axis))
    }
    return sum
  }

  /** Graphs are deep: what a node needs first goes on a stack of our own. */
  const run = (root: Frame): PointExpression => {
    const stack = [root]
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const missing = top.open || !top.at.known.has(top.node) ? attempt(top) : []
      if (missing.length === 0) stack.pop()
      else stack.push(...missing.toReversed())
    }
    if (root.result === null) throw new Error('a walk ended without a result')
    return root.result
  }

  return {
    expressions,
    environment,
    valueAt: (node, at) => at.known.get(node) ?? run({ node, at, open: false, result: null }),
    contentAt: (node, at) => run({ node, at, open: true, result: null }),
  }
}

interface Frame {
  readonly node: Node
  readonly at: Environment
  /** Whether to look inside although it is stored. */
  readonly open: boolean
  result: PointExpression | null
}
