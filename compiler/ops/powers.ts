// Powers and roots.
import type { ScalarOperation } from '../graph/operation.ts'
import { expandPow } from './expansion/exponential.ts'
import { binary, unary } from './row.ts'
import { around, positive } from './samples.ts'

const pow = binary({
  name: 'pow',
  meaning: 'the first number to the power of the second',
  notation: { infix: '^' },
  callable: true,
  derivative: ({ g, x: [base, exponent], y, build }) => {
    const zero = build.constant(0)
    // d(a^b) = b · a^(b-1) · da, and 0 for b = 0 also where a^(-1) is infinite
    const lowered = build.op('pow', base, build.sub(exponent, build.constant(1)))
    const toBase = build.mul(g, build.mul(exponent, lowered))
    // d(a^b) = a^b · log a · db, and 0 at a = 0 where 0^b does not move
    const toExponent = build.mul(g, build.mul(y, build.op('log', base)))
    const isAtZero = build.op('and', build.op('eq', base, zero), build.op('ge', exponent, zero))
    return [
      build.select(build.op('eq', exponent, zero), zero, toBase),
      build.select(isAtZero, zero, toExponent),
    ]
  },
  // As C and PyTorch have it, 1 is 1 to any power, also to NaN and to ∞.
  evaluate: (base, exponent) =>
    base === 1 || (base === -1 && Math.abs(exponent) === Infinity) ? 1 : base ** exponent,
  expand: expandPow,
  interval: (arithmetic, base, exponent) => ({ ...arithmetic.pow(base, exponent), whole: false }),
  domain: [positive, around],
  price: 40,
})

const sqrt = unary({
  name: 'sqrt',
  meaning: 'the square root',
  callable: true,
  // d√x = dx / (2√x)
  derivative: ({ g, y, build }) => [build.div(g, build.mul(build.constant(2), y))],
  evaluate: Math.sqrt,
  expand: (core, x) => core.sqrt(x),
  interval: (arithmetic, x) => arithmetic.increasing((end) => Math.sqrt(Math.max(end, 0)), x),
  domain: [positive],
  price: 6,
})

const rsqrt = unary({
  name: 'rsqrt',
  meaning: 'one over the square root',
  callable: true,
  // d(x^(-1/2)) = -½ · x^(-3/2) · dx
  derivative: ({ g, y, build }) => [
    build.mul(build.mul(build.constant(-0.5), g), build.mul(y, build.mul(y, y))),
  ],
  evaluate: (x) => 1 / Math.sqrt(x),
  expand: (core, x) => core.div(core.constant(1), core.sqrt(x)),
  interval: (arithmetic, x) => arithmetic.decreasing((end) => 1 / Math.sqrt(Math.max(end, 0)), x),
  domain: [positive],
  price: 8,
})

const square = unary({
  name: 'square',
  meaning: 'the number times itself',
  callable: true,
  // d(x²) = 2x · dx
  derivative: ({ g, x: [x], build }) => [build.mul(g, build.mul(build.constant(2), x))],
  evaluate: (x) => x * x,
  expand: (core, x) => core.mul(x, x),
  interval: (arithmetic, x) => {
    const magnitude = arithmetic.abs(x)
    return arithmetic.mul(magnitude, magnitude)
  },
  domain: [around],
  price: 1,
})

export const powers: readonly ScalarOperation[] = [pow, sqrt, rsqrt, square]
