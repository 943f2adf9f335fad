// Exponentials, and what they are parts of: softmax and sigmoid by hand, differences from 1.
import type { Node } from '../graph/node.ts'
import type { Rule } from './engine.ts'
import { isNonNegative } from './intervals.ts'
import { hasLogarithm, otherThanOne } from './logarithm.ts'
import { argumentOf, coreOf, isWithin, numberOf, pairOf, reducedOf } from './pattern.ts'

export const complementOfSigmoid: Rule = {
  name: 'complement of sigmoid',
  law: '1 - sigmoid(u) = sigmoid(-u)',
  heads: ['sub'],
  apply(node, { graph, build }) {
    const [one, p] = pairOf(node, 'sub') ?? []
    if (one === undefined || p === undefined || numberOf(one) !== 1) return null
    const u = argumentOf(p, 'sigmoid')
    if (u !== null) return build.op('sigmoid', build.neg(u))
    if (!isMovedSigmoid(p)) return null
    const constant = build.constant(1)
    if (p.kind === 'spread') return graph.spread(build.sub(constant, p.operand), p.axis)
    if (p.kind !== 'take') return null
    const fill = p.fill === null ? null : 1 - p.fill
    return graph.take(build.sub(constant, p.operand), p.indices, fill)
  },
}

/** sigmoid(u), perhaps looked up or repeated. */
export function isMovedSigmoid(node: Node): boolean {
  return argumentOf(coreOf(node), 'sigmoid') !== null
}

export const exponentialRules: readonly Rule[] = [
  complementOfSigmoid,
  {
    name: 'sigmoid by hand',
    law: 'e / (1 + e) = 1 / (1 + 1 / e) = sigmoid(log(e))',
    heads: ['div'],
    apply(node, { build }) {
      const [over, under] = pairOf(node, 'div') ?? []
      if (over === undefined || under === undefined) return null
      const e = otherThanOne(under)
      if (e === null || !hasLogarithm(e)) return null
      if (over === e) return build.op('sigmoid', build.op('log', e))
      if (numberOf(over) !== 1) return null
      return build.op('sigmoid', build.neg(build.op('log', e)))
    },
  },
  {
    name: 'softmax by hand',
    law: 'exp(u) / sum[C](exp(u)) = exp(u - logsumexp[C](u))',
    heads: ['div'],
    apply(node, { build }) {
      const [over, under] = pairOf(node, 'div') ?? []
      if (over === undefined || under === undefined || !isSumOfExponentials(under)) return null
      if (!hasLogarithm(over) && numberOf(over) !== 1) return null
      return build.op('exp', build.sub(build.op('log', over), build.op('log', under)))
    },
  },
  {
    name: 'product of exponentials',
    law: 'exp(u) * exp(v) = exp(u + v)',
    heads: ['mul'],
    apply(node, { build }) {
      const [a, b] = pairOf(node, 'mul') ?? []
      const u = a === undefined ? null : argumentOf(a, 'exp')
      const v = b === undefined ? null : argumentOf(b, 'exp')
      if (u === null || v === null) return null
      // Of an outer product, the exponentials of the factors are fewer.
      return isWithin(u.axes, v.axes) || isWithin(v.axes, u.axes)
        ? build.op('exp', build.add(u, v))
        : null
    },
  },
  {
    name: 'exp of logsigmoid',
    law: 'exp(logsigmoid(u)) = sigmoid(u)',
    heads: ['exp'],
    apply(node, { build }) {
      const inner = argumentOf(node, 'exp')
      const u = inner === null ? null : argumentOf(inner, 'logsigmoid')
      return u === null ? null : build.op('sigmoid', u)
    },
  },
  {
    name: 'exp of log',
    law: 'exp(log(u)) = u, where u ≥ 0',
    heads: ['exp'],
    apply(node, { graph }) {
      const inner = argumentOf(node, 'exp')
      const u = inner === null ? null : argumentOf(inner, 'log')
      return u !== null && isNonNegative(graph, u) ? u : null
    },
  },
  {
    name: 'exp minus 1',
    law: 'exp(u) - 1 = expm1(u)',
    heads: ['sub', 'add'],
    apply(node, { build }) {
      const [a, b] = pairOf(node, 'sub') ?? pairOf(node, 'add') ?? []
      if (a === undefined || b === undefined) return null
      const isSum = pairOf(node, 'add') !== null
      const u = argumentOf(a, 'exp')
      if (u !== null && numberOf(b) === (isSum ? -1 : 1)) return build.op('expm1', u)
      const v = argumentOf(b, 'exp')
      return isSum && v !== null && numberOf(a) === -1 ? build.op('expm1', v) : null
    },
  },
  {
    name: '1 minus exp',
    law: '1 - exp(u) = -expm1(u)',
    heads: ['sub'],
    apply(node, { build }) {
      const [one, e] = pairOf(node, 'sub') ?? []
      const u = e === undefined ? null : argumentOf(e, 'exp')
      if (one === undefined || u === null || numberOf(one) !== 1) return null
      return build.neg(build.op('expm1', u))
    },
  },
  {
    name: 'log1p',
    law: 'log(1 + u) = log1p(u)',
    heads: ['log'],
    apply(node, { build }) {
      const operand = argumentOf(node, 'log')
      const u = operand === null ? null : otherThanOne(operand)
      return u === null || u.dataType !== 'real' ? null : build.op('log1p', u)
    },
  },
  {
    name: 'log1p of negative',
    law: 'log(1 - u) = log1p(-u)',
    heads: ['log'],
    apply(node, { build }) {
      const operand = argumentOf(node, 'log')
      const [one, u] = (operand === null ? null : pairOf(operand, 'sub')) ?? []
      if (one === undefined || u === undefined || numberOf(one) !== 1) return null
      return u.dataType === 'real' ? build.op('log1p', build.neg(u)) : null
    },
  },
  {
    name: 'log1p of exp',
    law: 'log1p(exp(u)) = softplus(u)',
    heads: ['log1p'],
    apply(node, { build }) {
      const operand = argumentOf(node, 'log1p')
      if (operand === null || !hasLogarithm(operand)) return null
      return build.op('softplus', build.op('log', operand))
    },
  },
  {
    name: 'log1p of -sigmoid',
    law: 'log1p(-sigmoid(u)) = log(1 - sigmoid(u))',
    heads: ['log1p'],
    apply(node, { build }) {
      const operand = argumentOf(node, 'log1p')
      const p = operand === null ? null : argumentOf(operand, 'neg')
      if (p === null || !isMovedSigmoid(p)) return null
      return build.op('log', build.sub(build.constant(1), p))
    },
  },
]

/** Sums of exponentials overflow, and vanish; so do their reciprocals. */
function isSumOfExponentials(node: Node): boolean {
  const core = coreOf(node)
  const isSum = reducedOf(core, 'sum') !== null || pairOf(core, 'add') !== null
  return isSum && hasLogarithm(node)
}
