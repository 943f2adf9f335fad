// Every program shown in the documentation compiles without a word of complaint.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compile, render } from '../../compiler/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
const examples = pages.filter((page) => page.endsWith('.md')).flatMap(examplesOf)

describe.each(examples)('$page, line $line', ({ program }) => {
  it('compiles', () => {
    const { code, diagnostics } = compile(program)
    expect(diagnostics.map((diagnostic) => render(diagnostic, program)).join('\n')).toBe('')
    expect(code).toBeTypeOf('string')
  })
})

it('finds the examples', () => {
  expect(examples.length).toBeGreaterThan(12)
})

function examplesOf(page: string) {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```lossdsl\n([^]*?)^```$/gm)].map(({ index, 1: program = '' }) => ({
    page,
    line: text.slice(0, index).split('\n').length + 1,
    program,
  }))
}
