// Importing functions, blocks, optimizers and constants of other files.
import { expect, test } from 'vitest'
import { resolved } from '../../compiler/check/imports.ts'
import { checked, codes, program } from './checking.ts'

const files: Readonly<Record<string, string>> = {
  'parts/losses.lossdsl': `
    import { half } from "./numbers.lossdsl"
    /// Half the squared error.
    fn half_square(a, b) = half * (a - b) ^ 2
    block Scale[D]() {
      param weight: [D] = 1
      apply(x: [D]) = x * weight
    }
    axis N
    input ignored: [N]
  `,
  'parts/numbers.lossdsl': 'const half = 0.5',
  'a.lossdsl': 'import { b } from "./b.lossdsl"\nfn a(x) = b(x)',
  'b.lossdsl': 'import { a } from "./a.lossdsl"\nfn b(x) = a(x)',
  'broken.lossdsl': 'fn f(x) = x +',
}

function read(path: string): string {
  const text = files[path]
  if (text === undefined) throw new Error(`no such file: ${path}`)
  return text
}

test('names of another file, under names of its own or others', () => {
  const { parameters } = program(
    `import { half_square as loss_, Scale } from "./parts/losses.lossdsl"
    axis N, D = 3
    input x: [N, D]
    use scale = Scale[D]
    loss l = mean(loss_(scale(x), x))`,
    { read },
  )
  expect(parameters.map(({ path }) => path)).toEqual(['scale.weight'])
})

test.each([
  ['import { hlaf } from "./parts/numbers.lossdsl"', 'import-unknown'],
  ['import { half } from "./nowhere.lossdsl"', 'import-unreadable'],
  ['import { half } from "parts/numbers.lossdsl"', 'import-not-relative'],
  ['import { a } from "./a.lossdsl"', 'import-cycle'],
  ['import { half, half } from "./parts/numbers.lossdsl"', 'declared-twice'],
])('%s: %s', (source, code) => {
  expect(codes(source, { read })).toEqual([code])
})

test('a mistake in the other file is told there', () => {
  const { diagnostics } = checked('import { f } from "./broken.lossdsl"', { read })
  expect(diagnostics.map(({ path, severity }) => [path, severity])).toContainEqual([
    'broken.lossdsl',
    'error',
  ])
})

test.each([
  ['./b.lossdsl', 'dir/a.lossdsl', 'dir/b.lossdsl'],
  ['../b.lossdsl', 'dir/a.lossdsl', 'b.lossdsl'],
  ['../../b.lossdsl', 'dir/a.lossdsl', '../b.lossdsl'],
  ['./b.lossdsl', '/home/a.lossdsl', '/home/b.lossdsl'],
])('%s in %s is %s', (written, importer, path) => {
  expect(resolved(written, importer)).toBe(path)
})
