// Programs with random damage: the parser answers, with places that exist and messages that can be shown.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { render } from '../../compiler/source/render.ts'
import { LIMIT } from '../../compiler/syntax/limits.ts'
import { parse } from '../../compiler/syntax/parse.ts'
import { shapes } from './programs.ts'

type Mutation = (text: string, at: number, length: number) => string

const pieces = [
  '( ) [ ] { } , : = == => -> |> | . ... + - * / ^ ~ ; ! && // /* */ # " \' @ ? \u0000 \t \r\n é',
  "let fn block apply return if then else not is over derivative import export axis wrt with x T' 1.5",
].flatMap((line) => line.split(' '))

const mutations: readonly Mutation[] = [
  // Leave a stretch out, write it twice, move it to the end.
  (text, at, length) => text.slice(0, at) + text.slice(at + length),
  (text, at, length) => text.slice(0, at + length) + text.slice(at),
  (text, at, length) => text.slice(0, at) + text.slice(at + length) + text.slice(at, at + length),
  // Put in something that means something elsewhere.
  (text, at, length) => `${text.slice(0, at)} ${pieces[length % pieces.length]} ${text.slice(at)}`,
  (text, at, length) => text.slice(0, at) + (pieces[length % pieces.length] ?? '') + text.slice(at),
  // Stop in the middle.
  (text, at) => text.slice(0, at),
]

const damage = fc.array(fc.tuple(fc.constantFrom(...mutations), fc.nat(), fc.nat(60)), {
  minLength: 1,
  maxLength: 6,
})

function damaged(text: string, changes: readonly (readonly [Mutation, number, number])[]): string {
  return changes.reduce(
    (result, [mutate, place, length]) => mutate(result, place % (result.length + 1), length),
    text,
  )
}

function expectAnswer(text: string): void {
  const path = 'damaged.lossdsl'
  const { file, diagnostics } = parse({ path, text })
  expect(file.span).toEqual({ start: 0, end: text.length })
  expect(diagnostics.length).toBeLessThanOrEqual(LIMIT.mistakes + 1)
  // A hole in the tree has been reported.
  if (diagnostics.length === 0) expect(JSON.stringify(file)).not.toContain('"kind":"missing"')
  for (const diagnostic of diagnostics) {
    const spans = [
      diagnostic.span,
      ...diagnostic.labels.map(({ span }) => span),
      ...(diagnostic.fix?.edits.map(({ span }) => span) ?? []),
    ]
    for (const { start, end } of spans) {
      expect(start).toBeGreaterThanOrEqual(0)
      expect(end).toBeGreaterThanOrEqual(start)
      expect(end).toBeLessThanOrEqual(text.length)
    }
    expect(render(diagnostic, text)).toContain(diagnostic.message)
  }
}

test('every damaged program has an answer', () => {
  fc.assert(
    fc.property(fc.constantFrom(...shapes), damage, (text, changes) => {
      expectAnswer(damaged(text, changes))
    }),
    { numRuns: 3000 },
  )
})

test('so has any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), expectAnswer))
  const words = fc.array(fc.constantFrom(...pieces), { maxLength: 60 })
  fc.assert(
    fc.property(words, fc.constantFrom(' ', '\n', ''), (list, space) => {
      expectAnswer(list.join(space))
    }),
    { numRuns: 1500 },
  )
})

test('each fix of the parser mends something: applied, it leaves fewer mistakes', () => {
  const slips = [
    'let z == 3',
    'let z = f(x',
    'let z = f(a]',
    'let a = x)',
    'let a = x && y',
    'let a = b;',
    "let s = f('tanh')",
    'let s = f("tanh)',
    'z = relu(x)',
    'lett z = 3',
    'let a = 2x + .5 + 1.',
    'let a = if x = 3 then 1 else 2',
    'let a = x # why',
    'let a = !x',
  ]
  for (const text of slips) {
    const { diagnostics } = parse({ path: 'slip.lossdsl', text })
    const edits = diagnostics.flatMap(({ fix }) => fix?.edits ?? [])
    const mended = edits.reduceRight(
      (result, { span, text: put }) => result.slice(0, span.start) + put + result.slice(span.end),
      text,
    )
    expect([text, diagnostics.length > 0]).toEqual([text, true])
    expect([mended, parse({ path: 'slip.lossdsl', text: mended }).diagnostics]).toEqual([
      mended,
      [],
    ])
  }
})
