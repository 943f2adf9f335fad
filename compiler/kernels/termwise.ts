// Intervals with ends that are compared term by term, at no cost of proofs: numbers, or sums of terms of one sign over
// what is never negative. What would need a proof becomes wider; whole numbers with finite ends keep finite ones.
import { intervalArithmetic } from '../graph/interval.ts'
import type { Bound, Interval, IntervalArithmetic } from '../graph/interval.ts'
import {
  addSizes,
  axisSize,
  constantOf,
  constantSize,
  floorDivideSizes,
  multiplySizes,
  scaleSize,
  subtractSizes,
} from '../graph/size.ts'
import type { Atom, Size, Term } from '../graph/size.ts'
import { atomSize, atomsKey, fromTerms } from '../graph/sizeAlgebra.ts'
import type { Sizes } from '../graph/sizes.ts'

/** Beyond it a coefficient says no more: what it counts is too many, or none. */
const most = 2 ** 25

export function termwiseIntervals(sizes: Sizes): IntervalArithmetic {
  const plain = intervalArithmetic(sizes)
  const { real } = plain
  const of = (lo: Bound, hi: Bound, whole = false): Interval => ({
    lo: negated(upwards(negated(lo))),
    hi: upwards(hi),
    whole,
  })
  /** From how far it reaches to either side of 0. */
  const reaching = (below: Bound, above: Bound): Interval => of(negated(below), above, true)

  /** What numbers alone say, where they are all there is and say something. */
  const orNumbers = (
    operation: (...operands: Interval[]) => Interval,
    operands: readonly Interval[],
    otherwise: () => Interval,
  ): Interval => {
    const isNumeric = operands.every(({ lo, hi }) => [lo, hi].every(isNumber))
    const found = isNumeric ? operation(...operands) : real
    return isNumeric && (hasEnds(found) || !operands.every(hasEnds)) ? found : otherwise()
  }

  const neg = (a: Interval): Interval => of(negated(a.hi), negated(a.lo), a.whole)
  const add = (a: Interval, b: Interval): Interval =>
    of(negated(sum(negated(a.lo), negated(b.lo))), sum(a.hi, b.hi), a.whole && b.whole)
  const join = (a: Interval, b: Interval): Interval =>
    of(negated(greater(negated(a.lo), negated(b.lo))), greater(a.hi, b.hi), a.whole && b.whole)
  const meet = (a: Interval, b: Interval): Interval =>
    of(negated(tighter(negated(a.lo), negated(b.lo))), tighter(a.hi, b.hi), a.whole || b.whole)
  const min = (a: Interval, b: Interval): Interval =>
    of(join(a, b).lo, tighter(a.hi, b.hi), a.whole && b.whole)
  const max = (a: Interval, b: Interval): Interval => neg(min(neg(a), neg(b)))
  const mul = (a: Interval, b: Interval): Interval =>
    orNumbers(plain.mul, [a, b], () =>
      a.whole && b.whole
        ? reaching(
            greater(product(below(a), above(b)), product(above(a), below(b))),
            greater(product(above(a), above(b)), product(below(a), below(b))),
          )
        : real,
    )
  const floorDiv = (a: Interval, b: Interval): Interval =>
    orNumbers(plain.floorDiv, [a, b], () => {
      if (!a.whole || !b.whole) return real
      if (typeof b.lo !== 'number' || b.lo < 1) {
        const far = greater(below(a), above(a))
        return reaching(far, below(a) === 0 && below(b) === 0 ? above(a) : far)
      }
      const down = below(a)
      return reaching(down === 0 ? 0 : sum(quotient(down, b.lo), 1), quotient(above(a), b.lo))
    })
  const mod = (a: Interval, b: Interval): Interval =>
    orNumbers(plain.mod, [a, b], () => {
      const isPositive = below(a) === 0 && below(b) === 0
      return reaching(below(b), isPositive ? tighter(above(b), above(a)) : above(b))
    })

  return {
    ...plain,
    of,
    point: (value) => of(value, value, typeof value !== 'number' || Number.isInteger(value)),
    coordinate: (axis) =>
      of(0, subtractSizes(sizes.resolve(axisSize(axis)), constantSize(1)), true),
    join,
    meet,
    add,
    sub: (a, b) => add(a, neg(b)),
    mul,
    div: (a, b) => orNumbers(plain.div, [a, b], () => real),
    floorDiv,
    mod,
    neg,
    abs: (a) => orNumbers(plain.abs, [a], () => of(0, greater(below(a), above(a)), a.whole)),
    min,
    max,
    clamp: (a, lo, hi) => min(max(a, lo), hi),
    pow: (a, b) => orNumbers(plain.pow, [a, b], () => real),
    increasing: (f, a) => plain.increasing(f, inNumbers(a)),
    decreasing: (f, a) => plain.decreasing(f, inNumbers(a)),
    isAtLeast: (a, b) => isAtMost(b, a),
    contains: (outer, inner) =>
      isAtMost(inner.hi, outer.hi) && isAtMost(negated(inner.lo), negated(outer.lo)),
  }
}

export function hasEnds({ lo, hi }: Interval): boolean {
  return [lo, hi].every((end) => !isNumber(end) || Number.isFinite(end))
}

/** Whether each term of `b` outweighs that of `a`. */
export function isAtMost(a: Bound, b: Bound): boolean {
  if (isNumber(a) && isNumber(b)) return a <= b
  if (a === -Infinity || b === Infinity) return true
  if (a === Infinity || b === -Infinity) return false
  const room = subtractSizes(sizeOf(b), sizeOf(a))
  return room.terms.every(
    ({ coefficient, atoms }) => coefficient >= 0 && atoms.every(isNeverNegative),
  )
}

function isNumber(bound: Bound): bound is number {
  return typeof bound === 'number'
}

function negated(bound: Bound): Bound {
  return isNumber(bound) ? 0 - bound : scaleSize(bound, -1)
}

function above({ hi }: Interval): Bound {
  return isNumber(hi) ? Math.max(hi, 0) : hi
}
function below({ lo }: Interval): Bound {
  return above({ lo: -Infinity, hi: negated(lo), whole: true })
}

function sum(a: Bound, b: Bound): Bound {
  if (isNumber(a) && isNumber(b)) return a + b
  return a === Infinity || b === Infinity ? Infinity : addSizes(sizeOf(a), sizeOf(b))
}

/** Of what is not negative. */
function product(a: Bound, b: Bound): Bound {
  if (a === 0 || b === 0) return 0
  if (isNumber(a) && isNumber(b)) return a * b
  return a === Infinity || b === Infinity ? Infinity : multiplySizes(sizeOf(a), sizeOf(b))
}

function quotient(a: Bound, b: number): Bound {
  if (isNumber(a)) return Math.floor(a / b)
  const isOfQuotients = a.terms.some(({ atoms }) => atoms.some(({ kind }) => kind === 'floor'))
  // The divisors of quotients of quotients multiply.
  if (isOfQuotients && b > 1024) return quotient(a, 1024)
  return floorDivideSizes(a, constantSize(Math.floor(Math.min(b, most))))
}

/** At least both: term by term the greater. */
function greater(a: Bound, b: Bound): Bound {
  if (isNumber(a) && isNumber(b)) return Math.max(a, b)
  if (a === Infinity || b === Infinity) return Infinity
  const terms = new Map<string, Term>()
  for (const term of [a, b].flatMap(
    (bound) => sizeOf(above({ lo: 0, hi: bound, whole: true })).terms,
  )) {
    const other = terms.get(atomsKey(term))
    if (other === undefined || other.coefficient < term.coefficient) terms.set(atomsKey(term), term)
  }
  return fromTerms([...terms.values()])
}

/** Where both are upper ends, the smaller if that is plain; else a number is worth more than what may be anything. */
function tighter(a: Bound, b: Bound): Bound {
  if (isAtMost(a, b)) return a
  return isAtMost(b, a) || isNumber(b) ? b : a
}

function inNumbers({ lo, hi, whole }: Interval): Interval {
  return { lo: isNumber(lo) ? lo : -Infinity, hi: isNumber(hi) ? hi : Infinity, whole }
}

/** Only beside a size: a number that is none is rounded up. */
function sizeOf(bound: Bound): Size {
  if (!isNumber(bound)) return bound
  return constantSize(Math.max(-most, Math.min(most, Math.ceil(bound))))
}

/** At least as much, without what is negative. */
function upwards(bound: Bound): Bound {
  if (isNumber(bound)) return bound
  const known = constantOf(bound)
  if (known !== null) return known
  const parts = bound.terms.map(({ coefficient, atoms }): Size => {
    const isSigned = !atoms.every(isNeverNegative)
    if (coefficient < 0 && !isSigned) return constantSize(0)
    return multiplySizes(
      constantSize(Math.min(Math.abs(coefficient), most)),
      ...atoms.map((atom) => (isNeverNegative(atom) ? atomSize(atom) : magnitudeOf(atom))),
    )
  })
  const whole = addSizes(...parts)
  return constantOf(whole) ?? whole
}

function isNeverNegative(atom: Atom): boolean {
  return (
    atom.kind === 'axis' ||
    [atom.numerator, atom.divisor].every(({ terms }) =>
      terms.every(({ coefficient, atoms }) => coefficient >= 0 && atoms.every(isNeverNegative)),
    )
  )
}

/** At least the magnitude: |⌊e / d⌋| ≤ |e| for whole numbers. */
function magnitudeOf(atom: Atom): Size {
  if (atom.kind === 'axis') return atomSize(atom)
  const { numerator, divisor } = atom
  const far = fromTerms(
    numerator.terms.map((term) => ({ ...term, coefficient: Math.abs(term.coefficient) })),
  )
  const whole = upwards(far)
  const size = sizeOf(whole)
  const by = constantOf(divisor)
  return by === null || by < 1
    ? size
    : addSizes(floorDivideSizes(size, constantSize(by)), constantSize(1))
}
