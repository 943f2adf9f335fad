// Whole numbers on the device, which has them as f32.
import { expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { load, type Module } from './run.ts'

/** As on a GPU that divides by multiplying: every quotient in a kernel is off by some units in the last place. */
const dividing =
  (factor: string) =>
  (code: string): string =>
    code.replaceAll(/`function \([^`]*`/g, (kernel) => kernel.replaceAll(' / ', ` * ${factor} / `))
const [roughly, upwards] = [dividing('0.9999998'), dividing('1.0000002')]

async function resultOf(module: Module, given: object): Promise<number[]> {
  const result = (await module.r?.(given)) as { data: Int32Array } | undefined
  return Array.from(result?.data ?? [])
}

test.each([
  ['an input', 'let s = k'],
  ['what is used twice', 'let s = k * k'],
  ['a sum', 'let s = sum[J](k[+J] * (J + 1))'],
])('%s is divided to a whole number where the device divides roughly', async (_, definition) => {
  for (const result of ['s div 10 + s', '(s - 40) div (0 - 10) - s', 's % 10 + s']) {
    const source = `axis N, J = 3\ninput k: int[N]\n${definition}\noutput r = ${result}`
    const k = Int32Array.from({ length: 81 }, (_, i) => i - 40)
    const got = await resultOf(await load(source, 'gpu', roughly), { k })
    expect(got).toHaveLength(k.length)
    expect(got).toEqual(await resultOf(await load(source, 'js'), { k }))
  }
})

test.each([
  [4_194_304, [3, -3, 7, 10]],
  [8_388_608, [1, 2, 3, -4, 1001]],
  [16_776_000, [1, 2, 3, -4, 97, 1001, 172_961, 8_388_607]],
])('quotients are exact around %i', async (most, divisors) => {
  const magnitudes = Int32Array.from({ length: 400 }, (_, i) => most - 200 + i)
  const source = `axis N
input k: int[N]
input d: int[N]
output r = k div d
output whole = if k % d == 0 then k / d else 0
output rest = k % d
output constant = k div 3 + k div 4 - k % 7`
  const modules = [await load(source, 'js')]
  for (const change of [undefined, roughly, upwards])
    modules.push(await load(source, 'gpu', change))
  for (const divisor of divisors) {
    const d = magnitudes.map(() => divisor)
    for (const k of [magnitudes, magnitudes.map((each) => -each)]) {
      for (const output of ['r', 'whole', 'rest', 'constant']) {
        const [want, ...got] = await Promise.all(modules.map(async (of) => of[output]?.({ k, d })))
        for (const each of got) expect(each).toEqual(want)
      }
    }
  }
})

const long = [
  [5_592_405, 1, 3],
  [599, 3989, 7],
] as const
test.each([
  [1, [[599, 1000, 7]]],
  [0.9999999, long],
  [1.0000001, long],
] as const)(
  'each thread of a long array finds its row and column where products are off by %d',
  async (factor, lengths) => {
    const off = (code: string): string =>
      code.replaceAll(
        /Math\.floor\((\(\w+ \+ [^)]*\)) \* /g,
        `Math.floor($1 * ${factor.toFixed(8)} * `,
      )
    const source = `axis N, M, K
input x: [N]
input y: [M]
input z: [K]
output r = x[+M, +K] + y[+N, +K] + z[+N, +M]`
    const gpu = await load(source, 'gpu', off)
    for (const [n, m, k] of lengths) {
      const along = (length: number, step: number): Float32Array =>
        Float32Array.from({ length }, (_, i) => i * step)
      const given = { x: along(n, m * k), y: along(m, k), z: along(k, 1) }
      const result = (await gpu.r?.(given)) as { data: Float32Array } | undefined
      expect(result?.data).toHaveLength(n * m * k)
      expect(result?.data.findIndex((place, i) => place !== i)).toBe(-1)
    }
  },
)

test.each([
  ['an optimizer’s count of steps', 'step div 10', 'staged()', 2],
  [
    'a quotient before it is rounded',
    'lr',
    'staged(lr = step_lr(1.0, step_size = 10, gamma = 2))',
    12,
  ],
])('so is %s', async (_, added, optimizer, end) => {
  const gpu = await load(
    `axis N
input x: [N]
param w: [] = 0
optimizer staged(lr: schedule = 0) {
  update parameter = parameter + ${added}
}
loss r = sum(w * x)
minimize r with ${optimizer}`,
    'gpu',
    roughly,
  )
  const model = await gpu.init()
  for (let step = 0; step < 11; step++) await gpu.r?.step(model, { x: [1] })
  const { params } = await model.read()
  expect(params.w?.[0]).toBeCloseTo(end, 4)
})

test.each([
  '(k * 4099) div 7',
  '(k * 4099) % 7 + k',
  'if k > 3 then k * k - k else 0',
  'sum[J](k[+J] * 1300)',
  'cumsum[N](100 * k)',
  'scan[N]((c, v) => clamp(c + v, -10, 10), 0, k * 4099)',
])('%s runs on the device as long as it is exact there', async (result) => {
  const source = `axis N, J = 3\ninput k: int[N]\nparam w: [] = 1\noutput r = w * ((${result}) % 1000)`
  const [gpu, js] = [await load(source), await load(source, 'js')]
  const [model, host] = [await gpu.init(), await js.init()]
  for (const [largest, onHost] of [
    [1000, []],
    [16000, ['r']],
  ] as const) {
    const k = Int32Array.from({ length: 9 }, (_, i) => largest - i)
    expect(await gpu.r?.(model, { k })).toEqual(await js.r?.(host, { k }))
    expect(Object.keys(model.device.onHost)).toEqual(onHost)
  }
})

test.each([
  ['a product beside another', 'if k * j > (k - 1) * (j + 1) then 1 else 0', 4097, 4097],
  ['a square less a number', 'k * k - 4096 * 4096 + 0 * j', 4097, 0],
  ['a sum', 'if k + j > 16777215 then (k + j) - 16777000 else 0', 16777215, 4096],
  ['a product with what is 0', '(j * 4099) % 7 + (k * j * 4099) % 7', 0, 6000],
  [
    'a product of sizes',
    '(size(N) * 6000 * 4099) % 7 + (k * size(N) * 6000 * 4099) % 7 + 0 * j',
    0,
    0,
  ],
])('%s of inputs is as exact as in plain JavaScript', async (_, result, k, j) => {
  const source = `axis N\ninput k: int[N]\ninput j: int[N]\noutput r = ${result}`
  const given = { k: Int32Array.of(k), j: Int32Array.of(j) }
  expect(await resultOf(await load(source), given)).toEqual(
    await resultOf(await load(source, 'js'), given),
  )
})

test('what an outer loop carries bounds nothing unless it holds its start too', async () => {
  const inner = 'fold[S]((i, w) => clamp((i * 4001) % 7 + w, -10, 10), o, v)'
  const source = `axis T, S
input k: int[T, S]
output r = fold[T]((o, v) => clamp(${inner} * 1000, -5000, 5000), 0, k)`
  const [gpu, js] = [await load(source), await load(source, 'js')]
  for (const k of [Int32Array.of(0, 2, 0, 2), Int32Array.of(1, 1, 2, 0)]) {
    const axes = { T: 2, S: 2 }
    expect(await gpu.r?.({ k }, { axes })).toEqual(await js.r?.({ k }, { axes }))
  }
})

test.each([
  ['the largest of a long row', 'input k: int[N]', 'max[N](k)'],
  ['the smallest', 'input k: int[N]', 'min[N](k)'],
  ['a product of truths', 'input k: int[N]', 'prod[N](k > 0)'],
  [
    'a count of truths along short and long axes',
    'axis H = 300, W = 300\ninput k: int[N, H, W]',
    'sum(k > 0)',
  ],
])('%s runs on the device', async (_, inputs, result) => {
  const source = `axis N\n${inputs}\nparam w: [] = 1\noutput r = w * ${result}`
  const k = Int32Array.from({ length: 180_000 }, (_, i) => (i % 7) - 3)
  const [gpu, js] = [await load(source), await load(source, 'js')]
  const [model, host] = [await gpu.init(), await js.init()]
  expect(await gpu.r?.(model, { k })).toEqual(await js.r?.(host, { k }))
  expect(model.device.onHost).toEqual({})
})

test('long chains of products of whole numbers are told from the first numbers on', () => {
  const chain = [0, 1, 2, 3, 4].map((n) => `let a${n + 1} = a${n} * (a${n} + 1)`).join('\n')
  const source = `axis N
input k: int[N]
input j: int[N]
input i: int[N]
let a0 = k + j + i + size(N)
${chain}
output r = a5 % 7`
  const { diagnostics } = compile(source, { backend: 'gpu' })
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "`r` runs as plain JavaScript: the device can't run whole numbers up to 16777217, which are exact below 2^24",
  ])
})

test('whole numbers that nothing bounds stay with the module', () => {
  const source = 'axis T\ninput k: int[T]\noutput r = fold[T]((c, v) => 2 * c + v, 0, k)'
  const { diagnostics } = compile(source, { backend: 'gpu' })
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "`r` runs as plain JavaScript: the device can't run whole numbers that nothing bounds, which are exact below 2^24",
  ])
})
