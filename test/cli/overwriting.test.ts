// What a command reads, it does not write over; but for sources put in order, and a checkpoint that training goes on from.
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { call, temporaryFolder } from './call.ts'

const folder = temporaryFolder()
const lossdsl = (line: string) => call(folder, line.split(' '))
const contents = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')])

beforeAll(async () => {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('part.lossdsl', 'fn twice(a) = 2 * a\n')
  write(
    'line.lossdsl',
    `import { twice } from "./part.lossdsl"
axis N, D
input x: [N, D]
input y: [N]
param w: [D] = 0
output z = twice(sum[D](w * x))
loss train = mean((z - y) ^ 2)
minimize train with sgd(lr = 0.1)
`,
  )
  write('rows.csv', 'a,y\n1,2\n2,3\n')
  write('more.csv', 'a,y\n3,4\n')
  write('names.txt', '')
  mkdirSync(join(folder, 'sub'))
  symlinkSync('rows.csv', join(folder, 'link.csv'))
  const { err } = await lossdsl(`${train} --save m.safetensors`)
  expect(err).toBe('')
  cpSync(join(folder, 'm.safetensors'), join(folder, 'types.d.ts'))
}, 120_000)

const train = 'train line.lossdsl --data rows.csv --input x=a --epochs 1'
const predict = 'predict line.lossdsl --load m.safetensors --data rows.csv'

test.each([
  [`${train} --save line.lossdsl`, 'line.lossdsl'],
  [`${train} --save ./sub/../part.lossdsl`, './sub/../part.lossdsl'],
  [`${train} --save rows.csv`, 'rows.csv'],
  [`${train} --curve rows.csv`, 'rows.csv'],
  [`${train} --validate more.csv --save more.csv`, 'more.csv'],
  [`${train} --resume m.safetensors --curve m.safetensors`, 'm.safetensors'],
  [`${predict} -o line.lossdsl`, 'line.lossdsl'],
  [`${predict} -o rows.csv`, 'rows.csv'],
  [`${predict} -o link.csv`, 'link.csv'],
  [`${predict.replace('rows', 'link')} -o rows.csv`, 'rows.csv'],
  [`${predict} -o m.safetensors`, 'm.safetensors'],
  ['export line.lossdsl --load m.safetensors -o m.safetensors', 'm.safetensors'],
  ['export line.lossdsl --load m.safetensors --map names.txt -o names.txt', 'names.txt'],
  ['import line.lossdsl --load m.safetensors -o part.lossdsl', 'part.lossdsl'],
  ['compile line.lossdsl -o line.lossdsl', 'line.lossdsl'],
  ['compile line.lossdsl -o line.lossdsl --watch', 'line.lossdsl'],
  ['compile line.lossdsl -o part.lossdsl', 'part.lossdsl'],
  ['compile line.lossdsl --emit ast -o part.lossdsl', 'part.lossdsl'],
  ['compile line.lossdsl --json -o line.lossdsl', 'line.lossdsl'],
  ['compile line.lossdsl --weights types.d.ts -o types.js', 'types.d.ts'],
])('%s', async (line, path) => {
  const before = contents()
  const { code, out, err } = await lossdsl(line)
  expect(err).toContain(`${path} would be overwritten, and this command reads it`)
  expect(out).toBe('')
  expect(code).toBe(2)
  expect(contents()).toEqual(before)
})

test('training goes on into the checkpoint that it came from', async () => {
  const { code, err } = await lossdsl(
    `${train} --epochs 2 --resume m.safetensors --save sub/../m.safetensors`,
  )
  expect(err).toBe('')
  expect(code).toBe(0)
})
