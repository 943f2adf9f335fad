// Diagnostics as a person sees them, in texts that are hard to show.
import { describe, expect, test } from 'vitest'
import type { Diagnostic, Label } from '../../compiler/source/diagnostic.ts'
import { type Paint, render } from '../../compiler/source/render.ts'
import type { Span } from '../../compiler/source/span.ts'

/** About the stretch of a text that is written between « and »; further stretches are labels. */
function shown(marked: string, more: Partial<Diagnostic> = {}): string {
  const { text, spans } = unmarked(marked)
  const [span = { start: 0, end: 0 }, ...rest] = spans
  const labels = rest.map((at, index): Label => ({
    path: 'model.lossdsl',
    span: at,
    message: `label ${index + 1}`,
  }))
  return `\n${render(diagnostic({ span, labels, ...more }), text)}\n`
}

function diagnostic(more: Partial<Diagnostic>): Diagnostic {
  return {
    code: 'some-code',
    severity: 'error',
    message: 'what is wrong',
    path: 'model.lossdsl',
    span: { start: 0, end: 0 },
    labels: [],
    ...more,
  }
}

function unmarked(marked: string): { text: string; spans: Span[] } {
  const spans: Span[] = []
  let text = ''
  for (const character of marked) {
    if (character === '«') spans.push({ start: text.length, end: text.length })
    else if (character === '»') {
      const last = spans.pop()
      if (last !== undefined) spans.push({ start: last.start, end: text.length })
    } else text += character
  }
  return { text, spans }
}

describe('lines', () => {
  test('a stretch of one line', () => {
    expect(shown('axis N\nlet z = «relu»(x)\n')).toBe(`
error[some-code]: what is wrong
  --> model.lossdsl:2:9
   |
 2 | let z = relu(x)
   |         ^^^^
`)
  })

  test('labels on the same line and on others, near and far', () => {
    expect(shown('a\nlet «b» = «c»\nd\ne\n«f» + 1\n')).toBe(`
error[some-code]: what is wrong
  --> model.lossdsl:2:5
   |
 2 | let b = c
   |     ^
   |         - label 1
...
 5 | f + 1
   | - label 2
`)
  })

  test('a stretch of several lines shows its first and its last', () => {
    expect(shown('let z = «f(\n  a,\n  b,\n  c\n)» + 1')).toBe(`
error[some-code]: what is wrong
  --> model.lossdsl:1:9
   |
 1 | let z = f(
   |         ^^
...
 5 | ) + 1
   | ^
`)
  })

  test('line numbers of different widths', () => {
    expect(shown(`«a»${'\n'.repeat(9)}«b»`)).toBe(`
error[some-code]: what is wrong
   --> model.lossdsl:1:1
    |
  1 | a
    | ^
...
 10 | b
    | - label 1
`)
  })
})

describe('ends', () => {
  test('an empty file', () => {
    expect(shown('«»')).toBe(`
error[some-code]: what is wrong
  --> model.lossdsl:1:1
   |
 1 |
   | ^
`)
  })

  test('the end of a file without and with a last line end', () => {
    expect(shown('let a =«»')).toContain(' 1 | let a =\n   |        ^\n')
    expect(shown('let a =\n«»')).toContain(' 2 |\n   | ^\n')
  })

  test('CRLF', () => {
    expect(shown('axis N\r\nlet «a» = 1\r\n')).toContain(':2:5\n   |\n 2 | let a = 1\n   |     ^\n')
    expect(shown('let a =«»\r\n')).toContain(' 1 | let a =\n   |        ^\n')
  })

  test('a stretch that lies outside of the text is shown at its end', () => {
    const text = render(diagnostic({ span: { start: 90, end: 99 } }), 'let a')
    expect(text).toContain(':1:6')
  })
})

describe('characters', () => {
  test('tabs are spread out', () => {
    expect(shown('\tlet\t«a» = 1')).toContain(' 1 |     let a = 1\n   |         ^\n')
  })

  test('wide characters take two columns', () => {
    expect(shown('/* 数 🎉 */ «a»')).toContain(' 1 | /* 数 🎉 */ a\n   |             ^\n')
  })

  test('what would command the terminal is not passed on', () => {
    expect(shown('\u001b[31m«a»\u0007')).toContain(' 1 | �[31ma�\n   |      ^\n')
  })
})

describe('long lines', () => {
  const long = 'x + '.repeat(100)

  test('are cut around the stretch', () => {
    const [, , , source = '', underline = ''] = shown(`${long}«here» + ${long}`)
      .slice(1)
      .split('\n')
    expect(source.length).toBeLessThan(115)
    expect(source.startsWith(' 1 | …')).toBe(true)
    expect(source.endsWith('…')).toBe(true)
    expect(source.slice(underline.indexOf('^')).startsWith('here')).toBe(true)
  })

  test('are shown for each mark where the marks are far apart', () => {
    const text = shown(`«one» + ${long}«two»`)
    expect(text.match(/^ 1 \|/gm)?.length).toBe(2)
    expect(text).toContain('--- label 1')
  })

  test('a megabyte on one line', () => {
    expect(shown(`${'x'.repeat(1_000_000)}«y»`).length).toBeLessThan(400)
  })
})

describe('what stands below', () => {
  test('hint and fix', () => {
    expect(
      shown('«a»', {
        severity: 'warning',
        hint: 'try b',
        fix: { message: 'write `b`', edits: [] },
      }),
    ).toBe(`
warning[some-code]: what is wrong
  --> model.lossdsl:1:1
   |
 1 | a
   | ^
   |
   = hint: try b
   = fix: write \`b\`
`)
  })
})

describe('several files', () => {
  const labels: readonly Label[] = [
    { path: 'std/losses.lossdsl', span: { start: 3, end: 6 }, message: 'declared here' },
    { path: 'gone.lossdsl', span: { start: 3, end: 6 }, message: 'used there' },
  ]

  test('each has its own lines; one that is not at hand has its message', () => {
    const texts: Record<string, string> = {
      'model.lossdsl': 'let a = mse(1)',
      'std/losses.lossdsl': 'fn mse(a, b) = a',
    }
    const found = diagnostic({ span: { start: 8, end: 14 }, labels })
    expect(`\n${render(found, (path) => texts[path])}\n`).toBe(`
error[some-code]: what is wrong
  --> model.lossdsl:1:9
   |
 1 | let a = mse(1)
   |         ^^^^^^
  --> std/losses.lossdsl:1:4
   |
 1 | fn mse(a, b) = a
   |    --- declared here
  --> gone.lossdsl
   = used there
`)
  })

  test('a text alone is that of the diagnostic', () => {
    expect(render(diagnostic({ labels }), 'let a')).toContain('--> std/losses.lossdsl\n')
  })
})

test('colours wrap pieces and change nothing else', () => {
  const paint: Paint = (text, style) => `<${style}>${text}</>`
  const found = diagnostic({ span: { start: 4, end: 5 }, hint: 'try b' })
  const painted = render(found, 'let a', paint)
  expect(painted).toContain('<error>error[some-code]</>')
  expect(painted).toContain('<path>model.lossdsl:1:5</>')
  expect(painted.replaceAll(/<[a-z/]+>/g, '')).toBe(render(found, 'let a'))
})
