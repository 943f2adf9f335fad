// The transposes of indexing: each stays an index expression, and each is checked against finite differences.
import { describe, expect, test } from 'vitest'
import { Graph, topological } from '../../compiler/graph/graph.ts'
import type { AxisName, DataType, LeafNode, Node } from '../../compiler/graph/node.ts'
import { evaluateSize, parseSize } from '../../compiler/graph/size.ts'
import { derived, mismatches, numbersFrom } from './finiteDifferences.ts'
import type { Data } from './finiteDifferences.ts'
import { formula } from './formula.ts'
import { formulas } from './formulas.ts'

/** Free axes with their lengths, and axes made of them. */
const lengths = { N: 2, C: 3, D: 3, H: 6, I: 2, O: 2, T: 4 }
const made = {
  K: '3',
  L: '2',
  One: '1',
  "H'": 'H',
  "T'": 'T',
  P: '(H - 1) div 2 + 1',
  Q: 'H div 2',
  M: 'H * D',
  M3: 'H * D * I',
  E: 'H + 3',
  T1: 'T - 1',
  U: '2 * T',
  O1: 'O * One',
}

function setting() {
  const graph = new Graph()
  for (const axis of Object.keys(lengths)) graph.sizes.declare(axis)
  for (const [axis, size] of Object.entries(made)) graph.sizes.declare(axis, parseSize(size))
  const { op, add, sub, mul } = formulas(graph)
  const leaf = (name: string, layout: readonly AxisName[], dataType: DataType = 'real') =>
    graph.leaf({ role: 'input', name, layout, dataType })
  const whole = (value: number): Node => graph.constant(value, 'int')
  const at = (axis: AxisName): Node => graph.coordinate(axis)
  const length = (axis: AxisName): Node => graph.size(graph.sizes.of(axis))
  const take = (
    operand: Node,
    indices: Readonly<Record<AxisName, Node>>,
    fill: number | null = null,
  ): Node =>
    graph.take(
      operand,
      Object.entries(indices).map(([axis, index]) => ({ axis, index })),
      fill,
    )
  return { graph, op, add, sub, mul, leaf, whole, at, length, take }
}
type Setting = ReturnType<typeof setting>

interface Case {
  readonly x: readonly AxisName[]
  readonly value: (x: LeafNode, here: Setting) => Node
  /** The gradient of sum(value * g) with respect to x, simplified. */
  readonly gradient: string
}

const cases: Readonly<Record<string, Case>> = {
  rename: {
    x: ['T', 'D'],
    value: (x, { take, at }) => take(x, { T: at("T'") }),
    gradient: "g[T' = T]",
  },
  shift: {
    x: ['N', 'H'],
    value: (x, { take, sub, at, whole }) => take(x, { H: sub(at('H'), whole(1)) }, 0),
    gradient: 'g[H = H + 1, else 0]',
  },
  reversal: {
    x: ['N', 'H'],
    value: (x, { take, sub, length, at, whole }) =>
      take(x, { H: sub(sub(length('H'), whole(1)), at('H')) }),
    gradient: 'g[H = size(H - 1) - H]',
  },
  slice: {
    x: ['T', 'D'],
    value: (x, { take, add, at, whole }) => take(x, { T: add(at('T1'), whole(1)) }),
    gradient: 'g[T1 = T - 1, else 0]',
  },
  first: {
    x: ['T', 'D'],
    value: (x, { take, whole }) => take(x, { T: whole(0) }),
    gradient: 'select(T == 0, g, 0)',
  },
  stride: {
    x: ['N', 'H'],
    value: (x, { take, mul, at, whole }) => take(x, { H: mul(whole(2), at('Q')) }),
    gradient: 'g[Q = select(H % 2 == 0, H div 2, -1), else 0]',
  },
  'window of stride 1, padded': {
    x: ['N', 'H'],
    value: (x, { take, add, sub, at, whole }) =>
      take(x, { H: sub(add(at("H'"), at('K')), whole(1)) }, 0),
    gradient: "sum[K](g[H' = H - K + 1, else 0])",
  },
  'window of stride 2, padded: the short axis is summed over': {
    x: ['N', 'H'],
    value: (x, { take, add, sub, mul, at, whole }) =>
      take(x, { H: sub(add(mul(whole(2), at('P')), at('K')), whole(1)) }, 0),
    gradient: 'sum[K](g[P = select((H - K + 1) % 2 == 0, (H - K + 1) div 2, -1), else 0])',
  },
  'dilated window': {
    x: ['N', 'H'],
    value: (x, { take, add, sub, mul, at, whole }) =>
      take(x, { H: sub(add(at("H'"), mul(whole(2), at('K'))), whole(2)) }, 0),
    gradient: "sum[K](g[H' = H - 2 * K + 2, else 0])",
  },
  'windows side by side: nothing is summed': {
    x: ['N', 'H'],
    value: (x, { take, add, mul, at, whole }) =>
      take(x, { H: add(mul(whole(2), at('Q')), at('L')) }),
    gradient: 'g[L = H % 2, Q = H div 2, else 0]',
  },
  merge: {
    x: ['H', 'D'],
    value: (x, { take, op, at, length }) =>
      take(x, { H: op('floordiv', at('M'), length('D')), D: op('mod', at('M'), length('D')) }),
    gradient: 'g[M = D + size(D) * H]',
  },
  'merge of three': {
    x: ['H', 'D', 'I'],
    value: (x, { take, op, mul, at, length }) =>
      take(x, {
        H: op('floordiv', at('M3'), mul(length('D'), length('I'))),
        D: op('mod', op('floordiv', at('M3'), length('I')), length('D')),
        I: op('mod', at('M3'), length('I')),
      }),
    gradient: 'g[M3 = size(I) * D + size(D * I) * H + I]',
  },
  split: {
    x: ['M'],
    value: (x, { take, add, mul, at, length }) =>
      take(x, { M: add(mul(at('H'), length('D')), at('D')) }),
    gradient: 'g[D = M % size(D), H = M div size(D)]',
  },
  'merge with an axis of one place': {
    x: ['O', 'One'],
    value: (x, { take, op, at, length }) =>
      take(x, {
        O: op('floordiv', at('O1'), length('One')),
        One: op('mod', at('O1'), length('One')),
      }),
    gradient: 'g[O1 = O][+One]',
  },
  diagonal: {
    x: ['T', "T'"],
    value: (x, { take, at }) => take(x, { "T'": at('T') }),
    gradient: "select(T' == T, g, 0)",
  },
  'each place twice': {
    x: ['T', 'D'],
    value: (x, { take, op, at, whole }) => take(x, { T: op('floordiv', at('U'), whole(2)) }),
    gradient: 'sum[digit·1](g[U = 2 * T + digit·1])',
  },
  'round and round': {
    x: ['H', 'D'],
    value: (x, { take, op, add, sub, at, length, whole }) =>
      take(x, { H: op('mod', sub(add(at('E'), length('H')), whole(1)), length('H')) }, 0),
    gradient: 'sum[digit·2](g[E = H + size(H) * digit·2 + size(1 - H), else 0])',
  },
  'label: one hot': {
    x: ['N', 'C'],
    value: (x, { take, leaf }) => take(x, { C: leaf('label', ['N'], 'int') }),
    gradient: 'select(C == label, g, 0)',
  },
  'table: a sum that is a scatter': {
    x: ['C', 'D'],
    value: (x, { take, leaf }) => take(x, { C: leaf('label', ['N'], 'int') }),
    gradient: 'sum[N](select(C == label, g, 0))',
  },
  'window at a place given as data': {
    x: ['T', 'D'],
    value: (x, { take, add, at, leaf }) =>
      take(x, { T: add(leaf('label', ['N'], 'int'), at('K')) }, 0),
    gradient: 'sum[N](g[K = T - label, else 0])',
  },
  'not affine: a condition for each place': {
    x: ['H'],
    value: (x, { take, op, sub, at, whole }) =>
      take(x, { H: op('abs', sub(at('E'), whole(2))) }, 0),
    gradient: 'sum[E](select(H == abs(E - 2), g, 0))',
  },
}

function dataFor(graph: Graph, nodes: readonly Node[]): Data {
  const next = numbersFrom(7)
  const leaves = new Map<string, Float64Array>()
  for (const node of topological(nodes)) {
    if (node.kind !== 'leaf') continue
    const count = node.layout.reduce((product, axis) => product * lengthOf(graph, axis), 1)
    const draw = node.dataType === 'int' ? (_: unknown, i: number) => (i * 2) % 3 : next
    leaves.set(node.name, Float64Array.from({ length: count }, draw))
  }
  return { axes: lengths, leaves }
}

function lengthOf(graph: Graph, axis: AxisName): number {
  return evaluateSize(
    graph.sizes.of(axis),
    (free) => (lengths as Record<string, number>)[free] ?? 1,
  )
}

describe('the transpose of a lookup', () => {
  test.each(Object.entries(cases))('%s', (_name, { x: layout, value, gradient }) => {
    const here = setting()
    const { graph, op, mul, leaf } = here
    const x = leaf('x', layout)
    const looked = value(x, here)
    const of = mul(looked, leaf('g', looked.axes))
    const [simple] = derived(graph, [graph.gradient(of, x)])
    expect(simple === undefined ? '' : formula(simple)).toBe(gradient)
    expect(mismatches(graph, of, x, dataFor(graph, [of]))).toEqual([])
    // Once more: transposes are index expressions, so they transpose again.
    const squared = op('square', graph.gradient(op('sin', of), x))
    expect(mismatches(graph, squared, x, dataFor(graph, [squared]))).toEqual([])
  })
})
