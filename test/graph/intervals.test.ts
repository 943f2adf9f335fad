// Intervals with symbolic ends: what the language needs of them, and that sampled values lie inside.
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { intervalArithmetic } from '../../compiler/graph/interval.ts'
import type { Bound, Interval, IntervalArithmetic } from '../../compiler/graph/interval.ts'
import { evaluateSize, parseSize, sizeText } from '../../compiler/graph/size.ts'
import { Sizes } from '../../compiler/graph/sizes.ts'

// Axes whose coordinates are taken have at least one place.
const facts = ['A - 1', 'B - 1', 'T - 1'].map(parseSize)
const arithmetic = intervalArithmetic(new Sizes(), facts)
const { of, coordinate, point, add, sub, mul, floorDiv, mod, clamp } = arithmetic

const text = ({ lo, hi }: Interval): string => `${boundText(lo)} … ${boundText(hi)}`
const boundText = (bound: Bound): string =>
  typeof bound === 'number' ? String(bound) : sizeText(bound)
const inside = (index: Interval, size: string): boolean =>
  arithmetic.isAtLeast(index.lo, 0) && arithmetic.contains(of(0, parseSize(`${size} - 1`)), index)

describe('indices', () => {
  const windowed = (stride: number): Interval =>
    add(mul(point(stride), coordinate('P')), coordinate('K'))

  it('of windows stay inside when the output is short enough', () => {
    const sizes = new Sizes()
    sizes.declare('P', parseSize('(H - K) div 2 + 1'))
    const along = intervalArithmetic(sizes)
    const index = along.add(along.mul(along.point(2), along.coordinate('P')), along.coordinate('K'))
    expect(along.contains(of(0, parseSize('H - 1')), index)).toBe(true)
    expect(inside(windowed(2), 'H')).toBe(false)
  })

  it('of merged axes, split again', () => {
    const merged = add(mul(coordinate('A'), point(parseSize('B'))), coordinate('B'))
    expect(text(merged)).toBe('0 … A * B - 1')
    expect(inside(floorDiv(merged, point(parseSize('B'))), 'A')).toBe(true)
    expect(inside(mod(merged, point(parseSize('B'))), 'B')).toBe(true)
  })

  it('beside numbers that no size could be', () => {
    const huge = of(0, 1e24)
    const size = of(1, parseSize('A'))
    expect(text(mul(huge, size))).toBe('0 … Infinity')
    expect(text(mul(point(1e24), sub(coordinate('A'), point(1))))).toBe('-1e+24 … Infinity')
    expect(text(add(huge, size))).toBe('1 … Infinity')
    expect(text(sub(size, huge))).toBe('-1e+24 … A')
    expect(arithmetic.isAtLeast(1e24, parseSize('A'))).toBe(false)
  })

  it('that are clamped', () => {
    const shifted = sub(coordinate('T'), point(1))
    expect(text(shifted)).toBe('-1 … T - 2')
    expect(inside(shifted, 'T')).toBe(false)
    expect(text(clamp(shifted, point(0), point(parseSize('T - 1'))))).toBe('0 … T - 1')
  })
})

describe('on sampled values', () => {
  const numbers = fc.constantFrom(-Infinity, -3, -2.5, -1, -0.5, 0, 0.5, 1, 2, 3.5, 7, Infinity)
  const symbols = fc
    .constantFrom('A', 'A - 1', 'A + B', '2 * A - 3', 'A div 2', '-1 * B')
    .map(parseSize)
  const bound: fc.Arbitrary<Bound> = fc.oneof(numbers, symbols)
  const given = fc.record({ A: fc.integer({ min: 1, max: 6 }), B: fc.integer({ min: 1, max: 6 }) })
  const at = (end: Bound, lengths: { A: number; B: number }): number =>
    typeof end === 'number'
      ? end
      : evaluateSize(end, (axis) => (axis === 'A' ? lengths.A : lengths.B))
  /** A place between the ends, as a fraction of the way; infinite ends count as ±50. */
  const between = (interval: Interval, lengths: { A: number; B: number }, part: number): number => {
    const [lo, hi] = [at(interval.lo, lengths), at(interval.hi, lengths)]
    const from = Math.max(lo, -50)
    const value = from + part * (Math.min(hi, 50) - from)
    return interval.whole ? Math.min(Math.ceil(value), Math.floor(hi)) : value
  }
  const interval = fc.tuple(bound, bound, fc.boolean()).map(([lo, hi, whole]) => of(lo, hi, whole))
  const part = fc.constantFrom(0, 0.2, 0.5, 0.8, 1)

  type Case = [
    keyof IntervalArithmetic,
    (arithmetic: IntervalArithmetic, a: Interval, b: Interval) => Interval,
    (a: number, b: number) => number,
  ]
  const cases: Case[] = [
    ['add', (on, a, b) => on.add(a, b), (a, b) => a + b],
    ['sub', (on, a, b) => on.sub(a, b), (a, b) => a - b],
    ['mul', (on, a, b) => on.mul(a, b), (a, b) => a * b],
    ['div', (on, a, b) => on.div(a, b), (a, b) => a / b],
    ['floorDiv', (on, a, b) => on.floorDiv(a, b), (a, b) => Math.floor(a / b)],
    ['mod', (on, a, b) => on.mod(a, b), (a, b) => a - b * Math.floor(a / b)],
    ['min', (on, a, b) => on.min(a, b), Math.min],
    ['max', (on, a, b) => on.max(a, b), Math.max],
    ['join', (on, a, b) => on.join(a, b), (a) => a],
    ['pow', (on, a, b) => on.pow(a, b), (a, b) => a ** b],
    ['neg', (on, a) => on.neg(a), (a) => -a],
    ['abs', (on, a) => on.abs(a), Math.abs],
  ]
  it.each(cases)('%s', (_name, onIntervals, onNumbers) => {
    fc.assert(
      fc.property(interval, interval, given, part, part, (a, b, lengths, s, t) => {
        const isEmpty = (i: Interval): boolean => {
          const value = between(i, lengths, 0)
          return !(value >= at(i.lo, lengths) && value <= at(i.hi, lengths))
        }
        fc.pre(!isEmpty(a) && !isEmpty(b))
        const value = onNumbers(between(a, lengths, s), between(b, lengths, t))
        fc.pre(!Number.isNaN(value))
        const result = onIntervals(arithmetic, a, b)
        const slack = Number.isFinite(value) ? 1e-9 * (1 + Math.abs(value)) : 0
        expect(value).toBeGreaterThanOrEqual(at(result.lo, lengths) - slack)
        expect(value).toBeLessThanOrEqual(at(result.hi, lengths) + slack)
        if (result.whole && Number.isFinite(value)) expect(value).toBe(Math.round(value))
      }),
      { numRuns: 400, maxSkipsPerRun: 1000 },
    )
  })

  test('proofs of order hold', () => {
    fc.assert(
      fc.property(bound, bound, given, (a, b, lengths) => {
        if (!arithmetic.isAtLeast(a, b)) return
        expect(at(a, lengths)).toBeGreaterThanOrEqual(at(b, lengths))
      }),
    )
  })
})
