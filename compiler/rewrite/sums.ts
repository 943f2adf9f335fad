// Reductions: of what is constant along their axes, of one another, and of what is not zero in one place only.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node, ReduceNode } from '../graph/node.ts'
import { affineOf, isInside, sizeNode } from './affine.ts'
import type { Context, Rule } from './engine.ts'
import { argumentOf, choiceOf, isDisjoint, numberOf, pairOf } from './pattern.ts'

const reductions = ['sum', 'prod', 'max', 'min', 'any', 'all', 'logsumexp'] as const

/** A rule for one reduction, or several. */
function reduction(
  name: string,
  law: string,
  of: readonly string[],
  apply: (node: ReduceNode, context: Context) => Node | null,
  condition?: string,
): Rule {
  return {
    name,
    law,
    ...(condition === undefined ? {} : { condition }),
    heads: of.map((each) => `reduce ${each}`),
    apply(node, context) {
      const result = node.kind === 'reduce' ? apply(node, context) : null
      // Sums and extrema of truth values are whole numbers; what is left of them might not be.
      return result?.dataType === node.dataType ? result : null
    },
  }
}

export const sumRules: readonly Rule[] = [
  reduction('reduction over nothing', 'sum[](x) = x', reductions, (node) => {
    if (node.over.length > 0) return null
    return node.operand.dataType === node.dataType ? node.operand : null
  }),
  reduction(
    'sum of repetition',
    'sum[C](x[+C]) = size(C) * x',
    ['sum'],
    (node, { graph, build }) => {
      const inner = constantAlong(graph, node.operand, node.over)
      if (inner === null) return null
      const size = sizeNode(graph, graph.sizes.of(inner.axis))
      return build.mul(size, overRest(graph, node, inner.node, inner.axis))
    },
  ),
  reduction(
    'extremum of repetition',
    'max[C](x[+C]) = x, and so for min, any, all',
    ['max', 'min', 'any', 'all'],
    (node, { graph }) => {
      const inner = constantAlong(graph, node.operand, node.over)
      return inner === null ? null : overRest(graph, node, inner.node, inner.axis)
    },
    'axes of one place at least',
  ),
  reduction(
    'product of repetition',
    'prod[C](x[+C]) = x ^ size(C)',
    ['prod'],
    (node, { graph, build }) => {
      const inner = constantAlong(graph, node.operand, node.over)
      if (inner === null || node.dataType !== 'real') return null
      const size = sizeNode(graph, graph.sizes.of(inner.axis))
      return build.op('pow', overRest(graph, node, inner.node, inner.axis), size)
    },
  ),
  reduction(
    'logsumexp of repetition',
    'logsumexp[C](x[+C]) = x + log(size(C))',
    ['logsumexp'],
    (node, { graph, build }) => {
      const inner = constantAlong(graph, node.operand, node.over)
      if (inner === null || inner.node.dataType !== 'real') return null
      const size = sizeNode(graph, graph.sizes.of(inner.axis))
      return build.add(
        overRest(graph, node, inner.node, inner.axis),
        build.op('log', build.mul(build.constant(1), size)),
      )
    },
  ),
  reduction(
    'reduction of reduction',
    'sum[N](sum[C](x)) = sum[C, N](x), and so for the others',
    reductions,
    (node, { graph, isShared }) => {
      const inner = node.operand
      if (inner.kind !== 'reduce' || inner.reduction !== node.reduction) return null
      if (isShared(inner) || inner.dataType !== node.dataType) return null
      return graph.reduce(node.reduction, [...node.over, ...inner.over], inner.operand)
    },
  ),
  reduction(
    'sum of one-hot',
    'sum[C](if C == k then x else 0) = x[C = k, else 0]',
    ['sum'],
    (node, context) => {
      for (const axis of node.over) {
        const picked = pickedAlong(context, node.operand, axis)
        if (picked !== null) return overRest(context.graph, node, picked, axis)
      }
      return null
    },
    'finite values only, where a truth value is a factor',
  ),
  reduction(
    'sum of choice',
    'sum[C](if c then x else 0) = if c then sum[C](x) else 0, where c lacks C',
    ['sum'],
    (node, { graph, build }) => {
      const choice = choiceOf(node.operand)
      if (choice === null || !isDisjoint(choice.condition.axes, node.over)) return null
      const { condition, yes, no } = choice
      if (numberOf(no) === 0) return build.select(condition, sumOver(graph, node, yes), bare(no))
      if (numberOf(yes) === 0) return build.select(condition, bare(yes), sumOver(graph, node, no))
      return null
    },
  ),
  reduction(
    'sign of a sum over axes',
    'sum[C](-x) = -sum[C](x)',
    ['sum'],
    (node, { graph, build }) => {
      const x = argumentOf(node.operand, 'neg')
      return x === null ? null : build.neg(graph.reduce('sum', node.over, x))
    },
  ),
  reduction(
    'factor out of a sum',
    'sum[C](a * x) = a * sum[C](x), where a lacks C',
    ['sum'],
    (node, { graph, build }) => {
      const quotient = pairOf(node.operand, 'div')
      if (quotient !== null) {
        const [over, under] = quotient
        if (!isDisjoint(under.axes, node.over)) return null
        return build.div(sumOver(graph, node, over), under)
      }
      const { inside, outside } = factorsOf(node.operand, node.over)
      const [first, ...others] = outside
      if (first === undefined) return null
      const factor = others.reduce((a, b) => build.mul(a, b), first)
      const [start, ...rest] = inside
      if (start === undefined) return null
      return build.mul(
        factor,
        sumOver(
          graph,
          node,
          rest.reduce((a, b) => build.mul(a, b), start),
        ),
      )
    },
    'but for rounding',
  ),
  reduction(
    'sum of a sum with one-hot',
    'sum[C](x + (if C == k then y else 0)) = sum[C](x) + y[C = k, else 0]',
    ['sum'],
    (node, context) => {
      const name = pairOf(node.operand, 'add') === null ? 'sub' : 'add'
      const pair = pairOf(node.operand, name)
      if (pair === null) return null
      const isSimple = (part: Node): boolean =>
        node.over.every((axis) => !part.axes.includes(axis)) ||
        node.over.some((axis) => pickedAlong(context, part, axis) !== null)
      if (!pair.some(isSimple)) return null
      const { graph, build } = context
      return build.op(name, sumOver(graph, node, pair[0]), sumOver(graph, node, pair[1]))
    },
    'but for rounding',
  ),
]

function bare(zero: Node): Node {
  let core = zero
  while (core.kind === 'spread') core = core.operand
  return core
}

/** The sum of a part of the operand, which may lack some of the axes. */
function sumOver(graph: Graph, node: ReduceNode, part: Node): Node {
  const absent = node.over.filter((axis) => !part.axes.includes(axis))
  const whole = absent.reduce((inner: Node, axis) => graph.spread(inner, axis), part)
  return graph.reduce('sum', node.over, whole)
}

/** The same reduction over the other axes, along which what is left may be constant. */
function overRest(graph: Graph, node: ReduceNode, operand: Node, axis: AxisName): Node {
  const rest = node.over.filter((other) => other !== axis)
  const absent = rest.filter((other) => !operand.axes.includes(other))
  const whole = absent.reduce((inner: Node, other) => graph.spread(inner, other), operand)
  return rest.length === 0 ? operand : graph.reduce(node.reduction, rest, whole)
}

/** The operand without one of the axes, where it only repeats along it. */
function constantAlong(
  graph: Graph,
  node: Node,
  over: readonly AxisName[],
): { node: Node; axis: AxisName } | null {
  const repeated: AxisName[] = []
  let core = node
  while (core.kind === 'spread' && !over.includes(core.axis)) {
    repeated.push(core.axis)
    core = core.operand
  }
  if (core.kind !== 'spread') return null
  const inner = repeated.reduce((rest: Node, axis) => graph.spread(rest, axis), core.operand)
  return { node: inner, axis: core.axis }
}

const maximumFactors = 16

/** The factors of a product that have some of the axes, and those that have none. */
function factorsOf(
  node: Node,
  over: readonly AxisName[],
): { readonly inside: readonly Node[]; readonly outside: readonly Node[] } {
  const inside: Node[] = []
  const outside: Node[] = []
  const pending = [node]
  for (let factor = pending.pop(); factor !== undefined; factor = pending.pop()) {
    const pair = pairOf(factor, 'mul')
    if (isDisjoint(factor.axes, over)) outside.push(factor)
    else if (pair === null || pending.length > maximumFactors) inside.push(factor)
    else pending.push(pair[1], pair[0])
  }
  return { inside, outside }
}

/** What a node that is zero but where the coordinate is k has there; null where it is not of this form. */
function pickedAlong(context: Context, node: Node, axis: AxisName): Node | null {
  const choice = choiceOf(node)
  if (choice !== null && numberOf(choice.no) === 0 && choice.no.dataType === node.dataType) {
    return pickedByCondition(context, choice.condition, choice.yes, axis)
  }
  const truth = truthOf(node)
  if (truth !== null) return pickedByCondition(context, truth, context.build.constant(1), axis)
  const product = pairOf(node, 'mul')
  if (product === null) return null
  for (const [flag, value] of [product, [product[1], product[0]] as const]) {
    const factor = choiceOf(flag)
    if (factor !== null && numberOf(factor.no) === 0 && flag.dataType === node.dataType) {
      const whole = context.build.mul(factor.yes, value)
      const picked = pickedByCondition(context, factor.condition, whole, axis)
      if (picked !== null) return picked
    }
    const condition = flag.dataType === 'bool' ? flag : truthOf(flag)
    if (condition === null || value.dataType !== node.dataType) continue
    const picked = pickedByCondition(context, condition, value, axis)
    if (picked !== null) return picked
  }
  return null
}

/** The truth value that a node is 1 or 0 for. */
function truthOf(node: Node): Node | null {
  const operand = argumentOf(node, 'to_real')
  return operand?.dataType === 'bool' ? operand : null
}

function pickedByCondition(
  { graph, build }: Context,
  condition: Node,
  value: Node,
  axis: AxisName,
): Node | null {
  const both = pairOf(condition, 'and')
  const conditions = both === null ? [condition] : [...both]
  for (const [i, part] of conditions.entries()) {
    const index = indexOfOneHot(part, axis)
    if (index === null) continue
    const others = conditions.filter((_, j) => j !== i)
    const kept = others.reduce(
      (node: Node, other) => build.select(other, node, graph.constant(0, value.dataType)),
      value,
    )
    if (kept.dataType !== value.dataType) return null
    const size = graph.sizes.of(axis)
    const inside = isInside(graph, affineOf(index), size)
    if (kept.axes.includes(axis)) return graph.take(kept, [{ axis, index }], inside ? null : 0)
    if (inside) return kept
    const least = build.op('ge', index, graph.constant(0, 'int'))
    const isIn = build.op('and', least, build.op('lt', index, sizeNode(graph, size)))
    return build.select(isIn, kept, graph.constant(0, value.dataType))
  }
  return null
}

/** The k of `axis == k`, where k lacks the axis. */
function indexOfOneHot(condition: Node, axis: AxisName): Node | null {
  const pair = pairOf(condition, 'eq')
  if (pair === null) return null
  for (const [left, right] of [pair, [pair[1], pair[0]] as const]) {
    const isIndex = right.dataType === 'int' && !right.axes.includes(axis)
    if (left.kind === 'coordinate' && left.axis === axis && isIndex) return right
  }
  return null
}
