// Copies of a block that are steps of a loop: on the device their tensors lie whole, and are read and written one by one.
import { expect, test } from 'vitest'
import { load } from './run.ts'

const source = `axis N, H = 6
input x: [N, H]
input y: [N, H]
use net = repeat(4, chain(Linear[H -> H], tanh))
loss train = mean((net(x) - y) ^ 2)
minimize train with adam(lr = 1e-2)
`
const waves = (length: number, phase: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898 + phase))
const batch = { x: waves(18, 1), y: waves(18, 2) }

type Arrays = Record<string, Float32Array>

function expectClose(got: Arrays, want: Arrays): void {
  expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort())
  for (const [path, numbers] of Object.entries(want)) {
    const size = Math.max(...numbers.map(Math.abs))
    for (const [k, number] of numbers.entries()) {
      expect(Math.abs((got[path]?.[k] ?? NaN) - number), `${path}[${k}]`).toBeLessThan(1e-4 * size)
    }
  }
}

test('train as on the host, from the same draws, and are read and written one by one', async () => {
  const options = { loopFrom: 2 }
  const [gpu, js] = [
    await load(source, 'gpu', undefined, options),
    await load(source, 'js', undefined, options),
  ]
  const model = await gpu.init({ seed: 3, verify: true })
  const host = await js.init({ seed: 3 })
  expect((await model.read()).params).toEqual(host.params)
  const given = waves(36, 5)
  await model.write({ params: { 'net.2.0.weight': given } })
  host.params['net.2.0.weight'] = given
  const gradients = (await gpu.train?.valueAndGrad(model, batch)) as { grad: Arrays }
  const wanted = (await js.train?.valueAndGrad(host, batch)) as { grad: Arrays }
  expectClose(gradients.grad, wanted.grad)
  for (let step = 0; step < 3; step++) {
    const [value, want] = [await gpu.train?.step(model, batch), await js.train?.step(host, batch)]
    expect(value).toBeCloseTo(Number(want), 5)
  }
  // Written in part, after steps on the device: the other copies stay as these have left them.
  const bias = waves(6, 9)
  await model.write({ params: { 'net.0.0.bias': bias } })
  host.params['net.0.0.bias'] = bias
  const read = await model.read()
  expectClose(read.params, host.params)
  expectClose(read.optimizer, host.optimizer)
  expect(model.device.onHost).toEqual({})
  await model.write(read)
  expect((await model.read()).optimizer).toEqual(read.optimizer)
  await expect(model.write({ params: { 'net.*.0.bias': bias } })).rejects.toThrow('net.*.0.bias')
  await model.dispose()
})
