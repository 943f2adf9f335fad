// `if` is safe: a branch not taken contributes exactly zero, even where its derivative is infinite or NaN.
import { describe, expect, test } from 'vitest'
import { Graph } from '../../compiler/graph/graph.ts'
import type { AxisName, DataType, LeafNode, Node } from '../../compiler/graph/node.ts'
import { derived, valueOf } from './finiteDifferences.ts'
import { formula } from './formula.ts'
import { formulas } from './formulas.ts'

function setting() {
  const graph = new Graph()
  for (const axis of ['N', 'D', 'H', 'T']) graph.sizes.declare(axis)
  graph.sizes.declare("T'", graph.sizes.of('T'))
  const leaf = (name: string, layout: readonly AxisName[], dataType: DataType = 'real') =>
    graph.leaf({ role: 'input', name, layout, dataType })
  const build = formulas(graph)
  const when = (condition: Node, yes: Node): Node => build.select(condition, yes, build.constant(0))
  const isPositive = (x: Node): Node => build.op('gt', x, build.constant(0))
  const sum = (over: readonly AxisName[], x: Node): Node => graph.reduce('sum', over, x)
  return { ...build, graph, leaf, when, isPositive, sum }
}
type Setting = ReturnType<typeof setting>

function gradientAt(
  { graph }: Setting,
  of: Node,
  wrt: LeafNode,
  axes: Readonly<Record<string, number>>,
  numbers: Readonly<Record<string, readonly number[]>>,
): number[] {
  const [gradient] = derived(graph, [graph.gradient(of, wrt)])
  if (gradient === undefined) throw new Error('one root, one result')
  const leaves = new Map(
    Object.entries(numbers).map(([name, values]) => [name, Float64Array.from(values)]),
  )
  return [...valueOf(graph, gradient, { axes, leaves })]
}

describe('a branch not taken', () => {
  test('log(x) * sqrt(x), at 0 and below', () => {
    const here = setting()
    const { op, mul, leaf, when, isPositive } = here
    const x = leaf('x', ['N'])
    const of = when(isPositive(x), mul(op('log', x), op('sqrt', x)))
    const found = gradientAt(here, of, x, { N: 3 }, { x: [0, -1, 4] })
    expect(found).toEqual([0, 0, Math.log(4) / 4 + 0.5])
  })

  test('on the else side', () => {
    const here = setting()
    const { op, select, constant, leaf, isPositive } = here
    const x = leaf('x', ['N'])
    const of = select(isPositive(x), x, op('log', op('neg', x)))
    expect(gradientAt(here, of, x, { N: 2 }, { x: [3, -2] })).toEqual([1, -0.5])
    const both = select(isPositive(x), constant(1), op('sqrt', op('neg', x)))
    expect(gradientAt(here, both, x, { N: 2 }, { x: [3, -4] })).toEqual([0, -0.25])
  })

  test('a chain of operations inside', () => {
    const here = setting()
    const { op, leaf, when, isPositive } = here
    const x = leaf('x', ['N'])
    const of = when(isPositive(x), op('tanh', op('log', op('sqrt', x))))
    expect(gradientAt(here, of, x, { N: 2 }, { x: [0, -1] })).toEqual([0, 0])
  })

  test('one within another', () => {
    const here = setting()
    const { op, constant, leaf, when, isPositive } = here
    const x = leaf('x', ['N'])
    const isSmall = op('lt', x, constant(9))
    const of = when(isPositive(x), when(isSmall, op('log', x)))
    expect(gradientAt(here, of, x, { N: 3 }, { x: [-1, 4, 10] })).toEqual([0, 0.25, 0])
  })

  test('a value shared by both sides', () => {
    const here = setting()
    const { op, select, mul, leaf, constant, isPositive } = here
    const x = leaf('x', ['N'])
    const root = op('sqrt', x)
    const of = select(isPositive(x), mul(root, root), mul(constant(2), x))
    expect(gradientAt(here, of, x, { N: 1 }, { x: [-3] })).toEqual([2])
    expect(gradientAt(here, of, x, { N: 1 }, { x: [4] })).toEqual([1])
  })

  test('a masked row, divided by its own norm', () => {
    const here = setting()
    const { op, div, leaf, when, sum } = here
    const x = leaf('x', ['N', 'D'])
    const mask = leaf('mask', ['N'], 'bool')
    const norm = op('sqrt', sum(['D'], op('square', x)))
    const of = when(mask, div(x, norm))
    const found = gradientAt(here, of, x, { N: 2, D: 2 }, { x: [0, 0, 3, 4], mask: [0, 1] })
    // D comes before N.
    expect(found[0]).toBe(0)
    expect(found[2]).toBe(0)
    expect(found[1]).toBeCloseTo(1 / 5 - (3 * 7) / 125, 12)
    expect(found[3]).toBeCloseTo(1 / 5 - (4 * 7) / 125, 12)
  })

  test('masked element by element, where a row has none left', () => {
    const here = setting()
    const { op, div, leaf, when, sum } = here
    const x = leaf('x', ['N', 'D'])
    const mask = leaf('mask', ['N', 'D'], 'bool')
    const norm = op('sqrt', sum(['D'], op('square', x)))
    const of = when(mask, div(x, norm))
    const data = { x: [0, 0, 3, 4], mask: [0, 0, 1, 0] }
    const found = gradientAt(here, of, x, { N: 2, D: 2 }, data)
    expect([found[0], found[2]]).toEqual([0, 0])
    expect(found[1]).toBeCloseTo(1 / 5 - 9 / 125, 12)
    expect(found[3]).toBeCloseTo(-12 / 125, 12)
  })

  test('behind a rename', () => {
    const here = setting()
    const { graph, op, leaf, when, isPositive } = here
    const x = leaf('x', ['T'])
    const renamed = graph.take(op('sqrt', x), [{ axis: 'T', index: graph.coordinate("T'") }])
    const flag = graph.take(x, [{ axis: 'T', index: graph.coordinate("T'") }])
    const of = when(isPositive(flag), op('log', renamed))
    expect(gradientAt(here, of, x, { T: 3 }, { x: [-1, 0, 4] })).toEqual([0, 0, 0.125])
  })

  test('a derivative of the user’s inside', () => {
    const here = setting()
    const { graph, op, div, mul, constant, leaf, when, isPositive } = here
    const x = leaf('x', ['N'])
    const argument = graph.mark(x, 1)
    const cotangent = graph.leaf({
      role: 'placeholder',
      name: 'g',
      layout: ['N'],
      dataType: 'real',
    })
    const pullbacks = [div(mul(constant(3), cotangent), argument)]
    const value = op('log', argument)
    const logarithm = graph.custom({ value, inputs: [argument], cotangent, pullbacks })
    const of = when(isPositive(x), logarithm)
    expect(gradientAt(here, of, x, { N: 3 }, { x: [0, -1, 2] })).toEqual([0, 0, 1.5])
  })

  test('in the second derivative', () => {
    const here = setting()
    const { graph, op, mul, leaf, when, isPositive } = here
    const x = leaf('x', ['N'])
    const of = when(isPositive(x), mul(op('log', x), op('sqrt', x)))
    const found = gradientAt(here, graph.gradient(of, x), x, { N: 3 }, { x: [0, -1, 4] })
    expect(found.slice(0, 2)).toEqual([0, 0])
    // (log(x) · √x)'' = -log(x) / (4 · x^1.5)
    expect(found[2]).toBeCloseTo(-Math.log(4) / 32, 12)
  })
})

describe('matrix products stay products of two operands', () => {
  test('relu masks the operand, and not the product', () => {
    const here = setting()
    const { graph, mul, sum, leaf, when, isPositive } = here
    const [x, w, g] = [leaf('x', ['N', 'D']), leaf('w', ['D', 'H']), leaf('g', ['N', 'H'])]
    const h = sum(['D'], mul(x, w))
    const of = mul(when(isPositive(h), h), g)
    const gradients = derived(graph, [graph.gradient(of, x), graph.gradient(of, w)])
    expect(gradients.map(formula)).toEqual([
      'sum[H](select(sum[D](x * w) > 0, g, 0) * w)',
      'sum[N](select(sum[D](x * w) > 0, g, 0) * x)',
    ])
  })
})
