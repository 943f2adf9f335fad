// Deep graphs: no recursion, and a gradient of n operations has O(n) operations.
import { describe, expect, test } from 'vitest'
import { Graph, topological } from '../../compiler/graph/graph.ts'
import type { LeafNode, Node } from '../../compiler/graph/node.ts'
import { derived } from './finiteDifferences.ts'
import { formulas } from './formulas.ts'

interface Network {
  readonly graph: Graph
  readonly loss: Node
  readonly input: LeafNode
  readonly weights: readonly LeafNode[]
}

function network(layers: number, activation: 'relu' | 'tanh'): Network {
  const graph = new Graph()
  const { sizes } = graph
  for (const axis of ['N', 'H']) sizes.declare(axis)
  sizes.declare("H'", sizes.of('H'))
  const { op, add, mul, select, constant } = formulas(graph)
  const leaf = (role: LeafNode['role'], name: string, layout: readonly string[]): LeafNode =>
    graph.leaf({ role, name, layout, dataType: 'real' })
  const input = leaf('input', 'x', ['N', 'H'])
  const weights: LeafNode[] = []
  let h: Node = input
  for (let i = 0; i < layers; i++) {
    const weight = leaf('parameter', `${i}.weight`, ['H', "H'"])
    weights.push(weight)
    const product = graph.reduce('sum', ['H'], mul(h, weight))
    const z = graph.take(product, [{ axis: "H'", index: graph.coordinate('H') }])
    const y =
      activation === 'relu' ? select(op('gt', z, constant(0)), z, constant(0)) : op('tanh', z)
    h = add(h, y)
  }
  return { graph, loss: graph.reduce('sum', ['N', 'H'], h), input, weights }
}

function sizeOfGradient({ graph, loss, weights }: Network): number {
  return topological(
    derived(
      graph,
      weights.map((weight) => graph.gradient(loss, weight)),
    ),
  ).length
}

describe('a residual network', () => {
  test.each(['relu', 'tanh'] as const)('of a thousand layers (%s): linear size', (activation) => {
    const [small, large] = [500, 1000].map((layers) => sizeOfGradient(network(layers, activation)))
    if (small === undefined || large === undefined) throw new Error('two networks')
    expect(large - small).toBeLessThanOrEqual(500 * 22)
    expect(large).toBeLessThan(2.05 * small)
  })

  test('of ten thousand layers: no stack overflows', () => {
    expect(sizeOfGradient(network(10_000, 'relu'))).toBeLessThan(10_000 * 22)
  }, 60_000)

  test('with a penalty on a gradient: linear too', () => {
    const sizes = [50, 100].map((layers) => {
      const { graph, loss, input, weights } = network(layers, 'tanh')
      const penalty = formulas(graph).op('square', graph.gradient(loss, input))
      const gradients = weights.map((weight) => graph.gradient(penalty, weight))
      return topological(derived(graph, gradients)).length
    })
    const [small = NaN, large = NaN] = sizes
    expect(large).toBeLessThan(2.05 * small)
  })
})
