// Whole numbers on the device, which has them as f32.
import { expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { load, type Module } from './run.ts'

/** As on a GPU that divides by multiplying: every quotient in a kernel comes out a little small. */
const roughly = (code: string): string =>
  code.replaceAll(/`function \([^`]*`/g, (kernel) => kernel.replaceAll(' / ', ' * 0.9999998 / '))

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

test('whole numbers that nothing bounds stay with the module', () => {
  const source = 'axis T\ninput k: int[T]\noutput r = fold[T]((c, v) => 2 * c + v, 0, k)'
  const { diagnostics } = compile(source, { backend: 'gpu' })
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "`r` runs as plain JavaScript: the device can't run whole numbers that nothing bounds, which are exact below 2^24",
  ])
})
