// Section 5: random numbers are the same for the same seed and step, and others at other sites.
import { describe, expect, test } from 'vitest'
import { messages, moduleOf, plain } from './running.ts'

describe('a file without a model takes options.seed', () => {
  const source = `axis N = 5
    output u = random_uniform[N]()
    output again = random_uniform[N]()
    output two: [N] = random_uniform[N]() - random_uniform[N]()
    output z = random_normal[N]()
    output b = bernoulli[N](0.5)`
  test('the same seed, the same numbers; another, others', async () => {
    const { entry } = await moduleOf(source)
    for (const name of ['u', 'z', 'b', 'two']) {
      const draw = (options?: object) => plain(entry(name)({}, options)).data
      expect(draw()).toEqual(draw({ seed: 0 }))
      expect(draw({ seed: 7 })).toEqual(draw({ seed: 7 }))
      if (name !== 'b') expect(draw({ seed: 7 })).not.toEqual(draw())
    }
    const { data } = plain(entry('u')({}))
    expect(new Set(data).size).toBe(5)
    expect(data.every((value) => value >= 0 && value < 1)).toBe(true)
  })
  test('different sites differ', async () => {
    const { entry } = await moduleOf(source)
    expect(plain(entry('u')({})).data).not.toEqual(plain(entry('again')({})).data)
    expect(plain(entry('two')({})).data.every((value) => value !== 0)).toBe(true)
  })
  test('the same on both precisions', async () => {
    const [wide, narrow] = await Promise.all(
      (['f64', 'f32'] as const).map((precision) => moduleOf(source, { precision })),
    )
    const [a, b] = [wide!, narrow!].map(({ entry }) => plain(entry('u')({}, { seed: 3 })).data)
    a!.forEach((value, i) => expect(b![i]).toBeCloseTo(value, 6))
  })
})

test('a function called twice draws twice, a value named once is drawn once', async () => {
  const { entry } = await moduleOf(`axis N = 4
    fn noise[...A]() = random_uniform[A]()
    let once = noise[N]()
    output differ = noise[N]() - noise[N]()
    output same = once - once`)
  expect(plain(entry('differ')({})).data.every((value) => value !== 0)).toBe(true)
  expect(plain(entry('same')({})).data).toEqual([0, 0, 0, 0])
})

test('equal parameters start from draws of their own, whatever others there are', async () => {
  const starts = async (...names: string[]): Promise<number[][]> => {
    const { init } = await moduleOf(`axis H = 3
      ${names.map((name) => `use ${name} = Linear[H -> H]`).join('\n')}
      param x: [H] = 1
      output y = ${names.reduce((inner, name) => `${name}(${inner})`, 'x')}`)
    const { params } = init()
    return names.map((name) => [...params[`${name}.weight`]!])
  }
  const [a, b] = await starts('a', 'b')
  expect(new Set([...a!, ...b!]).size).toBe(18)
  expect(await starts('b')).toEqual([b])
})

test('means and spreads', async () => {
  const { entry } = await moduleOf(
    `axis N = 4000, Z = 2
    let n = random_normal[N, Z]()
    output m = mean[N](n)
    output s = std[N](n)
    output u = mean(random_uniform[N]())
    output b = mean(bernoulli[N](0.3))`,
  )
  const near = (name: string, wanted: number, by: number) => {
    for (const value of plain(entry(name)({})).data)
      expect(Math.abs(value - wanted)).toBeLessThan(by)
  }
  near('m', 0, 0.06)
  near('s', 1, 0.05)
  near('u', 0.5, 0.03)
  near('b', 0.3, 0.03)
})

describe('with a model', () => {
  const source = `axis N = 6
    input x: [N]
    param w: [] = 1
    output drawn = random_uniform[N]() + 0 * w
    output dropped = w * dropout(x, p = 0.5)
    loss l = sum(w * dropout(x, p = 0.5))
    minimize l with sgd(lr = 0)`
  const x = [1, 1, 1, 1, 1, 1]
  test('calls at one step draw the same numbers, other steps and seeds others', async () => {
    const { entry, init } = await moduleOf(source)
    const model = init({ seed: 5 })
    const drawn = () => plain(entry('drawn')(model, {})).data
    const first = drawn()
    expect(drawn()).toEqual(first)
    const before = entry('l').valueAndGrad(model, { x }).value
    expect(entry('l').step(model, { x })).toBe(before)
    expect(drawn()).not.toEqual(first)
    expect(plain(entry('drawn')(init({ seed: 5 }), {})).data).toEqual(first)
    expect(plain(entry('drawn')(init({ seed: 6 }), {})).data).not.toEqual(first)
    expect(plain(entry('drawn')(init(), {})).data).toEqual(
      plain(entry('drawn')(init({ seed: 0 }), {})).data,
    )
  })
  test('dropout in training: zeros, and the rest grown; the gradient goes the same way', async () => {
    const { entry, init } = await moduleOf(source)
    const model = init()
    expect(plain(entry('dropped')(model, { x })).data).toEqual(x)
    const { data } = plain(entry('dropped')(model, { x }, { training: true }))
    expect(data.every((value) => value === 0 || value === 2)).toBe(true)
    expect(new Set(data).size).toBe(2)
    const { value, grad } = entry('l').valueAndGrad(model, { x })
    expect((grad.w as Float64Array)[0]).toBe(value)
    expect(entry('l').value(model, { x })).toBe(6)
  })
})

test.each(['dropout(x, p = 1.5)', 'dropout(x, p = -0.1)', 'bernoulli[N](1.5)'])(
  '%s is refused',
  (expression) => {
    expect(messages(`axis N\ninput x: [N]\noutput y = ${expression} + x`)[0]).toMatch(
      /^error option-out-of-range/,
    )
  },
)
