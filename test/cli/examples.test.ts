// The command line on the real compiler: the examples on their real data, and sources at fault.
import { spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, temporaryFolder, type Circumstances, type Result } from './call.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = temporaryFolder()
for (const name of ['digits', 'iris', 'diabetes']) {
  for (const ending of ['lossdsl', 'csv']) {
    copyFileSync(
      join(root, `examples/${name}/${name}.${ending}`),
      join(folder, `${name}.${ending}`),
    )
  }
}
const lossdsl = (line: string, circumstances: Circumstances = {}) =>
  call(folder, line.split(' '), circumstances)
const read = (name: string) => readFileSync(join(folder, name))

interface Epoch {
  readonly train: Readonly<Record<string, number>>
  readonly validation: Readonly<Record<string, number>>
}
/** The last epoch of a run with --json. */
function lastEpoch({ out, err }: Result): Epoch {
  expect(err).toBe('')
  return JSON.parse(out.trim().split('\n').at(-2) ?? '') as Epoch
}

const digits =
  'train digits.lossdsl --data digits.csv --input x=p00:p77 --validate 0.2 --batch 16 --json'
const iris =
  'train iris.lossdsl --data iris.csv --input x=sepal_length:petal_width --standardize x --json'
const diabetes =
  'train diabetes.lossdsl --data diabetes.csv --input x=age:glu --standardize x --json'

test.each([1, 2, 3, 4, 5])('digits reach 97 percent with the seed %i', async (seed) => {
  const { validation } = lastEpoch(await lossdsl(`${digits} --epochs 20 --seed ${seed}`))
  expect(validation['accuracy']).toBeGreaterThanOrEqual(0.97)
})

test('classes are predicted by their names', async () => {
  const source = `axis N, C
input x: [N]
input kind: class(C)[N]
param w: [C] = 0
let scores = w * x[+C]
output guess = argmax[C](scores)
loss train = mean(cross_entropy(scores, kind))
minimize train with sgd(lr = 1)
`
  writeFileSync(join(folder, 'kinds.lossdsl'), source)
  writeFileSync(join(folder, 'kinds.csv'), 'x,kind\n1,oak\n2,oak\n-1,elm\n-2,elm\n')
  await lossdsl('train kinds.lossdsl --data kinds.csv --save kinds.safetensors --json')
  const predict = 'predict kinds.lossdsl --load kinds.safetensors --data kinds.csv'
  expect((await lossdsl(predict)).out).toBe('guess\noak\noak\nelm\nelm\n')
  expect(JSON.parse((await lossdsl(`${predict} --json`)).out)).toEqual({
    guess: { axes: ['N'], shape: [4], labels: { C: ['elm', 'oak'] }, data: [1, 1, 0, 0] },
  })
})

test('iris and diabetes learn what their READMEs say', async () => {
  const flowers = lastEpoch(
    await lossdsl(`${iris} --validate 0.2 --epochs 40 --save iris.safetensors`),
  )
  expect(flowers.validation['accuracy']).toBeGreaterThanOrEqual(0.93)
  const patients = lastEpoch(await lossdsl(`${diabetes} --validate 0.2 --epochs 40`))
  expect(patients.train['explained']).toBeGreaterThan(0.5)
})

test('predictions and measures of a trained model', async () => {
  const rest = '--load iris.safetensors --data iris.csv'
  const { out } = await lossdsl(`predict iris.lossdsl ${rest}`)
  expect(out.split('\n')[0]).toBe(
    'probabilities.setosa,probabilities.versicolor,probabilities.virginica',
  )
  const { accuracy } = JSON.parse((await lossdsl(`evaluate iris.lossdsl ${rest} --json`)).out) as {
    accuracy: number
  }
  expect(accuracy).toBeGreaterThan(0.93)
})

test.each(['f32', 'f64'])(
  'the same seed gives the same last bit, resumed or not, in %s',
  async (precision) => {
    // Dropout and two losses with optimizers of their own: seeds and steps must come back too.
    writeFileSync(
      join(folder, 'two.lossdsl'),
      `axis N, D, H = 8, C = 3
input x: [N, D]
input species: class(C)[N]
use first = Linear[D -> H]
use drop = Dropout(p = 0.2)
use second = Linear[H -> C]
use other = Linear[D -> C]
loss a = mean(cross_entropy(x |> first |> relu |> drop |> second, species))
loss b = mean(cross_entropy(other(x), species))
minimize a with adam(lr = step_lr(1e-2, step_size = 30))
minimize b with sgd(lr = 0.1, momentum = 0.9)
`,
    )
    const two = `${iris.replace('iris.lossdsl', 'two.lossdsl')} --seed 3 --precision ${precision}`
    const whole = await lossdsl(`${two} --epochs 4 --save whole.safetensors`)
    expect((await lossdsl(`${two} --epochs 4`)).out).toBe(whole.out)
    await lossdsl(`${two} --epochs 2 --save half.safetensors`)
    const resumed = await lossdsl(
      `train two.lossdsl --data iris.csv --resume half.safetensors --save half.safetensors --epochs 4 --precision ${precision}`,
    )
    expect(resumed.err).toBe('')
    expect(read('half.safetensors')).toEqual(read('whole.safetensors'))
  },
)

test.each(['ast', 'graph', 'gradient', 'kernels', 'code'])(
  '--emit %s prints the stage',
  async (stage) => {
    const { code, out } = await lossdsl(`compile digits.lossdsl --emit ${stage}`)
    expect(code).toBe(0)
    expect(out.length).toBeGreaterThan(300)
  },
)

test('compile gives a module that imports nothing, the same bytes every time', async () => {
  const { code } = await lossdsl('compile digits.lossdsl')
  expect(code).toBe(0)
  const module = read('digits.js').toString()
  expect(module).not.toMatch(/^import /m)
  await lossdsl('compile digits.lossdsl')
  expect(read('digits.js').toString()).toBe(module)
})

test('--entry keeps what predicting needs', async () => {
  await lossdsl('compile digits.lossdsl -o predict.js --entry probabilities')
  const module = (await import(join(folder, 'predict.js'))) as Record<string, unknown>
  expect(Object.keys(module)).toContain('probabilities')
  expect(Object.keys(module)).not.toContain('train')
})

test('--entry of an export that is not there is a mistake', async () => {
  const { code, err } = await lossdsl('compile digits.lossdsl -o none.js --entry probabilitis')
  expect(code).toBe(1)
  expect(err).toContain("`probabilitis` is to be kept, an export that this file doesn't have")
  expect(err).toContain('did you mean `probabilities`?')
})

test('the wasm backend is not there yet, and says so', async () => {
  const { code, err } = await lossdsl('compile digits.lossdsl --backend wasm')
  expect(code).toBe(1)
  expect(err).toContain('the wasm backend is not part of this version')
})

test('--backend gpu writes a module for gpu.js', async () => {
  const { code } = await lossdsl('compile digits.lossdsl --backend gpu -o onDevice.js')
  expect(code).toBe(0)
  const module = readFileSync(join(folder, 'onDevice.js'), 'utf8')
  expect(module).toContain("import * as gpujs from 'gpu.js'")
  expect(module).toContain("import { createDevice } from 'lossdsl/runtime'")
})

const deep = 100_000
test.each([
  ['empty', '', 0, ''],
  ['one mistake', 'axis N\nlet y = z\n', 1, 'error'],
  ['deep parentheses', `let y = ${'('.repeat(deep)}1${')'.repeat(deep)}`, 1, 'deep'],
  ['a long chain', `let y = 1${' + 1'.repeat(deep)}`, 1, ''],
  [
    'nested ifs',
    `let y = ${'if true then '.repeat(deep)}1${' else 1'.repeat(deep)}`,
    1,
    'characters',
  ],
  ['10 MB', `let y = "${'a'.repeat(10_000_000)}"`, 1, 'characters'],
])('a source that is %s: a diagnostic, and no fault of ours', async (_, text, exit, message) => {
  writeFileSync(join(folder, 's.lossdsl'), text)
  const { code, out, err } = await lossdsl('check s.lossdsl')
  expect(out + err).not.toContain('fault of lossdsl')
  expect(out + err).not.toContain('error[internal')
  expect(out).toContain(message)
  expect(code).toBe(exit)
})

test('a size that nothing settles is asked for', async () => {
  writeFileSync(
    join(folder, 'open.lossdsl'),
    `axis N, D, H, K = 2 * H
input x: [N, D]
use a = Linear[D -> K]
use b = Linear[K ->]
loss train = mean(b(relu(a(x))) ^ 2)
minimize train with sgd(lr = 0.1)
`,
  )
  const line = 'train open.lossdsl --data iris.csv --input x=sepal_length:petal_width --epochs 1'
  const { code, err } = await lossdsl(line)
  expect(err).toContain('has the axis H, and neither the file nor the data settle its size')
  expect(code).toBe(1)
  expect((await lossdsl(`${line} --axis H=4`)).code).toBe(0)
})

test('what the module refuses is told as a fault of the data', async () => {
  writeFileSync(
    join(folder, 'share.lossdsl'),
    `axis N
input share: prob[N]
param p: [] = 0.5
loss a = mean((share - p) ^ 2)
minimize a with sgd(lr = 0.1)
`,
  )
  const { code, err } = await lossdsl('train share.lossdsl --data -', {
    stdin: 'share\n0.5\n1.5\n',
  })
  expect(code).toBe(1)
  expect(err).toMatch(/share\[\d\] is 1\.5, but must be a probability/)
  expect(err).not.toContain('fault of lossdsl')
})

test('fmt --check is content with the examples', async () => {
  const sources = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.lossdsl'))
    .map((path) => join(root, 'examples', path))
  expect(sources.length).toBeGreaterThanOrEqual(8)
  const { code, out } = await call(folder, ['fmt', '--check', ...sources])
  expect([code, out]).toEqual([0, ''])
})

test('fmt shows what it cannot read, and leaves it', async () => {
  writeFileSync(join(folder, 'broken.lossdsl'), 'let = 3\n')
  const { code, err } = await lossdsl('fmt broken.lossdsl')
  expect(code).toBe(1)
  expect(err).toContain('broken.lossdsl:1')
  expect(read('broken.lossdsl').toString()).toBe('let = 3\n')
  const piped = await call(folder, ['fmt', '-'], { stdin: 'let a = (1' })
  expect(piped.err).toContain(' - opened here')
})

// The program itself, as a process of its own.
let bundle = ''
beforeAll(() => {
  // Below the repository, where its dependencies are found.
  mkdirSync(join(root, 'out'), { recursive: true })
  const place = mkdtempSync(join(root, 'out/test-'))
  bundle = join(place, 'main.mjs')
  afterAll(() => rmSync(place, { recursive: true }))
  buildSync({
    entryPoints: [join(root, 'cli/main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
})
const args = (line: string) => [bundle, ...line.split(' ')]

test('a process trains without generating code from strings', () => {
  const line = `${digits} --epochs 1`
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--disallow-code-generation-from-strings', ...args(line)],
    { cwd: folder, encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout).toContain('"done":true')
})

test('a reader that goes away ends it quietly', () => {
  const { stderr, stdout } = spawnSync(
    'sh',
    ['-c', `"${process.execPath}" "${bundle}" compile digits.lossdsl --emit kernels | head -c 11`],
    { cwd: folder, encoding: 'utf8' },
  )
  expect(Buffer.byteLength(stdout)).toBe(11)
  expect(stderr).toBe('')
})

test('Ctrl-C and kill -9 leave whole checkpoints', async () => {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const child = spawn(
      process.execPath,
      args(`${digits} --epochs 100000 --save cut.safetensors`),
      {
        cwd: folder,
      },
    )
    let lines = 0
    child.stdout.on('data', (text: Buffer) => {
      lines += text.toString().split('\n').length - 1
      // Once: a second SIGINT would end it at once.
      if (lines >= 3 && !child.killed) child.kill(signal)
    })
    const [code] = await new Promise<[number | null]>((resolve) => {
      child.on('exit', (exit) => resolve([exit]))
    })
    expect(code).toBe(signal === 'SIGINT' ? 130 : null)
    const { err } = await lossdsl(
      'evaluate digits.lossdsl --load cut.safetensors --data digits.csv',
    )
    expect(err).toBe('')
  }
})
