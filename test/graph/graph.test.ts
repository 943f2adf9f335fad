// The graph: equal content is one node, any depth is walked, and its text reads back.
import { describe, expect, it, test } from 'vitest'
import {
  Graph,
  operandsOf,
  reaches,
  substitute,
  topological,
  withOperands,
} from '../../compiler/graph/graph.ts'
import { evaluate } from '../../compiler/graph/evaluate.ts'
import type { Node } from '../../compiler/graph/node.ts'
import { printGraph } from '../../compiler/graph/print.ts'
import { readGraph } from '../../compiler/graph/read.ts'
import { parseSize } from '../../compiler/graph/size.ts'
import { verify } from '../../compiler/graph/verify.ts'
import { algebra } from '../../compiler/ops/algebra.ts'
import { operations } from '../../compiler/ops/table.ts'

function digits(): { graph: Graph; x: Node; w: Node; roots: Node[] } {
  const graph = new Graph()
  for (const axis of ['N', 'D', 'H']) graph.sizes.declare(axis)
  const build = algebra(graph)
  const half = graph.sizes.fresh('P', parseSize('(H - 1) div 2 + 1'))
  const x = graph.leaf({ role: 'input', name: 'x', layout: ['N', 'D'], dataType: 'real' })
  const w = graph.leaf({
    role: 'parameter',
    name: 'hidden.0.w',
    layout: ['H', 'D'],
    dataType: 'real',
  })
  const product = graph.reduce('sum', ['D'], build.mul(x, w))
  graph.note(product, { name: 'hidden', call: 'Linear' })
  const place = build.op(
    'sub',
    build.mul(graph.coordinate(half), graph.constant(2, 'int')),
    graph.constant(1, 'int'),
  )
  const strided = graph.take(product, [{ axis: 'H', index: place }], -Infinity)
  const mark = graph.mark(
    build.neg(build.op('not', build.op('lt', strided, build.constant(-0)))),
    1,
  )
  const cotangent = graph.leaf({
    role: 'placeholder',
    name: 'g // of "1"',
    layout: mark.axes,
    dataType: 'real',
  })
  const custom = graph.custom({
    value: build.op('clamp', mark, build.constant(-1), build.constant(1e-30)),
    inputs: [mark],
    cotangent,
    pullbacks: [build.mul(cotangent, build.constant(0.5))],
  })
  const roots = [
    custom,
    graph.gradient(graph.reduce('sum', ['N', half], custom), x),
    graph.vector('H', [1, 2.5, NaN, -Infinity]),
    graph.random({ site: 'std/a b.lossdsl:3', lane: 1, layout: ['N'] }),
    build.neg(build.constant(-2)),
    graph.size(parseSize('2 * H + 1')),
    graph.spread(product, 'M'),
    graph.constant(3, 'int'),
    graph.constant(1, 'bool'),
  ]
  return { graph, x, w, roots }
}

describe('equal content is one node', () => {
  it('whatever the order of axes and indices', () => {
    const { graph, x, w } = digits()
    const { mul } = algebra(graph)
    expect(mul(x, w)).toBe(mul(x, w))
    expect(graph.reduce('sum', ['N', 'D'], x)).toBe(graph.reduce('sum', ['D', 'N'], x))
    const at = (axis: string): { axis: string; index: Node } => ({
      axis,
      index: graph.constant(0, 'int'),
    })
    expect(graph.take(x, [at('N'), at('D')])).toBe(graph.take(x, [at('D'), at('N')]))
  })

  it('but 0 is not -0, whole not real, and one fill not another', () => {
    const { graph, x } = digits()
    expect(graph.constant(0)).not.toBe(graph.constant(-0))
    expect(graph.constant(NaN)).toBe(graph.constant(NaN))
    expect(graph.constant(1, 'int')).not.toBe(graph.constant(1))
    const indices = [{ axis: 'D', index: graph.constant(0, 'int') }]
    expect(graph.take(x, indices)).not.toBe(graph.take(x, indices, 0))
    expect(graph.take(x, indices, 0)).not.toBe(graph.take(x, indices, -0))
  })

  it('and made again it is itself', () => {
    const { graph, roots } = digits()
    for (const node of topological(roots)) {
      expect(withOperands(graph, node, operandsOf(node))).toBe(node)
    }
    expect(verify(graph, roots)).toEqual([])
  })
})

test('constructors refuse what has no meaning', () => {
  const { graph, x } = digits()
  expect(() => graph.reduce('sum', ['Q'], x)).toThrow('sum over Q, which [D, N] does not have')
  expect(() => graph.spread(x, 'N')).toThrow('there already')
  const real = { axis: 'D', index: graph.constant(0.5) }
  expect(() => graph.take(x, [real])).toThrow('an index along D is real')
})

test('verification tells what differentiation left behind', () => {
  const { graph, roots } = digits()
  expect(verify(graph, roots, 'differentiated')).toEqual([
    expect.stringContaining('was not bound'),
    expect.stringContaining('it was not worked out'),
  ])
  expect(verify(new Graph(), [graph.constant(1)])).toEqual([
    expect.stringContaining('it does not belong to this graph'),
  ])
})

test('origins follow what takes a place', () => {
  const { graph, x, w } = digits()
  const { mul, add } = algebra(graph)
  const product = mul(x, w)
  const span = { path: 'a.lossdsl', span: { start: 3, end: 8 } }
  graph.note(product, { name: 'scores', location: span })
  graph.note(product, { name: 'scores', location: span })
  expect(graph.originOf(product)).toEqual([{ name: 'scores', location: span }])
  const [sum] = substitute(graph, [product], new Map([[w, add(w, w)]]))
  expect(sum && graph.originOf(sum)).toEqual(graph.originOf(product))
})

test('text reads well and reads back', () => {
  const { graph, roots } = digits()
  const text = printGraph(graph, roots)
  expect(text).toMatchInlineSnapshot(`
    "axis N
    axis D
    axis H
    axis M
    axis P·1 = (H + 1) div 2
     %1  real[D, N]     input x[N, D]
     %2  real[D, H]     parameter hidden.0.w[H, D]
     %3  real[D, H, N]  %1 * %2
     %4  real[H, N]     sum[D] %3                                    // hidden in Linear
     %5  int[P·1]       coordinate P·1
     %6  int[P·1]       %5 * 2
     %7  int[P·1]       %6 - 1
     %8  real[N, P·1]   %4[H = %7] else -inf
     %9  bool[N, P·1]   %8 < -0.0
    %10  bool[N, P·1]   not %9
    %11  int[N, P·1]    -%10
    %12  int[N, P·1]    mark 1 %11
    %13  real[N, P·1]   clamp(%12, -1.0, 1e-30)
    %14  real[N, P·1]   placeholder "g // of \\"1\\""[N, P·1]
    %15  real[N, P·1]   %14 * 0.5
    %16  real[N, P·1]   custom %13 of (%12) derivative %14 => (%15)
    %17  real[]         sum[N, P·1] %16
    %18  real[D, N]     gradient %17 wrt %1
    %19  real[H]        vector 1.0, 2.5, nan, -inf
    %20  real[N]        random "std/a b.lossdsl:3"[N] lane 1
    %21  real[]         --2.0
    %22  int[]          size 2 * H + 1
    %23  real[H, M, N]  %4[+M]
    results %16, %18, %19, %20, %21, %22, %23, 3, true
    "
  `)
  const read = readGraph(text, operations)
  expect(verify(read.graph, read.roots)).toEqual([])
  expect(printGraph(read.graph, read.roots)).toBe(text.replaceAll(/ *\/\/ hidden.*/g, ''))
})

test('a graph 100,000 nodes deep is walked, replaced, printed and evaluated', () => {
  const graph = new Graph()
  const build = algebra(graph)
  const x = graph.leaf({ role: 'input', name: 'x', layout: [], dataType: 'real' })
  let deep: Node = x
  for (let i = 0; i < 100_000; i++) deep = build.add(deep, build.constant(1))
  expect(topological([deep])).toHaveLength(100_002)
  expect(reaches(deep, (node) => node === x)).toBe(true)
  const [zero = deep] = substitute(graph, [deep], new Map([[x, build.constant(0)]]))
  const [value] = evaluate(graph, [zero], { axes: {}, leaves: () => [] })
  expect(value?.data[0]).toBe(100_000)
  expect(printGraph(graph, [deep]).split('\n')).toHaveLength(100_003)
})
