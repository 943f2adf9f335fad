// The error function and the gamma function's kin. JavaScript has none of them: the oracle runs their expansions in f64.
import type { ScalarOperation } from '../graph/operation.ts'
import { numberCore } from './expansion/numberCore.ts'
import {
  expandDigamma,
  expandErf,
  expandErfc,
  expandLgamma,
  expandPolygamma,
} from './expansion/special.ts'
import { binary, unary } from './row.ts'
import { around, positive } from './samples.ts'

const core64 = numberCore('f64')
const twoOverRootPi = 2 / Math.sqrt(Math.PI)

const erf = unary({
  name: 'erf',
  meaning: 'the error function',
  callable: true,
  // d erf x = 2/√π · exp(-x²) · dx
  derivative: ({ g, x: [x], build }) => [
    build.mul(
      g,
      build.mul(build.constant(twoOverRootPi), build.op('exp', build.neg(build.mul(x, x)))),
    ),
  ],
  evaluate: (x) => expandErf(core64, x),
  expand: expandErf,
  interval: (arithmetic, x) => arithmetic.increasing((end) => expandErf(core64, end), x),
  domain: [around],
  price: 80,
})

const erfc = unary({
  name: 'erfc',
  meaning: '1 - erf(x), exact far out',
  callable: true,
  // d erfc x = -2/√π · exp(-x²) · dx
  derivative: ({ g, x: [x], build }) => [
    build.mul(
      g,
      build.mul(build.constant(-twoOverRootPi), build.op('exp', build.neg(build.mul(x, x)))),
    ),
  ],
  evaluate: (x) => expandErfc(core64, x),
  expand: expandErfc,
  interval: (arithmetic, x) => arithmetic.decreasing((end) => expandErfc(core64, end), x),
  domain: [around],
  price: 80,
})

const lgamma = unary({
  name: 'lgamma',
  meaning: 'the logarithm of the absolute value of the gamma function',
  callable: true,
  // d log Γ(x) = ψ(x) · dx
  derivative: ({ g, x: [x], build }) => [build.mul(g, build.op('digamma', x))],
  evaluate: (x) => expandLgamma(core64, x),
  expand: expandLgamma,
  interval: (arithmetic) => arithmetic.real,
  domain: [positive],
  price: 120,
})

const digamma = unary({
  name: 'digamma',
  meaning: 'the derivative of lgamma',
  callable: true,
  // dψ(x) = ψ₁(x) · dx
  derivative: ({ g, x: [x], build }) => [build.mul(g, build.op('polygamma', build.constant(1), x))],
  evaluate: (x) => expandDigamma(core64, x),
  expand: expandDigamma,
  interval: (arithmetic) => arithmetic.real,
  domain: [positive],
  price: 100,
})

const polygamma = binary({
  name: 'polygamma',
  meaning: 'the nth derivative of digamma, for whole n from 1 on',
  callable: false,
  // dψₙ(x) = ψₙ₊₁(x) · dx
  derivative: ({ g, x: [n, x], build }) => [
    null,
    build.mul(g, build.op('polygamma', build.add(n, build.constant(1)), x)),
  ],
  evaluate: (n, x) => expandPolygamma(core64, n, x),
  expand: expandPolygamma,
  interval: (arithmetic) => arithmetic.real,
  domain: [{ from: 1, to: 3, whole: true }, positive],
  price: 600,
})

export const special: readonly ScalarOperation[] = [erf, erfc, lgamma, digamma, polygamma]
