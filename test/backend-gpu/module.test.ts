// Modules of the gpu backend beside those of the js backend: the same calls, the same numbers to f32, as promises.
import { expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { fit, loadModel, readCheckpoint, readModel, saveModel } from '../../runtime/index.ts'
import type { GeneratedModule } from '../../runtime/index.ts'
import { load, type Model, type Module } from './run.ts'

const perceptron = `
axis N, D = 5, H = 7, C = 3
input x: [N, D]
input label: class(C)[N]
use hidden = Linear[D -> H](use_bias = false)
use norm = BatchNorm[H]
use final = Linear[H -> C]
let scores = x |> hidden |> norm |> relu |> final
output probabilities = softmax[C](scores)
output guess = argmax[C](scores)
loss train = mean(cross_entropy(scores, label))
metric accuracy = mean(argmax[C](scores) == label)
minimize train with adam(lr = 1e-2)
`
const rows = 300
const batch = {
  x: Float32Array.from({ length: rows * 5 }, (_, i) => Math.sin(i * i)),
  label: Int32Array.from({ length: rows }, (_, i) => (i * i) % 3),
}

const close = (got: ArrayLike<number>, want: ArrayLike<number>, tolerance = 1e-4): void => {
  expect(got.length).toBe(want.length)
  const size = Math.max(1e-3, ...Array.from(want, Math.abs))
  const worst = Math.max(...Array.from(want, (w, k) => Math.abs((got[k] ?? NaN) - w)))
  expect(worst / size).toBeLessThan(tolerance)
}

interface Both {
  readonly gpu: Module
  readonly js: Module
}
async function both(source: string): Promise<Both> {
  return { gpu: await load(source), js: await load(source, 'js') }
}

const refusing = await load(perceptron)

test('values, gradients, metrics and outputs', async () => {
  const { gpu, js } = await both(perceptron)
  const [model, host] = [await gpu.init({ seed: 3 }), await js.init({ seed: 3 })]
  expect(model.device).toEqual({
    mode: 'webasm',
    why: 'the first that answers',
    onHost: {},
    lost: [],
  })
  type Gradient = { value: number; grad: Record<string, Float32Array> }
  const got = (await gpu.train?.valueAndGrad(model, batch)) as Gradient
  const want = (await js.train?.valueAndGrad(host, batch)) as Gradient
  close([got.value], [want.value])
  expect(Object.keys(got.grad)).toEqual(Object.keys(want.grad))
  for (const [path, numbers] of Object.entries(want.grad)) close(got.grad[path] ?? [], numbers)
  close(
    [(await gpu.accuracy?.(model, batch)) as number],
    [(await js.accuracy?.(host, batch)) as number],
  )
  type Output = { data: Float32Array; shape: number[]; axes: string[] }
  const p = (await gpu.probabilities?.(model, { x: batch.x })) as Output
  const q = (await js.probabilities?.(host, { x: batch.x })) as Output
  expect([p.shape, p.axes]).toEqual([q.shape, q.axes])
  close(p.data, q.data)
  const guess = (await gpu.guess?.(model, { x: batch.x })) as Output
  expect(guess).toEqual(await js.guess?.(host, { x: batch.x }))
  expect(guess.data).toBeInstanceOf(Int32Array)
  await model.dispose()
})

test('a metric is the number that people would write for its f32', async () => {
  const gpu = await load(
    'axis N\ninput x: [N]\nmetric share = mean(x < 9)\nmetric third = mean(x) / 3',
  )
  const x = Array.from({ length: 10 }, (_, i) => i)
  expect(await gpu.share?.({ x })).toBe(0.9)
  expect(await gpu.third?.({ x })).toBe(1.5)
  expect(await gpu.third?.({ x: [1] })).toBe(0.33333334)
  expect(await gpu.third?.({ x: [Infinity] })).toBe(Infinity)
})

test('steps keep tensors and states on the device', async () => {
  const { gpu, js } = await both(perceptron)
  const [model, host] = [await gpu.init({ verify: true }), await js.init()]
  for (let k = 0; k < 8; k++) {
    const options = { lr: 0.01 / (k + 1) }
    close(
      [(await gpu.train?.step(model, batch, options)) as number],
      [(await js.train?.step(host, batch, options)) as number],
    )
  }
  const read = await model.read()
  expect([read.step, model.step, host.step]).toEqual([8, 8, 8])
  for (const kind of ['params', 'state', 'optimizer'] as const) {
    expect(Object.keys(read[kind])).toEqual(Object.keys(host[kind]))
    for (const [path, numbers] of Object.entries(host[kind]))
      close(read[kind][path] ?? [], numbers, 1e-3)
  }
  await model.dispose()
})

test('what is written takes effect at the next call, and what is read is a copy', async () => {
  const gpu = await load(
    'axis N\ninput x: [N]\nparam w: [] = 2\nloss r = mean(w * x)\nminimize r with sgd(lr = 1)',
  )
  const model = await gpu.init()
  const x = [1, 2, 3]
  expect(await gpu.r?.value(model, { x })).toBe(4)
  const read = await model.read()
  read.params.w?.fill(100)
  expect(await gpu.r?.value(model, { x })).toBe(4)
  await model.write({ params: { w: Float32Array.of(5) } })
  expect(await gpu.r?.step(model, { x })).toBe(10)
  expect((await model.read()).params.w).toEqual(Float32Array.of(3))
  expect(() => model.params).toThrow('await model.read()')
  await (Reflect.get(model, Symbol.asyncDispose) as () => Promise<void>).call(model)
  await expect(gpu.r?.value(model, { x })).rejects.toThrow('disposed of')
  expect(() => model.params).toThrow('disposed of')
})

test('what was read can be written, whole, into any model of the module', async () => {
  const gpu = await load(perceptron)
  const [model, other] = [await gpu.init({ seed: 1 }), await gpu.init({ seed: 2 })]
  await gpu.train?.step(model, batch)
  const read = await model.read()
  await other.write(read)
  expect(await other.read()).toEqual(read)
  await other.write({ params: { 'final.bias': [1, 2, 3] } })
  expect((await other.read()).params['final.bias']).toEqual(Float32Array.of(1, 2, 3))
})

test.each([
  [{ parms: {} }, 'not "parms". Did you mean "params"?'],
  [
    { 'final.bias': [1, 2, 3] },
    '"final.bias" is one of the params: write({ params: { "final.bias": … } })',
  ],
  [
    { params: { 'final.bais': [1, 2, 3] } },
    'the model has no params["final.bais"]. Did you mean "final.bias"?',
  ],
  [{ params: { 'final.bias': [1, 2] } }, 'params["final.bias"] has 2 numbers, but must have 3'],
  [{ params: { 'final.bias': '123' } }, 'must be an array of numbers, not "123"'],
  [{ params: { 'final.bias': undefined } }, 'must be an array of numbers, not undefined'],
  [
    { params: { 'final.bias': [1, '2', 3] } },
    'params["final.bias"] holds "2" at 1, where a number must be',
  ],
  [{ params: [1] }, 'params must be a record, not a list of 1'],
  [{ step: -1 }, 'step must be a whole number from 0, not -1'],
  [{ steps: { trian: 1 } }, 'the model has no steps["trian"]. Did you mean "train"?'],
  [{ axes: { H: 8 } }, 'H is 8, but 7 in this model'],
  ['params', 'or some of them, not "params"'],
])('writing %j is refused, and changes nothing', async (written, message) => {
  const model = await refusing.init()
  const before = await model.read()
  const wrong = typeof written === 'string' ? written : { seed: 5, ...written }
  await expect(model.write(wrong as object)).rejects.toThrow(message)
  expect(await model.read()).toEqual(before)
})

test('a model that is none is told from one that was not awaited', async () => {
  const gpu = await load(perceptron)
  await expect(gpu.train?.step(gpu.init(), batch)).rejects.toThrow(
    'train.step was given a promise of a model: did you forget await?',
  )
  await expect(gpu.train?.step({}, batch)).rejects.toThrow('takes a model, made by init()')
  await expect(gpu.init({ sed: 1 })).rejects.toThrow(
    'init has no option sed; its options are seed, axes, weights, mode, verify',
  )
  await expect(gpu.init(5 as never)).rejects.toThrow('init takes its options as an object')
  for (const module of Object.values(await both('axis N\ninput x: [N]\noutput y = 2 * x'))) {
    const call = async (model: unknown): Promise<unknown> => module.y?.(model, { x: [1] })
    const model = await gpu.init()
    await expect(call({ params: {}, optimizer: {} })).rejects.toThrow('y takes no model')
    if (module.signature.backend !== 'gpu') continue
    await expect(call(model)).rejects.toThrow('y takes no model')
    await expect(call(Promise.resolve(model))).rejects.toThrow('y takes no model')
  }
})

test('calls that are not awaited one by one take turns', async () => {
  const gpu = await load(
    'axis N\ninput x: [N]\nparam w: [] = 2\nloss r = sum(w * x)\nminimize r with sgd(lr = 1)',
  )
  const model = await gpu.init()
  const calls = [1, 2, 3].map((x) => Promise.resolve(gpu.r?.step(model, { x: [x] })))
  const values = await Promise.all(calls)
  expect(values).toEqual([2, 2, -3])
})

test('a refused call is a rejected promise, and leaves the model as it was', async () => {
  const gpu = await load(perceptron)
  const model = await gpu.init()
  const before = await model.read()
  const step = (inputs: object): Promise<unknown> | undefined => gpu.train?.step(model, inputs)
  await expect(step({ ...batch, label: new Int32Array(rows).fill(3) })).rejects.toThrow(
    'label[0] is 3',
  )
  await expect(step({ x: batch.x })).rejects.toThrow('needs the input label')
  await expect(step({ ...batch, x: [1, 2] })).rejects.toThrow('x')
  await expect(gpu.train?.step({}, batch)).rejects.toThrow('made by init()')
  await expect(gpu.init({ mode: 'cuda' })).rejects.toThrow('mode')
  expect(await model.read()).toEqual(before)
})

test('a step of nothing is refused on every backend, and counts for nothing; the value of nothing is NaN', async () => {
  const { gpu, js } = await both(perceptron)
  const none = { x: { data: [], shape: [0, 5] }, label: [] }
  for (const module of [gpu, js]) {
    const step = async (inputs: object): Promise<unknown> => module.train?.step(model, inputs)
    const model = await module.init()
    const isOnDevice = module === gpu
    const first = (isOnDevice ? await model.read() : model).params['final.weight']?.slice()
    await expect(step(none)).rejects.toThrow(
      'train.step has nothing to learn from: x, label are empty',
    )
    expect((isOnDevice ? await model.read() : model).params['final.weight']).toEqual(first)
    expect(await module.train?.value(model, none)).toBeNaN()
    expect(await step(batch)).toBeGreaterThan(0)
    await expect(step(none)).rejects.toThrow('nothing to learn from')
    expect(model.step).toBe(1)
  }
})

test('random numbers are those of the js backend', async () => {
  const { gpu, js } = await both(`axis N
input x: [N]
param w: [] = 1
loss r = mean(dropout(w * x, p = 0.5) + random_normal[N]())
minimize r with sgd(lr = 0.1)`)
  const [model, host] = [await gpu.init({ seed: 7 }), await js.init({ seed: 7 })]
  const x = Float32Array.from({ length: 100 }, (_, i) => i)
  for (let k = 0; k < 3; k++) {
    close(
      [(await gpu.r?.step(model, { x })) as number],
      [(await js.r?.step(host, { x })) as number],
    )
  }
})

test('sorting runs as plain JavaScript, on the tensors that the device holds, and compiling tells', async () => {
  const source = `axis T
input x: [T]
param a: [] = 0.5
loss ordered = sum(sort[T](a * x) * x)
loss plain = sum(a * x)
minimize ordered with sgd(lr = 0.1)
minimize plain with sgd(lr = 0.1)`
  const { diagnostics } = compile(source, { backend: 'gpu' })
  expect(diagnostics.map(({ severity, message }) => `${severity}: ${message}`)).toEqual(
    ['value', 'valueAndGrad', 'step'].map(
      (call) => `note: \`ordered.${call}\` runs as plain JavaScript: the device can't run sorting`,
    ),
  )
  const places = diagnostics.map(({ span }) => source.slice(span.start, span.end))
  expect(places).toEqual(['sort[T](a * x)', 'sort[T](a * x)', 'sort[T](a * x)'])
  const { gpu, js } = await both(source)
  const [model, host] = [await gpu.init(), await js.init()]
  const inputs = { x: [1, 2, 3, 4] }
  for (const name of ['plain', 'ordered', 'ordered', 'plain'] as const) {
    const [got, want] = [await gpu[name]?.step(model, inputs), await js[name]?.step(host, inputs)]
    close([got as number], [want as number])
  }
  close((await model.read()).params.a ?? [], host.params.a ?? [])
  expect(model.device.onHost).toEqual({ 'ordered.step': "the device can't run sorting" })
})

test('an element whose place more arrays give than a kernel reads is found in plain JavaScript', async () => {
  const axes = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']
  const inputs = axes.map((axis) => `input ${axis.toLowerCase()}: class(${axis})[N]`)
  const places = axes.map((axis) => `${axis} = ${axis.toLowerCase()}`)
  const source = `axis N, ${axes.join(' = 2, ')} = 2
input x: [${axes.join(', ')}]
${inputs.join('\n')}
output y = x[${places.join(', ')}]`
  const { diagnostics } = compile(source, { backend: 'gpu' })
  expect(diagnostics.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    "note: `y` runs as plain JavaScript: the device can't run what reads 9 arrays at once, more than the 7 of a kernel",
  ])
  const { gpu, js } = await both(source)
  const labels = axes.map((axis, k) => [axis.toLowerCase(), [k % 2, 1, 0]])
  const given = {
    x: Float32Array.from({ length: 256 }, (_, i) => i),
    ...Object.fromEntries(labels),
  }
  expect(await gpu.y?.(given)).toEqual(await js.y?.(given))
})

test('masks, infinities and NaN are what they are elsewhere', async () => {
  const { gpu, js } = await both(`axis N, T = 4
input x: [N, T]
input keep: bool[N, T]
output p = softmax[T](if keep then x else -inf)
output top = max[T](x)
output place = argmax[T](x)`)
  const x = [
    [1, NaN, 3, 2],
    [1, 2, 3, Infinity],
    [-Infinity, -Infinity, 0, 1],
    [5, 5, 5, 5],
  ]
  const keep = [
    [1, 0, 1, 1],
    [1, 1, 1, 0],
    [1, 1, 0, 0],
    [0, 0, 0, 0],
  ]
  const inputs = { p: { x, keep }, top: { x }, place: { x } }
  for (const [name, given] of Object.entries(inputs)) {
    const [got, want] = [await gpu[name]?.(given), await js[name]?.(given)] as {
      data: Float32Array
    }[]
    expect(Array.from(got?.data ?? [], (v) => v.toFixed(5))).toEqual(
      Array.from(want?.data ?? [], (v) => v.toFixed(5)),
    )
  }
})

test('whole numbers that f32 cannot hold stay with the module', async () => {
  const gpu = await load('axis N\ninput n: int[N]\noutput next = n + 1')
  const result = (await gpu.next?.({ n: Int32Array.of(2 ** 24, 2 ** 24 + 1) })) as {
    data: Int32Array
  }
  expect(result.data).toEqual(Int32Array.of(2 ** 24 + 1, 2 ** 24 + 2))
})

test('sizes may change from call to call, down to nothing', async () => {
  const { gpu, js } = await both(
    'axis N, D = 3\ninput x: [N, D]\noutput s = sum[N](x)\noutput y = exp(x[N = N])',
  )
  for (const n of [4, 0, 700, 4]) {
    const x = Float32Array.from({ length: n * 3 }, (_, i) => i / 700)
    for (const name of ['s', 'y'] as const) {
      const [got, want] = [await gpu[name]?.({ x }), await js[name]?.({ x })] as {
        data: Float32Array
      }[]
      close(got?.data ?? [], want?.data ?? [])
    }
  }
})

test('wide layers, whose threads come in rows, give the same numbers', async () => {
  const { gpu, js } = await both(`axis N, D = 40, H = 16, K = 34
input x: [N, D]
use first = Linear[D -> H]
use second = Linear[H -> K]
loss train = mean(square(second(tanh(first(x)))))
minimize train with sgd(lr = 0.1)`)
  const [model, host] = [await gpu.init({ seed: 3 }), await js.init({ seed: 3 })]
  for (const n of [12, 1]) {
    const x = Float32Array.from({ length: n * 40 }, (_, i) => Math.sin(i * i))
    close(
      [(await gpu.train?.step(model, { x })) as number],
      [(await js.train?.step(host, { x })) as number],
    )
  }
  const { params } = await model.read()
  for (const [path, numbers] of Object.entries(host.params)) close(params[path] ?? [], numbers)
})

test('fit and checkpoints take such modules as any other', async () => {
  const module = (await load(perceptron)) as unknown as GeneratedModule
  const trained = await fit(
    module,
    { x: { data: batch.x, shape: [rows, 5] }, label: batch.label },
    { epochs: 3 },
  )
  const [first, last] = [trained.history[0], trained.history.at(-1)]
  expect(last?.train.train).toBeLessThan(first?.train.train ?? 0)
  const whole = await readModel(trained.model)
  const bytes = saveModel(module.signature, whole)
  const loaded = (await loadModel(module, readCheckpoint(bytes))) as unknown as Model
  expect((await loaded.read()).params).toEqual(whole.params)
})

test('doubles are refused', () => {
  const { code, diagnostics } = compile('axis N\ninput x: [N]\noutput y = x + 1', {
    backend: 'gpu',
    precision: 'f64',
  })
  expect(code).toBeUndefined()
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual(['gpu-precision'])
})
