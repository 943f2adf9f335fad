// Loops along an axis on the device: its steps one after the other, from here. Beside the js backend, to f32.
import { GPU } from 'gpu.js'
import { expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { joining } from '../../runtime/gpu/driver.ts'
import { load, type Module } from './run.ts'

const waves = (length: number, phase = 0): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(i + phase))

/** Values, gradients, parameters after steps: each array beside the other module's, relative to its own largest number. */
function expectClose(got: unknown, want: unknown): void {
  const [ours, theirs] = [arraysIn(got), arraysIn(want)]
  expect(ours.map(({ path }) => path)).toEqual(theirs.map(({ path }) => path))
  for (const [k, { path, numbers }] of theirs.entries()) {
    const own = ours[k]?.numbers ?? []
    expect(own.length).toBe(numbers.length)
    const size = Math.max(0, ...numbers.map(Math.abs))
    for (const [i, number] of numbers.entries()) {
      const isSame = Object.is(own[i], number) || Math.abs((own[i] ?? NaN) - number) <= 1e-4 * size
      if (!isSame) expect.fail(`${path}[${i}] is ${own[i]}, not ${number}`)
    }
  }
}

function arraysIn(result: unknown, path = 'result'): { path: string; numbers: number[] }[] {
  if (typeof result === 'number') return [{ path, numbers: [result] }]
  if (ArrayBuffer.isView(result)) return [{ path, numbers: Array.from(result as Float32Array) }]
  if (typeof result !== 'object' || result === null) return []
  return Object.entries(result).flatMap(([key, value]) => arraysIn(value, `${path}.${key}`))
}

async function expectAgreement(
  source: string,
  inputs: (length: number) => object,
  lengths: readonly number[] = [9, 1, 0],
): Promise<void> {
  expect(compile(source, { backend: 'gpu' }).diagnostics).toEqual([])
  const [gpu, js] = [await load(source), await load(source, 'js')]
  const takesModel = 'init' in gpu
  for (const length of lengths) {
    const open = (module: Module): unknown =>
      takesModel ? module.init({ seed: 3 }) : Promise.resolve()
    const [model, host] = [await open(gpu), await open(js)]
    const given = inputs(length)
    const ask = async (module: Module, own: unknown): Promise<unknown[]> => {
      const call = takesModel ? [own, given] : [given]
      const gradient = await module.r?.valueAndGrad(...call)
      if (!takesModel) return [gradient]
      if (length === 0) {
        const step = async (): Promise<unknown> => module.r?.step(...call)
        await expect(step()).rejects.toThrow('has nothing to learn from')
        return [gradient]
      }
      const steps = [await module.r?.step(...call), await module.r?.step(...call)]
      return [gradient, ...steps]
    }
    expectClose(await ask(gpu, model), await ask(js, host))
  }
}

test('running sums, forwards and backwards, with gradients of two orders', async () => {
  const source = (sum: string): string => `axis N = 2, T
input x: [N, T]
let s = ${sum}
let slope = grad(sum(s * s * s), x)
loss r = sum(slope * slope * s) wrt x`
  const inputs = (length: number): object => ({ x: waves(2 * length) })
  await expectAgreement(source('cumsum[T](x)'), inputs)
  await expectAgreement(source('scan[T]((c, v) => 0.5 * c + sin(v * c), 1, x)'), inputs, [5])
})

test('an LSTM learns', async () => {
  const source = `axis N = 3, T, D = 2, H = 4
input x: [N, T, D]
use layer = LSTM[T, D -> H]
loss r = mean(square(layer(x) - 0.3))
minimize r with adam(lr = 0.01)`
  await expectAgreement(source, (length) => ({ x: waves(6 * length) }), [7])
})

test('a loop in a loop, and draws in the steps', async () => {
  const source = `axis T, S = 3
input x: [T, S]
param w: [] = 0.8
let outer = scan[T]((c, row) => 0.5 * c + fold[S]((d, v) => w * d + v * c, 1, row), 0, x)
loss r = sum(dropout(outer, p = 0.3) * outer)
minimize r with sgd(lr = 0.01)`
  await expectAgreement(source, (length) => ({ x: waves(3 * length, 1) }))
})

test('parts are put together by kernels, six at a time', () => {
  for (const mode of ['webasm', 'cpu'] as const) {
    const gpu = new GPU({ mode })
    for (const count of [1, 2, 6]) {
      for (const [size, end] of [
        [4, 4],
        [4, 1],
      ] as const) {
        const parts = Array.from({ length: count }, (_, i) =>
          waves(i === count - 1 ? end : size, i),
        )
        const threads = (count - 1) * size + end
        const kernel = gpu.createKernel(joining(count), { output: [threads], precision: 'single' })
        expect(Array.from(kernel(...parts, size, end) as Float32Array)).toEqual(
          parts.flatMap((part) => Array.from(part)),
        )
      }
    }
    void gpu.destroy()
  }
})

test('what inner loops fill is read whole within an outer step, and after it', async () => {
  const source = `axis T, S = 3
input x: [T, S]
fn both[S](row: [S], last: [S]) {
  let ys = scan[S]((d, v) => sin(d * 0.5 + v), 0.1, row + 0.1 * sum[S](last))
  return ys
}
let all = scan[T]((last, row) => both[S](row, last), 0 * sum[T](x), x)
loss r = sum(all * all) wrt x`
  await expectAgreement(source, (length) => ({ x: waves(3 * length) }), [4, 1])
})
