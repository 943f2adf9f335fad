// From source to calls: what only a whole file shows.
import { expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { load, type Module } from './run.ts'

async function moduleOf<Names extends string>(source: string): Promise<Module<Names>> {
  const { code, diagnostics } = compile(source, { precision: 'f64' })
  if (code === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return load<Names>(code)
}

test('an input with a default may be left out', async () => {
  const { weighted } = await moduleOf<'weighted'>(`
    axis N, C
    input x: [N, C]
    input weight: [C] = 2
    output weighted = x * weight`)
  const x = [
    [1, 2, 3],
    [4, 5, 6],
  ]
  expect(weighted({ x })).toMatchObject({ data: Float64Array.of(2, 4, 6, 8, 10, 12) })
  expect(weighted({ x, weight: [1, 0, 1] })).toMatchObject({
    data: Float64Array.of(1, 0, 3, 4, 0, 6),
  })
  // What was given does not stay.
  expect(weighted({ x: [[1, 1, 1]] })).toMatchObject({ data: Float64Array.of(2, 2, 2) })
})

test('an exported function has inputs of its own', async () => {
  const { norm2, scaled } = await moduleOf<'norm2' | 'scaled'>(`
    axis D
    export fn norm2(x: [D]) = sum(x * x)
    export fn scaled(x: [D], factor = 3) = factor * x`)
  expect(norm2({ x: [3, 4] })).toBe(25)
  expect(scaled({ x: [1, 2] })).toEqual({ data: Float64Array.of(3, 6), shape: [2], axes: ['D'] })
  expect(scaled({ x: [1, 2], factor: 10 })).toMatchObject({ data: Float64Array.of(10, 20) })
  expect(() => norm2({ y: [1] })).toThrow('there is no input y; the inputs are x')
})

test('whole numbers and truth values come in arrays of their own', async () => {
  const { best, positive } = await moduleOf<'best' | 'positive'>(`
    axis N, C
    input x: [N, C]
    output best = argmax[C](x)
    output positive = x > 0`)
  const x = [
    [1, 3, 2],
    [-1, -2, -3],
  ]
  expect(best({ x })).toEqual({ data: Int32Array.of(1, 0), shape: [2], axes: ['N'] })
  expect(positive({ x })).toMatchObject({ data: Uint8Array.of(1, 1, 1, 0, 0, 0) })
})

test('probabilities are checked, each and in sum', async () => {
  const { entropy } = await moduleOf<'entropy'>(`
    axis N, C
    input p: prob(C)[N, C]
    metric entropy = -sum(p * log(p))`)
  const said = (p: unknown) => {
    try {
      return entropy({ p })
    } catch (error) {
      return String(error)
    }
  }
  expect(said([[0.5, 0.5]])).toBeCloseTo(Math.LN2)
  expect([said([[0.5, 1.5]]), said([[0.5, -0.5]]), said([[0.2, NaN]]), said([[0.2, 0.3]])])
    .toMatchInlineSnapshot(`
    [
      "RangeError: p[0, 1] is 1.5, but must be a probability in [0, 1]",
      "RangeError: p[0, 1] is -0.5, but must be a probability in [0, 1]",
      "RangeError: p[0, 1] is NaN, but must be a probability in [0, 1]",
      "RangeError: p[0, 0] and the others over C sum to 0.5, but probabilities must sum to 1",
    ]
  `)
})

test('training is true in steps and gradients, and where it is asked for', async () => {
  const { f, l } = await moduleOf<'f' | 'l'>(`
    input x: []
    output f = if training then 2 * x else x
    loss l = (if training then 2 * x else x) wrt x`)
  const data = (options?: object) => (f({ x: 3 }, options) as { data: Float64Array }).data[0]
  expect([data(), data({ training: true }), data({ training: false })]).toEqual([3, 6, 3])
  expect([l.value({ x: 3 }), l.value({ x: 3 }, { training: true })]).toEqual([3, 6])
  expect(l.valueAndGrad({ x: 3 })).toEqual({ value: 6, grad: { x: Float64Array.of(2) } })
  const evaluated = { value: 3, grad: { x: Float64Array.of(1) } }
  expect(l.valueAndGrad({ x: 3 }, { training: false })).toEqual(evaluated)
})

test('draws of a model depend on its seed and step, and resume with them', async () => {
  const { init, l } = await moduleOf<'l'>(`
    axis N
    input x: [N]
    param w: [] = 1
    loss l = mean(dropout(x * w, p = 0.5))
    minimize l with sgd(lr = 0.1)`)
  const x = Float64Array.from({ length: 100 }, (_, k) => k)
  const run = (model: unknown) => [l.step(model, { x }), l.step(model, { x })]
  const [one, same, other] = [{ seed: 1 }, { seed: 1 }, { seed: 2 }].map((options) => init(options))
  const values = run(one)
  expect(run(same)).toEqual(values)
  expect(run(other)).not.toEqual(values)
  const resumed = init({ seed: 1 }) as { step: number; params: Record<string, Float64Array> }
  resumed.step = 2
  resumed.params['w'] = (one as typeof resumed).params['w']!.slice()
  expect(l.step(resumed, { x })).toBe(l.step(one, { x }))
})

test('a loss is told apart by the names of its parameters, however they are called', async () => {
  const { l, init } = await moduleOf<'l'>(`
    param seed: [] = 1
    param lr: [] = 2
    param step: [] = 3
    param t: [] = 4
    loss l = seed * lr * step * t
    minimize l with sgd(lr = 0.0)`)
  const model = init()
  expect(l.step(model, {}, { lr: 0 })).toBe(24)
  expect(l.valueAndGrad(model, {})).toMatchObject({
    grad: { seed: Float64Array.of(24), lr: Float64Array.of(12) },
  })
})
