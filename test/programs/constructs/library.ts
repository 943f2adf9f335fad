// Functions of the standard library, one line each: what they take, as an expression, and where their values lie.
import { less, widest, type Made, type Scope } from '../scope.ts'
import { around, magnitude, type Construct } from './construct.ts'

/** Of two quantities that align. */
const pairs: readonly ((a: string, b: string) => string)[] = [
  (a, b) => `absolute_error(${a}, ${b})`,
  (a, b) => `squared_error(${a}, ${b})`,
  (a, b) => `huber(${a}, ${b}, delta = 0.6)`,
  (a, b) => `smooth_l1(${a}, ${b})`,
  (a, b) => `log_cosh(${a}, ${b})`,
  (a, b) => `quantile(${a}, ${b}, q = 0.8)`,
  (a, b) => `charbonnier(${a}, ${b}, eps = 0.1)`,
  (a, b) => `wing(${a}, ${b}, width = 1)`,
  (a, b) => `binary_cross_entropy(0.02 + 0.96 * sigmoid(${a}), sigmoid(${b}))`,
  (a, b) => `binary_cross_entropy_with_logits(${a}, sigmoid(${b}))`,
  (a, b) => `binary_cross_entropy_with_logits(${a}, sigmoid(${b}), pos_weight = 2)`,
  (a, b) => `poisson_nll(${a}, 1.2 + softplus(${b}))`,
  (a, b) => `poisson_nll(0.3 + softplus(${a}), softplus(${b}), log_input = false)`,
  (a, b) => `gaussian_nll(${a}, ${b}, 0.4 + square(${a}))`,
  (a, b) => `soft_margin(${a}, sign(${b}))`,
  (a, b) => `hinge(${a}, sign(${b}))`,
  (a, b) => `squared_hinge(${a}, sign(${b}))`,
  (a, b) => `margin_ranking(${a}, ${b}, 1, margin = 0.1)`,
  (a, b) => `hinge_embedding(${a}, sign(${b}))`,
  (a, b) => `kl_gaussian(${a}, tanh(${b}))`,
  (a, b) => `asymmetric(${a}, sigmoid(${b}))`,
]

/** Of two quantities that both have the axis D, which goes. */
const alongBoth: readonly ((axis: string, a: string, b: string) => string)[] = [
  (d, a, b) => `pairwise_distance[${d}](${a}, ${b})`,
  (d, a, b) => `cosine_similarity[${d}](${a}, ${b})`,
  (d, a, b) => `cosine_embedding[${d}](${a}, ${b}, 1)`,
  (d, a, b) => `triplet_margin[${d}](${a}, ${b}, 1 - ${b})`,
  (d, a, b) => `contrastive[${d}](${a}, ${b}, 0, margin = 2)`,
  (d, a, b) => `cross_entropy[${d}](${a}, softmax[${d}](${b}))`,
  (d, a, b) => `sum[${d}](kl_div(log_softmax[${d}](${a}), softmax[${d}](${b})))`,
  (d, a, b) => `dice[${d}](sigmoid(${a}), sigmoid(${b}))`,
  (d, a, b) => `jaccard[${d}](sigmoid(${a}), sigmoid(${b}))`,
  (d, a, b) => `tversky[${d}](sigmoid(${a}), sigmoid(${b}), alpha = 0.3, beta = 0.7)`,
  (d, a, b) => `multilabel_margin[${d}](${a}, ${b} > 0)`,
  (d, a, b) => `multilabel_soft_margin[${d}](${a}, sigmoid(${b}))`,
]

/** Of scores along C and labels of C. */
const labelled: readonly ((c: string, z: string, y: string) => string)[] = [
  (_, z, y) => `cross_entropy(${z}, ${y})`,
  (c, z, y) => `cross_entropy[${c}](${z}, ${y}, smoothing = 0.2)`,
  (c, z, y) => `cross_entropy[${c}](${z}, ${y}, weight = 0.5 + 0.25 * ${c})`,
  (c, z, y) => `nll(log_softmax[${c}](${z}), ${y})`,
  (c, z, y) => `-log((exp(${z}) / sum[${c}](exp(${z})))[${c} = ${y}] + 0.01)`,
  (c, z, y) => `nll(log(softmax[${c}](${z})), ${y})`,
  // Of a single class 1 - p is 0, and its power has a second derivative there from 2 on.
  (c, z, y) => `focal[${c}](${z}, ${y}, gamma = 2.5)`,
  (_, z, y) => `poly(${z}, ${y})`,
  (c, z, y) => `multi_margin[${c}](${z}, ${y})`,
  (c, z, y) => `multi_margin[${c}](${z}, ${y}, p = 2, margin = 0.5)`,
]

function pooled(name: 'max_pool' | 'avg_pool', scope: Scope): Made | null {
  const found = scope.along((_, axis) => scope.size(axis) >= 2 && scope.isFixed(axis))
  if (found === null) return null
  const [value, axis] = found
  const size = scope.size(axis)
  const [options, count] = scope.draw.pick([
    ['size = 2', Math.floor((size - 2) / 2) + 1],
    ['size = 2, stride = 1', size - 1],
    ['size = 2, stride = 1, padding = 1', size + 1],
  ] as const)
  const made = scope.axis('Q', '', count)
  const text = `${name}[${axis} -> ${made}](${value.name}, ${options})`
  return { text, axes: [...less(value.axes, axis), made], ...around(magnitude(value)) }
}

export const library: readonly Construct[] = [
  {
    name: 'loss of a pair',
    weight: 2,
    make: (scope) => {
      const a = scope.real()
      const b = a === null ? null : scope.partner(a)
      if (a === null || b === null) return null
      return { text: scope.draw.pick(pairs)(a.name, b.name), axes: widest(a, b), ...around(60) }
    },
  },
  {
    name: 'loss along an axis',
    weight: 1.5,
    make: (scope) => {
      const found = scope.along()
      if (found === null) return null
      const [a, axis] = found
      const b = scope.partner(a, ({ axes }) => axes.includes(axis))
      if (b === null) return null
      const text = scope.draw.pick(alongBoth)(axis, a.name, b.name)
      return { text, axes: less(widest(a, b), axis), ...around(60) }
    },
  },
  {
    name: 'loss of a label',
    weight: 2,
    make: (scope) => {
      const label = scope.pick(({ kind }) => kind === 'class')
      const axis = label?.of ?? ''
      const value = scope.real(
        ({ axes }) =>
          label !== null &&
          !label.axes.includes(axis) &&
          axes.includes(axis) &&
          less(label.axes, ...axes).length === 0,
      )
      if (label === null || value === null || !scope.has(axis)) return null
      const text = scope.draw.pick(labelled)(axis, value.name, label.name)
      return { text, axes: less(value.axes, axis), ...around(20) }
    },
  },
  { name: 'max_pool', weight: 0.5, make: (scope) => pooled('max_pool', scope) },
  { name: 'avg_pool', weight: 0.5, make: (scope) => pooled('avg_pool', scope) },
  {
    name: 'glu',
    weight: 0.4,
    make: (scope) => {
      const found = scope.along((_, axis) => scope.size(axis) % 2 === 0 && scope.isFixed(axis))
      if (found === null) return null
      const [value, axis] = found
      const made = scope.axis('Q', '', scope.size(axis) / 2)
      const text = `glu[${axis} -> ${made}](${value.name})`
      return { text, axes: [...less(value.axes, axis), made], ...around(magnitude(value)) }
    },
  },
  {
    name: 'attention',
    weight: 0.6,
    make: (scope) => {
      const found = scope.along(
        ({ axes }) => axes.length >= 2 && axes.every((axis) => scope.has(axis)),
      )
      if (found === null || scope.isBody) return null
      const [q, feature] = found
      const time = scope.draw.pick(less(q.axes, feature))
      const twin = `${time}'`
      if (q.axes.includes(twin) || time.includes("'")) return null
      const causal = scope.draw.chance(0.5) ? ', causal = true' : ''
      const k = `${q.name}[${time} as ${twin}]`
      const text = `attention[${time}, ${twin}, ${feature}](${q.name}, ${k}, 1 - ${k}${causal})`
      return { text, axes: q.axes, ...around(1 + magnitude(q)) }
    },
  },
  {
    name: 'one_hot',
    weight: 0.5,
    make: (scope) => {
      const label = scope.pick(({ kind }) => kind === 'class')
      const axis = label?.of ?? ''
      const value = scope.real(
        ({ axes }) => label !== null && less([axis, ...label.axes], ...axes).length === 0,
      )
      if (label === null || value === null || label.axes.includes(axis)) return null
      return {
        text: `${value.name} - one_hot[${axis}](${label.name})`,
        axes: value.axes,
        low: value.low - 1,
        high: value.high,
      }
    },
  },
]
