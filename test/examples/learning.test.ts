// The examples learn: each as its README calls it, with fewer steps where fewer do.
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { call, temporaryFolder } from '../cli/call.ts'

const folder = temporaryFolder()
cpSync(fileURLToPath(new URL('../../examples/', import.meta.url)), join(folder, 'examples'), {
  recursive: true,
})

interface Epoch {
  readonly train: Readonly<Record<string, number>>
  readonly validation?: Readonly<Record<string, number>>
}

/** What `lossdsl train examples/…` tells of each epoch. */
async function train(line: string): Promise<Epoch[]> {
  const { out, err } = await call(folder, ['train', ...line.split(' '), '--json'])
  expect(err).toBe('')
  return out
    .trim()
    .split('\n')
    .slice(0, -1)
    .map((text) => JSON.parse(text) as Epoch)
}

function run(script: string, ...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'examples', script), ...args],
    { encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  return stdout
}

test('cnn: 97 percent of other digits after two epochs, by running statistics', async () => {
  const epochs = await train(
    'examples/cnn/cnn.lossdsl --data examples/digits/digits.csv --input image=p00:p77 --validate 0.2 --epochs 2',
  )
  expect(epochs[1]?.validation?.['accuracy']).toBeGreaterThanOrEqual(0.97)
  expect(epochs[1]?.train['train']).toBeLessThan(0.4 * (epochs[0]?.train['train'] ?? 0))
})

test('transformer: letters of the second half from their mirror images', async () => {
  const epochs = await train(
    'examples/transformer/transformer.lossdsl --data examples/transformer/mirrors.csv' +
      ' --input letter=s0:s11 --validate 0.2 --batch 16 --epochs 8',
  )
  expect(epochs[0]?.validation?.['mirrored']).toBeLessThan(0.4)
  expect(epochs[7]?.validation?.['mirrored']).toBeGreaterThan(0.9)
})

test('lstm: the marked numbers are found and added', async () => {
  const epochs = await train(
    'examples/lstm/lstm.lossdsl --data examples/lstm/sums.csv --input value=v0:v9 --input mark=m0:m9' +
      ' --validate 0.2 --batch 16 --epochs 16',
  )
  expect(epochs[0]?.validation?.['off']).toBeGreaterThan(0.3)
  expect(epochs[15]?.validation?.['off']).toBeLessThan(0.1)
  expect(epochs[15]?.train['train']).toBeLessThan(0.05 * (epochs[0]?.train['train'] ?? 0))
})

test('heat: the exact solution, which the network does not know, to 0.03', async () => {
  const epochs = await train(
    'examples/heat/heat.lossdsl --data examples/heat/points.csv --epochs 80',
  )
  expect(epochs[0]?.train['worst']).toBeGreaterThan(0.4)
  expect(epochs[79]?.train['worst']).toBeLessThan(0.03)
  expect(epochs[79]?.train['heat']).toBeLessThan(0.01 * (epochs[0]?.train['heat'] ?? 0))
})

test('wgan: what is drawn comes to lie as the data lie', async () => {
  const { code } = await call(folder, ['compile', 'examples/wgan/wgan.lossdsl'])
  expect(code).toBe(0)
  const [data, ...steps] = run('wgan/train.mjs', '300').trim().split('\n').map(moments)
  const far = steps.map((step) => Math.hypot(...step.map((value, i) => value - (data?.[i] ?? 0))))
  expect(far).toHaveLength(4)
  expect(far[0]).toBeGreaterThan(2)
  expect(far[3]).toBeLessThan(0.25 * (far[0] ?? 0))
})

/** Means and deviations along both axes. */
function moments(line: string): number[] {
  return (line.replace(/^.*?:/, '').match(/-?\d+\.\d+/g) ?? []).slice(0, 4).map(Number)
}

test.each([
  ['transformer', 'mirrors.csv'],
  ['lstm', 'sums.csv'],
  ['heat', 'points.csv'],
])('the data of %s are what its script writes', (name, file) => {
  const path = join(folder, 'examples', name, file)
  const before = readFileSync(path, 'utf8')
  rmSync(path)
  run(`${name}/data.mjs`)
  expect(readFileSync(path, 'utf8')).toBe(before)
})
