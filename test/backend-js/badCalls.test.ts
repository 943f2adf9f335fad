// Calls that are refused: what is said, and that nothing happened.
import { expect, test } from 'vitest'
import { axisSize, constantSize, subtractSizes, addSizes } from '../../compiler/graph/size.ts'
import { crossEntropy, regression, type Example } from './examples.ts'
import {
  buffer,
  computation,
  graph,
  input,
  load as at,
  loop,
  output,
  plan,
  program,
  store,
} from './plans.ts'
import { number, variable } from './rows.ts'
import { emit, load } from './run.ts'

interface Failure {
  readonly name: string
  readonly message: string
}
function failure(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    const { name, message } = error as Failure
    return `${name}: ${message}`
  }
  return 'no error'
}

async function moduleOf(example: Example) {
  return load<'train' | 'fit' | 'out'>(emit(example.plan, example.programs).code)
}

test('shapes that disagree: the input declared later is named', async () => {
  const { train } = await moduleOf(crossEntropy())
  const x = { data: [1, 2, 3, 4, 5, 6], shape: [2, 3] }
  const refused = [
    { x, y: [0, 1, 2] },
    { x, y: { data: [0, 1, 2], shape: [3] } },
    { x: [1, 2, 3, 4, 5], y: [0, 1] },
    { x: { data: [1, 2], shape: [2] }, y: [0] },
    { x: { data: [1, 2], shape: [2, 2] }, y: [0] },
    { x: 1, y: [0] },
    { x: [[1, 2], [3]], y: [0, 1] },
    { x: [[1, 2], 3], y: [0, 1] },
    { x: [[[1, 2]]], y: [0, 1] },
    { x, y: 1 },
  ]
  expect(refused.map((batch) => failure(() => train.value(batch)))).toMatchInlineSnapshot(`
    [
      "ShapeError: y has 3 numbers, but [N] must be [2]: N is 2 (from x)",
      "ShapeError: y has shape [3], but [N] must be [2]: N is 2 (from x)",
      "ShapeError: y: x has 5 numbers, but [N, C] must be [2, C]: N is 2 (from y)",
      "ShapeError: x has shape [2], but it must have the axes [N, C]",
      "ShapeError: x has shape [2, 2], but data of 2",
      "ShapeError: x is one number, but it must have the axes [N, C]",
      "ShapeError: x is ragged, for shape [2, 2]: it holds a list of 1",
      "ShapeError: x is ragged, for shape [2, 2]: it holds 3",
      "ShapeError: x has shape [1, 1, 2], but it must have the axes [N, C]",
      "ShapeError: y is one number, but it must have the axes [N]",
    ]
  `)
})

test('numbers that an input may not hold', async () => {
  const { train } = await moduleOf(crossEntropy())
  const x = { data: [1, 2, 3, 4, 5, 6], shape: [2, 3] }
  const refused = [
    { x, y: [0, 3] },
    { x, y: [-1, 0] },
    { x, y: [0.5, 0] },
    { x, y: Float32Array.of(0, NaN) },
    { x, y: ['cat', 0] },
    { x: [[1, null]], y: [0] },
  ]
  expect(refused.map((batch) => failure(() => train.value(batch)))).toMatchInlineSnapshot(`
    [
      "RangeError: y[1] is 3, but must be 0 … 2 (C is 3), or -100 for missing",
      "RangeError: y[0] is -1, but must be 0 … 2 (C is 3), or -100 for missing",
      "RangeError: y[0] is 0.5, not a whole number of 32 bits",
      "RangeError: y[1] is NaN, not a whole number of 32 bits",
      "TypeError: y[0] is "cat", not a number",
      "TypeError: x[0, 1] is null, not a number",
    ]
  `)
  expect(train.value({ x, y: [-100, 0] })).toEqual(expect.any(Number))
})

test('names', async () => {
  const { train } = await moduleOf(crossEntropy())
  const batch = { x: [[1, 2]], y: [0] }
  const refused = [
    () => train.value({ x: [[1, 2]] }),
    () => train.value({ ...batch, label: 1 }),
    () => train.value(),
    () => train.value([1, 2]),
    () => train.value([[1, 2]], [0]),
    () => train.value({ ...batch, x: { data: [1] } }),
    () => train.value({ ...batch, x: 'abc' }),
    () => train.value(batch, { lr: 1 }),
    () => train.value(batch, { training: 1 }),
    () => train.value(batch, { axes: { M: 1 } }),
    () => train.value(batch, { axes: { N: 1.5 } }),
    () => train.value(batch, { axes: { N: 2 } }),
    () => train.value(batch, { seed: -1 }),
  ]
  expect(refused.map(failure)).toMatchInlineSnapshot(`
    [
      "TypeError: train.value needs the input y",
      "TypeError: there is no input label; the inputs are x, y",
      "TypeError: train.value takes its inputs by name: { x, y }",
      "TypeError: train.value takes its inputs by name: { x, y }",
      "TypeError: train.value takes its inputs by name: { x, y }",
      "TypeError: x must be a number, a typed array, an array, or { data, shape }",
      "TypeError: x must be a number, a typed array, an array, or { data, shape }",
      "TypeError: train.value has no option lr; its options are training, axes, seed",
      "TypeError: train.value: the option training must be of type boolean, not 1",
      "TypeError: there is no axis M; the axes are N, C",
      "TypeError: axes.N is 1.5, not a whole number",
      "ShapeError: x has shape [1, 2], but [N, C] must be [2, C]: N is 2 (from axes.N)",
      "TypeError: a seed is a whole number from 0, not -1",
    ]
  `)
})

test('sizes that lengths leave open', async () => {
  const { fit, init } = await moduleOf(regression())
  const { train } = await moduleOf(crossEntropy())
  const refused = [
    () => train.value({ x: [1, 2, 3, 4], y: { data: [], shape: [0] } }),
    () => init(),
    () => init({ axes: { D: -1 } }),
    () => init({ axes: { E: 1 } }),
    () => init({ weights: new Uint8Array(3) }),
    () => fit.value({ x: [1, 2], y: [1] }),
    () => fit.value(init({ axes: { D: 3 } }), { x: [1, 2], y: [1] }),
    () => fit.value(init({ axes: { D: 3 } }), { x: [[1, 2]], y: [1] }),
    () => fit.value(init({ axes: { D: 3 } }), { x: [[1, 2, 3]], y: [1] }, { axes: { D: 2 } }),
    () => fit.step(init({ axes: { D: 3 } }), { x: [[1, 2, 3]], y: [1] }, { lr: 'fast' }),
    () => fit.step(init({ axes: { D: 3 } }), { x: [[1, 2, 3]], y: [1] }, { training: true }),
  ]
  expect(refused.map(failure)).toMatchInlineSnapshot(`
    [
      "TypeError: train.value: the size of C is not settled (x has 4 numbers): pass { data, shape }, or the option axes: { C: … }",
      "TypeError: init needs the size of D: init({ axes: { D: … } })",
      "TypeError: axes.D is -1, not a whole number",
      "TypeError: there is no axis E; the axes are N, D",
      "TypeError: weights must be the bytes of a safetensors file, but the header is damaged",
      "TypeError: fit.value takes a model, made by init(), as its first argument",
      "ShapeError: x has 2 numbers, but [N, D] must be [N, 3]: D is 3 (from the model)",
      "ShapeError: x has shape [1, 2], but [N, D] must be [1, 3]: D is 3 (from the model)",
      "ShapeError: axes.D is 2, but [D] must be [3]: D is 3 (from the model)",
      "TypeError: fit.step: the option lr must be of type number, not fast",
      "TypeError: fit.step has no option training; its options are lr, axes",
    ]
  `)
})

test('a call that throws leaves the model as it was', async () => {
  const { fit, init } = await moduleOf(regression())
  const model = init({ axes: { D: 2 } })
  const before = structuredClone({ ...(model as object) })
  expect(() => fit.step(model, { x: [[1, 2]], y: [1, 2] })).toThrow('y has 2 numbers')
  expect({ ...(model as object) }).toEqual(before)
})

/** `output out: [P] = 0`, with P = H - K + 1. */
function windows(): Example {
  const sizes = {
    H: axisSize('H'),
    K: axisSize('K'),
    P: addSizes(subtractSizes(axisSize('H'), axisSize('K')), constantSize(1)),
  }
  const x = buffer('x', ['H'], { kind: 'input', name: 'x' })
  const weight = buffer('weight', ['K'], { kind: 'input', name: 'weight' })
  const target = buffer('target', ['P'], { kind: 'input', name: 'target' }, 'real', sizes)
  const out = buffer('out', ['P'], { kind: 'result', target: { kind: 'value' } }, 'real', sizes)
  const node = graph.reduce(
    'max',
    ['K'],
    graph.leaf({ role: 'input', name: 'weight', layout: ['K'], dataType: 'real' }),
  )
  const value = computation('out', {
    inputs: ['x', 'weight', 'target'],
    results: [{ target: { kind: 'value' }, node, layout: ['P'] }],
  })
  const p = variable('p')
  return {
    plan: plan({
      sizes,
      inputs: [input('x', ['H']), input('weight', ['K']), input('target', ['P'])],
      conditions: [
        {
          relation: '==',
          left: axisSize('H'),
          right: constantSize(6),
          message: 'H must be 6',
          at: { path: 'a', span: { start: 0, end: 0 } },
        },
      ],
      entries: [output(value, ['P'])],
    }),
    programs: [
      program(
        value,
        [loop('P', [store(out, [p], at(target, p))], sizes.P), store(out, [number(0)], number(0))],
        [x, weight, target, out],
      ),
    ],
  }
}

test('sizes that follow from others', async () => {
  const { out } = await moduleOf(windows())
  const zeros = (count: number) => Array.from({ length: count }, () => 0)
  const refused = [
    { x: zeros(6), weight: zeros(3), target: zeros(4) },
    { x: zeros(6), weight: zeros(3), target: zeros(5) },
    { x: zeros(2), weight: zeros(4), target: zeros(1) },
    { x: zeros(5), weight: zeros(3), target: zeros(3) },
    { x: zeros(6), weight: zeros(0), target: zeros(7) },
  ]
  expect(refused.map((batch) => failure(() => out(batch)))).toMatchInlineSnapshot(`
    [
      "no error",
      "ShapeError: target has 5 numbers, but [P] must be [4]: H is 6 (from x), K is 3 (from weight)",
      "ShapeError: weight: P = H - K + 1 would be -1: H is 2 (from x), K is 4 (from weight)",
      "ShapeError: x: H must be 6: H is 5 (from x)",
      "ShapeError: the max over K needs at least one element, but K is 0",
    ]
  `)
})
