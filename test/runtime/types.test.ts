// What the runtime takes of a generated module and gives for it, as a strict compiler reads both.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'

const source = `axis N, D, C = 3
input x: [N, D]
input y: class(C)[N]
use layer = Linear[D -> C]
use norm = BatchNorm[C](affine = false)
let scores = norm(layer(x))
output probabilities = softmax[C](scores)
loss train = mean(cross_entropy(scores, y))
minimize train with adam()
`
const deep = `axis N, H = 4
input x: [N, H]
use net = repeat(100, Linear[H -> H])
loss train = mean(net(x) ^ 2)
minimize train with adam()
`
const alone = 'axis N\ninput x: [N]\noutput y = 2 * x\nloss size = sum(x ^ 2)\n'
const runtime = fileURLToPath(new URL('../../runtime/index.ts', import.meta.url))

const use = `
import { evaluate, fit, loadModel, loadStateDict, predict, readCheckpoint, readModel, saveModel, stateDict } from '${runtime}'
import * as js from './js.js'
import * as gpu from './gpu.js'
import * as alone from './alone.js'
import * as deep from './deep.js'

const data = { x: [[1, 2]], y: [0] }
const trained = await fit(js, data, { validate: data, onEpoch: (_, state) => void state.model.params['layer.weight'] })
const weight: Float32Array = trained.model.params['layer.weight']
js.train.step(trained.model, data)
await fit(js, data, { model: js.init({ axes: { D: 2 } }) })
const bytes = saveModel(js.signature, trained.model)
const loaded: js.Model = await loadModel(js, readCheckpoint(bytes))
const { train } = await evaluate(js, loaded, data)
const { probabilities } = await predict(js, loaded, { x: [[1, 2]] })

const far = await fit(gpu, data, { onEpoch: async (_, state) => void (await state.model.read()) })
await gpu.train.step(far.model, data)
await fit(gpu, data, { model: await gpu.init({ axes: { D: 2 } }) })
const read = await readModel(far.model)
const again: gpu.Model = await loadModel(gpu, readCheckpoint(saveModel(gpu.signature, read)))
const other: gpu.Model = await loadStateDict(gpu, stateDict(gpu.signature, read))
await evaluate(gpu, again, data)
await predict(gpu, other, data)
await again.write({ params: { 'layer.weight': [1, 2, 3, 4, 5, 6], 'layer.bias': new Float64Array(3) } })
await again.write(await far.model.read())
await evaluate(alone, null, { x: [1] })
const tower = deep.init()
const { grad } = deep.train.valueAndGrad(tower, { x: [[1, 2, 3, 4]] })
const parts: (Float32Array | undefined)[] = [tower.params['net.99.weight'], grad['net.0.bias'], tower.optimizer['train.net.7.bias.m']]
await fit(deep, { x: [[1, 2, 3, 4]] }, { model: tower })
console.log(weight, train, probabilities, parts)

// @ts-expect-error a layer has no such parameter
console.log(tower.params['net.0.scale'])
// @ts-expect-error its tensors lie on the device
saveModel(gpu.signature, far.model)
// @ts-expect-error there is no such parameter
await again.write({ params: { 'layer.wieght': [1] } })
// @ts-expect-error a kind of tensors is named first
await again.write({ 'layer.weight': [1] })
// @ts-expect-error a text is no list of numbers
await again.write({ params: { 'layer.weight': '123456' } })
// @ts-expect-error not awaited
await evaluate(gpu, gpu.init(), data)
`

test('modules of either backend are taken as they are, and their models come back typed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lossdsl-runtime-types-'))
  const modules = {
    js: { source },
    gpu: { source, backend: 'gpu' },
    alone: { source: alone },
    deep: { source: deep },
  } as const
  for (const [name, { source: text, ...options }] of Object.entries(modules)) {
    const { types = '' } = compile(text, options)
    writeFileSync(join(folder, `${name}.d.ts`), types)
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'use.ts'), use)
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const flags =
    '--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --allowImportingTsExtensions --skipLibCheck --target es2022 --module nodenext --lib es2023,dom --types'
  const said = ((): string => {
    try {
      return execFileSync(
        process.execPath,
        [join(typescript, 'bin/tsc'), ...flags.split(' '), '', 'use.ts'],
        { cwd: folder, encoding: 'utf8', stdio: 'pipe' },
      )
    } catch (error) {
      return (error as { stdout: string }).stdout
    }
  })()
  expect(said).toBe('')
})
