// No function of the library is special to the compiler: with every one of them called otherwise, in the library and in
// the programs that use it, the same modules come out.
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { emitJs } from '../../backends/js/emit.ts'
import { compileToKernels } from '../../compiler/compile.ts'
import { jsTarget } from '../../compiler/index.ts'
import { parse } from '../../compiler/syntax/parse.ts'
import { standardLibrary } from '../../std/sources.ts'
import { readTopics } from '../conformance/cases.ts'

const names = Object.entries(standardLibrary).flatMap(([path, text]) =>
  parse({ path, text }).file.statements.flatMap((statement) =>
    statement.kind === 'fn' || statement.kind === 'block' || statement.kind === 'optimizer'
      ? [statement.name.text]
      : [],
  ),
)
/** Longer ones first, so that no name is taken for the beginning of another. */
const anyName = new RegExp(
  `\\b(?:${[...names].sort((a, b) => b.length - a.length).join('|')})\\b`,
  'g',
)
const mark = 'other_'

function renamed(text: string): string {
  return text.replaceAll(anyName, (name) => mark + name)
}

const renamedLibrary = Object.fromEntries(
  Object.entries(standardLibrary).map(([path, text]) => [path, renamed(text)]),
)

/** The module, or the messages where there is none; with the names as they were. */
function compiled(text: string, std: Readonly<Record<string, string>>): string {
  const source = { path: 'test.lossdsl', text }
  const { module, diagnostics } = compileToKernels(source, { target: jsTarget(true), std })
  const code =
    module === undefined
      ? ''
      : emitJs(module.plan, module.programs, { precision: 'f64', sourcePath: source.path }).code
  const messages = diagnostics.map(({ code: kind, message }) => `${kind}: ${message}`)
  // Where numbers are drawn is told by names; and names have their length in lines.
  return [...messages, code]
    .join('\n')
    .replaceAll(mark, '')
    .replaceAll(/\$uniform\(seed, step, \d+/g, '$uniform(seed, step, site')
    .replaceAll(/,(?=\s*[}\]])/g, '')
    .replaceAll(/\s+/g, '')
}

/** Each program that calls something no program before it does. */
const called = new Set<string>()
const programs = readTopics(fileURLToPath(new URL('../conformance', import.meta.url)))
  .flatMap(({ name, cases }) => cases.map((one) => [`${name}: ${one.name}`, one.program] as const))
  .filter(([, program]) => {
    const before = called.size
    for (const name of program.match(anyName) ?? []) called.add(name)
    return called.size > before
  })

test.each(programs)('%s', (_name, program) => {
  expect(compiled(renamed(program), renamedLibrary)).toBe(compiled(program, standardLibrary))
})

test('the programs call most of the library', () => {
  expect(called.size).toBeGreaterThan(0.6 * names.length)
})
