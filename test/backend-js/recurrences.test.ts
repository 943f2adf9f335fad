// Recurrences as JavaScript: the module's numbers are the evaluator's, and the code is what a person would write.
import { describe, expect, test } from 'vitest'
import type { LeafNode } from '../../compiler/graph/node.ts'
import { topological } from '../../compiler/graph/walk.ts'
import { plan as planKernels } from '../../compiler/kernels/plan.ts'
import { computationOf, evaluated, targets, value } from '../kernels/agreement.ts'
import type { Case } from '../kernels/agreement.ts'
import { all, caseOf, cumsum, rnn } from '../kernels/recurrences.ts'
import { input, loss, plan } from './plans.ts'
import { emit, load } from './run.ts'

const sizes = { N: 3, T: 5, S: 4, D: 2, H: 6, K: 6, V: 3, C: 3, B: 3 }

/** A loss that is always 0, whose gradients are what is asked for. */
function moduleOf(
  { graph, results }: Case,
  precision: 'f32' | 'f64' = 'f64',
): { code: string; inputs: readonly LeafNode[] } {
  const leaves = topological(results.map(({ node }) => node)).filter(
    (node): node is LeafNode => node.kind === 'leaf' && node.role === 'input',
  )
  const inputs = leaves.map(({ name }) => name)
  const nothing = value(graph.constant(0))
  const both = { ...computationOf([nothing, ...results]), name: 'asked.valueAndGrad', inputs }
  const only = { ...computationOf([nothing]), name: 'asked', inputs }
  const names = results.flatMap(({ target }) => ('name' in target ? [target.name] : []))
  const modulePlan = plan({
    sizes: Object.fromEntries(graph.sizes.axes().map((axis) => [axis, graph.sizes.of(axis)])),
    inputs: leaves.map(({ name, layout, dataType }) =>
      input(name, layout, { dataType, kind: dataType }),
    ),
    entries: [loss(only, both, names)],
  })
  const programs = [only, both].map((each) => planKernels(graph, each, targets.blocked))
  return { code: emit(modulePlan, programs, precision).code, inputs: leaves }
}

async function expectNumbers(
  text: string,
  lengths: Readonly<Record<string, number>>,
): Promise<void> {
  const example = caseOf(text.replaceAll(' parameter ', ' input '), lengths)
  const { code, inputs } = moduleOf(example)
  const { asked } = await load<'asked'>(code)
  const given = inputs.map(({ name, layout }) => {
    const shape = layout.map((axis) => lengths[axis])
    return [name, { data: example.leaves[name], shape }]
  })
  const axes = Object.fromEntries(
    Object.entries(lengths).filter(([axis]) => text.includes(`axis ${axis}\n`)),
  )
  const { grad } = asked.valueAndGrad(Object.fromEntries(given), { axes, seed: 7 }) as {
    grad: Record<string, ArrayLike<number>>
  }
  for (const [key, want] of evaluated(example, { seed: 7, step: 0 })) {
    const got = Array.from(grad[key.replace('gradient ', '')] ?? [])
    expect(got).toHaveLength(want.length)
    for (const [i, number] of got.entries())
      expect(number, `${key} at ${i}\n${code}`).toBeCloseTo(want[i] ?? NaN, 9)
  }
}

describe('numbers', () => {
  for (const [name, text] of Object.entries(all)) {
    test(name, async () => {
      await expectNumbers(text, sizes)
      if (!text.includes('argmax')) await expectNumbers(text, { ...sizes, T: 0 })
    })
  }
})

const kernelsIn = (text: string): string => {
  const { code } = moduleOf(caseOf(text.replaceAll(' parameter ', ' input '), sizes))
  return code.slice(code.indexOf('function asked_value'), code.indexOf('const asked_valueAndGrad'))
}

test('what is carried is not rounded, though its history is', async () => {
  const { asked } = await load<'asked'>(moduleOf(caseOf(cumsum, sizes), 'f32').code)
  const data = [1, ...Array.from({ length: 64 }, () => 2 ** -25)]
  const { grad } = asked.valueAndGrad({ x: { data, shape: [1, 65] } }) as {
    grad: { r0: Float32Array }
  }
  expect(grad.r0.at(-1)).toBe(1 + 2 ** -19)
})

test('a running sum', () => {
  expect(kernelsIn(cumsum)).toMatchSnapshot()
})

test('an RNN, and the way back', () => {
  expect(kernelsIn(all['back along what was stored'] ?? '')).toMatchSnapshot()
})

test('states that change places', () => {
  expect(kernelsIn(all['carries that change places'] ?? '')).toMatchSnapshot()
})

test('code and memory do not grow with the axis', () => {
  const long = rnn.replace('axis T', 'axis T = 10000')
  const short = rnn.replace('axis T', 'axis T = 10')
  const text = (of: string): string =>
    moduleOf(caseOf(of.replaceAll(' parameter ', ' input '), { ...sizes, N: 0 })).code
  expect(text(long).replaceAll(/[0-9]/g, '').length).toBe(
    text(short).replaceAll(/[0-9]/g, '').length,
  )
})
