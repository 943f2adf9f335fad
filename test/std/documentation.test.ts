// The standard library is read as documentation: what is for users says its formula, its axes and its name in torch, and
// the reference page is made from that.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compile } from '../../compiler/index.ts'
import type { AxisParameter } from '../../compiler/syntax/ast.ts'
import {
  documentationOf,
  isPublic,
  readStd,
  signatureOf,
  stdReference,
  type Definition,
} from '../../scripts/stdReference.ts'
import { load, wordsOf, type Entry } from '../conformance/generatedModule.ts'
import { randomFrom } from './random.ts'
import { isSchedule, sampleProgramsOf, type SampleProgram } from './sampleProgram.ts'

const folder = fileURLToPath(new URL('../../std', import.meta.url))
const files = readStd(folder)
const all = files.flatMap(({ text, definitions }) =>
  definitions.map((definition) => ({ name: definition.name.text, definition, text })),
)

it.each(files)('$name says what it is about', ({ about }) => {
  expect(about).not.toBe('')
})

describe.each(all.filter(({ definition }) => isPublic(definition)))('$name', ({ definition }) => {
  const { about, formula, axes, torch } = documentationOf(definition)
  it('says what it is, in sentences', () => {
    expect(about).toMatch(/^.+\.$/)
  })
  it('has its formula', () => {
    expect(formula).toMatch(/`.+`/)
    expect(formula).toMatch(/\.$/)
  })
  it('says what each of its axes is', () => {
    expect(axes).toMatch(/\.$/)
    for (const name of axisNamesOf(definition)) expect(axes).toMatch(new RegExp(`\\b${name}\\b`))
  })
  it('has its name in torch, or says that torch has none', () => {
    expect(torch).toMatch(/^(?:`\w.*`.*|none(?: \(.* \d{4}\))?)\.$/)
  })
})

describe.each(all.filter(({ definition }) => !isPublic(definition)))(
  '$name, which is not for users',
  ({ name, definition, text }) => {
    it('says what it is', () => {
      const before = text.slice(0, definition.span.start).trimEnd().split('\n')
      expect(before.at(-1)).toMatch(/^\/\/ .+\.$/)
    })
    it('is called by another of the library', () => {
      const callers = all.filter((other) => other.name !== name && calls(other, name))
      expect(callers).not.toEqual([])
    })
  },
)

/** A formula that is all that its line says is an expression of the language, and the function's value. */
const formulas = all.flatMap(({ name, definition, text }) => {
  const { formula = '' } = documentationOf(definition)
  const expression = /^`([^`]+)`\.$/.exec(formula)?.[1]
  if (definition.kind !== 'fn' || expression === undefined) return []
  return [{ name, formula: expression, fn: definition, text }]
})

describe.each(formulas)('$name = $formula', ({ fn, formula, text }) => {
  const body = isSchedule(fn) ? `(step) => ${formula}` : formula
  const written = `${signatureOf(fn, text)} = ${body}`
  it.each(sampleProgramsOf(fn, randomFrom(11)))('is its value $variant', async (program) => {
    const value = await valueOf(program)
    expect(value).not.toBe(0)
    const wanted = await valueOf({ ...program, source: `${written}\n${program.source}` })
    expect(value).toBeCloseTo(wanted, 9)
  })
})

it('has formulas to compute', () => {
  expect(formulas.length).toBeGreaterThan(60)
})

it('is what docs/std.md says', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/std.md', import.meta.url)), 'utf8')
  expect(page, 'run `npm run reference`').toBe(stdReference(folder))
})

function axisNamesOf(definition: Definition): string[] {
  if (definition.kind === 'optimizer') return []
  const { before = [], after = [] } = definition.axes ?? {}
  return [...before, ...after].flatMap((axis: AxisParameter) =>
    axis.kind === 'pairs' ? [axis.from.text, axis.to.text] : [axis.name.text],
  )
}

function calls({ definition, text }: (typeof all)[number], name: string): boolean {
  const { start, end } = definition.span
  return new RegExp(`\\b${name}[[(]`).test(text.slice(start, end))
}

async function valueOf({ source, inputs }: SampleProgram): Promise<number> {
  const { code, diagnostics } = compile(source, { precision: 'f64' })
  if (code === undefined) throw new Error(`${source}\n${wordsOf(diagnostics)}`)
  const { value } = await load(code)
  // A metric is a function, and a loss has one.
  return Number(typeof value === 'function' ? value(inputs) : (value as Entry).value(inputs))
}
