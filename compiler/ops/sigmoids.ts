// The logistic function and its logarithms, each without overflow.
import type { ScalarOperation } from '../graph/operation.ts'
import { expandLogsigmoid, expandSigmoid, expandSoftplus } from './expansion/exponential.ts'
import { unary } from './row.ts'
import { around } from './samples.ts'

const sigmoid = unary({
  name: 'sigmoid',
  meaning: 'the logistic function 1 / (1 + exp(-x))',
  callable: true,
  // dσ(x) = σ(x) · (1 - σ(x)) · dx
  derivative: ({ g, y, build }) => [build.mul(g, build.mul(y, build.sub(build.constant(1), y)))],
  probabilities: { makes: 'prob' },
  evaluate: logistic,
  expand: expandSigmoid,
  interval: (arithmetic, x) => arithmetic.increasing(logistic, x),
  domain: [around],
  price: 22,
})

const logsigmoid = unary({
  name: 'logsigmoid',
  meaning: 'the logarithm of the logistic function',
  callable: true,
  // d log σ(x) = σ(-x) · dx
  derivative: ({ g, x: [x], build }) => [build.mul(g, build.op('sigmoid', build.neg(x)))],
  probabilities: { makes: 'logprob' },
  evaluate: (x) => -softened(-x),
  expand: expandLogsigmoid,
  interval: (arithmetic, x) => arithmetic.increasing((end) => -softened(-end), x),
  domain: [around],
  price: 46,
})

const softplus = unary({
  name: 'softplus',
  meaning: 'log(1 + exp(x)), a smooth max(x, 0)',
  callable: true,
  // d log(1 + e^x) = σ(x) · dx
  derivative: ({ g, x: [x], build }) => [build.mul(g, build.op('sigmoid', x))],
  evaluate: softened,
  expand: expandSoftplus,
  interval: (arithmetic, x) => arithmetic.increasing(softened, x),
  domain: [around],
  price: 46,
})

function logistic(x: number): number {
  const e = Math.exp(-Math.abs(x))
  return x < 0 ? e / (1 + e) : 1 / (1 + e)
}

function softened(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

export const sigmoids: readonly ScalarOperation[] = [sigmoid, logsigmoid, softplus]
