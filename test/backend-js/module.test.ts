// What users of a generated module see: its entries, what they return, and what they leave alone.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { crossEntropy, doubled, regression } from './examples.ts'
import { emit, load, writeModule, type Module } from './run.ts'

async function moduleOf(
  example: () => ReturnType<typeof doubled>,
  precision: 'f32' | 'f64' = 'f64',
): Promise<Module<'doubled' | 'train' | 'fit'>> {
  const { plan, programs } = example()
  return load(emit(plan, programs, precision).code)
}

describe('a file without parameters', () => {
  test('an output gives data, shape and axes', async () => {
    const { doubled: twice } = await moduleOf(doubled)
    const expected = { data: Float64Array.of(2, 4, 6), shape: [3], axes: ['N'] }
    expect(twice({ x: [1, 2, 3] })).toEqual(expected)
  })

  test('every way of giving an input gives the same', async () => {
    const { train } = await moduleOf(crossEntropy)
    const rows = [
      [0.1, 0.2, 0.3],
      [3, 1, 2],
    ]
    const y = [2, 0]
    const expected = train.valueAndGrad({ x: rows, y })
    const flat = rows.flat()
    for (const x of [
      flat,
      Float64Array.from(flat),
      { data: flat, shape: [2, 3] },
      { data: Float64Array.from(flat), shape: [2, 3], axes: ['N', 'C'] },
      rows.map((row) => Float64Array.from(row)),
    ]) {
      expect(train.valueAndGrad({ x, y })).toEqual(expected)
    }
    for (const labels of [Int32Array.from(y), Float32Array.from(y), Uint8Array.from(y)]) {
      expect(train.valueAndGrad({ x: flat, y: labels })).toEqual(expected)
    }
  })

  test('each call returns memory of its own, unless asked to reuse it', async () => {
    const { train } = await moduleOf(crossEntropy)
    const batch = { x: [[1, 2]], y: [0] }
    const grad = (options?: object) =>
      (train.valueAndGrad(batch, options) as { grad: { x: Float64Array } }).grad.x
    expect(grad()).not.toBe(grad())
    const once = grad({ reuse: true })
    expect(grad({ reuse: true })).toBe(once)
    expect(grad()).not.toBe(once)
  })

  test('numbers are stored in the module’s precision', async () => {
    const { doubled: twice } = await moduleOf(doubled, 'f32')
    expect(twice({ x: [0.1] })).toMatchObject({ data: Float32Array.of(0.2) })
  })

  test('an input made by the module is taken as it is, with its shape', async () => {
    const { train } = await moduleOf(crossEntropy)
    const x = train.input('x', [2, 2]) as Float64Array
    x.set([1, 2, 3, 4])
    const y = train.input('y', [2])
    expect(y).toBeInstanceOf(Int32Array)
    expect(train.value({ x, y })).toBeCloseTo(
      train.value({
        x: [
          [1, 2],
          [3, 4],
        ],
        y: [0, 0],
      }) as number,
    )
    expect(() => train.input('z', [2])).toThrow('there is no input z; the inputs are x, y')
    expect(() => train.input('x', [2])).toThrow('x has shape [2], but it must have the axes [N, C]')
  })
})

describe('a model', () => {
  const batch = {
    x: [
      [1, 0],
      [0, 1],
    ],
    y: [0, 0],
  }
  const init = async () => {
    const { init: make, fit } = await moduleOf(regression)
    return { fit, model: make({ axes: { D: 2 } }) as Model, make }
  }
  interface Model {
    params: Record<string, Float64Array | number[]>
    optimizer: Record<string, Float64Array>
    step: number
    steps: Record<string, number>
    seed: number
    axes: Record<string, number>
  }

  test('init gives records from path to typed array', async () => {
    const { model } = await init()
    expect(model).toMatchObject({
      params: { 'line.w': Float64Array.of(1, 2), b: Float64Array.of(0.5) },
      state: {},
      optimizer: { 'fit.line.w.v': Float64Array.of(0, 0) },
      step: 0,
      steps: { fit: 0 },
      seed: 0,
      axes: { D: 2 },
    })
  })

  test('value and gradient change nothing; a step does', async () => {
    const { model, fit } = await init()
    expect(fit.value(model, batch)).toBe(1.5 ** 2 + 2.5 ** 2)
    expect(fit.valueAndGrad(model, batch)).toEqual({
      value: 8.5,
      grad: { 'line.w': Float64Array.of(3, 5), b: Float64Array.of(8) },
    })
    expect(model.params).toEqual({ 'line.w': Float64Array.of(1, 2), b: Float64Array.of(0.5) })
    expect(fit.step(model, batch, { lr: 0.5 })).toBe(8.5)
    expect(model.params).toEqual({
      'line.w': Float64Array.of(-0.5, -0.5),
      b: Float64Array.of(-3.5),
    })
    expect(model.optimizer['fit.line.w.v']).toEqual(Float64Array.of(3, 5))
    expect([model.step, model.steps]).toEqual([1, { fit: 1 }])
  })

  test('parameters may be written, or replaced', async () => {
    const { model, fit } = await init()
    model.params['line.w']![0] = 5
    expect(fit.value(model, batch)).toBe(5.5 ** 2 + 2.5 ** 2)
    model.params['line.w'] = [0, 0]
    expect(fit.step(model, batch)).toBe(0.5)
    expect(model.params['line.w']).toBeInstanceOf(Float64Array)
    expect(model.params['line.w'][0]).not.toBe(0)
    model.params['line.w'] = [1, 2, 3]
    expect(() => fit.value(model, batch)).toThrow(
      'model.params["line.w"] has 3 numbers, but must have 2',
    )
  })

  test('a parameter given as input is read before the step writes it', async () => {
    const { model, fit, make } = await init()
    const other = make({ axes: { D: 2 } }) as Model
    const y = model.params['line.w'] as Float64Array
    fit.step(model, { ...batch, y })
    fit.step(other, { ...batch, y: [1, 2] })
    expect(model.params).toEqual(other.params)
  })

  test('a repeated step makes no typed array', async () => {
    const { plan, programs } = regression()
    let made = 0
    const original = globalThis.Float64Array
    globalThis.Float64Array = class extends original {
      constructor(...given: ConstructorParameters<typeof original>) {
        super(...given)
        made++
      }
    }
    const module = await load<'fit'>(emit(plan, programs).code)
    globalThis.Float64Array = original
    const model = module.init({ axes: { D: 2 } }) as Model
    const flat = { x: module.fit.input('x', [2, 2]), y: module.fit.input('y', [2]) }
    module.fit.step(model, flat)
    const before = made
    for (let k = 0; k < 5; k++) module.fit.step(model, flat)
    expect(made).toBe(before)
    module.fit.step(model, { x: [1, 2], y: [1] })
    expect(made).toBeGreaterThan(before)
  })
})

test('the same plan gives the same bytes', () => {
  const [once, again] = [regression(), regression()]
  expect(emit(once.plan, once.programs)).toEqual(emit(again.plan, again.programs))
})

test('modules run where code may not be made from strings, and import nothing', () => {
  const { plan, programs } = regression()
  const { code } = emit(plan, programs)
  expect(code).not.toMatch(/^\s*import\b|\bimport\(|\beval\b|\bFunction\b|fround/m)
  const path = writeModule(
    `${code}\nconst model = init({ axes: { D: 1 } })\nconsole.log(loss_fit.step(model, { x: [1, 2], y: [1, 2] }))`,
  )
  const flags = ['--disallow-code-generation-from-strings', path]
  expect(execFileSync(process.execPath, flags, { encoding: 'utf8' }).trim()).toBe('0.5')
})
