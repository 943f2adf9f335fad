// How exact the expansions into the core are, and what they give at the edges.
import { describe, expect, it, test } from 'vitest'
import { numberCore } from '../../compiler/ops/expansion/numberCore.ts'
import { operation, operations } from '../../compiler/ops/table.ts'
import { reference } from './reference.ts'

const f64 = numberCore('f64')
const f32 = numberCore('f32')

/** Irrational steps: the points fill every domain evenly. */
const strides = [0.618034, 0.754878, 0.569841]

const isNear = (got: number, want: number, tolerance: number): boolean =>
  Object.is(got, want) || got === want || Math.abs(got / want - 1) <= tolerance

/** Where a function's value crosses 0 away from 0, relative errors mean nothing. */
const hasZeros = new Set(['lgamma', 'digamma', 'sub', 'add', 'sin', 'cos', 'mod'])

describe.each(operations.map((row) => ({ name: row.name, row })))('$name', ({ name, row }) => {
  const points = Array.from({ length: 200 }, (_, k) =>
    row.domain.map(({ from, to, whole }, i) => {
      const part = ((k + 1) * (strides[i] ?? 0)) % 1
      const value = Math.fround(from + part * (to - from))
      return whole === true ? Math.round(value) : value
    }),
  )
  it.each([
    ['f64', 1e-13],
    ['f32', 1e-6],
  ] as const)('is as exact as promised in %s', (precision, tolerance) => {
    const core = precision === 'f64' ? f64 : f32
    const wrong = points
      .map((point) => ({
        point,
        got: row.expand(core, ...point),
        want: row.evaluate(...point),
      }))
      .filter(({ got, want }) => !isNear(got, want, tolerance))
      .filter(({ got, want }) => !(hasZeros.has(name) && Math.abs(got - want) <= tolerance))
    expect(wrong).toEqual([])
  })

  const edges = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1e-30, 1e30, Infinity, -Infinity, NaN]
  const places = row.domain.reduce<number[][]>(
    (found) => found.flatMap((place) => edges.map((edge) => [...place, edge])),
    [[]],
  )
  // What takes truth values is not asked about others; sin(1e30) has no digit left; polygamma's order is whole.
  const isAsked = (place: readonly number[]): boolean =>
    !row.domain.some(
      ({ whole, to }, i) => whole === true && to <= 1 && place[i] !== 0 && place[i] !== 1,
    ) &&
    !(['sin', 'cos', 'tan'].includes(name) && place[0] === 1e30) &&
    !(name === 'polygamma' && !(Number(place[0]) >= 1 && Number(place[0]) <= 3)) &&
    !(['mod', 'floordiv'].includes(name) && place.some((x) => x === 1e30 || x === 1e-30))
  it('has the same values at the edges', () => {
    const wrong = places
      .filter(isAsked)
      .map((place) => ({ place, got: row.expand(f64, ...place), want: row.evaluate(...place) }))
      .filter(({ got, want }) => !isNear(got, want, 1e-13))
    expect(wrong).toEqual([])
  })
})

describe('the special functions, against forty digits', () => {
  it.each(Object.entries(reference))('%s', (name, points) => {
    const [row = '', order] = name.split(' ')
    const { evaluate } = operation(row)
    const at = (x: number): number =>
      order === undefined ? evaluate(x) : evaluate(Number(order), x)
    const wrong = points
      .map(([x, want]) => ({ x, want, got: at(x) }))
      .filter(({ got, want }) => !isNear(got, want, 2e-14) && Math.abs(got - want) > 1e-15)
    expect(wrong).toEqual([])
  })
})

test('powers keep their digits until far out', () => {
  const worst = [1e-300, 1e-20, 0.3, 0.999, 1.001, 7, 1e20, 1e300]
    .flatMap((x) => [-1.9, -0.5, 0.1, 1, 1.7, 13].map((y) => [x, y] as const))
    .filter(([x, y]) => x ** y > 1e-300 && x ** y < Infinity)
    .map(([x, y]) => Math.abs(operation('pow').expand(f64, x, y) / x ** y - 1))
  expect(Math.max(...worst)).toBeLessThan(1e-13)
})

test('no row is named twice', () => {
  const names = operations.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})
