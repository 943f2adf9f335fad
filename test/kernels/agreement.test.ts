// Scheduled, a graph gives the numbers that it is defined to give: fused and unfused, in nests and in threads.
import { describe, expect, test } from 'vitest'
import { expectAgreement, gradient, kernelsText, targets, update, value } from './agreement.ts'
import { builder, numbers } from './builder.ts'
import * as models from './models.ts'

describe('models', () => {
  for (const [name, model] of Object.entries(models)) {
    test(name, () => expectAgreement(model()))
  }
  test('more rows than a block has', () => {
    for (const N of [0, 1, 4, 9]) {
      const example = models.perceptronStep()
      const label = Array.from({ length: N }, (_, i) => i % 3)
      const leaves = { ...example.leaves, x: numbers(N * 5), label }
      expectAgreement({ ...example, leaves, sizes: { ...example.sizes, N } })
    }
  })
})

describe('rows', () => {
  const logsumexp = (scores: number[]) => {
    const { graph, leaf, reduce, op } = builder(['N', 'C'])
    const x = leaf('input', 'x', ['N', 'C'])
    const total = reduce('logsumexp', ['C'], x)
    const results = [
      value(total, ['N']),
      gradient('softmax', op('exp', op('sub', x, total)), ['N', 'C']),
    ]
    expectAgreement({ graph, results, sizes: { N: 1, C: scores.length }, leaves: { x: scores } })
  }
  test('of nothing', () => logsumexp([]))
  test('of -inf only', () => logsumexp([-Infinity, -Infinity]))
  test('with +inf', () => logsumexp([1, Infinity, -Infinity]))
  test('with NaN', () => logsumexp([1, Number.NaN, 2]))
  test('far from 0', () => logsumexp([-1e4, 1e4, 9999]))
})

describe('shapes', () => {
  test('outer products', () => {
    const { graph, leaf, op } = builder(['N', 'M'])
    const outer = op('mul', leaf('input', 'a', ['N']), leaf('input', 'b', ['M']))
    const results = [value(outer, ['M', 'N'])]
    expectAgreement({
      graph,
      results,
      sizes: { N: 3, M: 4 },
      leaves: { a: numbers(3), b: numbers(4) },
    })
  })

  test('every reduction, also over empty axes and over none', () => {
    for (const [N, M] of [
      [3, 4],
      [0, 4],
      [3, 0],
    ] as const) {
      const { graph, leaf, reduce } = builder(['N', 'M'])
      const a = leaf('input', 'a', ['N', 'M'])
      const isEmpty = N * M === 0
      const results = (['sum', 'prod', 'max', 'min', 'any', 'all', 'logsumexp'] as const).flatMap(
        (r) => [
          gradient(`${r} N`, reduce(r, ['N'], a), ['M']),
          gradient(`${r} M`, reduce(r, ['M'], a), ['N']),
          gradient(`${r} both`, reduce(r, ['N', 'M'], a), []),
          gradient(`${r} none`, reduce(r, [], a), ['M', 'N']),
        ],
      )
      const positions = (['argmax', 'argmin'] as const).flatMap((r) => [
        gradient(`${r} N`, reduce(r, ['N'], a), ['M']),
        gradient(`${r} M`, reduce(r, ['M'], a), ['N']),
      ])
      const all = isEmpty ? results : [...results, ...positions]
      expectAgreement({ graph, results: all, sizes: { N, M }, leaves: { a: numbers(N * M) } })
    }
  })

  test('long ones, which threads take in two stages', () => {
    const { graph, leaf, reduce, op } = builder(['N', 'M'])
    const a = leaf('input', 'a', ['N', 'M'])
    const sigmoid = op('div', 1, op('add', 1, op('exp', a)))
    const results = (['sum', 'prod', 'max', 'min', 'any', 'all'] as const).map((r) =>
      gradient(r, reduce(r, ['N', 'M'], sigmoid), []),
    )
    for (const N of [0, 255, 600]) {
      expectAgreement({ graph, results, sizes: { N, M: 2 }, leaves: { a: numbers(2 * N) } })
    }
    expect(kernelsText({ graph, results }, targets.thread)).toContain('N·part')
  })

  test('first of equals, and NaN before everything', () => {
    const { graph, leaf, reduce } = builder(['N'])
    const a = leaf('input', 'a', ['N'])
    const results = [
      gradient('argmax', reduce('argmax', ['N'], a), []),
      gradient('argmin', reduce('argmin', ['N'], a), []),
    ]
    for (const data of [
      [1, 3, 3, 1],
      [2, Number.NaN, 5, Number.NaN],
      [-Infinity, -Infinity],
    ]) {
      expectAgreement({ graph, results, sizes: { N: data.length }, leaves: { a: data } })
    }
  })

  test('numbers without axes, the same result twice, an input as it is', () => {
    const { graph, leaf, op, size } = builder(['N'])
    const a = leaf('input', 'a', ['N'])
    const s = leaf('option', 's', [])
    const double = op('mul', 2, a)
    const results = [
      gradient('constant', graph.constant(3), []),
      gradient('size', size('N'), []),
      gradient('option', op('tanh', s), []),
      gradient('input', a, ['N']),
      gradient('once', double, ['N']),
      gradient('again', double, ['N']),
    ]
    expectAgreement({ graph, results, sizes: { N: 3 }, leaves: { a: numbers(3), s: [0.3] } })
  })

  test('scatters along two axes, some of it outside', () => {
    const { graph, leaf, op, sum, at } = builder(['N', 'V', 'W'])
    const [i, j] = [leaf('input', 'i', ['N'], 'int'), leaf('input', 'j', ['N'], 'int')]
    const here = op('and', op('eq', at('V'), i), op('eq', j, at('W')))
    const results = [
      value(sum(['N'], op('select', here, leaf('input', 'g', ['N']), 0)), ['W', 'V']),
    ]
    expectAgreement({
      graph,
      results,
      sizes: { N: 5, V: 3, W: 2 },
      leaves: { i: [0, 2, 2, 3, 1], j: [1, 0, 0, 1, -1], g: numbers(5) },
    })
  })

  test('random numbers by their element', () => {
    const { graph, op } = builder(['N', 'M'])
    const u = graph.random({ site: 'mask', lane: 1, layout: ['M', 'N'] })
    const results = [value(op('lt', u, 0.5), ['N', 'M'])]
    expectAgreement({ graph, results, sizes: { N: 3, M: 4 }, leaves: {} })
  })
})

test('what a loop repeats as it was is known outside of it by its own name', () => {
  const { graph, leaf, op } = builder(['K'])
  const x = leaf('input', 'x', [])
  const repeated = graph.spread(x, 'K')
  const chosen = op('select', op('lt', x, 0.5), repeated, x)
  const results = [gradient('repeated', repeated, ['K']), gradient('chosen', chosen, ['K'])]
  expectAgreement({ graph, results, sizes: { K: 2 }, leaves: { x: [0.25] } })
})

describe('updates in place', () => {
  const sizes = { N: 3 }
  const leaves = { p: numbers(3), q: numbers(3, 4) }
  const setup = () => {
    const b = builder(['N'])
    return { ...b, p: b.leaf('parameter', 'p', ['N']), q: b.leaf('state', 'q', ['N']) }
  }

  test('two tensors change places', () => {
    const { graph, p, q } = setup()
    expectAgreement({ graph, results: [update(p, q), update(q, p)], sizes, leaves })
  })

  test('both need both', () => {
    const { graph, p, q, op } = setup()
    const results = [update(p, op('sub', p, q)), update(q, op('mul', p, q))]
    expectAgreement({ graph, results, sizes, leaves })
  })

  test('from other elements of itself', () => {
    const { graph, p, op, take, at, int } = setup()
    const shifted = take(p, { N: op('sub', at('N'), int(1)) }, 0)
    expectAgreement({ graph, results: [update(p, op('add', p, shifted))], sizes, leaves })
  })

  test('from a sum over itself', () => {
    const { graph, p, op, sum } = setup()
    const results = [value(sum(['N'], p)), update(p, op('div', p, sum(['N'], op('mul', p, p))))]
    expectAgreement({ graph, results, sizes, leaves })
  })
})

test('one number repeated is a local of the loop that stores it, and not of what stands outside', () => {
  const { graph, leaf, op } = builder(['N', 'T'])
  const [p, q] = [leaf('parameter', 'p', []), leaf('parameter', 'q', ['T', 'N'])]
  const x = leaf('input', 'x', ['N', 'T'])
  const repeated = graph.spread(p, 'N')
  const results = [
    gradient('a', repeated, ['N']),
    gradient('b', op('add', p, x), ['N', 'T']),
    update(p, op('add', p, p)),
    update(q, op('add', op('mul', 0.9, q), op('add', p, p))),
    gradient('c', repeated, ['N']),
  ]
  for (const N of [0, 2]) {
    const leaves = { p: [0.7], q: numbers(3 * N), x: numbers(3 * N) }
    expectAgreement({ graph, results, sizes: { N, T: 3 }, leaves })
  }
})

test('deep graphs are planned quickly, and without recursion', () => {
  const { graph, leaf, op, sum } = builder(['N'])
  const weights = Array.from({ length: 1000 }, (_, i) => leaf('parameter', `w${i}`, []))
  const x = leaf('input', 'x', ['N'])
  let y: ReturnType<typeof op> = x
  const layers = weights.map((w) => (y = op('tanh', op('mul', w, y))))
  const gradients = layers.map((layer, i) => gradient(`w${i}`, sum(['N'], layer), []))
  const text = kernelsText({ graph, results: [value(sum(['N'], y)), ...gradients] }, targets.fused)
  expect(text.match(/^kernel /gm)).toHaveLength(1)
})
