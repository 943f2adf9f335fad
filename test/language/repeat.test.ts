// `repeat(n, A)`: many copies are the steps of a loop, which nobody can tell from layers in a row but by speed and size.
import { describe, expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import {
  loadModel,
  loadStateDict,
  readCheckpoint,
  saveModel,
  stateDict,
  type GeneratedModule,
} from '../../runtime/index.ts'
import { moduleOf, type LoadedModule } from './running.ts'

const start = `axis N, H = 6
input x: [N, H]
input y: [N, H]
`
const end = `
loss train = mean((net(x) - y) ^ 2)
minimize train with adamw(lr = 1e-2), clip_norm = 0.1
`
const [N, H] = [3, 6]
const waves = (phase: number): Float64Array =>
  Float64Array.from({ length: N * H }, (_, i) => Math.sin(i * 12.9898 + phase))
const batch = { x: waves(1), y: waves(2) }

/** The copies as a loop, and in a row. */
async function both(source: string): Promise<readonly [LoadedModule, LoadedModule]> {
  return [await moduleOf(source, { loopFrom: 1 }), await moduleOf(source, { loopFrom: Infinity })]
}

const isLoop = (source: string): boolean => {
  const { emitted = '' } = compile(source, { loopFrom: 1, emit: 'graph' })
  return emitted.includes('scan last')
}

type Arrays = Record<string, Float64Array>
interface Model {
  readonly params: Arrays
  readonly optimizer: Arrays
}
interface Loss {
  value(model: Model, inputs: object): number
  valueAndGrad(model: Model, inputs: object): { value: number; grad: Arrays }
  step(model: Model, inputs: object): number
}
function lossOf({ exports }: LoadedModule): Loss {
  return exports.train as Loss
}

function expectClose(got: Arrays, want: Arrays): void {
  expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort())
  for (const [path, numbers] of Object.entries(want)) {
    const own = got[path] ?? new Float64Array()
    expect(own).toHaveLength(numbers.length)
    for (const [k, number] of numbers.entries()) {
      expect(Math.abs((own[k] ?? NaN) - number), `${path}[${k}]`).toBeLessThan(1e-13)
    }
  }
}

function modelOf({ init }: LoadedModule): Model {
  return init({ seed: 1 }) as unknown as Model
}

describe.each([
  ['layers', 'use net = repeat(5, chain(Linear[H -> H], tanh))', true],
  [
    'functions alone',
    'param s: [H] = 1\nfn net(z: [H]) = lin(z) * s\nuse lin = repeat(3, chain(sin, tanh))',
    true,
  ],
  [
    'a block with a residual, parameters that start from numbers, and one copy of another block inside',
    `block Residual[I] {
       use inner = Linear[I -> I]
       param s: [I] = 0.5
       let twice = s * 2
       apply(z: [I]) = z + twice * gelu(inner(z))
     }
     use net = repeat(4, Residual[H])`,
    true,
  ],
  [
    'copies within copies',
    'use net = repeat(3, chain(repeat(2, chain(Linear[H -> H], tanh)), relu, Linear[H -> H]))',
    true,
  ],
  [
    'one instance at each step',
    'use layer = Linear[H -> H]\nuse net = repeat(3, chain(layer, tanh))',
    true,
  ],
  [
    'a layer that is called twice',
    'use part = repeat(3, chain(Linear[H -> H], tanh))\nfn net(z: [H]) = part(part(z))',
    true,
  ],
  [
    'a copy that is named',
    'use part = repeat(3, chain(Linear[H -> H], tanh))\nfn net(z: [H]) = part(z) + sum(part.1.0.weight ^ 2)',
    false,
  ],
  ['states', 'use net = repeat(3, chain(Linear[H -> H], BatchNorm[H]))', false],
  [
    'copies within copies that are called twice',
    `block Part[I] {
       use inner = repeat(2, Linear[I -> I])
       apply(z: [I]) = tanh(inner(z))
     }
     use part = repeat(3, chain(repeat(2, chain(Linear[H -> H], tanh)), Part[H]))
     fn net(z: [H]) = part(part(z))`,
    true,
  ],
  [
    'parameters that start from what a loop makes of draws',
    `block Sums[I] {
       param w: [I] = cumsum[I](random_uniform[I]())
       apply(z: [I]) = tanh(w * z)
     }
     use net = repeat(3, Sums[H])`,
    true,
  ],
  ['probabilities', 'use net = repeat(3, chain(Linear[H -> H], softmax[H]))', true],
  [
    'a block that asks what it is given',
    `block Soft[I] {
       param s: [I] = 0.5
       apply(z: [I]) = softmax[I](s * (if z is prob then 3 * z else z))
     }
     use net = repeat(3, Soft[H])`,
    false,
  ],
  [
    'a function of a kind each',
    `fn f[I](z: logit[I]) = 2 * z
     fn f[I](z: prob[I]) = log(z + 1)
     block Choice[I] {
       param s: [I] = 0.5
       apply(z: [I]) = sigmoid(s * f[I](z))
     }
     use net = repeat(3, Choice[H])`,
    false,
  ],
])('%s', (_, layers, isLooped) => {
  const source = `${start}${layers}${end}`

  test(`${isLooped ? 'are' : 'are not'} steps of a loop`, () => {
    expect(isLoop(source)).toBe(isLooped)
  })
  test('have the same values, gradients and steps as layers in a row', async () => {
    const [loop, row] = await both(source)
    const models = [loop, row].map(modelOf)
    const [ours, theirs] = models
    if (ours === undefined || theirs === undefined) throw new Error('two modules')
    Object.assign(ours.params, structuredClone(theirs.params))
    const [train, want] = [lossOf(loop), lossOf(row)]
    const gradients = train.valueAndGrad(ours, batch)
    const wanted = want.valueAndGrad(theirs, batch)
    expect(Math.abs(gradients.value - wanted.value)).toBeLessThan(1e-13)
    expectClose(gradients.grad, wanted.grad)
    for (let step = 0; step < 3; step++) {
      expect(Math.abs(train.step(ours, batch) - want.step(theirs, batch))).toBeLessThan(1e-13)
    }
    expectClose(ours.params, theirs.params)
    expectClose(ours.optimizer, theirs.optimizer)
  })
})

test('a gradient penalty is differentiated through the loop, a second time', async () => {
  const source = `${start}use net = repeat(3, chain(Linear[H -> H], tanh))
let slope = grad(net(x), x)
loss train = mean((net(x) - y) ^ 2) + mean(sum[H](slope ^ 2))`
  const [loop, row] = await both(source)
  const [ours, theirs] = [modelOf(loop), modelOf(row)]
  Object.assign(ours.params, structuredClone(theirs.params))
  const wanted = lossOf(row).valueAndGrad(theirs, batch)
  expectClose(lossOf(loop).valueAndGrad(ours, batch).grad, wanted.grad)
})

test('draws are other ones for each copy', async () => {
  const { entry, init } = await moduleOf(
    `axis N, K = 40
input x: [N]
use net = repeat(2, dropout(p = 0.5))
use three = repeat(3, Linear[K -> K])
output dropped = net(x)
output z = three(x[+K])`,
    { loopFrom: 1 },
  )
  const model = init({ seed: 5 })
  const x = new Float64Array(1000).fill(1)
  const { data } = entry('dropped')(model, { x }, { training: true }) as { data: Float64Array }
  // Where one mask stood for both, a half would be left, of 4.
  const left = [...data].filter((number) => number !== 0)
  expect(left.every((number) => number === 4)).toBe(true)
  expect(left.length).toBeGreaterThan(200)
  expect(left.length).toBeLessThan(300)
  const { params } = model as unknown as Model
  const first = Object.values(params).map((numbers) => numbers[0])
  expect(new Set(first).size).toBe(first.length)
})

test('draws of a block itself are other ones for each copy', async () => {
  const source = `axis N, H = 50
input x: [N, H]
block Turn[I](t = random_normal[I]()) {
  let u = random_normal[I]()
  apply(z: [I]) = u + t - z
}
use net = repeat(2, Turn[H])
output o = net(x)`.replace('random_normal[I]())', 'random_normal[H]())')
  const { entry } = await moduleOf(source, { loopFrom: 1 })
  const { data } = entry('o')({ x: new Float64Array(50) }) as { data: Float64Array }
  // Alike, two turns would give x again.
  expect([...data].every((number) => Math.abs(number) > 1e-9)).toBe(true)
})

test.each([
  ['a loop', 'let s = fold[K]((c, k) => 0.5 * (c + norm(gradient)), 0, K)\n'],
  [
    'a gradient by something shared',
    'let q = step * 0.1\n  let s = grad(sum(gradient) * q ^ 2, q)\n',
  ],
])('an optimizer works with each copy by itself: %s', async (_, statement) => {
  const source = `axis K = 3
${start}use net = repeat(3, chain(repeat(2, Linear[H -> H]), tanh))
optimizer scaled(lr: schedule = 1e-2) {
  ${statement}  state seen = 0
  update seen = seen + s
  update parameter = parameter - lr * seen * gradient
}
loss train = mean((net(x) - y) ^ 2)
minimize train with scaled()`
  const [loop, row] = await both(source)
  const [ours, theirs] = [modelOf(loop), modelOf(row)]
  Object.assign(ours.params, structuredClone(theirs.params))
  for (let step = 0; step < 3; step++) {
    const difference = lossOf(loop).step(ours, batch) - lossOf(row).step(theirs, batch)
    expect(Math.abs(difference)).toBeLessThan(1e-13)
  }
  expectClose(ours.params, theirs.params)
})

test('what a trial of a loop around finds does not condemn the copies', () => {
  const source = `axis N, T, H = 6
input x: [N, T, H]
use net = repeat(3, chain(Linear[H -> H], tanh))
output o = fold[T]((h, v) => net(h) + v, 0, x)`
  expect(compile(source, { loopFrom: 1 }).code).toContain('spellOut')
  expect(compile(source, { loopFrom: 1 }).diagnostics).toEqual([])
})

describe('the model of a loop over copies', () => {
  const source = `${start}use net = repeat(3, chain(Linear[H -> H], relu))${end}`

  test('has each copy by itself', async () => {
    const { init, exports } = await moduleOf(source, { loopFrom: 1 })
    const model = init({ seed: 1 })
    const paths = [0, 1, 2].flatMap((copy) => [`net.${copy}.0.weight`, `net.${copy}.0.bias`])
    expect(Object.keys(model.params).sort()).toEqual([...paths].sort())
    expect(model.params['net.1.0.weight']).toHaveLength(H * H)
    const { parameters, entries, axes } = exports.signature as {
      parameters: { path: string; axes: string[] }[]
      entries: { train: { gradient: string[] } }
      axes: object
    }
    expect(parameters.map(({ path }) => path).sort()).toEqual([...paths].sort())
    expect(parameters[0]?.axes).toEqual(["H'", 'H'])
    expect([...entries.train.gradient].sort()).toEqual([...paths].sort())
    expect(Object.keys(axes)).toEqual(['N', 'H', "H'"])
    expect(exports.signature).toEqual(compile(source, { precision: 'f64', loopFrom: 1 }).signature)
  })
  test('takes what is put in the place of one, and what is written into it', async () => {
    const [loop, row] = await both(source)
    const [ours, theirs] = [modelOf(loop), modelOf(row)]
    Object.assign(ours.params, structuredClone(theirs.params))
    const expectSame = (): void => {
      const difference = lossOf(loop).value(ours, batch) - lossOf(row).value(theirs, batch)
      expect(Math.abs(difference)).toBeLessThan(1e-13)
    }
    expectSame()
    for (const { params } of [ours, theirs]) params['net.1.0.bias'] = waves(7).slice(0, H)
    expectSame()
    for (const { params } of [ours, theirs]) params['net.2.0.weight']?.fill(0.25)
    expectSame()
  })
  test('says which copy has another size', async () => {
    const { init, entry } = await moduleOf(source, { loopFrom: 1 })
    const model = init()
    ;(model as unknown as Model).params['net.1.0.bias'] = new Float64Array(2)
    expect(() => entry('train').value(model, batch)).toThrow(
      'model.params["net.1.0.bias"] has 2 numbers, but must have 6',
    )
  })
})

test('checkpoints and state dicts hold each copy, and load into a loop over copies as into a row', async () => {
  const source = `${start}use net = repeat(3, chain(Linear[H -> H], relu))${end}`
  const [loop, row] = (await both(source)).map(({ exports }) => exports as never as GeneratedModule)
  for (const module of [loop, row]) {
    if (module?.init === undefined) throw new Error('two modules')
    const { signature } = module
    const model = await module.init({ seed: 1 })
    const checkpoint = readCheckpoint(saveModel(signature, model))
    const dict = stateDict(signature, model)
    for (const other of [loop, row]) {
      if (other?.init === undefined) throw new Error('two modules')
      const loaded = await loadModel(other, checkpoint)
      expect(loaded.params).toEqual(model.params)
      expect(loaded.optimizer).toEqual(model.optimizer)
      expect((await loadStateDict(other, dict)).params).toEqual(model.params)
      expect((await other.init({ weights: dict })).params).toEqual(model.params)
    }
  }
})

test('a mistake in many copies is told as in one', () => {
  const mistaken = (copies: number): readonly string[] =>
    compile(
      `${start}use net = repeat(${copies}, chain(Linear[H -> H], softmax))${end}`,
    ).diagnostics.map(({ message }) => message)
  expect(mistaken(100)).toHaveLength(1)
  expect(mistaken(100)).toEqual(mistaken(2))
})

test('a warning about a parameter of copies names the first', () => {
  const source = `${start}block Idle[I] {
  param u: [I] = 1
  use layer = Linear[I -> I]
  apply(z: [I]) = layer(z) + stop_gradient(u * z)
}
use net = repeat(100, Idle[H])${end}`
  expect(compile(source).diagnostics.map(({ message }) => message)).toEqual([
    'no loss is differentiated by the parameter `net.0.u`, nor by those of the other copies, so it is never trained',
  ])
})

test('code and types of two thousand layers are as long as those of five hundred', () => {
  const { code = '', types = '' } = compile(
    `${start}use net = repeat(2000, chain(Linear[H -> H], relu))${end}`,
  )
  const few = compile(`${start}use net = repeat(500, chain(Linear[H -> H], relu))${end}`)
  expect(types).toHaveLength(few.types?.length ?? 0)
  expect(code.length).toBeLessThan(1.01 * (few.code?.length ?? 0))
})
