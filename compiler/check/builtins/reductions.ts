// Reductions over named axes, over all, or over all but some; the statistical ones are compositions.
import type { Interval } from '../../graph/interval.ts'
import type { AxisName, ReductionName } from '../../graph/node.ts'
import { constantOf, constantSize, subtractSizes } from '../../graph/size.ts'
import { axisText } from '../../graph/sizeText.ts'
import { report } from '../frame.ts'
import { align } from '../align.ts'
import { intervalOfReduction, productOfSizes } from '../intervals.ts'
import { averaged, firstPassage, passageOfReduction } from '../meanings.ts'
import { fromElsewhere, narrowedTo } from '../refine.ts'
import { apply, asTensor, constant, noted, spreadOver, tensor } from '../tensors.ts'
import { operation } from '../../ops/table.ts'
import { poison } from '../value.ts'
import type { Arguments, Tensor, Value } from '../value.ts'
import type { Builtin, CallSite } from './builtin.ts'
import { ofSeveral } from './elementwise.ts'
import { axesGiven, hasAxes, knownOption, operandsOf, receive, type Received } from './given.ts'

/** One reduction: what it makes of a tensor and the axes it runs over. */
interface Reduction {
  readonly name: string
  readonly meaning: string
  readonly options?: readonly string[]
  readonly reduce: (
    site: CallSite,
    operand: Tensor,
    over: readonly AxisName[],
    received: Received,
  ) => Value
}

const plain = (name: ReductionName, meaning: string): Reduction => ({
  name,
  meaning,
  reduce: (site, operand, over) => reduced(site, name, operand, over),
})

const table: readonly Reduction[] = [
  plain('sum', 'The sum.'),
  plain('prod', 'The product.'),
  { ...plain('max', 'The largest value.'), reduce: extreme('max') },
  { ...plain('min', 'The smallest value.'), reduce: extreme('min') },
  plain('any', 'Whether any is true.'),
  plain('all', 'Whether all are true.'),
  plain('logsumexp', 'The logarithm of the sum of exponentials, without overflow.'),
  { name: 'argmax', meaning: 'The first place of the largest value.', reduce: place('argmax') },
  { name: 'argmin', meaning: 'The first place of the smallest value.', reduce: place('argmin') },
  { name: 'mean', meaning: 'The mean.', reduce: mean },
  {
    name: 'var',
    meaning: 'The variance; unbiased unless `correction = 0`.',
    options: ['correction'],
    reduce: variance,
  },
  {
    name: 'std',
    meaning: 'The standard deviation; unbiased unless `correction = 0`.',
    options: ['correction'],
    reduce: deviation,
  },
  { name: 'norm', meaning: 'The p-norm, by default of p = 2.', options: ['p'], reduce: norm },
]

export const reductions: readonly Builtin[] = [
  ...table.map(named),
  ...table.filter(({ name }) => !name.startsWith('arg')).map(exceptNamed),
]

/** `sum[H, W](x)` over the named axes, `sum(x)` over all. */
function named(reduction: Reduction): Builtin {
  const { name, meaning } = reduction
  return {
    name,
    meaning: `${meaning} Over the named axes, or over all.`,
    usage: `${name}[H, W](x)`,
    apply(site, given) {
      const several = name === 'max' || name === 'min'
      if (several && given.axes === undefined && given.positional.length > 1) {
        return ofSeveral(operation(name), site, given)
      }
      const axes = axesGiven(site, given)
      if (axes === null) return poison
      return over(reduction, site, given, (all) => (given.axes === undefined ? all : axes), axes)
    },
  }
}

/** `mean_except[C](x)`: over all axes but C. */
function exceptNamed(reduction: Reduction): Builtin {
  const name = `${reduction.name}_except`
  return {
    name,
    meaning: `${reduction.meaning} Over all axes but the named ones.`,
    usage: `${name}[C](x)`,
    apply(site, given) {
      const axes = axesGiven(site, given)
      if (axes === null) return poison
      return over(reduction, site, given, (all) => all.filter((axis) => !axes.includes(axis)), axes)
    },
  }
}

function over(
  reduction: Reduction,
  site: CallSite,
  given: Arguments,
  choose: (all: readonly AxisName[]) => readonly AxisName[],
  mentioned: readonly AxisName[],
): Value {
  const expected = { least: 1, names: ['x'], options: reduction.options ?? [] }
  const received = receive(site, given, expected)
  if (received === null) return poison
  const isPlace = reduction.name === 'any' || reduction.name === 'all'
  const [operand] = operandsOf(site, received.positional, isPlace ? 'labels' : 'quantities') ?? []
  if (operand === undefined || !hasAxes(site, mentioned, operand)) return poison
  return reduction.reduce(site, operand.tensor, choose(operand.tensor.node.axes), received)
}

// ── Plain ones ──────────────────────────────────────────────────────────────

export function reduced(
  { frame }: CallSite,
  name: ReductionName,
  operand: Tensor,
  axes: readonly AxisName[],
): Tensor {
  const { graph } = frame.elaboration
  const node = graph.reduce(name, axes, operand.node)
  const count = productOfSizes(graph.sizes, axes)
  const of = (interval: Interval): Interval => intervalOfReduction(frame, name, interval, count)
  const value = tensor({
    node,
    interval: of(operand.interval),
    passage: passageOfReduction(name, operand),
    isCoordinate: operand.isCoordinate,
  })
  const { narrowed } = fromElsewhere(operand, axes)
  if (narrowed === undefined) return noted(frame, value)
  return noted(frame, narrowedTo(value, { ...narrowed, interval: of(narrowed.interval) }))
}

/** There is no largest of nothing. */
function extreme(name: 'max' | 'min'): Reduction['reduce'] {
  return (site, operand, axes) =>
    isFilled(site, axes) ? reduced(site, name, operand, axes) : poison
}

function place(name: 'argmax' | 'argmin'): Reduction['reduce'] {
  return (site, operand, axes) => {
    const [axis, second] = axes
    if (axis === undefined || second !== undefined) {
      report(site.frame, 'argmax-one-axis', site.span, {
        name,
        axes: axes.map(axisText),
      })
      return poison
    }
    if (!isFilled(site, axes)) return poison
    return { ...reduced(site, name, operand, axes), meaning: { kind: 'class', axis } }
  }
}

/** Sizes that come with the data are looked at when they are bound, by the entries that have this to work out. */
function isFilled({ frame, span, name }: CallSite, axes: readonly AxisName[]): boolean {
  const { sizes } = frame.elaboration.graph
  const empty = axes.find((axis) => constantOf(sizes.of(axis)) === 0)
  if (empty === undefined) return true
  report(frame, 'reduction-of-nothing', span, { name, axis: axisText(empty) })
  return false
}

// ── Compositions ────────────────────────────────────────────────────────────

function mean(site: CallSite, operand: Tensor, axes: readonly AxisName[]): Tensor {
  const { frame } = site
  const total = reduced(site, 'sum', operand, axes)
  const value = apply(frame, 'div', [total, countOf(site, axes)])
  const meaning = averaged(operand, axes)
  return noted(frame, {
    ...value,
    // A mean lies where the values lie.
    interval: { ...operand.interval, whole: false },
    ...(meaning === undefined ? {} : { meaning }),
    ...(operand.passage === undefined ? {} : { passage: operand.passage }),
  })
}

function countOf({ frame }: CallSite, axes: readonly AxisName[]): Tensor {
  const { sizes } = frame.elaboration.graph
  return asTensor(frame, { kind: 'size', size: productOfSizes(sizes, axes) })
}

function variance(
  site: CallSite,
  operand: Tensor,
  axes: readonly AxisName[],
  received: Received,
): Value {
  const { frame } = site
  const correction = knownOption(site, received, 'correction', 1)
  if (correction === null) return poison
  const centred = apply(frame, 'sub', [operand, mean(site, operand, axes)])
  const squares = reduced(site, 'sum', apply(frame, 'square', [centred]), axes)
  const { sizes } = frame.elaboration.graph
  const size = productOfSizes(sizes, axes)
  const degrees = Number.isSafeInteger(correction)
    ? asTensor(frame, { kind: 'size', size: subtractSizes(size, constantSize(correction)) })
    : apply(frame, 'sub', [countOf(site, axes), constant(frame, correction, false)])
  // Never negative: of too few elements the variance is 0/0.
  const counted = apply(frame, 'max', [degrees, constant(frame, 0)])
  return apply(frame, 'div', [squares, counted])
}

function deviation(
  site: CallSite,
  operand: Tensor,
  axes: readonly AxisName[],
  received: Received,
): Value {
  const squared = variance(site, operand, axes, received)
  return squared.kind === 'tensor' ? rootOf(site, squared) : squared
}

/** A square root whose gradient at 0 is 0: where nothing varies, nothing pulls. NaN stays NaN. */
function rootOf({ frame }: CallSite, squared: Tensor): Tensor {
  const zero = constant(frame, 0, false)
  return apply(frame, 'select', [
    apply(frame, 'eq', [squared, zero]),
    zero,
    apply(frame, 'sqrt', [squared]),
  ])
}

/** (Σ |x|^p)^(1/p); of p = ∞ the largest |x|, of p = 0 how many are not 0. */
function norm(
  site: CallSite,
  operand: Tensor,
  axes: readonly AxisName[],
  received: Received,
): Value {
  const { frame } = site
  const p = knownOption(site, received, 'p', 2)
  if (p === null) return poison
  const magnitude = apply(frame, 'abs', [operand])
  if (p === Infinity) return extreme('max')(site, magnitude, axes, received)
  if (p === -Infinity) return extreme('min')(site, magnitude, axes, received)
  if (p === 0) {
    const isOther = apply(frame, 'ne', [operand, constant(frame, 0, false)])
    return reduced(site, 'sum', isOther, axes)
  }
  if (p === 1) return reduced(site, 'sum', magnitude, axes)
  if (p === 2) return rootOf(site, reduced(site, 'sum', apply(frame, 'square', [operand]), axes))
  const zero = constant(frame, 0, false)
  const total = reduced(
    site,
    'sum',
    apply(frame, 'pow', [magnitude, constant(frame, p, false)]),
    axes,
  )
  const root = apply(frame, 'pow', [total, constant(frame, 1 / p, false)])
  return apply(frame, 'select', [apply(frame, 'eq', [total, zero]), zero, root])
}

// ── wmean ───────────────────────────────────────────────────────────────────

/** `sum(x * w) / sum(w)`, w spread to x's axes; what has weight 0 does not count, whatever it is. */
export const weightedMean: Builtin = {
  name: 'wmean',
  meaning: 'The mean weighted by w, over what has a weight other than 0.',
  usage: 'wmean[N](x, w)',
  apply(site, given) {
    const { frame, span } = site
    const received = receive(site, given, { least: 2, names: ['x', 'w'] })
    const axes = axesGiven(site, given)
    if (received === null || axes === null) return poison
    const operands = operandsOf(site, received.positional)
    const [x, w] = operands ?? []
    if (operands === null || x === undefined || w === undefined) return poison
    if (!align(frame, operands, span) || !hasAxes(site, axes, x)) return poison
    const extra = w.tensor.node.axes.find((axis) => !x.tensor.node.axes.includes(axis))
    if (extra !== undefined && !hasAxes(site, [extra], x)) return poison
    const all = x.tensor.node.axes
    const over = given.axes === undefined ? all : axes
    const weight = spreadOver(frame, w.tensor, all)
    const zero = constant(frame, 0, false)
    const counted = apply(frame, 'select', [
      apply(frame, 'ne', [weight, zero]),
      apply(frame, 'mul', [x.tensor, weight]),
      zero,
    ])
    const value = apply(frame, 'div', [
      reduced(site, 'sum', counted, over),
      reduced(site, 'sum', weight, over),
    ])
    const meaning = averaged(x.tensor, over)
    const passage = firstPassage([x.tensor])
    return {
      ...value,
      ...(meaning === undefined ? {} : { meaning }),
      ...(passage === undefined ? {} : { passage }),
    }
  },
}
