// Truth values, and choosing by them. A number other than 0 is true.
import type { ScalarOperation } from '../graph/operation.ts'
import { truthValue } from './comparison.ts'
import { ofSides, truth } from './dataTypes.ts'
import { binary, ternary, unary } from './row.ts'
import { around, bit } from './samples.ts'

const and = binary({
  name: 'and',
  meaning: 'whether both hold',
  notation: { infix: 'and' },
  callable: false,
  dataType: truth,
  derivative: () => [null, null],
  identities: { commutative: true, associative: true, neutral: 1 },
  evaluate: (a, b) => Number(a !== 0 && b !== 0),
  expand: (core, a, b) => core.and(a, b),
  interval: truthValue,
  domain: [bit, bit],
  price: 1,
})

const or = binary({
  name: 'or',
  meaning: 'whether one of them holds, or both',
  notation: { infix: 'or' },
  callable: false,
  dataType: truth,
  derivative: () => [null, null],
  identities: { commutative: true, associative: true, neutral: 0 },
  evaluate: (a, b) => Number(a !== 0 || b !== 0),
  expand: (core, a, b) => core.or(a, b),
  interval: truthValue,
  domain: [bit, bit],
  price: 1,
})

const not = unary({
  name: 'not',
  meaning: 'whether it does not hold',
  notation: { prefix: 'not ' },
  callable: false,
  dataType: truth,
  derivative: () => [null],
  evaluate: (a) => Number(a === 0),
  expand: (core, a) => core.not(a),
  interval: truthValue,
  domain: [bit],
  price: 1,
})

const select = ternary({
  name: 'select',
  meaning: 'the second where the first holds, else the third',
  callable: false,
  dataType: ofSides,
  // d(if c then a else b) is da where c holds, db where it does not
  derivative: ({ g, x: [condition], build }) => {
    const zero = build.constant(0)
    return [null, build.select(condition, g, zero), build.select(condition, zero, g)]
  },
  probabilities: { chooses: true },
  evaluate: (condition, yes, no) => (condition !== 0 ? yes : no),
  expand: (core, condition, yes, no) => core.select(condition, yes, no),
  interval: (arithmetic, _condition, yes, no) => arithmetic.join(yes, no),
  domain: [bit, around, around],
  price: 2,
})

const isNaN = unary({
  name: 'is_nan',
  meaning: 'whether it is not a number',
  callable: true,
  dataType: truth,
  derivative: () => [null],
  evaluate: (x) => Number(Number.isNaN(x)),
  expand: (core, x) => core.ne(x, x),
  interval: truthValue,
  domain: [around],
  price: 1,
})

const isInf = unary({
  name: 'is_inf',
  meaning: 'whether it is infinite, either way',
  callable: true,
  dataType: truth,
  derivative: () => [null],
  evaluate: (x) => Number(Math.abs(x) === Infinity),
  expand: (core, x) => core.eq(core.abs(x), core.constant(Infinity)),
  interval: truthValue,
  domain: [around],
  price: 2,
})

export const logic: readonly ScalarOperation[] = [and, or, not, select, isNaN, isInf]
