// Every instruction of the core: what its JavaScript gives, against what it is said to mean.
import { expect, test } from 'vitest'
import type { Core } from '../../compiler/graph/core.ts'
import { createWriter } from '../../backends/js/core.ts'
import { asNumber, atom, numberLiteral, type Js } from '../../backends/js/js.ts'
import { reachedParts } from '../../backends/js/runtime/parts.ts'
import { load } from './run.ts'

const numbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  -2.5,
  3,
  1e-310,
  -1e-310,
  1e300,
  -1e300,
  Infinity,
  -Infinity,
  NaN,
]

type Meaning = (a: number, b: number, c: number) => number
type Instruction = Exclude<keyof Core<Js>, 'precision' | 'constant'>

const truth = (value: boolean): number => (value ? 1 : 0)
const meanings: Readonly<Record<Instruction, Meaning>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  abs: (a) => Math.abs(a),
  sqrt: (a) => Math.sqrt(a),
  floor: (a) => Math.floor(a),
  lt: (a, b) => truth(a < b),
  le: (a, b) => truth(a <= b),
  eq: (a, b) => truth(a === b),
  ne: (a, b) => truth(a !== b),
  and: (a, b) => truth(a !== 0 && b !== 0),
  or: (a, b) => truth(a !== 0 || b !== 0),
  not: (a) => truth(a === 0),
  select: (c, a, b) => (c === 0 ? b : a),
  let: (a) => a,
  exponent: (a) => Math.floor(Math.log2(Math.abs(a))),
  scale: (a, n) =>
    [1, 2, 3].reduce(
      (value) => value * 2 ** Math.trunc(n / 4),
      a * 2 ** (n - 3 * Math.trunc(n / 4)),
    ),
}

/** A module with one function for each instruction, made from operands `a`, `b`, `c`. */
async function instructions(): Promise<Record<Instruction, Meaning>> {
  const texts: string[] = []
  const parts = new Set<string>()
  for (const name of Object.keys(meanings) as Instruction[]) {
    const writer = createWriter(() => 't')
    const instruction: (...operands: Js[]) => Js = writer.core[name]
    const result = asNumber(instruction(...['a', 'b', 'c'].map((operand) => atom(operand))))
    const lines = [...writer.lines, `return ${result.text}`].join('\n')
    texts.push(`function ${name}_(a, b, c) {\n${lines}\n}`, `export { ${name}_ as ${name} }`)
    for (const part of writer.parts) parts.add(part)
  }
  const code = [...texts, ...reachedParts(parts).map(({ text }) => text)].join('\n')
  return (await load(code)) as unknown as Record<Instruction, Meaning>
}

test('every instruction', async () => {
  const written = await instructions()
  for (const name of Object.keys(meanings) as Instruction[]) {
    if (name === 'exponent' || name === 'scale') continue
    for (const a of numbers) {
      for (const b of numbers) {
        expect([name, a, b, written[name](a, b, 7)]).toEqual([name, a, b, meanings[name](a, b, 7)])
      }
    }
  }
})

test('exponent and scale', async () => {
  const { exponent, scale } = await instructions()
  for (const x of [1, 1.5, 2, 0.99, 1e300, 1e-300, 2 ** 1023, 2 ** -1022, 3]) {
    expect([x, exponent(x, 0, 0), exponent(-x, 0, 0)]).toEqual([
      x,
      meanings.exponent(x, 0, 0),
      meanings.exponent(x, 0, 0),
    ])
  }
  for (const n of [0, 1, -1, 52, 1023, -1022, 2100, -2100, 1500]) {
    for (const x of [1, -3, 1e-300, 2 ** -1000, 2 ** 1000, 0, Infinity, NaN]) {
      expect([x, n, scale(x, n, 0)]).toEqual([x, n, meanings.scale(x, n, 0)])
    }
  }
})

test('literals read back as the same double', async () => {
  const all = [...numbers, 1 / 3, 5e-324, 1.7976931348623157e308, 123456789012345680000]
  const list = all.map((value) => numberLiteral(value).text).join(', ')
  const module = (await load(`export const list = [${list}]`)) as unknown as { list: number[] }
  expect(module.list).toEqual(all)
})

test('parentheses stand where the meaning needs them, and nowhere else', () => {
  const { core } = createWriter(() => 't')
  const [a, b, c] = ['a', 'b', 'c'].map((name) => atom(name)) as [Js, Js, Js]
  const texts = [
    core.add(core.add(a, b), c),
    core.add(a, core.add(b, c)),
    core.sub(a, core.sub(b, c)),
    core.mul(core.add(a, b), c),
    core.neg(core.neg(a)),
    core.neg(core.add(a, b)),
    core.sub(a, core.neg(b)),
    core.sub(a, core.constant(-1)),
    core.mul(core.neg(a), b),
    core.select(core.lt(a, b), core.select(core.eq(a, b), a, b), core.select(core.le(a, b), c, b)),
    core.add(core.lt(a, b), c),
    core.not(core.eq(a, b)),
    core.not(core.lt(a, b)),
    core.and(core.or(core.lt(a, b), core.lt(b, c)), core.not(core.and(a, b))),
    core.div(a, core.mul(b, c)),
  ]
  expect(texts.map(({ text }) => text)).toMatchInlineSnapshot(`
    [
      "a + b + c",
      "a + (b + c)",
      "a - (b - c)",
      "(a + b) * c",
      "-(-a)",
      "-(a + b)",
      "a - -b",
      "a - -1",
      "-a * b",
      "a < b ? (a === b ? a : b) : a <= b ? c : b",
      "+(a < b) + c",
      "a !== b",
      "!(a < b)",
      "(a < b || b < c) && !(a !== 0 && b !== 0)",
      "a / (b * c)",
    ]
  `)
})
