// Gradients through loops against finite differences, orders one and two; and that they cost what the loop costs.
import { describe, expect, test } from 'vitest'
import type { Graph } from '../../compiler/graph/graph.ts'
import type { LeafNode, Node } from '../../compiler/graph/node.ts'
import { readGraph } from '../../compiler/graph/read.ts'
import { topological } from '../../compiler/graph/graph.ts'
import { verify } from '../../compiler/graph/verify.ts'
import { operations } from '../../compiler/ops/table.ts'
import { derived, mismatches, numbersFrom } from './finiteDifferences.ts'
import type { Data } from './finiteDifferences.ts'

const declarations = `
axis N
axis T
axis S
axis H
axis H'
%1 real[N, T] input x[N, T]
%2 real[] parameter w[]
%3 real[H, H'] parameter r[H, H']
%4 real[H, N, T] input z[N, T, H]
%5 real[N] input s[N]
`

/** Steps of one line each: results of the whole is the last line. */
const loops: Readonly<Record<string, string>> = {
  'a recurrence, all of it': `
%6 real[N, T] placeholder h[N, T]
%7 real[N, T] %6 * %2
%8 real[N, T] %7 + %1
%9 real[N, T] tanh(%8)
%10 real[N, T] scan every 0 along T of (%6 from %5 to %9)
results %10`,
  'the last of a recurrence': `
%6 real[N, T] placeholder h[N, T]
%7 real[N, T] %6 * %2
%8 real[N, T] %7 + %1
%9 real[N, T] tanh(%8)
%10 real[N] scan last 0 along T of (%6 from 0.25 to %9)
results %10`,
  'all and the last, backwards': `
%6 real[N, T] placeholder h[N, T]
%7 real[N, T] %6 * %2
%8 real[N, T] %7 + %1
%9 real[N, T] tanh(%8)
%10 real[N, T] scan every 0 along T reversed of (%6 from %5 to %9)
%11 real[N] scan last 0 along T reversed of (%6 from %5 to %9)
%12 real[N, T] %10 * %11
results %12`,
  'two carries that change places': `
%6 real[N, T] placeholder a[N, T]
%7 real[N, T] placeholder b[N, T]
%8 real[N, T] %6 * %1
%9 real[N, T] %8 + %7
%10 real[N, T] scan every 0 along T of (%6 from %5 to %7, %7 from 1.0 to %9)
%11 real[N] scan last 1 along T of (%6 from %5 to %7, %7 from 1.0 to %9)
%12 real[N, T] %10 * %11
results %12`,
  'a step with a product': `
%6 real[H, N, T] placeholder h[N, T, H]
%7 real[H, H', N, T] %6 * %3
%8 real[H', N, T] sum[H] %7
%9 int[H] coordinate H
%10 real[H, N, T] %8[H' = %9]
%11 real[H, N, T] %10 + %4
%12 real[H, N, T] tanh(%11)
%13 real[H, N] scan last 0 along T of (%6 from 0.0 to %12)
results %13`,
  'a product of factors, one of them zero': `
%6 real[N, T] placeholder p[N, T]
%7 int[T] coordinate T
%8 bool[T] %7 == 1
%9 real[N, T] select(%8, 0.0, %1)
%10 real[N, T] %6 * %9
%11 real[N, T] scan every 0 along T of (%6 from 1.0 to %10)
results %11`,
  'a loop in a loop': `
%6 real[N, T] placeholder h[N, T]
%7 real[N, S, T] placeholder g[N, S, T]
%8 real[N, S, T] %7 * %2
%9 real[N, S, T] sin(%8)
%10 real[N, S, T] %9 + %6
%11 real[N, T] scan last 0 along S of (%7 from %1 to %10)
%12 real[N, T] tanh(%11)
%13 real[N, T] scan every 0 along T of (%6 from %5 to %12)
results %13`,
  'a loop over what a loop made': `
%6 real[N, T] placeholder h[N, T]
%7 real[N, T] %6 * %2
%8 real[N, T] %7 + %1
%9 real[N, T] scan every 0 along T of (%6 from %5 to %8)
%10 real[N, T] placeholder g[N, T]
%11 real[N, T] %10 + %9
%12 real[N, T] sin(%11)
%13 real[N] scan last 0 along T reversed of (%10 from 0.0 to %12)
results %13`,
  'a count beside a quantity': `
%6 int[T] placeholder k[T]
%7 int[T] %6 + 1
%8 real[N, T] placeholder h[N, T]
%9 real[N, T] %8 * %1
%10 real[N, T] %9 / %7
%11 real[N, T] %10 + %2
%12 real[N] scan last 1 along T of (%6 from 0 to %7, %8 from %5 to %11)
results %12`,
  'a branch that is not taken, with an infinite derivative': `
%6 real[N, T] placeholder h[N, T]
%7 real[N, T] %6 - %6
%8 real[N, T] sqrt(%7)
%9 int[T] coordinate T
%10 bool[T] %9 < 0
%11 real[N, T] %6 * %1
%12 real[N, T] select(%10, %8, %11)
%13 real[N] scan last 0 along T of (%6 from %5 to %12)
%14 real[N] %13 * %2
results %14`,
  'steps that give what all of them share': `
%6 real[N, T] placeholder h[N, T]
%7 real[N] %5 * %2
%8 real[N, T] scan every 0 along T of (%6 from 0.0 to %7)
%9 real[N] scan last 0 along T of (%6 from 0.0 to %7)
%10 real[N, T] %8 * %9
%11 real[N, T] %10 * %1
results %11`,
  'a step that gives one number for all of a row': `
%6 real[N, T] placeholder h[N, T]
%7 real[T] sum[N] %6
%8 real[T] tanh(%7)
%9 real[N, T] scan every 0 along T of (%6 from %5 to %8)
%10 real[N, T] %9 * %1
results %10`,
}

function setting(text: string): { graph: Graph; value: Node; leaves: LeafNode[]; data: Data } {
  const { graph, roots } = readGraph(declarations + text, operations)
  expect(verify(graph, roots)).toEqual([])
  const [value] = roots
  if (value === undefined) throw new Error('a text has one result')
  const axes: Record<string, number> = { N: 2, T: 4, S: 3, H: 2, "H'": 2 }
  const draw = numbersFrom(7)
  const given = topological(roots).filter(
    (node): node is LeafNode => node.kind === 'leaf' && node.role !== 'placeholder',
  )
  const numbers = given.map(({ name, layout }) => {
    const length = layout.reduce((product, axis) => product * (axes[axis] ?? 1), 1)
    return [name, Float64Array.from({ length }, draw)] as const
  })
  return { graph, value, leaves: given, data: { axes, leaves: new Map(numbers) } }
}

const cases = Object.entries(loops)

describe('the gradient of', () => {
  test.each(cases)('%s', (_name, text) => {
    const { graph, value, leaves, data } = setting(text)
    for (const leaf of leaves)
      expect([leaf.name, mismatches(graph, value, leaf, data)]).toEqual([leaf.name, []])
  })
})

describe('the second gradient of', () => {
  test.each(cases)('%s', (_name, text) => {
    const { graph, value, leaves, data } = setting(text)
    const square = operations.find(({ name }) => name === 'square')
    if (square === undefined) throw new Error('the table has square')
    for (const first of leaves) {
      const slope = graph.map(square, [graph.gradient(value, first)])
      for (const second of leaves) {
        const found = mismatches(graph, slope, second, data)
        expect([first.name, second.name, found]).toEqual([first.name, second.name, []])
      }
    }
  })
})

test.each(cases)('what comes out is a graph as any other: %s', (_name, text) => {
  const { graph, value, leaves } = setting(text)
  const gradients = derived(
    graph,
    leaves.map((leaf) => graph.gradient(value, leaf)),
  )
  expect(verify(graph, gradients, 'differentiated')).toEqual([])
})
