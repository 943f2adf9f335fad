// Random graphs from choices of fast-check: well formed, over few small axes, some of them empty.
import fc from 'fast-check'
import type { AxisName, LeafNode, Node } from '../../compiler/graph/node.ts'
import { axisSize } from '../../compiler/graph/size.ts'
import { gradient, update } from './agreement.ts'
import type { Case } from './agreement.ts'
import { builder, numbers } from './builder.ts'
import type { Builder } from './builder.ts'
import { nestedRecurrence, recurrence } from './randomRecurrences.ts'

const free = ['N', 'M', 'K', 'T'] as const
const all: readonly AxisName[] = [...free, "T'"]

/** One step: which operation, on which earlier values, along which axes. */
const step = fc.record({
  kind: fc.nat({ max: makers().length - 1 }),
  a: fc.nat({ max: 30 }),
  b: fc.nat({ max: 30 }),
  c: fc.nat({ max: 30 }),
  axes: fc.subarray([...all]),
  pick: fc.nat({ max: 11 }),
})
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const layout = fc.shuffledSubarray([...free])

export const randomCase: fc.Arbitrary<Case> = fc
  .record({
    sizes: fc.record({
      N: fc.nat({ max: 9 }),
      M: fc.integer({ min: 1, max: 9 }),
      K: fc.integer({ min: 1, max: 5 }),
      T: fc.integer({ min: 1, max: 4 }),
    }),
    layouts: fc.array(layout, { minLength: 5, maxLength: 5 }),
    indexLayout: fc.shuffledSubarray(['N', 'M', 'K']),
    steps: fc.array(step, { minLength: 2, maxLength: 24 }),
    results: fc.array(fc.nat({ max: 7 }), { minLength: 3, maxLength: 3 }),
    named: fc.nat({ max: 30 }),
  })
  .map(({ sizes, layouts, indexLayout, steps, results, named }) => {
    const b = builder(free, (known) => known.declare("T'", axisSize('T')))
    const lengths: Record<AxisName, number> = { ...sizes, "T'": sizes.T }
    const count = (axes: readonly AxisName[]): number =>
      axes.reduce((product, axis) => product * (lengths[axis] ?? 1), 1)
    const tensors = layouts.map((own, i) => b.leaf(i < 2 ? 'parameter' : 'input', `x${i}`, own))
    const index = b.leaf('input', 'index', indexLayout, 'int')
    const pool: Node[] = [...tensors, b.op('to_real', b.at('M')), b.graph.constant(0.5)]
    for (const choice of steps) {
      const node = make(b, pool, index, choice)
      if (node !== null && node.axes.length <= 4) pool.push(node)
    }
    b.graph.note(at(pool, named), { name: 'hidden.value' })
    const last = (i: number): Node => at(pool.slice(-8), i)
    const fresh = results.map((choice, i) => {
      const node = last(choice)
      return gradient(`r${i}`, node, choice % 2 === 0 ? node.axes : [...node.axes].reverse())
    })
    const updates = tensors.slice(0, 2).map((tensor) => update(tensor, newValue(b, tensor, pool)))
    const data = tensors.map((tensor, i) => [tensor.name, numbers(count(tensor.layout), 50 * i)])
    const indices = Array.from({ length: count(indexLayout) }, (_, i) => ((i * 7 + 3) % 9) - 2)
    return {
      graph: b.graph,
      results: [...fresh, ...updates],
      sizes: lengths,
      leaves: { ...Object.fromEntries(data), index: indices },
    }
  })

function at(pool: readonly Node[], i: number): Node {
  const node = pool[i % pool.length]
  if (node === undefined) throw new Error('an empty pool')
  return node
}

/** The latest value that fits into the tensor, with its own decayed where axes are missing. */
function newValue({ op }: Builder, tensor: LeafNode, pool: readonly Node[]): Node {
  const fits = pool.filter(({ axes }) => axes.every((axis) => tensor.axes.includes(axis)))
  const node = fits.at(-1) ?? tensor
  return node.axes.length === tensor.axes.length ? node : op('add', op('mul', 0.9, tensor), node)
}

interface Material {
  readonly b: Builder
  readonly x: Node
  readonly y: Node
  readonly z: Node
  readonly index: Node
  readonly choice: Step
}

function make(b: Builder, pool: readonly Node[], index: Node, choice: Step): Node | null {
  const maker = makers()[choice.kind]
  if (maker === undefined) throw new Error('no such step')
  const [x, y, z] = [at(pool, choice.a), at(pool, choice.b), at(pool, choice.c)]
  return maker({ b, x, y, z, index, choice })
}

/** Null where the choices don't fit together. */
function makers(): ((material: Material) => Node | null)[] {
  const chosen = <T>(list: readonly T[], { pick }: Step): T | undefined => list[pick % list.length]
  const within = (node: Node, axes: readonly AxisName[]): AxisName[] =>
    node.axes.filter((axis) => axes.includes(axis))
  return [
    ({ b, x, y, choice }) => b.op(chosen(['add', 'sub', 'mul', 'max'], choice) ?? 'add', x, y),
    ({ b, x, choice }) =>
      b.op(chosen(['tanh', 'exp', 'neg', 'abs'], choice) ?? 'neg', b.op('tanh', x)),
    ({ b, x, y, z }) => b.op('select', b.op('lt', x, y), z, x),
    ({ b, x, choice }) => {
      const reduction = chosen(['sum', 'max', 'min', 'logsumexp', 'prod'] as const, choice) ?? 'sum'
      return b.reduce(reduction, within(x, choice.axes), b.op('tanh', x))
    },
    ({ b, x, y, choice }) => {
      const product = b.op('mul', x, y)
      const shared = within(x, choice.axes).filter((axis) => y.axes.includes(axis))
      return b.sum(shared, product)
    },
    ({ b, x, index, choice }) => {
      const axis = chosen(x.axes, choice)
      return axis === undefined ? null : b.take(x, { [axis]: index }, choice.pick % 2)
    },
    ({ b, x }) =>
      x.axes.includes('T') && !x.axes.includes("T'") ? b.take(x, { T: b.at("T'") }) : null,
    ({ b, x, choice }) => {
      const axis = chosen(x.axes, choice)
      if (axis === undefined) return null
      return b.take(x, { [axis]: b.op('add', b.at(axis), b.int((choice.pick % 3) - 1)) }, 0)
    },
    ({ b, x, choice }) => {
      const axis = all.find((other) => !x.axes.includes(other) && choice.axes.includes(other))
      return axis === undefined ? null : b.graph.spread(x, axis)
    },
    ({ b, x, index, choice }) => {
      const axis = chosen(['M', 'K', 'T'] as const, choice) ?? 'M'
      if (index.axes.includes(axis) || x.axes.includes(axis) || index.axes.length === 0) return null
      return b.sum(index.axes, b.op('select', b.op('eq', b.at(axis), index), x, 0))
    },
    ({ b, x, y, choice }) => {
      const axis = chosen(x.axes, choice)
      // Positions along an axis that may be empty are positions of nothing.
      if (axis === undefined || axis === 'N' || !y.axes.includes(axis)) return null
      const position = b.reduce(
        choice.pick % 2 === 0 ? 'argmax' : 'argmin',
        [axis],
        b.op('tanh', x),
      )
      return b.take(y, { [axis]: position }, 0)
    },
    ({ b, x, y, z, choice }) => recurrence(b, x, y, z, choice),
    ({ b, x, y, z, choice }) => nestedRecurrence(b, x, y, z, choice),
    ({ b, x, choice }) => {
      const axis = chosen(x.axes, choice)
      if (axis === undefined) return null
      return b.take(x, { [axis]: b.graph.argsort(b.op('tanh', x), axis, choice.pick > 5) })
    },
    ({ b, x, choice }) => {
      const u = b.graph.random({ site: 'site', lane: 0, layout: choice.axes })
      return b.op('mul', x, u)
    },
  ]
}
