// Comparisons. As numbers compare in IEEE: nothing holds of NaN but ≠.
import type { Core } from '../graph/core.ts'
import type { Interval, IntervalArithmetic } from '../graph/interval.ts'
import type { Relation, ScalarOperation } from '../graph/operation.ts'
import { truth } from './dataTypes.ts'
import { around } from './samples.ts'

const eq = comparing({
  name: 'eq',
  infix: '==',
  meaning: 'whether two numbers are equal',
  commutative: true,
  evaluate: (a, b) => a === b,
  expand: (core, a, b) => core.eq(a, b),
})
const ne = comparing({
  name: 'ne',
  infix: '!=',
  meaning: 'whether two numbers differ',
  commutative: true,
  evaluate: (a, b) => a !== b,
  expand: (core, a, b) => core.ne(a, b),
})
const lt = comparing({
  name: 'lt',
  infix: '<',
  meaning: 'whether the first number is below the second',
  evaluate: (a, b) => a < b,
  expand: (core, a, b) => core.lt(a, b),
})
const le = comparing({
  name: 'le',
  infix: '<=',
  meaning: 'whether the first number is at most the second',
  evaluate: (a, b) => a <= b,
  expand: (core, a, b) => core.le(a, b),
})
const gt = comparing({
  name: 'gt',
  infix: '>',
  meaning: 'whether the first number is above the second',
  evaluate: (a, b) => a > b,
  expand: (core, a, b) => core.lt(b, a),
})
const ge = comparing({
  name: 'ge',
  infix: '>=',
  meaning: 'whether the first number is at least the second',
  evaluate: (a, b) => a >= b,
  expand: (core, a, b) => core.le(b, a),
})

function comparing(row: {
  readonly name: Relation
  readonly infix: string
  readonly meaning: string
  readonly commutative?: boolean
  readonly evaluate: (a: number, b: number) => boolean
  readonly expand: <T>(core: Core<T>, a: T, b: T) => T
}): ScalarOperation {
  return {
    name: row.name,
    arity: 2,
    meaning: row.meaning,
    notation: { infix: row.infix },
    callable: false,
    dataType: truth,
    relation: row.name,
    derivative: () => [null, null],
    ...(row.commutative === true ? { identities: { commutative: true } } : {}),
    evaluate: (a = NaN, b = NaN) => Number(row.evaluate(a, b)),
    expand: row.expand,
    interval: truthValue,
    domain: [around, around],
    price: 1,
  }
}

export function truthValue(arithmetic: IntervalArithmetic): Interval {
  return arithmetic.of(0, 1, true)
}

export const comparison: readonly ScalarOperation[] = [eq, ne, lt, le, gt, ge]
