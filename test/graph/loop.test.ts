// Loops in the graph: what lies inside, what a step may do, and what the evaluator makes of them.
import { expect, test } from 'vitest'
import { evaluate } from '../../compiler/graph/evaluate.ts'
import { evaluationOrder, partsOf } from '../../compiler/graph/loop.ts'
import { substitute } from '../../compiler/graph/graph.ts'
import { printGraph } from '../../compiler/graph/print.ts'
import { readGraph } from '../../compiler/graph/read.ts'
import { verify } from '../../compiler/graph/verify.ts'
import { operations } from '../../compiler/ops/table.ts'

/** h[t] = tanh(w·h[t - 1] + x[t]) from the start, and beside it the sum of all x so far. */
function recurrence(head: string, axis = 'axis T'): string {
  return `
${axis}
axis N
%1 real[N, T] input x[N, T]
%2 real[] parameter w[]
%3 real[N, T] placeholder h[N, T]
%4 real[N, T] placeholder c[N, T]
%5 real[N, T] %3 * %2
%6 real[N, T] %5 + %1
%7 real[N, T] tanh(%6)
%8 real[N, T] %4 + %1
${head}
`
}
const carries = '(%3 from 0.5 to %7, %4 from 0.0 to %8)'

function values(text: string, lengths: Record<string, number>, x: readonly number[]): number[][] {
  const { graph, roots } = readGraph(text, operations)
  expect(verify(graph, roots)).toEqual([])
  const leaves = ({ name }: { readonly name: string }): number[] => (name === 'w' ? [2] : [...x])
  return evaluate(graph, roots, { axes: lengths, leaves }).map(({ data }) => [...data])
}

test('every step is there, or only the last', () => {
  const text = recurrence(`%9 real[N, T] scan every 1 along T of ${carries}
%10 real[N] scan last 0 along T of ${carries}
results %9, %10`)
  const [sums, last] = values(text, { N: 2, T: 3 }, [1, 2, 3, 4, 5, 6])
  expect(sums).toEqual([1, 3, 6, 4, 9, 15])
  const h = (x: number[]): number => x.reduce((before, one) => Math.tanh(2 * before + one), 0.5)
  expect(last).toEqual([h([1, 2, 3]), h([4, 5, 6])])
})

test('a reversed loop starts at the last place', () => {
  const text = recurrence(`%9 real[N, T] scan every 1 along T reversed of ${carries}
results %9`)
  expect(values(text, { N: 1, T: 3 }, [1, 2, 3])).toEqual([[6, 5, 3]])
})

test('without a step the last carry is the start', () => {
  const text = recurrence(`%9 real[N, T] scan every 0 along T of ${carries}
%10 real[N] scan last 0 along T of ${carries}
results %9, %10`)
  expect(values(text, { N: 2, T: 0 }, [])).toEqual([[], [0.5, 0.5]])
})

test('the text of a loop reads back', () => {
  const text = recurrence(`%9 real[N, T] scan every 0 along T reversed of ${carries}
%10 int[N, T] argsort[T] %9 descending
results %9, %10`)
  const { graph, roots } = readGraph(text, operations)
  const printed = printGraph(graph, roots)
  const again = readGraph(printed, operations)
  expect(printGraph(again.graph, again.roots)).toBe(printed)
})

test('what depends on a carry lies inside, all else is seen from outside', () => {
  const text = recurrence(`%9 real[N] scan last 0 along T of ${carries}
results %9`)
  const { roots } = readGraph(text, operations)
  const [scan] = roots
  if (scan?.kind !== 'scan') throw new Error('the root is a scan')
  const { inside, outside } = partsOf(scan.loop)
  expect(inside.map(({ kind }) => kind)).toEqual(['leaf', 'leaf', 'map', 'map', 'map', 'map'])
  expect(outside.map((node) => (node.kind === 'leaf' ? node.name : node.kind))).toEqual([
    'constant',
    'constant',
    'w',
    'x',
  ])
  expect(evaluationOrder(roots)).not.toContain(inside[0])
})

test('a step that looks along the axis of its loop is a fault', () => {
  const text = `
axis T
%1 real[T] placeholder h[T]
%2 real[] sum[T] %1
%3 real[T] scan every 0 along T of (%1 from 0.0 to %2)
results %3`
  const { graph, roots } = readGraph(text, operations)
  expect(verify(graph, roots)).toEqual([expect.stringContaining('looks along T')])
})

test('positions in order: stable, NaN last', () => {
  const text = `
axis T
%1 real[T] input x[T]
%2 int[T] argsort[T] %1
%3 int[T] argsort[T] %1 descending
results %2, %3`
  const { graph, roots } = readGraph(text, operations)
  const leaves = (): number[] => [2, NaN, 1, 2, -Infinity]
  const results = evaluate(graph, roots, { axes: { T: 5 }, leaves })
  expect(results.map(({ data }) => [...data])).toEqual([
    [4, 2, 0, 3, 1],
    [1, 0, 3, 2, 4],
  ])
})

test('what a loop binds is its own when something outside of it is replaced', () => {
  const text = recurrence(`%9 real[N] scan last 0 along T of (%3 from 0.5 to %7)
%10 real[N, T] %3 + %9
results %10, %9, %1`)
  const { graph, roots } = readGraph(text, operations)
  const [sum, last, x] = roots
  if (sum?.kind !== 'map' || last?.kind !== 'scan' || x === undefined) throw new Error('read so')
  const [carry] = last.loop.carries
  if (carry === undefined) throw new Error('one carry')
  const replaced = substitute(graph, [sum], new Map([[carry.previous, x]]))
  expect(replaced).toEqual([graph.map(sum.operation, [x, last])])
})
