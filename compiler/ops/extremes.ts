// The lesser, the greater, and what lies between two bounds. NaN wins, as in PyTorch.
import type { Core } from '../graph/core.ts'
import type { Node } from '../graph/node.ts'
import type { Algebra, ScalarOperation } from '../graph/operation.ts'
import { wholeIfAll } from './dataTypes.ts'
import { binary, ternary } from './row.ts'
import { around } from './samples.ts'

const min = binary({
  name: 'min',
  meaning: 'the lesser of two numbers',
  callable: true,
  dataType: wholeIfAll,
  // d min(a, b) is da where a < b, db where b < a, and half of each at a tie
  derivative: ({ g, x: [a, b], build }) => [
    shareOf(build, g, build.op('lt', b, a), build.op('eq', a, b)),
    shareOf(build, g, build.op('lt', a, b), build.op('eq', a, b)),
  ],
  identities: { commutative: true, associative: true, neutral: Infinity },
  probabilities: { rescales: true },
  evaluate: Math.min,
  expand: (core, a, b) => unlessNaN(core, a, b, core.select(core.lt(b, a), b, a)),
  interval: (arithmetic, a, b) => arithmetic.min(a, b),
  domain: [around, around],
  price: 2,
})

const max = binary({
  name: 'max',
  meaning: 'the greater of two numbers',
  callable: true,
  dataType: wholeIfAll,
  // d max(a, b) is da where a > b, db where b > a, and half of each at a tie
  derivative: ({ g, x: [a, b], build }) => [
    shareOf(build, g, build.op('lt', a, b), build.op('eq', a, b)),
    shareOf(build, g, build.op('lt', b, a), build.op('eq', a, b)),
  ],
  identities: { commutative: true, associative: true, neutral: -Infinity },
  probabilities: { rescales: true },
  evaluate: Math.max,
  expand: (core, a, b) => unlessNaN(core, a, b, core.select(core.lt(a, b), b, a)),
  interval: (arithmetic, a, b) => arithmetic.max(a, b),
  domain: [around, around],
  price: 2,
})

const clamp = ternary({
  name: 'clamp',
  meaning: 'the number, but not below the first bound nor above the second',
  callable: true,
  dataType: wholeIfAll,
  // d clamp(x, l, h) is dx for l ≤ x ≤ h, dl for x < l < h, dh beyond
  derivative: ({ g, x: [x, lo, hi], build }) => {
    const zero = build.constant(0)
    const isInside = build.op('and', build.op('ge', x, lo), build.op('le', x, hi))
    const isBelow = build.op('and', build.op('lt', x, lo), build.op('lt', lo, hi))
    const isAbove = build.op('or', build.op('gt', x, hi), build.op('lt', hi, lo))
    return [
      build.select(isInside, g, zero),
      build.select(isBelow, g, zero),
      build.select(isAbove, g, zero),
    ]
  },
  probabilities: { keeps: 'range', rescales: true },
  evaluate: (x, lo, hi) => Math.min(Math.max(x, lo), hi),
  expand: (core, x, lo, hi) => {
    const raised = core.let(core.select(core.lt(x, lo), lo, x))
    const clamped = core.select(core.lt(hi, raised), hi, raised)
    return unlessNaN(core, lo, hi, unlessNaN(core, x, x, clamped))
  },
  interval: (arithmetic, x, lo, hi) => arithmetic.clamp(x, lo, hi),
  domain: [around, { from: -2, to: -0.5 }, { from: 0.5, to: 2 }],
  price: 3,
})

/** All of the cotangent, half of it at a tie, nothing where the other operand won. */
function shareOf(build: Algebra, g: Node, isOther: Node, isTie: Node): Node {
  const half = build.mul(build.constant(0.5), g)
  return build.select(isTie, half, build.select(isOther, build.constant(0), g))
}

/** a + b, which is NaN, where one of them is. */
function unlessNaN<T>(core: Core<T>, a: T, b: T, value: T): T {
  const isNaN = core.or(core.ne(a, a), core.ne(b, b))
  return core.select(isNaN, core.add(a, b), value)
}

export const extremes: readonly ScalarOperation[] = [min, max, clamp]
