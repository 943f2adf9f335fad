// Commands with --backend gpu, as processes of their own: what they load must be as it lies in the package.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCheckpoint } from '../../runtime/index.ts'
import { call, temporaryFolder } from './call.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = temporaryFolder()
for (const ending of ['lossdsl', 'csv']) {
  copyFileSync(join(root, `examples/iris/iris.${ending}`), join(folder, `iris.${ending}`))
}

let main: string
beforeAll(() => {
  // Below the repository, where its dependencies are found.
  mkdirSync(join(root, 'out'), { recursive: true })
  const place = mkdtempSync(join(root, 'out/test-'))
  main = join(place, 'cli/main.mjs')
  afterAll(() => rmSync(place, { recursive: true }))
  buildSync({
    entryPoints: [join(root, 'cli/main.ts'), join(root, 'runtime/index.ts')],
    outdir: place,
    outbase: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
})

function lossdsl(line: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...line.split(' ')], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout
}

const data = '--data iris.csv --input x=sepal_length:petal_width'
const training = `train iris.lossdsl ${data} --standardize x --epochs 3 --seed 4 --quiet`

test('train comes to the parameters of the js backend, and predict and evaluate to its numbers', async () => {
  expect(lossdsl(`${training} --backend gpu --save gpu.safetensors`)).toContain('Trained 3 epochs')
  await call(folder, `${training} --save js.safetensors`.split(' '))
  const [gpu, js] = ['gpu', 'js'].map((name) => {
    const bytes = readFileSync(join(folder, `${name}.safetensors`))
    return [...readCheckpoint(bytes).tensors].map(([path, { data: numbers }]) => ({
      path,
      numbers: Array.from(numbers, Number),
    }))
  })
  expect(gpu?.length).toBeGreaterThan(1)
  for (const [i, { path, numbers }] of (gpu ?? []).entries()) {
    expect(path).toBe(js?.[i]?.path)
    expect(differenceOf(numbers, js?.[i]?.numbers ?? [])).toBeLessThan(1e-4)
  }

  const evaluation = `evaluate iris.lossdsl ${data} --load js.safetensors --json`
  const measured = JSON.parse(lossdsl(`${evaluation} --backend gpu`)) as Record<string, number>
  const { out } = await call(folder, evaluation.split(' '))
  const wanted = JSON.parse(out) as Record<string, number>
  expect(Object.keys(measured)).toEqual(Object.keys(wanted))
  expect(differenceOf(Object.values(measured), Object.values(wanted))).toBeLessThan(1e-5)

  const prediction = `predict iris.lossdsl ${data} --load js.safetensors`
  const rows = numbersOf(lossdsl(`${prediction} --backend gpu`))
  expect(rows.length).toBe(3 * 150)
  const wantedRows = numbersOf((await call(folder, prediction.split(' '))).out)
  expect(differenceOf(rows, wantedRows)).toBeLessThan(1e-5)
})

test('bench times both backends in one run', () => {
  const out = lossdsl(
    'bench iris.lossdsl --backend js,gpu --axis D=4 --entry train --seconds 0.02 --json',
  )
  const { axes, calls } = JSON.parse(out) as {
    axes: object
    calls: { call: string; milliseconds: Record<string, number> }[]
  }
  expect(axes).toEqual({ N: 64, D: 4 })
  expect(calls.map(({ call: name }) => name)).toEqual([
    'train.value',
    'train.valueAndGrad',
    'train.step',
  ])
  for (const { milliseconds } of calls) {
    expect(Object.keys(milliseconds)).toEqual(['js', 'gpu'])
    for (const each of Object.values(milliseconds)) expect(each).toBeGreaterThan(0)
  }
})

/** Of all lines but the first. */
function numbersOf(csv: string): number[] {
  const [, ...lines] = csv.trim().split('\n')
  return lines.flatMap((line) => line.split(',').map(Number))
}

function differenceOf(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length)
  return a.reduce((most, each, i) => Math.max(most, Math.abs(each - (b[i] ?? NaN))), 0)
}
