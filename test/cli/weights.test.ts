// `lossdsl compile --weights`: a module that starts from trained parameters, and needs no other file.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importCode } from '../../cli/compiling.ts'
import { writeSafetensors, type OutputValue } from '../../runtime/index.ts'
import { call, temporaryFolder } from './call.ts'

const folder = temporaryFolder()
writeFileSync(
  join(folder, 'line.lossdsl'),
  `axis N, D, C = 2
input x: [N, D]
input y: [N, C]
use line = Linear[D -> C]
use other = Linear[D -> C](use_bias = false)
output guess = line(x)
loss train = mse(line(x) + other(x), y)
minimize train with adam(lr = 0.1)
`,
)
const weight = { data: Float32Array.of(1, 2, 3, -1, 0.1, 1e-3), shape: [2, 3] }
const trained = {
  'line.weight': weight,
  'line.bias': { data: Float32Array.of(-0.5, 7), shape: [2] },
  'other.weight': { data: new Float32Array(6), shape: [2, 3] },
}
writeFileSync(join(folder, 'm.safetensors'), writeSafetensors(trained))
const compiled = async (options = '') => {
  const result = await call(
    folder,
    `compile line.lossdsl --weights m.safetensors -o m.js ${options}`.trim().split(' '),
  )
  expect(result).toMatchObject({ code: 0, err: '' })
  const code = readFileSync(join(folder, 'm.js'), 'utf8')
  return { code, module: await importCode(code) }
}

test('init starts from them, sizes and all, and other weights may be given', async () => {
  const { module } = await compiled()
  const model = await module.init!()
  expect(model.params).toEqual(
    Object.fromEntries(Object.entries(trained).map(([path, { data }]) => [path, data])),
  )
  expect({ step: model.step, axes: model.axes }).toMatchObject({ step: 0, axes: { D: 3, C: 2 } })
  expect(module.signature.axes['D']).toEqual({ size: 3 })
  const fresh = { ...trained, 'line.bias': { data: Float32Array.of(0, 1), shape: [2] } }
  const other = await module.init!({ weights: writeSafetensors(fresh) })
  expect(other.params['line.bias']).toEqual(Float32Array.of(0, 1))
  expect(() => module.init!(5 as never)).toThrow('init takes its options as an object')
})

test('a module that only predicts holds what it needs, under a strict policy', async () => {
  const { code, module } = await compiled('--entry guess')
  const model = await module.init!()
  expect(Object.keys(model.params).sort()).toEqual(['line.bias', 'line.weight'])
  const { data } = (module['guess'] as (...given: unknown[]) => OutputValue)(model, {
    x: [[1, 1, 2]],
  })
  const byHand = [1 + 2 + 6 - 0.5, -1 + 0.1 + 0.002 + 7]
  expect(data).toEqual(Float32Array.from(byHand, Math.fround))
  expect(code).not.toMatch(/\beval\b|new Function|\bimport\b/)
  // Eight floats: what is built in is short.
  expect(/^const WEIGHTS = '(.*)'$/m.exec(code)?.[1]?.length).toBeLessThan(350)
})

test('in f64 and as one text of JSON', async () => {
  const { module } = await compiled('--precision f64')
  const { params } = await module.init!()
  expect(params['line.weight']).toEqual(Float64Array.from(weight.data))
  const printed = await call(
    folder,
    'compile line.lossdsl --weights m.safetensors --json'.split(' '),
  )
  expect((JSON.parse(printed.out) as { code: string }).code).toContain('const WEIGHTS = ')
})

test('parameters of another model are refused, and nothing is written', async () => {
  const { 'other.weight': _, ...some } = trained
  writeFileSync(join(folder, 'some.safetensors'), writeSafetensors(some))
  const refused = (options: string) =>
    call(folder, `compile line.lossdsl -o none.js ${options}`.split(' '))
  expect(await refused('--weights some.safetensors --entry guess')).toMatchObject({
    code: 1,
    out: '',
    err: 'lossdsl: some.safetensors is of another model: it lacks "other.weight".\n',
  })
  expect(await refused('--weights m.safetensors --axis D=4')).toMatchObject({
    code: 1,
    err: 'lossdsl: m.safetensors: line.weight has shape [2, 3], but [C, D] must be [2, 4].\n',
  })
  expect(await refused('--weights none.safetensors')).toMatchObject({
    code: 1,
    err: 'lossdsl: none.safetensors does not exist.\n',
  })
  expect(existsSync(join(folder, 'none.js'))).toBe(false)
})
