// Section 10: what a generated module is to its caller.
import { describe, expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { messages, moduleOf, plain, thrown } from './running.ts'

const source = `/// A line through points.
  axis N, D
  /// Where.
  input x: [N, D]
  input y: [N]
  input weight: [N] = 1
  param w: [D] = 0.5
  param b: [] = 0
  state seen: int[] = 0
  update seen = seen + 1
  let guess = dot[D](x, w) + b + 0 * seen
  output prediction = guess
  loss train = mean(weight * (guess - y) ^ 2)
  metric worst = max(abs(guess - y))
  minimize train with sgd(lr = 0.5, momentum = 0.9)`
const batch = {
  x: [
    [1, 2],
    [3, 4],
  ],
  y: [1, 2],
}

describe('init', () => {
  test('a model is a plain record', async () => {
    const { init } = await moduleOf(source)
    const model = init({ seed: 1, axes: { D: 2 } })
    expect({ ...model }).toMatchObject({
      params: { w: Float64Array.of(0.5, 0.5), b: Float64Array.of(0) },
      state: { seen: Int32Array.of(0) },
      optimizer: { 'train.w.v': Float64Array.of(0, 0) },
      step: 0,
      axes: { D: 2 },
    })
  })
  test('a tensor that starts at 0 needs its size like any other', async () => {
    const { init, entry } = await moduleOf(`axis N, D
      input x: [N, D]
      param w: [D] = 0
      output moved = x + w`)
    const model = init({ axes: { D: 2 } })
    expect(model.params).toEqual({ w: Float64Array.of(0, 0) })
    expect(plain(entry('moved')(model, { x: [1, 2] })).data).toEqual([1, 2])
    expect(thrown(() => init())).toMatch(/^TypeError: init needs the size of D/)
  })
  test('absent where there is nothing to keep', async () => {
    expect((await moduleOf('input x: []\noutput y = x')).init).toBeUndefined()
  })
  test.each([
    [undefined, /^TypeError: init needs the size of D/],
    [{ axes: { D: 2, Q: 1 } }, /^TypeError: .*Q/],
    [{ axes: { D: 1.5 } }, /^TypeError/],
    [{ axes: { D: 2 }, seed: -1 }, /^TypeError/],
    [{ axes: { D: 2 }, sead: 1 }, /^TypeError: .*sead/],
  ])('%o is refused', async (options, words) => {
    const { init } = await moduleOf(source)
    expect(thrown(() => init(options))).toMatch(words)
  })
  test('writing into, or replacing, a parameter takes effect at the next call', async () => {
    const { init, entry } = await moduleOf(source)
    const model = init({ axes: { D: 2 } })
    model.params.w![0] = 10
    expect(plain(entry('prediction')(model, batch)).data).toEqual([11, 32])
    model.params.w = Float64Array.of(0, 1)
    expect(plain(entry('prediction')(model, batch)).data).toEqual([2, 4])
    model.params.w = Float64Array.of(0, 1, 2)
    expect(thrown(() => entry('prediction')(model, batch))).toMatch(
      /^(ShapeError|TypeError|RangeError): .*w/,
    )
  })
})

test('value, valueAndGrad, step, metric and output', async () => {
  const { init, entry } = await moduleOf(source)
  const model = init({ axes: { D: 2 } })
  // Guesses 1.5 and 3.5; errors 0.5 and 1.5.
  expect(entry('train').value(model, batch)).toBe(1.25)
  expect(entry('train').value(model, { ...batch, weight: [0, 2] })).toBe(2.25)
  expect(entry('worst')(model, batch)).toBe(1.5)
  expect(plain(entry('prediction')(model, batch))).toEqual({
    data: [1.5, 3.5],
    shape: [2],
    axes: ['N'],
  })
  expect(entry('train').valueAndGrad(model, batch)).toEqual({
    value: 1.25,
    grad: { w: Float64Array.of(5, 7), b: Float64Array.of(2) },
  })
  expect([entry('train').step(model, batch), model.step, model.state.seen![0]]).toEqual([
    1.25, 1, 1,
  ])
  expect(model.params).toEqual({ w: Float64Array.of(-2, -3), b: Float64Array.of(-1) })
})

test('an input is a number, a typed or flat array, nested arrays, or data with a shape', async () => {
  const { init, entry } = await moduleOf(source)
  const model = init({ axes: { D: 2 } })
  const forms = [
    [
      [1, 2],
      [3, 4],
    ],
    [1, 2, 3, 4],
    Float32Array.of(1, 2, 3, 4),
    Float64Array.of(1, 2, 3, 4),
    Int8Array.of(1, 2, 3, 4),
    { data: [1, 2, 3, 4], shape: [2, 2] },
    [Float32Array.of(1, 2), Float32Array.of(3, 4)],
  ]
  for (const x of forms) expect(plain(entry('prediction')(model, { x })).data).toEqual([1.5, 3.5])
})

test('sizes that lengths leave open need a shape or the option axes', async () => {
  const { entry } = await moduleOf('axis N, D\ninput x: [N, D]\noutput y = sum[D](x)')
  expect(thrown(() => entry('y')({ x: [1, 2, 3, 4] }))).toMatch(
    /^TypeError: .*size of [ND] is not settled/,
  )
  expect(plain(entry('y')({ x: [1, 2, 3, 4] }, { axes: { D: 4 } })).data).toEqual([10])
  expect(plain(entry('y')({ x: { data: [1, 2, 3, 4], shape: [4, 1] } })).shape).toEqual([4])
  expect(thrown(() => entry('y')({ x: [1, 2, 3] }, { axes: { D: 2 } }))).toMatch(
    /^ShapeError: x has 3 numbers/,
  )
})

describe('a mismatch names the input, what it was and what it had to be, and leaves the model as it was', () => {
  test.each<[object, RegExp]>([
    [{ ...batch, y: [1, 2, 3] }, /^ShapeError: y has 3 numbers, but \[N\] must be \[2\]/],
    [
      {
        ...batch,
        x: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
      /^ShapeError: x has shape \[2, 3\]/,
    ],
    [{ ...batch, y: [1, 'a'] }, /^TypeError: y\[1\]/],
    [{ ...batch, y: undefined }, /^TypeError: train.step needs the input y/],
    [{ ...batch, z: [1] }, /^TypeError: .*z/],
    [{ x: batch.x }, /^TypeError: train.step needs the input y/],
  ])('%o', async (wrong, words) => {
    const { init, entry } = await moduleOf(source)
    const model = init({ axes: { D: 2 } })
    const before = structuredClone({ ...model })
    expect(thrown(() => entry('train').step(model, wrong))).toMatch(words)
    expect({ ...model }).toEqual(before)
  })
  test.each<[object, RegExp]>([
    [{ lr: 'fast' }, /^TypeError: .*lr/],
    [{ momentum: 1 }, /^TypeError: .*momentum/],
    [{ training: true }, /^TypeError: .*training/],
    [{ axes: { N: 3 } }, /^ShapeError/],
    [{ axes: { Q: 3 } }, /^TypeError: .*Q/],
  ])('options %o', async (options, words) => {
    const { init, entry } = await moduleOf(source)
    expect(thrown(() => entry('train').step(init({ axes: { D: 2 } }), batch, options))).toMatch(
      words,
    )
  })
  test('ShapeError is a class of the module', async () => {
    const { exports, entry, init } = await moduleOf(source)
    const ShapeError = exports.ShapeError as new () => Error
    try {
      entry('train').step(init({ axes: { D: 2 } }), { ...batch, y: [1] })
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(ShapeError)
      expect(error).toBeInstanceOf(Error)
      expect((error as Error).name).toBe('ShapeError')
    }
  })
  test('a call without its model', async () => {
    const { entry } = await moduleOf(source)
    expect(thrown(() => entry('train').step(batch))).toMatch(/^TypeError: .*model/)
  })
})

test('input() gives an array to fill; reuse may overwrite the last gradient', async () => {
  const { init, entry } = await moduleOf(source)
  const model = init({ axes: { D: 2 } })
  const train = entry('train') as unknown as Record<
    'input' | 'value' | 'valueAndGrad',
    (...given: unknown[]) => unknown
  >
  const x = train.input('x', [2, 2]) as Float64Array
  x.set([1, 2, 3, 4])
  expect(train.value(model, { ...batch, x })).toBe(1.25)
  x.set([0, 0, 0, 0])
  expect(train.value(model, { ...batch, x })).toBe(2.5)
  expect(thrown(() => train.input('q', [1]))).toMatch(/^TypeError: .*q/)
  expect(thrown(() => train.input('x', [2]))).toMatch(/^(ShapeError|TypeError)/)
  const grads = [1, 2].map(
    () =>
      (train.valueAndGrad(model, batch, { reuse: true }) as { grad: { w: Float64Array } }).grad.w,
  )
  expect(grads[0]).toEqual(Float64Array.of(5, 7))
  const fresh = [1, 2].map(
    () => (train.valueAndGrad(model, batch) as { grad: { w: Float64Array } }).grad.w,
  )
  expect(fresh[0]).not.toBe(fresh[1])
})

test('the signature is enough to feed the module', async () => {
  const { exports } = await moduleOf(source)
  expect(exports.signature).toMatchObject({
    backend: 'js',
    precision: 'f64',
    axes: { N: { size: null }, D: { size: null } },
    entries: {
      train: {
        kind: 'loss',
        inputs: [
          { name: 'x', axes: ['N', 'D'] },
          { name: 'y' },
          { name: 'weight', optional: true },
        ],
      },
      prediction: { kind: 'output', inputs: [{ name: 'x' }], output: { axes: ['N'] } },
      worst: { kind: 'metric' },
    },
    parameters: [
      { path: 'w', axes: ['D'], initialiser: '0.5' },
      { path: 'b', axes: [] },
    ],
  })
  expect(JSON.parse(JSON.stringify(exports.signature))).toEqual(exports.signature)
})

test('parameters come in the order of the file, whatever draws them', async () => {
  const { init } = await moduleOf(
    'axis D = 2\nparam a: [D] ~ normal()\nparam b: [] = 1\nparam c: [D] ~ uniform(0, 1)\nloss l = sum(a * b * c)',
  )
  expect(Object.keys(init().params)).toEqual(['a', 'b', 'c'])
})

test('the types name every input, axis and parameter; the same file gives the same bytes', () => {
  const first = compile(source)
  const { types = '', code = '' } = first
  for (const name of [
    'x',
    'y',
    'weight',
    'w',
    'b',
    'N',
    'D',
    'train',
    'prediction',
    'worst',
    'ShapeError',
    'signature',
    'lr?',
    'Where.',
  ]) {
    expect(types).toContain(name)
  }
  expect(compile(source)).toEqual(first)
  expect(code).not.toMatch(/\beval\b|new Function|\bimport\b|\brequire\b/)
})

test('entries keep only some exports', async () => {
  const { exports } = await moduleOf(source, { entries: ['prediction'] })
  expect(Object.keys(exports).toSorted()).toEqual(['ShapeError', 'init', 'prediction', 'signature'])
  expect(messages(source, { entries: ['predicion'] })[0]).toMatch(
    /^error entry-unknown: .*`predicion`.*`prediction`/,
  )
})

test('of two inputs that disagree, the one declared later is named', async () => {
  const { entry } = await moduleOf('axis N\ninput a: [N]\ninput b: [N]\noutput y = a + b')
  expect(thrown(() => entry('y')({ b: [1, 2], a: [1] }))).toMatch(/^ShapeError: b has 2 numbers/)
})

test('other backends are diagnosed, and nothing throws', () => {
  expect(messages(source, { backend: 'wasm' })[0]).toMatch(/^error backend-missing/)
  expect(compile('@@@ \u0000 (((').diagnostics[0]?.severity).toBe('error')
})
