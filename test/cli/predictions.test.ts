// Outputs that have no place in the file asked for: the option that chooses others is named.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { call, temporaryFolder } from './call.ts'

const folder = temporaryFolder()

beforeAll(() => {
  const source = 'axis N\ninput x: [N]\noutput y = 2 * x\noutput total = sum(x)\n'
  writeFileSync(join(folder, 'two.lossdsl'), source)
  writeFileSync(join(folder, 'rows.csv'), 'x\n1\n2\n')
})

test.each([
  ['--format npy', 'An NPY file holds one array, and there are y, total: choose with --outputs.'],
  ['--format csv', 'so it has no place in a CSV: choose others with --outputs, or --format json.'],
])('two outputs, one for each row: %s', async (format, message) => {
  const predict = `predict two.lossdsl --data rows.csv ${format}`
  const { code, err } = await call(folder, predict.split(' '))
  expect(err).toContain(message)
  expect(code).toBe(2)
  expect((await call(folder, [...predict.split(' '), '--outputs', 'y'])).code).toBe(0)
})
