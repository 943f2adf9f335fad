// A device that is lost takes the steps with it that have run since the model was last on the host.
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { counted } from './countedGpu.ts'
import { load, type Model, type Module } from './run.ts'

const counting = fileURLToPath(new URL('countedGpu.ts', import.meta.url))
const onCounted = (code: string): string => code.replace(`'gpu.js'`, JSON.stringify(counting))
const source = `axis N
input x: [N]
param w: [] = 0.5
param b: [] = 0
loss r = mean((w * x + b - 1) ^ 2)
minimize r with adam(lr = 0.1)`
const batch = { x: Float32Array.from({ length: 8 }, Math.sin) }

beforeEach(() => void Object.assign(counted, { failAt: {}, context: {} }))

/** The next kernel finds no device; those after it are on another. */
function loseDevice(): void {
  Object.assign(counted.context, { isLost: true })
  Object.assign(counted, { context: {}, failAt: { runs: counted.runs + 1 } })
}

async function step(gpu: Module, model: Model, count: number): Promise<void> {
  for (let k = 0; k < count; k++) await gpu.r?.step(model, batch)
}

test.each([
  ['what was read before', (best: object) => best, 3],
  ['its step alone', () => ({ step: 40 }), 40],
  ['one parameter', () => ({ params: { b: [0.25] } }), 13],
  ['one parameter and the step', () => ({ params: { b: [0.25] }, step: 2, steps: { r: 2 } }), 2],
  ['no tensor', () => ({ seed: 7 }), 13],
] as const)('training goes on from a write: %s', async (_, written, at) => {
  const gpu = await load(source, 'gpu', onCounted)
  const [lost, kept] = [await gpu.init({ mode: 'webgl2' }), await gpu.init({ mode: 'webgl2' })]
  for (const model of [lost, kept]) {
    await step(gpu, model, 3)
    const best = await model.read()
    await step(gpu, model, 10)
    await model.write(written(best))
  }
  await step(gpu, lost, 1)
  loseDevice()
  for (const model of [lost, kept]) await step(gpu, model, 1)
  expect(lost.device).toMatchObject({ lost: [{ at: at + 1, backTo: at }] })
  expect(await lost.read()).toEqual(await kept.read())
})

test('a step that was set by hand is that of what training goes back to', async () => {
  const gpu = await load(source, 'gpu', onCounted)
  const model = await gpu.init({ mode: 'webgl2' })
  await step(gpu, model, 5)
  Object.assign(model, { step: 0 })
  await step(gpu, model, 2)
  loseDevice()
  await step(gpu, model, 1)
  expect(model.device).toMatchObject({ lost: [{ at: 2, backTo: 0 }] })
  expect(model.step).toBe(1)
})
