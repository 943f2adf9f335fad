// The `.d.ts` of a module, as a strict compiler reads it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { crossEntropy, doubled, regression } from './examples.ts'
import { emit } from './run.ts'

const use = `
import { init, fit, type Model, ShapeError, signature } from './regression.js'
import { doubled } from './doubled.js'
import { train } from './crossEntropy.js'

const model: Model = init({ seed: 1, axes: { D: 2 } })
const value: number = fit.value(model, { x: [[1, 2]], y: [1] })
const { grad } = fit.valueAndGrad(model, { x: Float32Array.of(1, 2), y: new Float64Array(1) }, { reuse: true })
const w: Float64Array = grad['line.w']
fit.step(model, { x: { data: [1, 2], shape: [1, 2] }, y: [1] }, { lr: 0.5 })
model.params.b = new Float64Array(1)
const { data, shape: [n], axes: [first] } = doubled({ x: [1, 2, 3] })
const name: 'N' = first
train.valueAndGrad({ x: fit.input('x', [1, 2]), y: train.input('y', [1]) }, { training: false, seed: 3 })
console.log(value, w, data, n, name, new ShapeError('').name, signature.entries['fit']?.cost)

// @ts-expect-error an input is missing
fit.value(model, { x: [1] })
// @ts-expect-error an input that the file does not have
fit.value(model, { x: [1], y: [1], z: [1] })
// @ts-expect-error an option that a step does not have
fit.step(model, { x: [1], y: [1] }, { training: true })
// @ts-expect-error a file without parameters has no model
doubled(model, { x: [1] })
// @ts-expect-error an axis that the file does not have
init({ axes: { E: 1 } })
// @ts-expect-error a loss without an optimizer
train.step
`

test('types say what calls take and give', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lossdsl-types-'))
  for (const example of [regression, doubled, crossEntropy]) {
    const { plan, programs } = example()
    writeFileSync(join(folder, `${example.name}.d.ts`), emit(plan, programs).types)
  }
  writeFileSync(join(folder, 'use.ts'), use)
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const flags =
    '--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --target es2022 --module nodenext --lib es2022,dom --types'
  const run = () =>
    execFileSync(
      process.execPath,
      [join(typescript, 'bin/tsc'), ...flags.split(' '), '', 'use.ts'],
      { cwd: folder, encoding: 'utf8', stdio: 'pipe' },
    )
  let said = ''
  try {
    run()
  } catch (error) {
    said = (error as { stdout: string }).stdout
  }
  expect(said).toBe('')
})

test('axes of different blocks that have one name are told apart by their sizes', () => {
  const { types = '', diagnostics } = compile(`axis N, T, I, H = 8, K = 6
input x: [N, T, I]
use first = LSTM[T, I -> H]
use second = GRU[T, H -> K]
loss power = mean(second(first(x)) ^ 2)`)
  expect(diagnostics).toEqual([])
  const comments = [...types.matchAll(/\/\*\* (\[.*\]), at first .*\n *"(.*)"/g)]
  expect(Object.fromEntries(comments.map(([, axes, path]) => [path, axes]))).toMatchObject({
    'first.weight_ih_l0': '[G = 32, I]',
    'first.weight_hh_l0': '[G = 32, J = 8]',
    'second.weight_ih_l0': '[G = 18, H]',
    'second.weight_hh_l0': '[G = 18, J = 6]',
  })
})

test('documentation reaches the types, and cannot leave its comment', () => {
  const { plan, programs } = doubled()
  expect(emit(plan, programs).types).toMatchSnapshot()
})
