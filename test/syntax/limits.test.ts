// Sources that are too deep, too long or no text at all: one clear message, no overflow, and what stands beside is read.
import { describe, expect, test } from 'vitest'
import type { File } from '../../compiler/syntax/ast.ts'
import { LIMIT } from '../../compiler/syntax/limits.ts'
import { parse } from '../../compiler/syntax/parse.ts'
import { printTree } from '../../compiler/syntax/printTree.ts'

const n = 100_000

const tooDeep: Readonly<Record<string, string>> = {
  parentheses: `${'('.repeat(n)}x${')'.repeat(n)}`,
  'open parentheses': '('.repeat(n),
  calls: `${'f('.repeat(n)}x${')'.repeat(n)}`,
  indices: `${'x[T='.repeat(n)}0${']'.repeat(n)}`,
  ifs: 'if c '.repeat(n),
  'else ifs': 'if c then x else '.repeat(50_000),
  functions: `${'x=>'.repeat(n)}x`,
  blocks: `${'x=>{return '.repeat(50_000)}x${'}'.repeat(50_000)}`,
  signs: `${'-'.repeat(n)}x`,
  nots: `${'not '.repeat(n)}x`,
  powers: `x${'^x'.repeat(n)}`,
  'suffixed calls': `f${'(x)'.repeat(n)}`,
  members: `f${'.a'.repeat(n)}`,
  overs: `x${' over K'.repeat(n)}`,
}

const tooLong: Readonly<Record<string, string>> = {
  sum: `x${'+x'.repeat(n)}`,
  product: `x${'*x'.repeat(n)}`,
  and: `x${' and x'.repeat(n)}`,
  pipe: `x${'|>f'.repeat(n)}`,
}

function codesOf(text: string): string[] {
  return parse({ path: 'limits.lossdsl', text }).diagnostics.map(({ code }) => code)
}

function namesOf(file: File): string[] {
  return file.statements.map((statement) =>
    statement.kind === 'let' && statement.pattern.kind === 'name'
      ? statement.pattern.name.text
      : statement.kind,
  )
}

describe('nesting', () => {
  test.each(Object.entries(tooDeep))('%s', (_name, expression) => {
    const text = `let before = 1\nlet deep = ${expression}\nlet after = 2\n`
    const { file, diagnostics } = parse({ path: 'deep.lossdsl', text })
    // Behind unclosed brackets, the first message says all.
    expect(['too-deep', 'tree-too-deep']).toContain(diagnostics[0]?.code)
    expect(diagnostics.length).toBe(1)
    expect(namesOf(file)).toEqual(['before', 'deep', 'after'])
  })

  test('patterns', () => {
    expect(codesOf(`let ${'('.repeat(n)}a${')'.repeat(n)} = x`)).toEqual(['too-deep'])
  })

  test('as much as the limits allow is read, and can be walked', () => {
    const { nesting } = LIMIT
    for (const text of [
      `let a = ${'('.repeat(nesting)}x${')'.repeat(nesting)}`,
      `let a = ${'f('.repeat(nesting)}x${')'.repeat(nesting)}`,
      `let a = ${'if c then x else '.repeat(nesting)}y`,
      `let a = ${'x => '.repeat(nesting)}y`,
    ]) {
      const { file, diagnostics } = parse({ path: 'deep.lossdsl', text })
      expect([text, diagnostics]).toEqual([text, []])
      expect(printTree(file)).toContain('let')
    }
  })
})

describe('length', () => {
  test.each(Object.entries(tooLong))('a chain of 100,000: %s', (_name, expression) => {
    expect(codesOf(`let long = ${expression}`)).toEqual(['chain-too-long'])
  })

  test('a chain of 1,000 is read', () => {
    expect(codesOf(`let long = x${' + x'.repeat(LIMIT.chain - 1)}`)).toEqual([])
  })

  test('10 MB', () => {
    expect(codesOf('let a = x + y\n'.repeat(750_000))).toEqual(['file-too-large'])
  })

  test('a file that is too large by its nesting is told of both', () => {
    const ifs = `let a = ${'if x > 0.5 then '.repeat(n)}1${' else 2'.repeat(n)}\n`
    const elses = `let a = ${'if x > 0.5 then 1 else '.repeat(n)}2\n`
    expect([codesOf(ifs), codesOf(elses)]).toEqual([
      ['file-too-large', 'too-deep'],
      ['file-too-large', 'too-deep'],
    ])
  })

  test('as many statements as a file may have', () => {
    const text = 'let a = x + y\n'.repeat(Math.floor(LIMIT.characters / 14))
    expect(codesOf(text)).toEqual([])
  })
})

describe('what is no text', () => {
  test('bytes', () => {
    expect(codesOf('\u007fELF\u0002\u0001\u0001\0\0\0\0\0')).toEqual(['not-text'])
    expect(codesOf('PK\u0003\u0004\uFFFD\uFFFD'.repeat(100))).toEqual(['not-text'])
  })

  test('nothing, space, and comments are files without statements', () => {
    for (const text of ['', ' \n\t\r\n', '\uFEFF', '// only this\n', '/* or this */']) {
      const { file, diagnostics } = parse({ path: 'empty.lossdsl', text })
      expect([file.statements, diagnostics]).toEqual([[], []])
    }
  })
})

describe('very many mistakes', () => {
  test.each([
    'let a = \n',
    'let a = )\n',
    '; ',
    '§ ',
    'let ',
    'a b ',
    '"\n',
    "'",
    'x < ',
    '([{',
    'input x: [N\n',
  ])('%j', (piece) => {
    const text = piece.repeat(Math.floor(LIMIT.characters / 4 / piece.length))
    const codes = codesOf(text)
    expect(codes.length).toBeGreaterThan(0)
    expect(codes.length).toBeLessThanOrEqual(LIMIT.mistakes + 1)
    if (codes.length > LIMIT.mistakes) expect(codes.at(-1)).toBe('more-mistakes')
  })
})
