// bench: what it prints, on inputs that every kind of module accepts.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { call, temporaryFolder } from './call.ts'

const folder = temporaryFolder()
const bench = (line: string) => call(folder, `bench ${line} --seconds 0.01`.split(' '))

writeFileSync(
  join(folder, 'kinds.lossdsl'),
  `axis N, T, C = 3, H = T - 1
input x: [N, T]
input keep: bool[N, T]
input label: class(C)[N]
input soft: prob(C)[N, C]
input chance: prob[N]
input log_chance: logprob(C)[N, C]
input length: int[N]
param w: [T, C] = 0
let scores = dot[T](if keep then x else 0, w)
loss train = mean(cross_entropy(scores, label)) + mean(soft * log_chance) + mean(chance * length)
minimize train with sgd(lr = 0.1)
let later = x[T = H + 1]
metric tail = mean(later)
output guess = argmax[C](scores)
export fn twice(a: [N]) = 2 * a
`,
)
writeFileSync(join(folder, 'bare.lossdsl'), 'axis N\ninput x: [N]\noutput y = exp(x)\n')

test('a line for each call, and the sizes that were taken', async () => {
  const { code, out, err } = await bench('kinds.lossdsl --axis T=5')
  expect(err).toBe('')
  expect(code).toBe(0)
  const lines = out.trimEnd().split('\n')
  expect(lines[0]).toBe('N = 64, T = 5')
  expect(lines.slice(2).map((line) => line.split(/\s+/)[0])).toEqual([
    'train.value',
    'train.valueAndGrad',
    'train.step',
    'tail',
    'guess',
    'twice',
  ])
  for (const line of lines.slice(2)) expect(line).toMatch(/^\S+ +\d[\d.e-]*$/)
})

test('a module without parameters, as JSON', async () => {
  const { out } = await bench('bare.lossdsl --json --axis N=10')
  const { axes, calls } = JSON.parse(out) as { axes: object; calls: { call: string }[] }
  expect(axes).toEqual({ N: 10 })
  expect(calls.map((each) => each.call)).toEqual(['y'])
})

test('over an axis of size 0 there is nothing to time', async () => {
  const { code, err } = await bench('bare.lossdsl --axis N=0')
  expect(code).toBe(2)
  expect(err).toContain('--axis N=0: over nothing there is nothing to time.')
})

test('by the clock, and by the time of the process', async () => {
  for (const clock of ['', ' --cpu']) {
    const { out } = await bench(`bare.lossdsl --json${clock}`)
    const { calls } = JSON.parse(out) as { calls: { milliseconds: { js: number } }[] }
    expect(calls[0]?.milliseconds.js).toBeGreaterThan(0)
  }
})

test('what is wrong with the call', async () => {
  const backend = await bench('bare.lossdsl --backend js,cuda')
  expect([backend.code, backend.err]).toEqual([2, expect.stringContaining('js, wasm, gpu')])
  const axis = await bench('bare.lossdsl --axis M=3')
  expect([axis.code, axis.err]).toEqual([1, expect.stringContaining('M')])
  const entry = await bench('bare.lossdsl --entry z')
  expect([entry.code, entry.err]).toEqual([1, expect.stringContaining('z')])
})

test('Ctrl-C ends it', async () => {
  const { code } = await call(folder, ['bench', 'bare.lossdsl'], { signal: AbortSignal.abort() })
  expect(code).toBe(130)
})
