// Exponentials and logarithms.
import type { ScalarOperation } from '../graph/operation.ts'
import {
  expandExp,
  expandExpm1,
  expandLog,
  expandLog1p,
  expandLogaddexp,
} from './expansion/exponential.ts'
import { binary, unary } from './row.ts'
import { around, positive } from './samples.ts'

const exp = unary({
  name: 'exp',
  meaning: 'e to the power of the number',
  callable: true,
  // d(e^x) = e^x · dx
  derivative: ({ g, y, build }) => [build.mul(g, y)],
  probabilities: { turns: { from: 'logprob', to: 'prob' } },
  evaluate: Math.exp,
  expand: expandExp,
  interval: (arithmetic, x) => arithmetic.increasing(Math.exp, x),
  domain: [around],
  price: 16,
})

const expm1 = unary({
  name: 'expm1',
  meaning: 'exp(x) - 1, exact near 0',
  callable: true,
  // d(e^x - 1) = e^x · dx
  derivative: ({ g, y, build }) => [build.mul(g, build.add(y, build.constant(1)))],
  evaluate: Math.expm1,
  expand: expandExpm1,
  interval: (arithmetic, x) => arithmetic.increasing(Math.expm1, x),
  domain: [around],
  price: 24,
})

const log = unary({
  name: 'log',
  meaning: 'the natural logarithm',
  callable: true,
  // d log x = dx / x
  derivative: ({ g, x: [x], build }) => [build.div(g, x)],
  probabilities: { turns: { from: 'prob', to: 'logprob' } },
  evaluate: Math.log,
  expand: expandLog,
  interval: (arithmetic, x) => arithmetic.increasing((end) => Math.log(Math.max(end, 0)), x),
  domain: [positive],
  price: 20,
})

const log1p = unary({
  name: 'log1p',
  meaning: 'log(1 + x), exact near 0',
  callable: true,
  // d log(1 + x) = dx / (1 + x)
  derivative: ({ g, x: [x], build }) => [build.div(g, build.add(x, build.constant(1)))],
  evaluate: Math.log1p,
  expand: expandLog1p,
  interval: (arithmetic, x) => arithmetic.increasing((end) => Math.log1p(Math.max(end, -1)), x),
  domain: [{ from: -0.9, to: 3 }],
  price: 28,
})

const logaddexp = binary({
  name: 'logaddexp',
  meaning: 'log(exp(a) + exp(b)), without overflow',
  callable: true,
  // d log(e^a + e^b) = σ(a - b) · da + σ(b - a) · db; equal infinities count as no distance apart
  derivative: ({ g, x: [a, b], build }) => {
    const isSameInfinity = build.op('and', build.op('eq', a, b), build.op('is_inf', a))
    const distance = build.select(isSameInfinity, build.constant(0), build.sub(a, b))
    return [
      build.mul(g, build.op('sigmoid', distance)),
      build.mul(g, build.op('sigmoid', build.neg(distance))),
    ]
  },
  identities: { commutative: true, associative: true, neutral: -Infinity },
  evaluate: (a, b) => {
    if (Number.isNaN(a) || Number.isNaN(b)) return NaN
    const distance = a === b ? 0 : Math.abs(a - b)
    return Math.max(a, b) + Math.log1p(Math.exp(-distance))
  },
  expand: expandLogaddexp,
  interval: (arithmetic, a, b) => {
    const { lo, hi } = arithmetic.max(a, b)
    return arithmetic.of(lo, arithmetic.add(arithmetic.of(lo, hi), arithmetic.point(Math.LN2)).hi)
  },
  domain: [around, around],
  price: 48,
})

export const exponential: readonly ScalarOperation[] = [exp, expm1, log, log1p, logaddexp]
