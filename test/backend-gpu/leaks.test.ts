// What a call that goes wrong leaves on the device: nothing that was not there before.
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test, vi } from 'vitest'
import { Driver } from '../../runtime/gpu/driver.ts'
import { Memory } from '../../runtime/gpu/memory.ts'
import { counted, GPU } from './countedGpu.ts'
import { load } from './run.ts'

const counting = fileURLToPath(new URL('countedGpu.ts', import.meta.url))
const onCounted = (code: string): string => code.replace(`'gpu.js'`, JSON.stringify(counting))
const source = `axis N, T
input x: [N, T]
param w: [] = 0.5
param b: [] = 0
loss r = mean((fold[T]((h, v) => tanh(w * h + v), 0, x) + b) ^ 2)
minimize r with sgd(lr = 0.1, momentum = 0.9)`
const batch = { x: { data: Float32Array.from({ length: 32 }, Math.sin), shape: [4, 8] } }

beforeEach(() => void Object.assign(counted, { failAt: {}, context: {} }))

test.each(['runs', 'reads'] as const)('a step that fails at any of its %s', async (what) => {
  const gpu = await load(source, 'gpu', onCounted)
  const model = await gpu.init({ mode: 'webgl2' })
  await gpu.r?.step(model, batch)
  const [before, first] = [counted.alive, counted[what]]
  await gpu.r?.step(model, batch)
  const last = counted[what]
  expect(counted.alive).toBe(before)
  const { step } = model
  for (let at = 1; at <= last - first; at++) {
    counted.failAt = { [what]: counted[what] + at }
    await expect(gpu.r?.step(model, batch)).rejects.toThrow('out of memory')
    expect(counted.alive).toBe(before)
  }
  expect(model.step).toBe(step)
})

test.each(['runs', 'reads'] as const)('a first step that is verified, at its %s', async (what) => {
  const gpu = await load(source, 'gpu', onCounted)
  const sound = await gpu.init({ mode: 'webgl2', verify: true })
  const first = counted[what]
  await gpu.r?.step(sound, batch)
  const count = counted[what] - first
  await sound.dispose()
  const before = counted.alive
  for (let at = 1; at <= count; at++) {
    const model = await gpu.init({ mode: 'webgl2', verify: true })
    counted.failAt = { [what]: counted[what] + at }
    await expect(gpu.r?.step(model, batch)).rejects.toThrow('out of memory')
    await model.dispose()
    expect(counted.alive).toBe(before)
  }
})

test('a step that is refused waits for no word of a lost device', async () => {
  // A device that is not lost: its promise stays open.
  counted.context = { device: { lost: new Promise<never>(() => {}) } }
  const gpu = await load(source, 'gpu', onCounted)
  const model = await gpu.init({ mode: 'webgl2' })
  await gpu.r?.step(model, batch)
  const waiting = vi.spyOn(globalThis, 'setTimeout')
  await expect(gpu.r?.step(model, { y: 1 })).rejects.toThrow('there is no input y')
  expect(waiting).not.toHaveBeenCalled()
  counted.failAt = { runs: counted.runs + 1 }
  await expect(gpu.r?.step(model, batch)).rejects.toThrow('out of memory')
  expect(waiting).toHaveBeenCalled()
  waiting.mockRestore()
})

test('parts are not written over what has been put together', async () => {
  const memory = new Memory(new Driver(GPU as never, 'webgl2'))
  memory.write(0, [], Float32Array.of(1, 2))
  expect(() => memory.write(0, [1], Float32Array.of(3))).toThrow('is whole')
  await expect(memory.read(0, [1], 1)).rejects.toThrow('is whole')
  expect(await memory.read(0, [], 2)).toEqual(Float32Array.of(1, 2))
})
