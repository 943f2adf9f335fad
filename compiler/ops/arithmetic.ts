// Sums, products, quotients.
import type { ScalarOperation } from '../graph/operation.ts'
import { sameAsOperand, whole, wholeIfAll } from './dataTypes.ts'
import { expandMod } from './expansion/rounding.ts'
import { binary, unary } from './row.ts'
import { around, positive } from './samples.ts'

const add = binary({
  name: 'add',
  meaning: 'the sum of two numbers',
  notation: { infix: '+' },
  callable: false,
  dataType: wholeIfAll,
  // d(a + b) = da + db
  derivative: ({ g }) => [g, g],
  identities: { commutative: true, associative: true, neutral: 0 },
  probabilities: { rescales: true },
  evaluate: (a, b) => a + b,
  expand: (core, a, b) => core.add(a, b),
  interval: (arithmetic, a, b) => arithmetic.add(a, b),
  domain: [around, around],
  price: 1,
})

const sub = binary({
  name: 'sub',
  meaning: 'the difference of two numbers',
  notation: { infix: '-' },
  callable: false,
  dataType: wholeIfAll,
  // d(a - b) = da - db
  derivative: ({ g, build }) => [g, build.neg(g)],
  probabilities: { complements: true, rescales: true },
  evaluate: (a, b) => a - b,
  expand: (core, a, b) => core.sub(a, b),
  interval: (arithmetic, a, b) => arithmetic.sub(a, b),
  domain: [around, around],
  price: 1,
})

const mul = binary({
  name: 'mul',
  meaning: 'the product of two numbers',
  notation: { infix: '*' },
  callable: false,
  dataType: wholeIfAll,
  // d(a · b) = b · da + a · db
  derivative: ({ g, x: [a, b], build }) => [build.mul(g, b), build.mul(g, a)],
  identities: { commutative: true, associative: true, neutral: 1 },
  probabilities: { rescales: true },
  evaluate: (a, b) => a * b,
  expand: (core, a, b) => core.mul(a, b),
  interval: (arithmetic, a, b) => arithmetic.mul(a, b),
  domain: [around, around],
  price: 1,
})

const div = binary({
  name: 'div',
  meaning: 'the quotient of two numbers',
  notation: { infix: '/' },
  callable: false,
  // d(a / b) = da / b - (a / b) · db / b
  derivative: ({ g, x: [, b], y, build }) => {
    const quotient = build.div(g, b)
    return [quotient, build.neg(build.mul(quotient, y))]
  },
  probabilities: { rescales: true },
  evaluate: (a, b) => a / b,
  expand: (core, a, b) => core.div(a, b),
  interval: (arithmetic, a, b) => arithmetic.div(a, b),
  domain: [around, positive],
  price: 4,
})

const floordiv = binary({
  name: 'floordiv',
  meaning: 'the greatest whole number not above the quotient',
  notation: { infix: 'div' },
  callable: false,
  dataType: wholeIfAll,
  // Flat between its jumps.
  derivative: () => [null, null],
  evaluate: (a, b) => Math.floor(a / b),
  expand: (core, a, b) => core.floor(core.div(a, b)),
  divisor: 1,
  interval: (arithmetic, a, b) => arithmetic.floorDiv(a, b),
  domain: [
    { from: -20, to: 20, whole: true },
    { from: 2, to: 7, whole: true },
  ],
  price: 6,
})

const mod = binary({
  name: 'mod',
  meaning: "what is left of a division; it has the divisor's sign",
  notation: { infix: '%' },
  callable: false,
  dataType: wholeIfAll,
  // a % b = a - b · ⌊a / b⌋, so d(a % b) = da - ⌊a / b⌋ · db
  derivative: ({ g, x: [a, b], build }) => [g, build.neg(build.mul(g, build.op('floordiv', a, b)))],
  evaluate: (a, b) => {
    const rest = a % b
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
  },
  expand: expandMod,
  divisor: 1,
  interval: (arithmetic, a, b) => arithmetic.mod(a, b),
  domain: [
    { from: 0.1, to: 1.9 },
    { from: 2, to: 5 },
  ],
  price: 8,
})

const neg = unary({
  name: 'neg',
  meaning: 'the number with the other sign',
  notation: { prefix: '-' },
  callable: false,
  dataType: wholeIfAll,
  // d(-x) = -dx
  derivative: ({ g, build }) => [build.neg(g)],
  probabilities: { rescales: true },
  evaluate: (x) => -x,
  expand: (core, x) => core.neg(x),
  interval: (arithmetic, x) => arithmetic.neg(x),
  domain: [around],
  price: 1,
})

const abs = unary({
  name: 'abs',
  meaning: 'the absolute value',
  callable: true,
  dataType: wholeIfAll,
  // d|x| = sign(x) · dx, and 0 at 0
  derivative: ({ g, x: [x], build }) => [build.mul(g, build.op('sign', x))],
  identities: { idempotent: true },
  evaluate: Math.abs,
  expand: (core, x) => core.abs(x),
  interval: (arithmetic, x) => arithmetic.abs(x),
  domain: [around],
  kinks: [0],
  price: 1,
})

const sign = unary({
  name: 'sign',
  meaning: '-1, 0 or 1',
  callable: true,
  dataType: wholeIfAll,
  derivative: () => [null],
  identities: { idempotent: true },
  evaluate: (x) => (x > 0 ? 1 : x < 0 ? -1 : x),
  expand: (core, x) => {
    const zero = core.constant(0)
    const below = core.select(core.lt(x, zero), core.constant(-1), x)
    return core.select(core.lt(zero, x), core.constant(1), below)
  },
  interval: (arithmetic, x) => {
    const { lo, hi } = arithmetic.increasing(Math.sign, x)
    return arithmetic.of(lo, hi, true)
  },
  domain: [around],
  kinks: [0],
  price: 2,
})

const toReal = unary({
  name: 'to_real',
  meaning: 'a whole number or a truth value as a real number',
  callable: false,
  derivative: ({ g }) => [g],
  identities: { idempotent: true },
  evaluate: (x) => x,
  expand: (_core, x) => x,
  interval: (_arithmetic, x) => x,
  domain: [around],
  price: 0,
})

const toInt = unary({
  name: 'to_int',
  meaning: 'a number rounded down, as a whole number that may index',
  callable: false,
  dataType: whole,
  derivative: () => [null],
  identities: { idempotent: true },
  evaluate: Math.floor,
  expand: (core, x) => core.floor(x),
  interval: (arithmetic, x) => arithmetic.floorDiv(x, arithmetic.point(1)),
  domain: [around],
  price: 1,
})

const stopGradient = unary({
  name: 'stop_gradient',
  meaning: 'the number itself, as a constant to every derivative',
  callable: true,
  dataType: sameAsOperand,
  derivative: () => [null],
  identities: { idempotent: true },
  probabilities: { keeps: 'meaning', rescales: true },
  evaluate: (x) => x,
  expand: (_core, x) => x,
  interval: (_arithmetic, x) => x,
  domain: [around],
  price: 0,
})

export const arithmetic: readonly ScalarOperation[] = [
  add,
  sub,
  mul,
  div,
  floordiv,
  mod,
  neg,
  abs,
  sign,
  toReal,
  toInt,
  stopGradient,
]
