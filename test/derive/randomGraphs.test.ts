import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { topological } from '../../compiler/graph/graph.ts'
import { algebra } from '../../compiler/ops/algebra.ts'
import { simplify } from '../../compiler/rewrite/simplify.ts'
import { derived, mismatches, numbersFrom, valueOf } from './finiteDifferences.ts'
import type { Data } from './finiteDifferences.ts'
import { buildGraph, lengths, steps } from './randomGraphs.ts'
import type { RandomGraph } from './randomGraphs.ts'
import { differentiate } from '../../compiler/derive/differentiate.ts'

const seeds = fc.integer({ min: 1, max: 1_000_000 })

function dataFor({ leaves, index }: RandomGraph, seed: number): Data {
  const next = numbersFrom(seed)
  const count = (layout: readonly string[]): number =>
    layout.reduce((product, axis) => product * (lengths[axis] ?? 1), 1)
  const numbers = new Map(
    leaves.map((leaf) => [leaf.name, Float64Array.from({ length: count(leaf.layout) }, next)]),
  )
  const places = Float64Array.from({ length: count(index.layout) }, () =>
    Math.min(1, Math.floor(next() + 1.5)),
  )
  return { axes: lengths, leaves: numbers.set(index.name, places) }
}

describe('on random graphs', () => {
  test('gradients are those of finite differences', () => {
    fc.assert(
      fc.property(steps, seeds, (drawn, seed) => {
        const random = buildGraph(drawn)
        const of = algebra(random.graph).op('sin', random.value)
        for (const leaf of random.leaves) {
          expect(mismatches(random.graph, of, leaf, dataFor(random, seed))).toEqual([])
        }
      }),
      { numRuns: 150 },
    )
  })

  test('second derivatives are those of finite differences', () => {
    fc.assert(
      fc.property(steps, seeds, (drawn, seed) => {
        const random = buildGraph(drawn)
        const { graph } = random
        const build = algebra(graph)
        const [x, w] = random.leaves
        if (x === undefined || w === undefined) throw new Error('there are leaves')
        const first = graph.gradient(build.op('sin', random.value), x)
        const of = build.op('square', first)
        for (const leaf of [x, w]) {
          expect(mismatches(graph, of, leaf, dataFor(random, seed))).toEqual([])
        }
      }),
      { numRuns: 80 },
    )
  })

  test('simplifying keeps the values, and twice is once', () => {
    fc.assert(
      fc.property(steps, seeds, (drawn, seed) => {
        const random = buildGraph(drawn)
        const { graph } = random
        const [x] = random.leaves
        if (x === undefined) throw new Error('there are leaves')
        const gradient = graph.gradient(algebra(graph).op('sin', random.value), x)
        const [plain] = differentiate(graph, [gradient])
        const [simple] = derived(graph, [gradient])
        if (plain === undefined || simple === undefined) throw new Error('one root, one result')
        expect(simplify(graph, [simple], [])).toEqual([simple])
        expect(topological([simple]).length).toBeLessThanOrEqual(topological([plain]).length + 12)
        const data = dataFor(random, seed)
        const expected = valueOf(graph, plain, data)
        for (const [i, value] of valueOf(graph, simple, data).entries()) {
          expect(value).toBeCloseTo(expected[i] ?? NaN, 8)
        }
      }),
      { numRuns: 150 },
    )
  })
})
