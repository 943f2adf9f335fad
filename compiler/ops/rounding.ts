// Whole numbers from real ones. All are flat between their jumps.
import type { Interval, IntervalArithmetic } from '../graph/interval.ts'
import type { ScalarOperation } from '../graph/operation.ts'
import { wholeIfAll } from './dataTypes.ts'
import { expandRound } from './expansion/rounding.ts'
import { unary } from './row.ts'
import { around } from './samples.ts'

const floor = unary({
  name: 'floor',
  meaning: 'the greatest whole number not above',
  callable: true,
  dataType: wholeIfAll,
  derivative: () => [null],
  identities: { idempotent: true },
  evaluate: Math.floor,
  expand: (core, x) => core.floor(x),
  interval: (arithmetic, x) => wholly(arithmetic, Math.floor, x),
  domain: [around],
  kinks: [-3, -2, -1, 0, 1, 2, 3],
  price: 1,
})

const ceil = unary({
  name: 'ceil',
  meaning: 'the least whole number not below',
  callable: true,
  dataType: wholeIfAll,
  derivative: () => [null],
  identities: { idempotent: true },
  evaluate: Math.ceil,
  expand: (core, x) => core.neg(core.floor(core.neg(x))),
  interval: (arithmetic, x) => wholly(arithmetic, Math.ceil, x),
  domain: [around],
  kinks: [-3, -2, -1, 0, 1, 2, 3],
  price: 1,
})

const round = unary({
  name: 'round',
  meaning: 'the nearest whole number; halves go to the even one',
  callable: true,
  dataType: wholeIfAll,
  derivative: () => [null],
  identities: { idempotent: true },
  evaluate: roundHalfToEven,
  expand: expandRound,
  interval: (arithmetic, x) => wholly(arithmetic, roundHalfToEven, x),
  domain: [around],
  kinks: [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5],
  price: 5,
})

function roundHalfToEven(x: number): number {
  const below = Math.floor(x)
  const rest = x - below
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below
}

/** What is whole already keeps its symbolic end points. */
function wholly(
  arithmetic: IntervalArithmetic,
  rounded: (x: number) => number,
  x: Interval,
): Interval {
  if (x.whole) return x
  const { lo, hi } = arithmetic.increasing(rounded, x)
  return arithmetic.of(lo, hi, true)
}

export const rounding: readonly ScalarOperation[] = [floor, ceil, round]
