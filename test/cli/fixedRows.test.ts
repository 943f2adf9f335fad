// Where the file fixes the number of rows, that is the size of batches, and data may have more of them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { call, temporaryFolder } from './call.ts'

const folder = temporaryFolder()
const lossdsl = (line: string) => call(folder, line.split(' '))

const line = (axes: string) => `axis ${axes}
input x: [N, D]
input y: [N]
param w: [D] = 0
output z = sum[D](w * x)
loss train = mean((z - y) ^ 2)
minimize train with sgd(lr = 0.01)
`
const rows = (count: number) =>
  `a,b,c,y\n${Array.from({ length: count }, (_, i) => `${i % 3},${i % 5},1,${i % 4}\n`).join('')}`

beforeAll(() => {
  writeFileSync(join(folder, 'fixed.lossdsl'), line('N = 8, D = 3'))
  writeFileSync(join(folder, 'free.lossdsl'), line('N, D'))
  for (const count of [5, 24, 28]) writeFileSync(join(folder, `${count}.csv`), rows(count))
})

test.each(['fixed.lossdsl', 'free.lossdsl --axis N=8'])('%s', async (model) => {
  const on = (command: string, count: number) =>
    lossdsl(`${command} ${model} --data ${count}.csv --input x=a:c`)
  const trained = await on('train --save m.safetensors --epochs 2 --json', 28)
  expect(trained.err).toBe('')
  // Three batches an epoch, and four rows that wait.
  expect(JSON.parse(trained.out.trim().split('\n').at(-1) ?? '')).toMatchObject({
    step: 6,
    batchSize: 8,
  })
  const measured = await on('evaluate --load m.safetensors', 24)
  expect(measured.out).toMatch(/^train \d/)
  const predicted = await on('predict --load m.safetensors', 24)
  expect(predicted.out.trim().split('\n')).toHaveLength(1 + 24)
  // Rows without an output would shift those behind them.
  const some = await on('predict --load m.safetensors', 28)
  expect(some.err).toContain('28 rows are no whole number of batches of 8, which the axis N fixes')
  expect(some.code).toBe(1)
  const few = await on('train', 5)
  expect(few.err).toContain('A batch needs 8 rows, and there are 5.')
  expect(few.code).toBe(1)
})

test('an output that is none for each row is not taken from the first batch', async () => {
  const source = 'axis N = 8\ninput y: [N]\noutput total = sum(y)\noutput two = 2 + 0 * mean(y)\n'
  writeFileSync(join(folder, 'total.lossdsl'), source)
  const predict = 'predict total.lossdsl --data 24.csv --input y=a --json --outputs'
  const { code, err } = await lossdsl(`${predict} total`)
  expect(err).toContain('The output "total" is not one for each row, and differs between batches:')
  expect(code).toBe(1)
  expect((await lossdsl(`${predict} two`)).out).toContain('"data":[2]')
})

test('the same numbers as batches of that size', async () => {
  const train = '--data 24.csv --input x=a:c --epochs 3 --quiet'
  const timeless = ({ out }: { out: string }) => out.replace(/in \d+\.\d s/, '')
  expect(timeless(await lossdsl(`train fixed.lossdsl ${train}`))).toBe(
    timeless(await lossdsl(`train free.lossdsl --batch 8 ${train}`)),
  )
})
