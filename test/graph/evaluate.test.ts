// The oracle's conventions: alignment, indices, and reductions at their edges, as PyTorch has them.
import { describe, expect, it, test } from 'vitest'
import { evaluate } from '../../compiler/graph/evaluate.ts'
import { Graph } from '../../compiler/graph/graph.ts'
import type { Node } from '../../compiler/graph/node.ts'
import { reduction } from '../../compiler/graph/reduction.ts'
import { parseSize } from '../../compiler/graph/size.ts'
import { inLayout } from '../../compiler/graph/tensor.ts'
import { siteHash, threefry, uniform } from '../../compiler/graph/threefry.ts'
import { algebra } from '../../compiler/ops/algebra.ts'

const graph = new Graph()
for (const axis of ['N', 'D', 'H']) graph.sizes.declare(axis)
graph.sizes.declare('P', parseSize('D div 2'))
const { mul, add, sub } = algebra(graph)
const x = graph.leaf({ role: 'input', name: 'x', layout: ['N', 'D'], dataType: 'real' })
const w = graph.leaf({ role: 'parameter', name: 'w', layout: ['H', 'D'], dataType: 'real' })
const data: Record<string, number[]> = { x: [1, 2, 3, 4, 5, 6], w: [1, 0, 0, 0, 1, 0] }
const axes = { N: 2, D: 3, H: 2 }
const int = (value: number): Node => graph.constant(value, 'int')

/** Row-major, with the axes in alphabetical order. */
function valuesOf(node: Node): number[] {
  const [tensor] = evaluate(graph, [node], { axes, leaves: ({ name }) => data[name] ?? [] })
  return [...(tensor?.data ?? [])]
}

describe('values', () => {
  it('align by name', () => {
    expect(valuesOf(graph.reduce('sum', ['D'], mul(x, w)))).toEqual([1, 4, 2, 5])
    expect(valuesOf(sub(x, graph.coordinate('D')))).toEqual([1, 4, 1, 4, 1, 4])
    expect(valuesOf(graph.spread(graph.coordinate('N'), 'H'))).toEqual([0, 1, 0, 1])
  })

  it('are taken at computed places', () => {
    const at = (index: Node, fill: number | null = null): number[] =>
      valuesOf(graph.take(x, [{ axis: 'D', index }], fill))
    expect(at(int(1))).toEqual([2, 5])
    expect(at(sub(graph.coordinate('D'), int(1)), -9)).toEqual([-9, -9, 1, 4, 2, 5])
    expect(at(mul(graph.coordinate('P'), int(2)))).toEqual([1, 4])
    expect(at(graph.coordinate('N'))).toEqual([1, 5])
    expect(at(add(graph.coordinate('D'), int(1)))).toEqual([2, 5, 3, 6, NaN, NaN])
  })

  it('know the sizes', () => {
    expect(valuesOf(graph.size(parseSize('2 * D + P')))).toEqual([7])
    expect(() => valuesOf(graph.coordinate('Q'))).toThrow('no length is given for Q')
  })

  it('come in any order of axes', () => {
    const [tensor] = evaluate(graph, [x], { axes, leaves: () => data['x'] ?? [] })
    expect(tensor && [...inLayout(tensor, ['N', 'D'])]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('of custom derivatives and marks are their own; pullbacks are not looked at', () => {
    const mark = graph.mark(x, 1)
    const cotangent = graph.leaf({
      role: 'placeholder',
      name: 'g',
      layout: ['D', 'N'],
      dataType: 'real',
    })
    const custom = graph.custom({
      value: add(mark, mark),
      inputs: [mark],
      cotangent,
      pullbacks: [cotangent],
    })
    expect(valuesOf(custom)).toEqual([2, 8, 4, 10, 6, 12])
    expect(() => valuesOf(graph.gradient(custom, mark))).toThrow('no value before it is worked out')
  })
})

describe('reductions', () => {
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number
  it.each([
    ['sum', [], 0],
    ['prod', [], 1],
    ['max', [], -inf],
    ['min', [], inf],
    ['any', [], 0],
    ['all', [], 1],
    ['logsumexp', [], -inf],
    ['logsumexp', [-inf, -inf], -inf],
    ['logsumexp', [1, inf], inf],
    ['logsumexp', [1, nan], nan],
    ['logsumexp', [1000, 1000], 1000 + Math.LN2],
    ['max', [1, nan, 2], nan],
    ['min', [1, nan, 2], nan],
    ['argmax', [1, 3, 3], 1],
    ['argmax', [-inf, -inf], 0],
    ['argmax', [1, nan, 2], 1],
    ['argmin', [2, 1, 1], 1],
    ['sum', [1, 1e100, 1, -1e100], 2],
    ['sum', [1, inf], inf],
    ['sum', [-inf, inf], nan],
  ] as const)('%s of %j is %d', (name, numbers, expected) => {
    expect(reduction(name, numbers)).toBe(expected)
  })
})

describe('random numbers', () => {
  const hex = (words: readonly number[]): string =>
    words.map((word) => word.toString(16).padStart(8, '0')).join(' ')

  test('are the published ones of Threefry-2x32 with 20 rounds', () => {
    expect(hex(threefry([0, 0], [0, 0]))).toBe('6b200159 99ba4efe')
    const ones = [0xffffffff, 0xffffffff] as const
    expect(hex(threefry(ones, ones))).toBe('1cb996fc bb002be7')
    const words = threefry([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])
    expect(hex(words)).toBe('c4923a9c 483df7a0')
  })

  test('FNV-1a of known texts', () => {
    expect(
      [siteHash(''), siteHash('a'), siteHash('foobar')].map((hash) => hash.toString(16)),
    ).toEqual(['811c9dc5', 'e40c292c', 'bf9cf968'])
  })

  test('differ by seed, step, site, element and lane, and are spread evenly', () => {
    const draws = [
      uniform(0, 0, 'a', 0, 0),
      uniform(1, 0, 'a', 0, 0),
      uniform(0, 1, 'a', 0, 0),
      uniform(0, 0, 'b', 0, 0),
      uniform(0, 0, 'a', 1, 0),
      uniform(0, 0, 'a', 0, 1),
    ]
    expect(new Set(draws).size).toBe(draws.length)
    const many = Array.from({ length: 20_000 }, (_, i) => uniform(7, 3, 'site', i, 1))
    const bins = Array.from(
      { length: 10 },
      (_, k) => many.filter((u) => Math.floor(u * 10) === k).length,
    )
    const chi2 = bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)
    expect(chi2).toBeLessThan(27.9)
    expect(many.every((u) => u * 2 ** 24 === Math.floor(u * 2 ** 24))).toBe(true)
  })

  test('count row-major through the layout', () => {
    const random = graph.random({ site: 's', lane: 0, layout: ['N', 'D'] })
    const [tensor] = evaluate(graph, [random], { axes, leaves: () => [], seed: 5, step: 2 })
    expect(tensor && [...inLayout(tensor, ['N', 'D'])]).toEqual(
      [0, 1, 2, 3, 4, 5].map((element) => uniform(5, 2, 's', element, 0)),
    )
  })
})
