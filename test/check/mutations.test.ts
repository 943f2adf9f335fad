// Programs with words taken out, put in and swapped: whatever stands in a file, the checker neither crashes nor hangs.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checked } from './checking.ts'

const topics = ['examples', 'language', 'layers', 'optimizers', 'losses_cross_entropy', 'ops']

function programs(topic: string): readonly string[] {
  const url = new URL(`../conformance/${topic}.json`, import.meta.url)
  const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { cases: { program: string }[] }
  return [...new Set(cases.map(({ program }) => program))].slice(0, 30)
}

const sources = topics.flatMap(programs)
const word = /"[^"]*"|[A-Za-z_]\w*'*|\d[\d._e-]*|\s+|->|\|>|=>|[=!<>]=|\.\.\.|./gsu

/** A small generator, so that a failure can be had again. */
function drawing(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return Math.floor((state / 0x8000_0000) * below)
  }
}

function mutated(draw: (below: number) => number): string {
  const words = (sources[draw(sources.length)] ?? '').match(word) ?? []
  const others = (sources[draw(sources.length)] ?? '').match(word) ?? []
  for (let count = 1 + draw(3); count > 0; count--) {
    const at = draw(words.length)
    const other = others[draw(others.length)] ?? ''
    const change = draw(4)
    if (change === 0) words.splice(at, 1)
    else if (change === 1) words.splice(at, 0, other)
    else if (change === 2) words[at] = other
    else words.splice(at, 2, words[at + 1] ?? '', words[at] ?? '')
  }
  return words.join('')
}

test.each([1, 2, 3, 4])('mutations from seed %i', (seed) => {
  const draw = drawing(seed)
  for (let i = 0; i < 150; i++) {
    const source = mutated(draw)
    const { program, diagnostics } = checked(source)
    const hasErrors = diagnostics.some(({ severity }) => severity === 'error')
    // Without a program there is a reason, and every message has a place in the file.
    expect(program !== undefined || hasErrors, source).toBe(true)
    for (const { path, span } of diagnostics) {
      expect(path).toBe('test.lossdsl')
      expect(span.end, source).toBeLessThanOrEqual(source.length)
    }
  }
})

test.each([
  ['functions that double at each level', doubling(40), 'program-too-long'],
  ['functions that call functions', nested(3000), 'calls-too-deep'],
  ['a function applied to itself', 'let w = (g) => g(g)\noutput y = w(w)', 'calls-too-deep'],
])('%s', (_, source, code) => {
  const { diagnostics } = checked(source)
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code])
})

function doubling(levels: number): string {
  const fns = Array.from({ length: levels }, (_, i) => `fn f${i + 1}(x) = f${i}(x) + f${i}(2 * x)`)
  return ['fn f0(x) = x + 1', ...fns, `output y = f${levels}(1)`].join('\n')
}

function nested(levels: number): string {
  const fns = Array.from({ length: levels }, (_, i) => `fn f${i + 1}(x) = f${i}(x + 1)`)
  return ['fn f0(x) = x', ...fns, `output y = f${levels}(1)`].join('\n')
}
