// Conventions at ties, zeros and infinities, as PyTorch has them.
import { expect, test } from 'vitest'
import { Graph } from '../../compiler/graph/graph.ts'
import type { Node, ReductionName } from '../../compiler/graph/node.ts'
import { derived, valueOf } from './finiteDifferences.ts'
import { formulas } from './formulas.ts'

function gradientOf(reduction: ReductionName, x: readonly number[]): number[] {
  const { graph, node } = setting()
  const of = graph.reduce(reduction, ['D'], node)
  return evaluated(graph, graph.gradient(of, node), x)
}

function setting() {
  const graph = new Graph()
  graph.sizes.declare('D')
  const node = graph.leaf({ role: 'input', name: 'x', layout: ['D'], dataType: 'real' })
  return { graph, node }
}

function evaluated(graph: Graph, gradient: Node, x: readonly number[]): number[] {
  const [node] = derived(graph, [gradient])
  if (node === undefined) throw new Error('one root, one result')
  const leaves = new Map([['x', Float64Array.from(x)]])
  return [...valueOf(graph, node, { axes: { D: x.length }, leaves })]
}

test('max and min share evenly among ties', () => {
  expect(gradientOf('max', [1, 3, 3, 2])).toEqual([0, 0.5, 0.5, 0])
  expect(gradientOf('min', [1, 1, 1, 2])).toEqual([1 / 3, 1 / 3, 1 / 3, 0])
})

test('a lookup at argmax gives all to the first', () => {
  const { graph, node } = setting()
  const place = graph.reduce('argmax', ['D'], node)
  const of = graph.take(node, [{ axis: 'D', index: place }])
  expect(evaluated(graph, graph.gradient(of, node), [1, 3, 3, 2])).toEqual([0, 1, 0, 0])
})

test('prod is safe at zeros', () => {
  expect(gradientOf('prod', [2, 3, 4])).toEqual([12, 8, 6])
  expect(gradientOf('prod', [2, 0, 4])).toEqual([0, 8, 0])
  expect(gradientOf('prod', [0, 0, 4])).toEqual([0, 0, 0])
})

test('the second derivative of prod is right at zeros', () => {
  const { graph, node } = setting()
  const first = graph.gradient(graph.reduce('prod', ['D'], node), node)
  const second = graph.gradient(formulas(graph).mul(first, graph.coordinate('D')), node)
  // Σ over i ≠ j of i · Π of the others.
  expectClose(evaluated(graph, second, [2, 3, 4]), [4 + 2 * 3, 2 * 2, 2])
  expectClose(evaluated(graph, second, [2, 0, 4]), [4, 2 * 2, 2])
  expectClose(evaluated(graph, second, [0, 0, 4]), [4, 0, 0])
})

test.each([
  { over: ['D'], x: [2, 3, 4, 5] },
  { over: ['D'], x: [2, 0, 4, 5] },
  { over: ['D'], x: [0, 0, 4, 5] },
  { over: ['D'], x: [0, 0, 0, 5] },
  { over: ['A', 'B'], x: [0, 3, 0, 0] },
])('the third derivative of prod over $over at $x', ({ over, x }) => {
  const graph = new Graph()
  for (const axis of over) graph.sizes.declare(axis)
  const node = graph.leaf({ role: 'input', name: 'x', layout: over, dataType: 'real' })
  const { mul, add } = formulas(graph)
  const place = over.map((axis): Node => graph.coordinate(axis)).reduce((a, b) => add(add(a, a), b))
  const first = graph.gradient(graph.reduce('prod', over, node), node)
  const second = graph.gradient(mul(first, place), node)
  const third = graph.gradient(mul(second, mul(place, place)), node)
  const [derivative] = derived(graph, [third])
  if (derivative === undefined) throw new Error('one root, one result')
  const axes = over.length === 1 ? { D: 4 } : { A: 2, B: 2 }
  const leaves = new Map([['x', Float64Array.from(x)]])
  // Of four factors: Σ over i and j, other than k and each other, of i · j² · the factor that is left.
  const expected = x.map((_, k) =>
    total(x, (i) =>
      total(x, (j) => (new Set([i, j, k]).size < 3 ? 0 : i * j * j * (x[6 - i - j - k] ?? NaN))),
    ),
  )
  expectClose([...valueOf(graph, derivative, { axes, leaves })], expected)
})

function total(x: readonly number[], term: (place: number) => number): number {
  return x.reduce((sum, _, place) => sum + term(place), 0)
}

test('logsumexp gives softmax, also of large numbers and where some are -inf', () => {
  const [a = NaN, b = NaN] = gradientOf('logsumexp', [10000, 9999])
  expect(a + b).toBeCloseTo(1, 11)
  expect(a / b).toBeCloseTo(Math.E, 10)
  expect(gradientOf('logsumexp', [2, -Infinity])).toEqual([1, 0])
  expect(gradientOf('logsumexp', [-Infinity, -Infinity])).toEqual([NaN, NaN])
})

test('positions and truth values have no derivative', () => {
  expect(gradientOf('argmax', [1, 2])).toEqual([0, 0])
  expect(gradientOf('any', [1, 2])).toEqual([0, 0])
})

test('what is not reached has the gradient zero, with axes', () => {
  const { graph, node } = setting()
  const other = graph.leaf({ role: 'input', name: 'y', layout: [], dataType: 'real' })
  expect(evaluated(graph, graph.gradient(other, node), [1, 2, 3])).toEqual([0, 0, 0])
})

test('the cotangent of a sum is spread, of a mean divided', () => {
  const { graph, node } = setting()
  const { div } = formulas(graph)
  const mean = div(graph.reduce('sum', ['D'], node), graph.size(graph.sizes.of('D')))
  expect(evaluated(graph, graph.gradient(mean, node), [1, 2, 3, 4])).toEqual([
    0.25, 0.25, 0.25, 0.25,
  ])
})

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.map((value) => Number(value.toFixed(12)))).toEqual(expected)
}
