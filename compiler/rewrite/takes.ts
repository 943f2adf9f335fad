// Lookups: composed, dropped, and moved to where they meet what they can be merged with.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, MapNode, Node, ReduceNode, TakeNode } from '../graph/node.ts'
import { evaluateSize } from '../graph/size.ts'
import { operation as row } from '../ops/table.ts'
import { affineOf, isInside } from './affine.ts'
import type { Context, Rule } from './engine.ts'
import { argumentOf, choiceOf, isDisjoint, isWithin, numberOf, pairOf } from './pattern.ts'
import { reindexed } from './reindex.ts'

const product = row('mul')
const choice = row('select')

function lookup(
  name: string,
  law: string,
  apply: (node: TakeNode, context: Context) => Node | null,
  condition?: string,
): Rule {
  return {
    name,
    law,
    ...(condition === undefined ? {} : { condition }),
    heads: ['take'],
    apply: (node, context) => (node.kind === 'take' ? apply(node, context) : null),
  }
}

export const takeRules: readonly Rule[] = [
  lookup('lookup in place', 'x[C = C] = x', (node, { graph }) => {
    const others = node.indices.filter(
      ({ axis, index }) => index.kind !== 'coordinate' || index.axis !== axis,
    )
    if (others.length === node.indices.length) return null
    return taken(graph, node.operand, others, node.fill)
  }),
  lookup(
    'lookup inside',
    'x[C = k, else f] = x[C = k], where 0 ≤ k < size(C)',
    (node, { graph }) => {
      if (node.fill === null || !node.indices.every((entry) => isSurelyInside(graph, entry)))
        return null
      return graph.take(node.operand, node.indices)
    },
  ),
  lookup('lookup of coordinate', 'C[C = k] = k', (node) => {
    const [entry] = node.indices
    if (node.operand.kind !== 'coordinate' || entry === undefined) return null
    return node.fill === null ? entry.index : null
  }),
  lookup('lookup of numbers', '([a, b] over C)[C = 1] = b', (node, { graph }) => {
    const { operand, indices, fill } = node
    const place = indices[0] === undefined ? null : numberOf(indices[0].index)
    if (operand.kind !== 'vector' || place === null) return null
    const value = operand.values[place] ?? fill
    return value === null ? null : graph.constant(value, node.dataType)
  }),
  lookup('lookup of repetition', 'x[+C][C = k] = x', (node, { graph }) => {
    const { operand, indices, fill } = node
    if (operand.kind !== 'spread') return null
    const along = indices.find(({ axis }) => axis === operand.axis)
    if (along === undefined) {
      const inner = graph.take(operand.operand, indices, fill)
      // An index may bring the axis in itself.
      return inner.axes.includes(operand.axis) ? inner : graph.spread(inner, operand.axis)
    }
    if (fill !== null && !isSurelyInside(graph, along)) return null
    const others = indices.filter((entry) => entry !== along)
    return taken(graph, operand.operand, others, fill)
  }),
  lookup('lookup at a repeated place', 'x[C = k[+D]] = x[C = k][+D]', (node, { graph }) => {
    const repeated = node.indices.find(({ index }) => index.kind === 'spread')
    if (repeated?.index.kind !== 'spread') return null
    const { axis, operand } = repeated.index
    const indices = node.indices.map((entry) =>
      entry === repeated ? { axis: entry.axis, index: operand } : entry,
    )
    const inner = graph.take(node.operand, indices, node.fill)
    return inner.axes.includes(axis) ? inner : graph.spread(inner, axis)
  }),
  lookup('lookup in lookup', 'x[A = f(B)][B = k] = x[A = f(k)]', (node, { graph }) => {
    const inner = node.operand
    if (inner.kind !== 'take') return null
    const fill = composedFill(graph, node, inner)
    if (fill === undefined) return null
    const places = new Map(node.indices.map(({ axis, index }) => [axis, index]))
    const own = new Set(inner.indices.map(({ axis }) => axis))
    const passing = node.indices.filter(
      ({ axis }) => inner.operand.axes.includes(axis) && !own.has(axis),
    )
    const moved = inner.indices.map(({ axis, index }) => ({
      axis,
      index: reindexed(graph, index, places, fill === null ? null : 0),
    }))
    return graph.take(inner.operand, [...moved, ...passing], fill)
  }),
  lookup(
    'rename through sum of products',
    'sum[C](x * y)[D as E] = sum[C](x[D as E] * y[D as E])',
    (node, context) => (isRename(node) ? throughProducts(context, node) : null),
  ),
  lookup(
    'lookup through operation',
    'f(x, y)[C = k] = f(x[C = k], y[C = k])',
    (node, context) => {
      const { operand } = node
      if (operand.kind !== 'map' || !isWorthMoving(context.graph, node, context.isShared))
        return null
      return throughMap(context, node, operand)
    },
    'finite values only, where a product is filled with 0',
  ),
]

/** The take, or the operand where nothing is left to look up. */
function taken(
  graph: Graph,
  operand: Node,
  indices: TakeNode['indices'],
  fill: number | null,
): Node {
  return indices.length === 0 ? operand : graph.take(operand, indices, fill)
}

function isSurelyInside(
  graph: Graph,
  { axis, index }: { readonly axis: AxisName; readonly index: Node },
): boolean {
  return isInside(graph, affineOf(index), graph.sizes.of(axis))
}

/** The fill of two lookups in one; undefined where one cannot say the same. */
function composedFill(graph: Graph, outer: TakeNode, inner: TakeNode): number | null | undefined {
  if (outer.fill === null) return inner.fill
  if (inner.fill !== null && !Object.is(inner.fill, outer.fill)) return undefined
  // A place outside for the outer lookup must be outside for the inner one too.
  const isKept = outer.indices.every((entry) => {
    if (isSurelyInside(graph, entry)) return true
    const users = inner.indices.filter(({ index }) => index.axes.includes(entry.axis))
    const passes =
      inner.operand.axes.includes(entry.axis) &&
      inner.indices.every(({ axis }) => axis !== entry.axis)
    if (passes && users.length === 0) return true
    return users.some(
      ({ axis, index }) =>
        index.kind === 'coordinate' &&
        graph.sizes.compare(graph.sizes.of(axis), graph.sizes.of(index.axis)) === 'equal',
    )
  })
  return isKept ? outer.fill : undefined
}

/**
 * Moving in pays where fewer elements are left and nobody else reads the operation, and costs nothing for truth values,
 * whole numbers and constant factors. Elsewhere it would repeat work: a rename of what is stored is free.
 */
function isWorthMoving(graph: Graph, node: TakeNode, isShared: Context['isShared']): boolean {
  const { operand } = node
  const growth = elementsOf(graph, node) - elementsOf(graph, operand)
  const isLess = growth < 0 || (growth === 0 && operand.dataType !== 'real')
  return (isLess || isScaling(operand)) && !isShared(operand)
}

/** An estimate for comparing: free axes count as long. */
function elementsOf(graph: Graph, { axes }: Node): number {
  return axes.reduce((count, axis) => count * evaluateSize(graph.sizes.of(axis), () => 1000), 1)
}

function isScaling(node: Node): boolean {
  if (argumentOf(node, 'neg') !== null) return true
  const factor = pairOf(node, 'mul')?.[0]
  return factor !== undefined && numberOf(factor) !== null
}

/** Every index a coordinate of an axis as long, each another one that the operand lacks. */
function isRename(node: TakeNode): boolean {
  const axes = node.indices.flatMap(({ index }) =>
    index.kind === 'coordinate' ? [index.axis] : [],
  )
  return (
    axes.length === node.indices.length &&
    new Set(axes).size === axes.length &&
    isDisjoint(axes, node.operand.axes) &&
    node.fill === null
  )
}

/** Costs nothing where nobody else reads them, and meets renames the other way round. */
function throughProducts({ graph, isShared }: Context, node: TakeNode): Node | null {
  const { operand, indices } = node
  const renamed = (part: Node): Node => {
    const present = indices.filter(({ axis }) => part.axes.includes(axis))
    return taken(graph, part, present, null)
  }
  if (operand.kind === 'reduce' && operand.reduction === 'sum') {
    const isFree = isDisjoint(
      indices.flatMap(({ index }) => [...index.axes]),
      operand.over,
    )
    return isFree && pairOf(operand.operand, 'mul') !== null && !isShared(operand)
      ? graph.reduce('sum', operand.over, renamed(operand.operand))
      : null
  }
  const product = pairOf(operand, 'mul')
  return product === null || operand.kind !== 'map' || isShared(operand)
    ? null
    : graph.map(operand.operation, product.map(renamed))
}

/** Null where the fill does not come out again. */
function throughMap({ graph }: Context, node: TakeNode, operand: MapNode): Node | null {
  const { indices, fill } = node
  const moved = operand.operands.map((part) => {
    const present = indices.filter(({ axis }) => part.axes.includes(axis))
    return { part, present }
  })
  if (fill === null) {
    return graph.map(
      operand.operation,
      moved.map(({ part, present }) => taken(graph, part, present, null)),
    )
  }
  const fills = fillsFor(
    operand,
    indices.map(({ axis }) => axis),
    fill,
  )
  if (fills === null) return null
  return graph.map(
    operand.operation,
    moved.map(({ part, present }, i) => taken(graph, part, present, fills[i] ?? null)),
  )
}

/** What each operand must be filled with to make the operation give the fill; null where no way is known. */
function fillsFor(
  { operation, operands }: MapNode,
  axes: readonly AxisName[],
  fill: number,
): readonly (number | null)[] | null {
  // An operand with some of the axes only is not filled where the others are outside.
  const isWhole = operands.map((operand) => isWithin(axes, operand.axes))
  const isTouched = operands.map((operand) => !isDisjoint(operand.axes, axes))
  if (isTouched.some((touched, i) => touched && !isWhole[i])) return null
  if (fill === 0 && operation === product) {
    const isInfinite = operands.some((operand) => !Number.isFinite(numberOf(operand) ?? 0))
    return isInfinite ? null : isTouched.map((touched) => (touched ? 0 : null))
  }
  if (operation === choice) {
    const [condition, yes, no] = isWhole
    const fallback = operands[2]
    // A condition outside reads false.
    const isFallback = fallback !== undefined && (no === true || numberOf(fallback) === fill)
    return condition === true && isFallback
      ? [0, yes === true ? 0 : null, no === true ? fill : null]
      : null
  }
  // Otherwise f(fill, …, fill) has to be the fill, and every operand to be looked up.
  const same = operands.map(() => fill)
  const value = operation.evaluate(...same)
  // Zeros of either sign fill alike.
  const isFixed = value === fill || Object.is(value, fill)
  return isFixed && isWhole.every((whole) => whole) ? same : null
}

/**
 * `sum[K]` of a lookup in `sum[O]` of a product: looked up first, it is one sum over both, of a product of two
 * operands, and nothing as large as all windows together is stored. This is a convolution's gradient.
 */
export const contractionRules: readonly Rule[] = [
  {
    name: 'lookup in contraction',
    law: 'sum[K](sum[O](a * b)[P = k, else 0]) = sum[K, O](a[P = k, else 0] * b[P = k, else 0])',
    condition: 'finite values only',
    heads: ['reduce sum'],
    apply(node, context) {
      return node.kind === 'reduce' ? overBoth(node, context) : null
    },
  },
]

function overBoth(node: ReduceNode, { graph, build, isShared }: Context): Node | null {
  const guarded = choiceOf(node.operand)
  const lookup = guarded !== null && numberOf(guarded.no) === 0 ? guarded.yes : node.operand
  if (lookup.kind !== 'take' || (lookup.fill !== null && lookup.fill !== 0)) return null
  const inner = lookup.operand
  if (inner.kind !== 'reduce' || inner.reduction !== 'sum') return null
  // Only an index along a window makes the inner sum larger than what is summed.
  const along = lookup.indices.flatMap(({ index }) => index.axes)
  if (!node.over.some((axis) => along.includes(axis) && inner.axes.includes(axis))) return null
  const product = pairOf(inner.operand, 'mul')
  if (product === null) return null
  // An index may mention an axis that is summed over inside.
  const used = new Set([...lookup.indices.flatMap(({ index }) => index.axes), ...node.operand.axes])
  if (inner.over.some((axis) => used.has(axis))) return null
  const [a, b] = product.map((factor) => {
    const present = lookup.indices.filter(({ axis }) => factor.axes.includes(axis))
    return taken(graph, factor, present, lookup.fill)
  })
  if (a === undefined || b === undefined) return null
  const all = lookup.indices.map(({ axis }) => axis)
  const isFilled = lookup.fill === null || product.some((factor) => isWithin(all, factor.axes))
  if (!isFilled || [node.operand, lookup, inner].some((part) => isShared(part))) return null
  const body = build.mul(a, b)
  const whole =
    guarded === null || lookup === node.operand
      ? body
      : build.select(guarded.condition, body, guarded.no)
  return graph.reduce('sum', [...node.over, ...inner.over], whole)
}
