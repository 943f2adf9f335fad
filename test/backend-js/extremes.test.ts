// Maxima find what they were taken of again, though it is worked out in doubles and they are stored in single precision.
import { expect, it } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { entryOf, load, wordsOf } from '../conformance/generatedModule.ts'

const numbers = (count: number, by: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(1 + by * i))
const inputs = { x: numbers(20, 1.3), v: numbers(20, 0.7), w: numbers(12, 2.1) }

async function gradient(loss: string, precision: 'f32' | 'f64', fuse: boolean): Promise<number[]> {
  const source = `
    axis N = 5, D = 4, E = 3
    input x: [N, D]
    input v: [N, D]
    input w: [D, E]
    loss l = ${loss} + 0 * (sum(v) + sum(w)) wrt x`
  const { code, diagnostics } = compile(source, { precision, fuse })
  expect(code, wordsOf(diagnostics)).toBeDefined()
  const module = await load(code ?? '')
  return Array.from(entryOf(module, 'l').valueAndGrad(inputs).grad['x'] ?? [])
}

it.each([
  'max(x * v)',
  'sum(max[N](x * v))',
  'sum(min[D](x * v) * x)',
  'sum(sin(max[N]((x * v)[D = D + 1, else 1])))',
  'norm(x * v, p = inf)',
  'sum(if x * v == max[N](x * v) then x else 0)',
  'max(dot[D](x, w))',
  'sum(max[N](dot[D](x, w))) + sum(square(dot[D](x, w)))',
  'sum(max[E](dot[D](x, w) + 0.1) * sum[E](sin(dot[D](x, w))))',
])('%s', async (loss) => {
  const want = await gradient(loss, 'f64', true)
  expect(want.some((number) => number !== 0)).toBe(true)
  for (const fuse of [true, false]) {
    for (const [i, number] of (await gradient(loss, 'f32', fuse)).entries()) {
      expect(number).toBeCloseTo(want[i] ?? NaN, 4)
    }
  }
})

it.each([
  ['max[N](k)', [-5, -6, -7]],
  ['min[N](0 - k)', [5, 6, 7]],
  ['max[N](k) - max(k)', [0, -1, -2]],
])('%s of whole numbers on one side of 0', async (result, want) => {
  const source = `axis N = 2, E = 3\ninput k: int[N, E]\noutput r = ${result}`
  const { code, diagnostics } = compile(source)
  expect(code, wordsOf(diagnostics)).toBeDefined()
  const module = await load(code ?? '')
  const given = { k: Int32Array.of(-5, -6, -7, -8, -9, -10) }
  expect(Array.from((entryOf(module, 'r')(given) as { data: Int32Array }).data)).toEqual(want)
})
