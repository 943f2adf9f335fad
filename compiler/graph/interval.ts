// Intervals in which values lie, with end points that may be symbolic sizes. An interval is about the values that are
// numbers: NaN lies in every one. What cannot be proved becomes wider, never wrong.
import type { AxisName } from './node.ts'
import {
  addSizes,
  axisSize,
  constantOf,
  constantSize,
  floorDivideSizes,
  multiplySizes,
  scaleSize,
} from './size.ts'
import type { Size } from './size.ts'
import type { Sizes } from './sizes.ts'

/** A number, infinities included, or a size that is no constant. */
export type Bound = number | Size

export interface Interval {
  readonly lo: Bound
  readonly hi: Bound
  /** All values are whole numbers (or infinite). */
  readonly whole: boolean
}

export interface IntervalArithmetic {
  readonly real: Interval
  readonly of: (lo: Bound, hi: Bound, whole?: boolean) => Interval
  readonly point: (value: Bound) => Interval
  /** Where the coordinate of an axis lies. */
  readonly coordinate: (axis: AxisName) => Interval
  /** The smallest known that holds both. */
  readonly join: (a: Interval, b: Interval) => Interval
  /** Of values that lie in both. */
  readonly meet: (a: Interval, b: Interval) => Interval
  readonly add: (a: Interval, b: Interval) => Interval
  readonly sub: (a: Interval, b: Interval) => Interval
  readonly mul: (a: Interval, b: Interval) => Interval
  readonly div: (a: Interval, b: Interval) => Interval
  readonly floorDiv: (a: Interval, b: Interval) => Interval
  readonly mod: (a: Interval, b: Interval) => Interval
  readonly neg: (a: Interval) => Interval
  readonly abs: (a: Interval) => Interval
  readonly min: (a: Interval, b: Interval) => Interval
  readonly max: (a: Interval, b: Interval) => Interval
  readonly clamp: (a: Interval, lo: Interval, hi: Interval) => Interval
  readonly pow: (a: Interval, b: Interval) => Interval
  /** Under a function that never falls. */
  readonly increasing: (f: (x: number) => number, a: Interval) => Interval
  /** Under a function that never rises. */
  readonly decreasing: (f: (x: number) => number, a: Interval) => Interval
  /** Whether `a ≥ b` is proved. */
  readonly isAtLeast: (a: Bound, b: Bound) => boolean
  /** Whether every value of `inner` is proved to lie in `outer`. */
  readonly contains: (outer: Interval, inner: Interval) => boolean
}

/** `facts` are sizes known to be at least 0 where the intervals are taken, as the length of a looped axis minus 1. */
export function intervalArithmetic(sizes: Sizes, facts: readonly Size[] = []): IntervalArithmetic {
  const real: Interval = { lo: -Infinity, hi: Infinity, whole: false }

  const of = (lo: Bound, hi: Bound, whole = false): Interval => ({
    lo: tidy(lo),
    hi: tidy(hi),
    whole,
  })
  const isAtLeast = (a: Bound, b: Bound): boolean => {
    if (typeof a === 'number' && typeof b === 'number') return a >= b
    if (a === Infinity || b === -Infinity) return true
    if (!isExact(a) || !isExact(b)) return false
    const difference = addSizes(wholeBelow(a), scaleSize(wholeAbove(b), -1))
    return sizes.proveAtLeast(difference, 0, facts)
  }

  // A number on the safe side of a bound.
  const below = (bound: Bound): number =>
    typeof bound === 'number' ? bound : (steps.find((n) => isAtLeast(bound, n)) ?? -Infinity)
  const above = (bound: Bound): number =>
    typeof bound === 'number' ? bound : -below(tidy(scaleSize(bound, -1)))

  // The smaller or the greater of two bounds; where that is not known, a bound for both.
  const lower = (a: Bound, b: Bound): Bound =>
    isAtLeast(b, a) ? a : isAtLeast(a, b) ? b : Math.min(below(a), below(b))
  const upper = (a: Bound, b: Bound): Bound =>
    isAtLeast(a, b) ? a : isAtLeast(b, a) ? b : Math.max(above(a), above(b))
  // The same where either of them is a bound already, so that nothing is lost; undecided, the one of the lower degree
  // is worth more, as T - 1 beside T * T.
  const tighter = (a: Bound, b: Bound): Bound => (degreeOf(b) < degreeOf(a) ? b : a)
  const tighterBelow = (a: Bound, b: Bound): Bound =>
    isAtLeast(b, a) ? b : isAtLeast(a, b) ? a : tighter(a, b)
  const tighterAbove = (a: Bound, b: Bound): Bound =>
    isAtLeast(a, b) ? b : isAtLeast(b, a) ? a : tighter(a, b)

  const isNonNegative = (a: Interval): boolean => isAtLeast(a.lo, 0)
  const numbers = (a: Interval): [number, number] => [below(a.lo), above(a.hi)]

  const join = (a: Interval, b: Interval): Interval =>
    of(lower(a.lo, b.lo), upper(a.hi, b.hi), a.whole && b.whole)
  const meet = (a: Interval, b: Interval): Interval =>
    of(tighterBelow(a.lo, b.lo), tighterAbove(a.hi, b.hi), a.whole || b.whole)
  const neg = (a: Interval): Interval => of(negated(a.hi), negated(a.lo), a.whole)
  const add = (a: Interval, b: Interval): Interval =>
    of(addBelow(a.lo, b.lo), addAbove(a.hi, b.hi), a.whole && b.whole)
  const min = (a: Interval, b: Interval): Interval =>
    of(lower(a.lo, b.lo), tighterAbove(a.hi, b.hi), a.whole && b.whole)
  const max = (a: Interval, b: Interval): Interval =>
    of(tighterBelow(a.lo, b.lo), upper(a.hi, b.hi), a.whole && b.whole)

  const mul = (a: Interval, b: Interval): Interval => {
    const whole = a.whole && b.whole
    if (isAtLeast(0, a.hi) && !isNonNegative(a)) return neg(mul(neg(a), b))
    if (isAtLeast(0, b.hi) && !isNonNegative(b)) return neg(mul(a, neg(b)))
    if (isNonNegative(a)) {
      if (isNonNegative(b)) {
        return of(multiplyBelow(a.lo, b.lo), multiplyAbove(a.hi, b.hi), whole)
      }
      // Times one number of which the sign is known, end points stay end points whatever their signs are.
      if (isWhole(a.lo) && isSame(a.lo, a.hi)) {
        const lo = productOfWhole(a.lo, b.lo)
        return of(lo, negated(productOfWhole(a.lo, negated(b.hi))), whole)
      }
      const lo = isAtLeast(0, b.lo) ? negated(multiplyAbove(a.hi, negated(b.lo))) : null
      const hi = isAtLeast(b.hi, 0) ? multiplyAbove(a.hi, b.hi) : null
      if (lo !== null && hi !== null) return of(lo, hi, whole)
    } else if (isNonNegative(b)) return mul(b, a)
    return hull(numbers(a), numbers(b), (x, y) => (x === 0 || y === 0 ? 0 : x * y), whole)
  }

  const div = (a: Interval, b: Interval): Interval => {
    const [lo, hi] = numbers(b)
    if (hi < 0) return div(neg(a), neg(b))
    if (lo < 0) return real
    // Here b ≥ 0; a quotient by 0 is infinite, or NaN.
    const quotients = hull(numbers(a), [lo, hi], quotient, false)
    const isFraction = isNonNegative(a) && isAtLeast(b.lo, a.hi)
    return isFraction ? meet(quotients, of(0, 1)) : quotients
  }

  const floorDiv = (a: Interval, b: Interval): Interval => {
    if (!isAtLeast(b.lo, 1)) {
      const { lo, hi } = div(a, b)
      return of(Math.floor(below(lo)), Math.floor(above(hi)), true)
    }
    // The least quotient has the greatest divisor where the dividend is not negative, else the least.
    const isPoint = isSame(b.lo, b.hi)
    const lo = isNonNegative(a)
      ? floorOfQuotient(a.lo, b.hi)
      : isPoint || isAtLeast(0, a.lo)
        ? floorOfQuotient(a.lo, b.lo)
        : null
    const hi = isAtLeast(-1, a.hi)
      ? floorOfQuotient(a.hi, b.hi)
      : isPoint || isAtLeast(a.hi, 0)
        ? floorOfQuotient(a.hi, b.lo)
        : null
    return of(lo ?? Math.floor(Math.min(below(a.lo), 0)), hi ?? Math.max(above(a.hi), 0), true)
  }

  const mod = (a: Interval, b: Interval): Interval => {
    const whole = a.whole && b.whole
    const last = whole ? addAbove(b.hi, -1) : b.hi
    if (isAtLeast(b.lo, 0)) {
      const isInside = isNonNegative(a) && isAtLeast(addBelow(b.lo, whole ? -1 : 0), a.hi)
      // A remainder of reals lies below the divisor, so one that reaches it is brought down to 0.
      if (isInside) return whole ? a : of(0, a.hi)
      return of(0, isNonNegative(a) ? tighterAbove(last, a.hi) : last, whole)
    }
    const [lo, hi] = numbers(b)
    return of(Math.min(lo, 0), Math.max(hi, 0), whole)
  }

  const abs = (a: Interval): Interval => {
    if (isNonNegative(a)) return a
    if (isAtLeast(0, a.hi)) return neg(a)
    return of(0, upper(a.hi, negated(a.lo)), a.whole)
  }

  const pow = (a: Interval, b: Interval): Interval => {
    const [lo, hi] = numbers(a)
    const [least, most] = numbers(b)
    const whole = a.whole && b.whole && least >= 0
    if (lo >= 0) return { ...hull([lo, hi], [least, most], powerOfPositive, whole), whole }
    if (least !== most || !Number.isInteger(least)) {
      // Only whole exponents give numbers at negative bases; then an even one may be among them.
      const greatest = Math.max(Math.abs(lo), Math.abs(hi))
      const powers = hull([0, greatest], [least, most], powerOfPositive, whole)
      return of(negated(powers.hi), powers.hi, whole)
    }
    if (least % 2 === 0) return pow(abs(of(lo, hi, a.whole)), b)
    if (least < 0) return hi < 0 ? decreasing((x) => x ** least, a) : real
    return { ...increasing((x) => x ** least, a), whole }
  }

  const increasing = (f: (x: number) => number, a: Interval): Interval => {
    const [lo, hi] = numbers(a)
    return of(orElse(f(lo), -Infinity), orElse(f(hi), Infinity))
  }
  const decreasing = (f: (x: number) => number, a: Interval): Interval =>
    neg(increasing((x) => -f(x), a))

  return {
    real,
    of,
    point: (value) => of(value, value, typeof value !== 'number' || Number.isInteger(value)),
    coordinate: (axis) => of(0, sizes.resolve(addSizes(axisSize(axis), constantSize(-1))), true),
    join,
    meet,
    add,
    sub: (a, b) => add(a, neg(b)),
    mul,
    div,
    floorDiv,
    mod,
    neg,
    abs,
    min,
    max,
    clamp: (a, lo, hi) => min(max(a, lo), hi),
    pow,
    increasing,
    decreasing,
    isAtLeast,
    contains: (outer, inner) => isAtLeast(inner.lo, outer.lo) && isAtLeast(outer.hi, inner.hi),
  }
}

/** Numbers that a size is tried against, best first. */
const steps = [2, 1, 0, -1]

function tidy(bound: Bound): Bound {
  return typeof bound === 'number' ? bound : (constantOf(bound) ?? bound)
}

function wholeBelow(bound: Bound): Size {
  return typeof bound === 'number' ? constantSize(Math.floor(bound)) : bound
}
function wholeAbove(bound: Bound): Size {
  return typeof bound === 'number' ? constantSize(Math.ceil(bound)) : bound
}

function negated(bound: Bound): Bound {
  return typeof bound === 'number' ? 0 - bound : scaleSize(bound, -1)
}

/** A fraction beside a size is rounded outwards. */
function addBelow(a: Bound, b: Bound): Bound {
  if (typeof a === 'number' && typeof b === 'number') return orElse(a + b, -Infinity)
  if (!isFinite(a) || !isFinite(b)) return a === -Infinity || b === -Infinity ? -Infinity : Infinity
  if (!isExact(a) || !isExact(b)) return -Infinity
  return tidy(addSizes(wholeBelow(a), wholeBelow(b)))
}
function addAbove(a: Bound, b: Bound): Bound {
  return negated(addBelow(negated(a), negated(b)))
}

/** Products of bounds that are not negative. */
function multiplyBelow(a: Bound, b: Bound): Bound {
  if (a === 0 || b === 0) return 0
  if (typeof a === 'number' && typeof b === 'number') return a * b
  if (!isExact(a) || !isExact(b)) return 0
  return tidy(multiplySizes(wholeBelow(a), wholeBelow(b)))
}
function multiplyAbove(a: Bound, b: Bound): Bound {
  if (a === 0 || b === 0) return 0
  if (typeof a === 'number' && typeof b === 'number') return a * b
  if (!isExact(a) || !isExact(b)) return Infinity
  return tidy(multiplySizes(wholeAbove(a), wholeAbove(b)))
}
/** A whole factor that is not negative, times a lower end point; rounded down where that is a fraction beside a size. */
function productOfWhole(factor: Bound, end: Bound): Bound {
  if (factor === 0) return 0
  if (typeof factor === 'number' && typeof end === 'number') return factor * end
  if (!isFinite(end)) return end
  if (!isExact(factor) || !isExact(end)) return -Infinity
  return tidy(multiplySizes(wholeBelow(factor), wholeBelow(end)))
}

function isWhole(bound: Bound): boolean {
  return typeof bound !== 'number' || Number.isInteger(bound)
}

/** How many factors a size multiplies at most; numbers are compared with no size by it. */
function degreeOf(bound: Bound): number {
  if (typeof bound === 'number') return 1
  return Math.max(...bound.terms.map(({ atoms }) => atoms.length))
}

function isSame(a: Bound, b: Bound): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b
  return a.key === b.key
}

function isFinite(bound: Bound): boolean {
  return typeof bound !== 'number' || Number.isFinite(bound)
}

/** Sizes are whole numbers without rounding: a bound too large for that has no place beside one. */
function isExact(bound: Bound): boolean {
  return typeof bound !== 'number' || Math.abs(bound) < Number.MAX_SAFE_INTEGER
}

/** ⌊a / b⌋ for b ≥ 1; null where a size meets what is not whole. */
function floorOfQuotient(a: Bound, b: Bound): Bound | null {
  if (typeof a === 'number' && typeof b === 'number') return Math.floor(quotient(a, b))
  if (!isFinite(a)) return a
  if (!isFinite(b)) return typeof a === 'number' ? Math.sign(Math.min(a, 0)) : null
  if (![a, b].every((bound) => isWhole(bound) && isExact(bound))) return null
  return tidy(floorDivideSizes(wholeBelow(a), wholeBelow(b)))
}

function quotient(a: number, b: number): number {
  return a === 0 || (!Number.isFinite(a) && !Number.isFinite(b)) ? 0 : a / b
}

function powerOfPositive(base: number, exponent: number): number {
  return exponent === 0 ? 1 : base ** exponent
}

/** The extremes of a function of two numbers that is monotone in each, taken at the corners. */
function hull(
  [a, b]: readonly [number, number],
  [c, d]: readonly [number, number],
  f: (x: number, y: number) => number,
  whole: boolean,
): Interval {
  const corners = [f(a, c), f(a, d), f(b, c), f(b, d)]
  if (corners.some(Number.isNaN)) return { lo: -Infinity, hi: Infinity, whole }
  return { lo: Math.min(...corners), hi: Math.max(...corners), whole }
}

function orElse(value: number, otherwise: number): number {
  return Number.isNaN(value) ? otherwise : value
}
