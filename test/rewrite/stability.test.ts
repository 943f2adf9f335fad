// Values and gradients where the forms as written overflow, cancel or give NaN: what must come out is known by hand.
import { describe, expect, test } from 'vitest'
import { topological } from '../../compiler/graph/graph.ts'
import type { LeafNode, Node } from '../../compiler/graph/node.ts'
import type { Rewrite } from '../../compiler/rewrite/engine.ts'
import { derived, valueOf } from '../derive/finiteDifferences.ts'
import { formula } from '../derive/formula.ts'
import { boundedCrossEntropy, setting } from './ruleExamples.ts'
import type { Setting } from './ruleExamples.ts'

interface Numbers {
  readonly axes: Readonly<Record<string, number>>
  readonly leaves: Readonly<Record<string, readonly number[]>>
}

function evaluated({ graph }: Setting, node: Node, { axes, leaves }: Numbers): number[] {
  const [simple] = derived(graph, [node])
  if (simple === undefined) throw new Error('one root, one result')
  const numbers = Object.entries(leaves).map(
    ([name, values]) => [name, Float64Array.from(values)] as const,
  )
  // The sign of a zero is nobody's business here.
  return [...valueOf(graph, simple, { axes, leaves: new Map(numbers) })].map((number) => number + 0)
}

/** The value of a function of x[N, C] with one row, and its gradient. */
function atRow(
  build: (here: Setting) => Node,
  x: readonly number[],
  label = 0,
): { value: number[]; gradient: number[] } {
  const here = setting()
  const of = build(here)
  const numbers = {
    axes: { N: 1, C: x.length, H: 1 },
    leaves: { x, label: [label], u: [label], v: x, flag: [1] },
  }
  const leaf = here.x as LeafNode
  return {
    value: evaluated(here, of, numbers),
    gradient: evaluated(here, here.graph.gradient(of, leaf), numbers),
  }
}

describe('unstable forms, at the extremes', () => {
  test('minus log of softmax by hand, looked up at the label', () => {
    const loss = ({ op, div, neg, sum, take, label, x }: Setting): Node => {
      const e = op('exp', x)
      return neg(op('log', take(div(e, sum(['C'], e)), 'C', label)))
    }
    expect(atRow(loss, [10000, -10000], 1)).toEqual({ value: [20000], gradient: [1, -1] })
    expect(atRow(loss, [10000, -10000], 0)).toEqual({ value: [0], gradient: [0, 0] })
  })

  test('its missing label loses infinitely, as written, and has no gradient', () => {
    const loss = ({ op, div, neg, sum, take, label, x }: Setting): Node => {
      const e = op('exp', x)
      return neg(op('log', take(div(e, sum(['C'], e)), 'C', label, 0)))
    }
    expect(atRow(loss, [1, 2], -100)).toEqual({ value: [Infinity], gradient: [0, 0] })
  })

  test('log of the sum of exponentials', () => {
    const { value, gradient } = atRow(
      ({ op, sum, x }) => op('log', sum(['C'], op('exp', x))),
      [-10000, -10000],
    )
    expect(value[0]).toBeCloseTo(-10000 + Math.LN2, 9)
    expect(gradient[0]).toBeCloseTo(0.5, 11)
  })

  test('softplus by hand', () => {
    const softplus = ({ op, add, constant, x }: Setting): Node =>
      op('log', add(constant(1), op('exp', x)))
    expect(atRow(softplus, [10000, -10000])).toEqual({ value: [10000, 0], gradient: [1, 0] })
  })

  test('log of sigmoid, and of what is left to 1', () => {
    const both = ({ op, add, sub, constant, x }: Setting): Node =>
      add(op('log', op('sigmoid', x)), op('log', sub(constant(1), op('sigmoid', x))))
    expect(atRow(both, [10000, -10000])).toEqual({ value: [-10000, -10000], gradient: [-1, 1] })
  })

  test('sigmoid by hand', () => {
    const sigmoid = ({ op, add, div, neg, constant, x }: Setting): Node =>
      div(constant(1), add(constant(1), op('exp', neg(x))))
    expect(atRow(sigmoid, [10000, -10000, 0])).toEqual({
      value: [1, 0, 0.5],
      gradient: [0, 0, 0.25],
    })
  })

  test('small differences from 1', () => {
    const small = 1e-12
    const { value } = atRow(({ op, sub, constant, x }) => sub(op('exp', x), constant(1)), [small])
    expect(value).toEqual([Math.expm1(small)])
    const log = atRow(({ op, add, constant, x }) => op('log', add(constant(1), x)), [small])
    expect(log.value).toEqual([Math.log1p(small)])
  })

  test('a product of negative factors keeps its logarithm', () => {
    const values = [
      ({ op, mul, x, u, v }: Setting) => op('log', mul(u, mul(v, op('exp', x)))),
      ({ op, mul, x, u, v }: Setting) => op('log', mul(mul(u, op('exp', x)), v)),
      ({ op, div, x, u, v }: Setting) => op('log', div(u, div(v, op('exp', x)))),
      ({ op, mul, take, at, x, u, v }: Setting) =>
        op('log', mul(u, take(mul(v, op('exp', x)), 'C', at('C')))),
    ]
    for (const build of values) {
      const here = setting()
      const leaves = { x: [1000], u: [-2], v: [-3], label: [0], flag: [1] }
      const value = evaluated(here, build(here), { axes: { N: 1, C: 1, H: 1 }, leaves })
      const expected = Math.log(build === values[2] ? 2 / 3 : 6) + 1000
      expect(value[0]).toBeCloseTo(expected, 9)
    }
  })

  test('bounded binary cross-entropy of a sigmoid is exact', () => {
    const loss = (here: Setting): Node => boundedCrossEntropy(here, here.op('sigmoid', here.x))
    expect(atRow(loss, [10000, -10000], 1)).toEqual({ value: [0, 10000], gradient: [0, -1] })
    expect(atRow(loss, [10000, -10000], 0)).toEqual({ value: [10000, 0], gradient: [1, 0] })
  })

  test('of a sigmoid that was looked up, too', () => {
    const here = setting()
    const { graph, op, take, at, x } = here
    const probability = take(op('sigmoid', x), 'C', at("C'"))
    const log: Rewrite[] = []
    const [simple] = derived(graph, [boundedCrossEntropy(here, probability)], log)
    expect(log.map(({ rule }) => rule)).toContain('cross-entropy of sigmoid')
    expect(simple === undefined ? '' : formula(simple)).toBe(
      "-(u * logsigmoid(x)[C = C'] + (1 - u) * logsigmoid(-x)[C = C'])",
    )
  })

  test('of any other probability it keeps its bounds and its derivative', () => {
    const loss = (here: Setting): Node => boundedCrossEntropy(here, here.x)
    const { value, gradient } = atRow(loss, [0, 1], 1)
    expect(value.map(Math.abs)).toEqual([100, 0])
    expect(gradient).toEqual([-1e12, 0])
  })

  test('a constant that the user bounds a logarithm with is no guard', () => {
    const { value } = atRow(
      ({ op, constant, x }) => op('max', op('log', op('sigmoid', x)), constant(-5)),
      [-10000],
    )
    expect(value).toEqual([-5])
  })
})

describe('softmax cross-entropy', () => {
  test('its gradient is softmax minus one-hot', () => {
    const here = setting()
    const { graph, sub, take, label, x } = here
    const lp = sub(x, graph.reduce('logsumexp', ['C'], x))
    const loss = here.neg(take(lp, 'C', label))
    const [simple] = derived(graph, [graph.gradient(loss, x)])
    if (simple === undefined) throw new Error('one root, one result')
    expect(formula(simple)).toBe('select(C == label, -1, 0) + exp(x - logsumexp[C](x))')
    expect(topological([simple])).toHaveLength(11)
  })

  test('with labels that may be missing, it is guarded', () => {
    const here = setting()
    const { graph, sub, take, label, x } = here
    const lp = sub(x, graph.reduce('logsumexp', ['C'], x))
    const loss = here.neg(take(lp, 'C', label, 0))
    const [simple] = derived(graph, [graph.gradient(loss, x)])
    expect(simple === undefined ? '' : formula(simple)).toBe(
      'select(C == label, -1, 0) + select(label >= 0 and label < size(C), exp(x - logsumexp[C](x)), 0)',
    )
  })
})
