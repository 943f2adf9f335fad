// Rows put in order: of what is given and of what is computed, along any axis, in any layout.
import { describe, expect, test } from 'vitest'
import { expectAgreement, gradient, kernelsText, value } from './agreement.ts'
import { builder, numbers } from './builder.ts'

describe('positions in order', () => {
  const data = [2, Number.NaN, 1, 2, -Infinity, -0, 0, Number.NaN, 1, 2, 0, 3]
  const leaves = { x: data }

  test('of an input, along either of its axes, in either layout', () => {
    const { graph, leaf } = builder(['N', 'T'])
    const x = leaf('input', 'x', ['N', 'T'])
    const results = ['N', 'T'].flatMap((axis) =>
      [false, true].flatMap((descending) => {
        const order = graph.argsort(x, axis, descending)
        const name = `${axis} ${descending}`
        return [gradient(name, order, ['N', 'T']), gradient(`${name} turned`, order, ['T', 'N'])]
      }),
    )
    for (const [N, T] of [
      [3, 4],
      [1, 12],
      [12, 1],
    ] as const) {
      expectAgreement({ graph, results, sizes: { N, T }, leaves })
    }
    expectAgreement({ graph, results, sizes: { N: 3, T: 0 }, leaves: { x: [] } })
  })

  test('of a computed row, in the loop over the rows that makes it', () => {
    const { graph, leaf, op, take, at, sum } = builder(['N', 'T', 'K'])
    const x = leaf('input', 'x', ['N', 'T'])
    const scores = op('mul', x, leaf('parameter', 'w', ['T']))
    const order = graph.argsort(scores, 'T')
    const least = take(scores, { T: take(order, { T: at('K') }) })
    const example = { graph, results: [value(sum(['K'], least), ['N'])] }
    expectAgreement({
      ...example,
      sizes: { N: 3, T: 5, K: 2 },
      leaves: { x: numbers(15), w: numbers(5, 40) },
    })
    expect(kernelsText(example)).toMatchSnapshot()
  })

  test('of positions: the rank of each', () => {
    const { graph, leaf } = builder(['T'])
    const x = leaf('input', 'x', ['T'])
    const ranks = graph.argsort(graph.argsort(x, 'T'), 'T')
    expectAgreement({ graph, results: [value(ranks, ['T'])], sizes: { T: 12 }, leaves })
  })

  test('of sums, of what a scatter collects, of coordinates, of one number repeated', () => {
    const { graph, leaf, op, sum, at, int } = builder(['N', 'T', 'V'])
    const x = leaf('input', 'x', ['N', 'T'])
    const i = leaf('input', 'i', ['N'], 'int')
    const counts = sum(['N'], op('select', op('eq', at('V'), i), 1, 0))
    const results = [
      gradient('sums', graph.argsort(sum(['N'], x), 'T', true), ['T']),
      gradient('counts', graph.argsort(counts, 'V', true), ['V']),
      gradient('coordinate', graph.argsort(at('T'), 'T', true), ['T']),
      gradient('backwards', graph.argsort(op('sub', int(0), at('T')), 'T'), ['T']),
      gradient('ties', graph.argsort(graph.spread(int(7), 'T'), 'T', true), ['T']),
    ]
    expectAgreement({
      graph,
      results,
      sizes: { N: 4, T: 3, V: 5 },
      leaves: { x: numbers(12), i: [3, 1, 3, 0] },
    })
  })

  test('the transpose of a sort adds at computed places, once for each element', () => {
    const { graph, leaf, op, sum, take, at } = builder(['T'], (sizes) => {
      sizes.declare("T'")
      sizes.define("T'", sizes.of('T'))
    })
    const order = take(graph.argsort(leaf('input', 'x', ['T']), 'T'), { T: at("T'") })
    const g = leaf('input', 'g', ["T'"])
    const back = sum(["T'"], op('select', op('eq', at('T'), order), g, 0))
    const example = { graph, results: [value(back, ['T'])] }
    expectAgreement({
      ...example,
      sizes: { T: 12, "T'": 12 },
      leaves: { x: data, g: numbers(12) },
    })
    expect(kernelsText(example)).toContain('value[order_at] sum= g[t_t]')
  })
})
