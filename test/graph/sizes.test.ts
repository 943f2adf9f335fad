// Symbolic sizes: their normal form, comparison and proofs, as examples and against numbers.
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  addSizes,
  axisSize,
  constantSize,
  divideSizesExactly,
  evaluateSize,
  floorDivideSizes,
  moduloSizes,
  multiplySizes,
  parseSize,
  sizeText,
  subtractSizes,
} from '../../compiler/graph/size.ts'
import type { Size } from '../../compiler/graph/size.ts'
import { Sizes } from '../../compiler/graph/sizes.ts'

const normal = (text: string): string => sizeText(parseSize(text))

describe('the normal form', () => {
  it.each([
    ['2 * H - H', 'H'],
    ['(2 * H + 1) div 2', 'H'],
    ['(2 * H) div 2', 'H'],
    ['(H * W) div H', 'W'],
    ['(H * W + W) div (H + 1)', 'W'],
    ['(6 * H + 5) div 4', 'H + H div 2 + 1'],
    ['2 * (H div 2) + H % 2', 'H'],
    ['(H div 2) div 3', 'H div 6'],
    ['((H - 1) div 2 + 1 - 1) div 2 + 1', '(H + 3) div 4'],
    ['(H + 2 * 1 - 3) div 1 + 1', 'H'],
    ['W * H - H * W', '0'],
    ['H * 0', '0'],
    ['7 div 2', '3'],
    ['-7 div 2', '-4'],
    ['H div (0 - 2)', 'H div 2 - H'],
    ['(H + 1) * (H - 1)', 'H * H - 1'],
    ['A - 2 * (B div C)', 'A - 2 * (B div C)'],
  ])('%s is %s', (written, expected) => {
    expect(normal(written)).toBe(expected)
  })

  test('a local axis is written by its name alone', () => {
    expect(sizeText(parseSize('2 * K·3 + 1'))).toBe('2 * K + 1')
  })

  test('an exact quotient, or none', () => {
    const quotient = divideSizesExactly(parseSize('6 * H * W'), parseSize('2 * H'))
    expect(quotient && sizeText(quotient)).toBe('3 * W')
    expect(divideSizesExactly(parseSize('H + 1'), parseSize('2'))).toBeNull()
  })
})

describe('comparison', () => {
  it.each([
    ['3', '4', 'different'],
    ['H', 'H + 1', 'different'],
    ['H', '2 * H', 'different'],
    ['H', 'W', 'independent'],
    ['H', '10', 'independent'],
    ['H', 'W div 2', 'independent'],
    ['H * W', 'H * (W div 2)', 'independent'],
    ['D', 'G * (D div G)', 'undecided'],
    ['(H - 1) div 2 + 1', 'H div 2', 'undecided'],
    ['2 * (H div 2) + H % 2', 'H', 'equal'],
  ] as const)('%s and %s are %s', (a, b, expected) => {
    expect(new Sizes().compare(parseSize(a), parseSize(b))).toBe(expected)
  })

  test('an axis that is defined later changes what was resolved', () => {
    const sizes = new Sizes()
    sizes.declare('H')
    sizes.declare('P')
    sizes.declare('Q', parseSize('P div 2'))
    expect(sizeText(sizes.of('Q'))).toBe('P div 2')
    sizes.define('P', parseSize('2 * H'))
    expect(sizeText(sizes.of('Q'))).toBe('H')
    expect(sizes.isKnown('P')).toBe(true)
    expect(() => sizes.define('H', parseSize('Q + 1'))).toThrow('depends on itself')
  })

  test('fresh axes are told apart', () => {
    const sizes = new Sizes()
    expect([sizes.fresh('K'), sizes.fresh('K'), sizes.fresh('L')]).toEqual(['K·1', 'K·2', 'L·1'])
  })
})

describe('proofs', () => {
  const proved = (goal: string, facts: string[] = []): boolean =>
    new Sizes().proveAtLeast(parseSize(goal), 0, facts.map(parseSize))

  it.each([
    ['a window stays inside', 'H - 1 - 2 * i - j', ['(H - 3) div 2 - i', '2 - j']],
    [
      'with any stride and dilation',
      'H + 1 - s * i - d * j',
      ['(H + 2 - d * (K - 1) - 1) div s - i', 'K - 1 - j'],
    ],
    ['a merged coordinate', 'A * B - 1 - a * B - b', ['A - 1 - a', 'B - 1 - b']],
    ['three merged', 'A*B*C - 1 - a*B*C - b*C - c', ['A-1-a', 'B-1-b', 'C-1-c']],
    ['a split one, first digit', 'A - 1 - i div B', ['A * B - 1 - i']],
    ['a split one, last digit', 'B - 1 - i % B', ['A * B - 1 - i']],
    ['a middle digit', 'B - 1 - (i div C) % B', ['A * B * C - 1 - i']],
    ['the second half', 'D - 1 - i - D div 2', ['D div 2 - 1 - i']],
    ['blanks between labels', 'L - 1 - (c - 1) div 2', ['2 * L - c']],
    ['one output at least', '(H + 2 - 3) div 2', ['H - 1']],
    ['all but the first', 'T - 1 - (T1 + 1)', ['T - 2 - T1']],
  ])('%s: %s', (_name, goal, facts) => {
    expect(proved(goal, facts)).toBe(true)
  })

  it.each([
    ['H - 1', []],
    ['0 - H - H div (0 - 2)', []],
    ['H div (K - 3)', []],
    ['H - 1 - 2 * i - j', ['(H - 2) div 2 - i', '2 - j']],
    ['L - 1 - (c - 1) div 2', ['2 * L + 1 - c']],
    ['A * B - A - B', []],
    ['(H - 3) div 2', []],
  ])('%s is not proved', (goal, facts) => {
    expect(proved(goal, facts)).toBe(false)
  })
})

const axes = ['A', 'B', 'C'] as const
/** A size, and the same worked out in numbers beside it. */
interface Pair {
  readonly size: Size
  readonly at: (lengths: Record<string, number>) => number
}
const positive: fc.Arbitrary<Pair> = fc.oneof(
  fc.integer({ min: 1, max: 5 }).map((n) => ({ size: constantSize(n), at: () => n })),
  fc.constantFrom(...axes).map((axis) => ({
    size: axisSize(axis),
    at: (lengths: Record<string, number>) => lengths[axis] ?? NaN,
  })),
)
const { pair } = fc.letrec<{ pair: Pair }>((tie) => ({
  pair: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    positive,
    combined(addSizes, (a, b) => a + b, tie('pair'), tie('pair')),
    combined(subtractSizes, (a, b) => a - b, tie('pair'), tie('pair')),
    combined(multiplySizes, (a, b) => a * b, tie('pair'), tie('pair')),
    combined(floorDivideSizes, (a, b) => Math.floor(a / b), tie('pair'), positive),
    combined(moduloSizes, (a, b) => a - b * Math.floor(a / b), tie('pair'), positive),
  ),
}))

function combined(
  sizes: (a: Size, b: Size) => Size,
  numbers: (a: number, b: number) => number,
  left: fc.Arbitrary<Pair>,
  right: fc.Arbitrary<Pair>,
): fc.Arbitrary<Pair> {
  return fc.tuple(left, right).map(([a, b]) => ({
    size: sizes(a.size, b.size),
    at: (lengths) => numbers(a.at(lengths), b.at(lengths)) + 0,
  }))
}

const lengths = fc.record({ A: length(), B: length(), C: length() })
function length(): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: 9 })
}
const at = (size: Size, given: Record<string, number>): number =>
  evaluateSize(size, (axis) => given[axis] ?? NaN)

describe('on any sizes', () => {
  test('the normal form has the same value', () => {
    fc.assert(
      fc.property(pair, lengths, (made, given) => {
        expect(at(made.size, given)).toBe(made.at(given))
      }),
      { numRuns: 500 },
    )
  })

  test('text reads back to the same size', () => {
    fc.assert(
      fc.property(pair, ({ size }) => {
        expect(parseSize(sizeText(size)).key).toBe(size.key)
      }),
      { numRuns: 300 },
    )
  })

  test('sizes that are called equal or different are so', () => {
    fc.assert(
      fc.property(pair, pair, lengths, (a, b, given) => {
        const comparison = new Sizes().compare(a.size, b.size)
        if (comparison === 'equal') expect(a.at(given)).toBe(b.at(given))
        if (comparison === 'different') expect(a.at(given)).not.toBe(b.at(given))
      }),
      { numRuns: 300 },
    )
  })

  test('what is proved holds', () => {
    const few = fc.array(pair, { maxLength: 2 })
    fc.assert(
      fc.property(pair, few, lengths, (goal, facts, given) => {
        const isProved = new Sizes().proveAtLeast(
          goal.size,
          0,
          facts.map(({ size }) => size),
        )
        fc.pre(isProved && facts.every((fact) => fact.at(given) >= 0))
        expect(goal.at(given)).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 200, maxSkipsPerRun: 200 },
    )
  })
})
