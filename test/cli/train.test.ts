// train, predict and evaluate, on a hand-written module and Fisher's iris flowers.
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { readNpy } from '../../runtime/index.ts'
import { irisText } from '../runtime/fixture/data.ts'
import { call, fixtureCompiler, temporaryFolder, type Circumstances } from './call.ts'

const compiler = fixtureCompiler()
const folder = temporaryFolder()
const lossdsl = (line: string, circumstances: Circumstances = {}) =>
  call(folder, line.split(' '), { compiler, ...circumstances })

const data = '--data iris.csv --input x=sepal_length:petal_width --standardize x'
const train = `train iris.lossdsl ${data} --validate 0.2 --epochs 4 --seed 2`

beforeAll(async () => {
  writeFileSync(join(folder, 'iris.lossdsl'), '')
  writeFileSync(join(folder, 'iris.csv'), irisText)
  expect((await lossdsl(`${train} --save whole.safetensors`)).code).toBe(0)
})

const read = (name: string) => readFileSync(join(folder, name))
const timeless = (text: string) => text.replace(/in \d+\.\d s/, 'in … s')

test('plain lines where there is no terminal', async () => {
  const { code, out, err } = await lossdsl(train)
  expect(code).toBe(0)
  expect(err).toBe('')
  expect(timeless(out)).toMatchSnapshot()
})

test('a bar and colours on a terminal', async () => {
  const { out, err } = await lossdsl(`${train} --batch 1`, { terminal: true })
  expect(err).toMatch(/\repoch 1\/4 .*━.* train \d/)
  expect(err.endsWith('\r\u001b[K')).toBe(true)
  expect(out).toContain('\u001b[')
})

test('the same seed, the same bytes: of output, checkpoint and curve', async () => {
  const first = await lossdsl(`${train} --save a.safetensors`)
  const second = await lossdsl(`${train} --save b.safetensors`)
  expect(timeless(second.out).replaceAll('b.s', 'a.s')).toBe(timeless(first.out))
  expect(read('b.safetensors')).toEqual(read('a.safetensors'))
  expect(read('b.svg')).toEqual(read('a.svg'))
  expect(read('a.svg').toString()).toContain('Learning curve of iris.lossdsl')
})

test('what is resumed ends as what was never cut off', async () => {
  await lossdsl(`${train} --save half.safetensors --epochs 2`)
  const { code, out } = await lossdsl(
    'train iris.lossdsl --data iris.csv --resume half.safetensors --save half.safetensors --epochs 4',
  )
  expect(code).toBe(0)
  expect(out).toContain('Trained 2 epochs (4 in all)')
  expect(read('half.safetensors')).toEqual(read('whole.safetensors'))
  expect(read('half.svg')).toEqual(read('whole.svg'))
})

test('Ctrl-C leaves the last checkpoint, from which training goes on', async () => {
  const control = new AbortController()
  const stopped = await lossdsl(`${train} --save cut.safetensors`, {
    signal: control.signal,
    onOut: (text) => {
      if (text.includes('2/4')) control.abort()
    },
  })
  expect(stopped.code).toBe(130)
  expect(stopped.out).toContain('Stopped after 2 whole epochs.')
  expect(stopped.out).toContain('Checkpoint of epoch 2: cut.safetensors')
  // The run was to have four epochs, and the checkpoint knows.
  await lossdsl(
    'train iris.lossdsl --data iris.csv --resume cut.safetensors --save cut.safetensors',
  )
  expect(read('cut.safetensors')).toEqual(read('whole.safetensors'))
})

test('--quiet tells the end, --json each epoch as a line', async () => {
  const quiet = await lossdsl(`${train} --quiet`)
  expect(quiet.out).not.toContain('1/4')
  expect(quiet.out).toContain('Trained 4 epochs')
  const lines = (await lossdsl(`${train} --json`)).out.trim().split('\n')
  expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual([
    'epoch',
    'epoch',
    'epoch',
    'epoch',
    'done',
  ])
})

test('validation may be another file', async () => {
  writeFileSync(join(folder, 'test.csv'), irisText.split('\n').slice(0, 60).join('\n'))
  const { code, out } = await lossdsl(`train iris.lossdsl ${data} --epochs 1 --validate test.csv`)
  expect(code).toBe(0)
  expect(out).toContain('validation accuracy')
})

test('predict writes a column for each class, called by its name', async () => {
  const { code, out } = await lossdsl(
    'predict iris.lossdsl --load whole.safetensors --data iris.csv',
  )
  expect(code).toBe(0)
  const lines = out.trim().split('\n')
  expect(lines[0]).toBe('probabilities.setosa,probabilities.versicolor,probabilities.virginica')
  expect(lines).toHaveLength(151)
  expect(lines[1]).toMatch(/^0\.\d+,0\.\d+,0\.\d+$/)
})

test('predict needs no labels, and reads standard input', async () => {
  const { out } = await lossdsl('predict iris.lossdsl --load whole.safetensors --data -', {
    stdin: 'sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n',
  })
  const all = await lossdsl('predict iris.lossdsl --load whole.safetensors --data iris.csv')
  expect(out.split('\n').slice(0, 2)).toEqual(all.out.split('\n').slice(0, 2))
})

test('predict as NPY and JSON, by the ending or as asked', async () => {
  const predict = 'predict iris.lossdsl --load whole.safetensors --data iris.csv'
  const json = await lossdsl(`${predict} --json`)
  expect(json.out).toBe((await lossdsl(`${predict} --format json`)).out)
  expect((await lossdsl(`${predict} -o p.npy`)).out).toBe('')
  expect(readNpy(read('p.npy')).shape).toEqual([150, 3])
  const { bytes } = await lossdsl(`${predict} --format npy`)
  expect(Buffer.from(bytes)).toEqual(read('p.npy'))
  const { probabilities } = JSON.parse((await lossdsl(`${predict} --format json`)).out) as {
    probabilities: { shape: number[]; labels: unknown }
  }
  expect(probabilities.shape).toEqual([150, 3])
  expect(probabilities.labels).toEqual({ C: ['setosa', 'versicolor', 'virginica'] })
})

test('evaluate prints losses and metrics', async () => {
  const evaluate = 'evaluate iris.lossdsl --load whole.safetensors --data iris.csv'
  const { out } = await lossdsl(evaluate)
  expect(out).toMatch(/^train 0\.\d+\naccuracy 0\.\d+\n$/)
  const json = JSON.parse((await lossdsl(`${evaluate} --json`)).out) as Record<string, number>
  expect(out).toContain(`accuracy ${json['accuracy']}`)
})

/** Changes one line of the data, and says what happens then. */
const withLine = (number: number, line: string) => {
  writeFileSync(
    join(folder, 'bad.csv'),
    irisText
      .split('\n')
      .with(number - 1, line)
      .join('\n'),
  )
}
const bad = data.replace('iris.csv', 'bad.csv')
test.each([
  [
    'a missing column',
    () => withLine(1, 'sepal_length,sepal_width,petal_length,petal_width,kind'),
    `train iris.lossdsl ${bad}`,
    'bad.csv has no column "species".',
  ],
  [
    'a text in a number column',
    () => withLine(7, '5.4,3.9,1.7,wide,setosa'),
    `train iris.lossdsl ${bad}`,
    'bad.csv, line 7: the column "petal_width" holds "wide", where the input "x" wants a number.',
  ],
  [
    'a row cut short',
    () => withLine(7, '5.4,3.9'),
    `train iris.lossdsl ${bad}`,
    'bad.csv, line 7 has 2 fields, where the header names 5 columns.',
  ],
  [
    'an unknown label at prediction',
    () => withLine(7, '5.4,3.9,1.7,0.4,rosa'),
    'evaluate iris.lossdsl --load whole.safetensors --data bad.csv',
    'bad.csv, line 7: the column "species" has the label "rosa", which is not among those of training: "setosa", "versicolor", "virginica".',
  ],
  ['no data file', () => {}, 'train iris.lossdsl --data no.csv', 'no.csv does not exist.'],
  [
    'a folder as data',
    () => mkdirSync(join(folder, 'd.csv')),
    'train iris.lossdsl --data d.csv',
    'd.csv is a folder; a file is wanted.',
  ],
  [
    'an empty data file',
    () => writeFileSync(join(folder, 'e.csv'), ''),
    'train iris.lossdsl --data e.csv',
    'e.csv is empty',
  ],
  [
    'an unknown kind of data',
    () => writeFileSync(join(folder, 'a.png'), ''),
    'train iris.lossdsl --data a.png',
    'the kinds of data known are',
  ],
  ['no source', () => {}, `train none.lossdsl ${data}`, 'none.lossdsl does not exist.'],
  [
    'a binary source',
    () => writeFileSync(join(folder, 'b.lossdsl'), Uint8Array.of(0, 1)),
    `train b.lossdsl ${data}`,
    'b.lossdsl is a binary file, not text.',
  ],
  [
    'a source in Latin-1',
    () => writeFileSync(join(folder, 'l.lossdsl'), Uint8Array.of(0xe9, 0x20)),
    `train l.lossdsl ${data}`,
    'l.lossdsl is not UTF-8 text.',
  ],
  [
    'no folder to save in',
    () => {},
    `${train} --save no/m.safetensors`,
    "no/m.safetensors can't be written: its folder does not exist.",
  ],
  [
    'no checkpoint',
    () => {},
    'predict iris.lossdsl --load no.safetensors --data iris.csv',
    'no.safetensors does not exist.',
  ],
  [
    'a checkpoint cut short',
    () =>
      writeFileSync(join(folder, 'short.safetensors'), read('whole.safetensors').subarray(0, -5)),
    'predict iris.lossdsl --load short.safetensors --data iris.csv',
    'short.safetensors is not a whole safetensors file',
  ],
  [
    'something else as checkpoint',
    () => {},
    'predict iris.lossdsl --load iris.csv --data iris.csv',
    'iris.csv is not a whole safetensors file',
  ],
])('%s', async (_, arrange, line, message) => {
  arrange()
  const before = read('whole.safetensors')
  const { code, err } = await lossdsl(line)
  expect(err).toContain(message)
  expect(err).not.toContain('fault of lossdsl')
  expect(code).toBe(1)
  expect(read('whole.safetensors')).toEqual(before)
})

test.skipIf(process.getuid?.() === 0)('a file without permission', async () => {
  writeFileSync(join(folder, 'secret.csv'), 'a\n1\n')
  chmodSync(join(folder, 'secret.csv'), 0)
  const { err } = await lossdsl('train iris.lossdsl --data secret.csv')
  expect(err).toContain("secret.csv can't be read: permission is denied.")
})

test.each([
  ['train iris.lossdsl', "required option '--data <files...>' not specified"],
  [`${train} --epochs many`, 'A whole number from 0 is wanted.'],
  [`${train} --validate 1.5`, 'A fraction from 0 to below 1, or a file, is wanted.'],
  [`${train} --input x`, 'An input and its columns are wanted, as x=p00:p77.'],
  [`${train} --axis N`, 'An axis and its size are wanted, as N=64.'],
  [`${train} --resume whole.safetensors`, '--standardize is settled by the checkpoint'],
  [
    'train iris.lossdsl --data iris.csv --resume whole.safetensors --seed 9',
    'was trained with the seed 2',
  ],
  [
    'predict iris.lossdsl --data iris.csv',
    'The model has parameters: --load M.safetensors tells which.',
  ],
  [
    'predict iris.lossdsl --load whole.safetensors --data iris.csv --outputs nope',
    'The model has no output "nope".',
  ],
])('a call at fault: %s', async (line, message) => {
  const { code, err } = await lossdsl(line)
  expect(err).toContain(message)
  expect(code).toBe(2)
})

test('a checkpoint is written beside its place, never half', async () => {
  await lossdsl(`${train} --save whole.safetensors`)
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([])
  expect(statSync(join(folder, 'whole.safetensors')).size).toBeGreaterThan(1000)
})
