// compile, check and fmt around a compiler of the test's own: files, streams, exit codes.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CompileOptions, CompileResult, Diagnostic } from '../../compiler/index.ts'
import type { Compiler } from '../../cli/session.ts'
import { call, temporaryFolder, type Circumstances } from './call.ts'

const folder = temporaryFolder()
const asked: CompileOptions[] = []

/** Every `bad` in a source is an error, every `odd` a warning that `even` mends, `use F` reads the file F. */
const compiler = {
  compile(source: string, options: CompileOptions): CompileResult {
    asked.push(options)
    const path = options.path ?? ''
    const found = (word: string, severity: Diagnostic['severity']): Diagnostic[] =>
      [...source.matchAll(new RegExp(word, 'g'))].map(({ index }) => ({
        code: word,
        severity,
        message: `${word} at ${index}`,
        path,
        span: { start: index, end: index + word.length },
        labels: [],
        ...(word !== 'odd'
          ? {}
          : {
              fix: {
                message: 'write even',
                edits: [{ path, span: { start: index, end: index + 3 }, text: 'even' }],
              },
            }),
      }))
    for (const [, name = ''] of source.matchAll(/use (\S+)/g)) options.read?.(name)
    const diagnostics = [...found('bad', 'error'), ...found('odd', 'warning')]
    const emitted = options.emit === undefined ? {} : { emitted: `${options.emit} of ${path}` }
    if (diagnostics.some(({ severity }) => severity === 'error')) return { ...emitted, diagnostics }
    return { ...emitted, code: `// ${source}\n`, types: 'export {}\n', map: '{}', diagnostics }
  },
  format: (text: string) => Promise.resolve(`${text.trim()}\n`),
  render: (diagnostic: Diagnostic, _: unknown, paint: (text: string, style: 'error') => string) =>
    `${diagnostic.path}: ${paint(diagnostic.severity, 'error')}: ${diagnostic.message}`,
} as unknown as Compiler

const lossdsl = (line: string, circumstances: Circumstances = {}) =>
  call(folder, line.split(' '), { compiler, ...circumstances })
const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

test('compile writes the module and its types beside the source', async () => {
  write('a.lossdsl', 'axis N')
  const { code, out } = await lossdsl('compile a.lossdsl')
  expect(code).toBe(0)
  expect(out).toMatch(/^a\.js \(0\.0 kB, 0\.0 kB gzipped\), a\.d\.ts, a\.js\.map\n$/)
  expect(read('a.js')).toBe('// axis N\n//# sourceMappingURL=a.js.map\n')
  expect(read('a.d.ts')).toBe('export {}\n')
})

test('-o names the module, its options reach the compiler', async () => {
  await lossdsl(
    'compile a.lossdsl -o b.mjs --axis N=3 --axis D=4 --precision f64 --entry f,g --entry h',
  )
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['b.mjs', 'b.d.mts']))
  expect(asked.at(-1)).toMatchObject({
    path: 'a.lossdsl',
    axes: { N: 3, D: 4 },
    precision: 'f64',
    entries: ['f', 'g', 'h'],
  })
})

test('standard input to standard output', async () => {
  const { code, out } = await lossdsl('compile -', { stdin: 'axis M' })
  expect(code).toBe(0)
  expect(out).toBe('// axis M\n')
  expect(asked.at(-1)?.path).toBe('standard input')
})

test('errors are shown, nothing is written', async () => {
  write('e.lossdsl', 'bad bad odd')
  const { code, out, err } = await lossdsl('compile e.lossdsl')
  expect(code).toBe(1)
  expect(out).toBe('')
  expect(err).toBe(
    'e.lossdsl: error: bad at 0\n\ne.lossdsl: error: bad at 4\n\ne.lossdsl: warning: odd at 8\n\n2 errors and 1 warning\n',
  )
  expect(readdirSync(folder)).not.toContain('e.js')
})

test('colours on a terminal only', async () => {
  expect((await lossdsl('check e.lossdsl', { terminal: true })).out).toContain('\u001b[31m')
  expect((await lossdsl('check e.lossdsl')).out).not.toContain('\u001b')
})

test('--emit prints a stage, even where a later one fails', async () => {
  const { code, out } = await lossdsl('compile e.lossdsl --emit ast')
  expect(out).toBe('ast of e.lossdsl\n')
  expect(code).toBe(1)
})

test('--json prints all there is', async () => {
  const { code, out } = await lossdsl('compile e.lossdsl --json')
  expect(code).toBe(1)
  const { diagnostics } = JSON.parse(out) as CompileResult
  expect(diagnostics.map((one) => one.code)).toEqual(['bad', 'bad', 'odd'])
})

test('the source is not overwritten', async () => {
  const { code, err } = await lossdsl('compile a.lossdsl -o a.lossdsl')
  expect(code).toBe(2)
  expect(err).toContain('a.lossdsl would be overwritten, and this command reads it')
})

test('--watch compiles again when the file, or one that it imports, changes', async () => {
  write('w.lossdsl', 'use part')
  write('part', '1')
  const control = new AbortController()
  let runs = 0
  const compiled: Promise<void>[] = []
  const { code } = await lossdsl('compile w.lossdsl --watch', {
    signal: control.signal,
    onOut() {
      runs++
      // After the watching has begun again.
      const next = () => {
        if (runs === 1) write('part', '2')
        else if (runs === 2) write('w.lossdsl', 'use part // more')
        else control.abort()
      }
      compiled.push(new Promise((resolve) => setTimeout(() => resolve(next()), 100)))
    },
  })
  await Promise.all(compiled)
  expect(code).toBe(0)
  expect(runs).toBe(3)
  expect(read('w.js')).toContain('// use part // more')
})

test('check tells of each file, and writes nothing', async () => {
  const before = readdirSync(folder)
  const { code, out } = await lossdsl('check a.lossdsl e.lossdsl')
  expect(code).toBe(1)
  expect(out).toContain('a.lossdsl: nothing to complain about\n')
  expect(out).toContain('e.lossdsl: 2 errors and 1 warning\n')
  expect(readdirSync(folder)).toEqual(before)
})

test('check tells of the files behind one that it cannot read', async () => {
  const { code, out, err } = await lossdsl('check none.lossdsl a.lossdsl')
  expect(code).toBe(1)
  expect(err).toBe('lossdsl: none.lossdsl does not exist.\n')
  expect(out).toBe('a.lossdsl: nothing to complain about\n')
})

test('check --strict takes warnings for errors', async () => {
  write('o.lossdsl', 'odd')
  expect((await lossdsl('check o.lossdsl')).code).toBe(0)
  expect((await lossdsl('check --strict o.lossdsl')).code).toBe(1)
})

test('check --json prints an array', async () => {
  const { out } = await lossdsl('check --json e.lossdsl o.lossdsl')
  expect((JSON.parse(out) as Diagnostic[]).map(({ path }) => path)).toEqual([
    'e.lossdsl',
    'e.lossdsl',
    'e.lossdsl',
    'o.lossdsl',
  ])
})

test('check --fix applies the mends', async () => {
  write('f.lossdsl', 'odd, odd, odd')
  const { code, out } = await lossdsl('check --fix f.lossdsl')
  expect(code).toBe(0)
  expect(read('f.lossdsl')).toBe('even, even, even')
  expect(out).toContain('f.lossdsl: nothing to complain about (3 mended)')
})

test('fmt writes in place, or to standard output', async () => {
  write('u.lossdsl', '  axis N\n\n')
  expect((await lossdsl('fmt u.lossdsl')).code).toBe(0)
  expect(read('u.lossdsl')).toBe('axis N\n')
  expect((await lossdsl('fmt -', { stdin: ' axis N ' })).out).toBe('axis N\n')
})

test('fmt --check names what is not formatted, and writes nothing', async () => {
  write('v.lossdsl', '  axis N')
  const { code, out } = await lossdsl('fmt --check u.lossdsl v.lossdsl')
  expect(code).toBe(1)
  expect(out).toBe('v.lossdsl is not formatted\n')
  expect(read('v.lossdsl')).toBe('  axis N')
})

test.each([
  ['compile none.lossdsl', 'none.lossdsl does not exist.'],
  ['compile sub', 'sub is a folder; a file is wanted.'],
  ['compile a.lossdsl/x', 'a.lossdsl/x does not exist: a part of its path is a file.'],
  ['compile bin.lossdsl', 'bin.lossdsl is a binary file, not text.'],
  ['compile a.lossdsl -o none/a.js', "none/a.js can't be written: its folder does not exist."],
  ['check none.lossdsl', 'none.lossdsl does not exist.'],
  ['fmt none.lossdsl', 'none.lossdsl does not exist.'],
])('%s', async (line, message) => {
  mkdirSync(join(folder, 'sub'), { recursive: true })
  writeFileSync(join(folder, 'bin.lossdsl'), Uint8Array.of(127, 69, 0))
  const { code, err } = await lossdsl(line)
  expect(err).toContain(message)
  expect(err).not.toContain('fault of lossdsl')
  expect(code).toBe(1)
})
