// Hyperbolic functions.
import type { ScalarOperation } from '../graph/operation.ts'
import {
  expandAcosh,
  expandAsinh,
  expandAtanh,
  expandCosh,
  expandSinh,
  expandTanh,
} from './expansion/exponential.ts'
import { unary } from './row.ts'
import { around, unit } from './samples.ts'

const sinh = unary({
  name: 'sinh',
  meaning: 'the hyperbolic sine',
  callable: true,
  // d sinh x = cosh x · dx
  derivative: ({ g, x: [x], build }) => [build.mul(g, build.op('cosh', x))],
  evaluate: Math.sinh,
  expand: expandSinh,
  interval: (arithmetic, x) => arithmetic.increasing(Math.sinh, x),
  domain: [around],
  price: 30,
})

const cosh = unary({
  name: 'cosh',
  meaning: 'the hyperbolic cosine',
  callable: true,
  // d cosh x = sinh x · dx
  derivative: ({ g, x: [x], build }) => [build.mul(g, build.op('sinh', x))],
  evaluate: Math.cosh,
  expand: expandCosh,
  interval: (arithmetic, x) => arithmetic.increasing(Math.cosh, arithmetic.abs(x)),
  domain: [around],
  price: 24,
})

const tanh = unary({
  name: 'tanh',
  meaning: 'the hyperbolic tangent',
  callable: true,
  // d tanh x = (1 - tanh² x) · dx
  derivative: ({ g, y, build }) => [build.mul(g, build.sub(build.constant(1), build.mul(y, y)))],
  evaluate: Math.tanh,
  expand: expandTanh,
  interval: (arithmetic, x) => arithmetic.increasing(Math.tanh, x),
  domain: [around],
  price: 24,
})

const asinh = unary({
  name: 'asinh',
  meaning: 'the number whose hyperbolic sine it is',
  callable: true,
  // d asinh x = dx / √(x² + 1)
  derivative: ({ g, x: [x], build }) => [
    build.mul(g, build.op('rsqrt', build.add(build.mul(x, x), build.constant(1)))),
  ],
  evaluate: Math.asinh,
  expand: expandAsinh,
  interval: (arithmetic, x) => arithmetic.increasing(Math.asinh, x),
  domain: [around],
  price: 44,
})

const acosh = unary({
  name: 'acosh',
  meaning: 'the number ≥ 0 whose hyperbolic cosine it is',
  callable: true,
  // d acosh x = dx / √(x² - 1)
  derivative: ({ g, x: [x], build }) => [
    build.mul(g, build.op('rsqrt', build.sub(build.mul(x, x), build.constant(1)))),
  ],
  evaluate: Math.acosh,
  expand: expandAcosh,
  interval: (arithmetic, x) => arithmetic.increasing((end) => Math.acosh(Math.max(end, 1)), x),
  domain: [{ from: 1.2, to: 4 }],
  price: 44,
})

const atanh = unary({
  name: 'atanh',
  meaning: 'the number whose hyperbolic tangent it is',
  callable: true,
  // d atanh x = dx / (1 - x²)
  derivative: ({ g, x: [x], build }) => [
    build.div(g, build.sub(build.constant(1), build.mul(x, x))),
  ],
  evaluate: Math.atanh,
  expand: expandAtanh,
  interval: (arithmetic, x) =>
    arithmetic.increasing((end) => Math.atanh(Math.min(Math.max(end, -1), 1)), x),
  domain: [unit],
  price: 36,
})

export const hyperbolic: readonly ScalarOperation[] = [sinh, cosh, tanh, asinh, acosh, atanh]
