// Random programs of the language agree with the evaluator of graphs and with finite differences. More of them, or others:
// `LOSSDSL_PROGRAMS=5000`, and `npm run fuzz -- --count 5000 --seed 7`. On the gpu backend: programsOnGpu.test.ts.
import { describe, expect, it } from 'vitest'
import { variants, type Variant } from './built.ts'
import { campaign, report } from './campaign.ts'
import { constructs } from './constructs/table.ts'
import { generate, inputRows } from './generate.ts'
import { judge } from './judge.ts'
import { textOf, without, type Program } from './program.ts'
import { shrink } from './shrink.ts'

const programs = Number(process.env['LOSSDSL_PROGRAMS'] ?? 200)
const seeds = Array.from({ length: programs }, (_, i) => i + 1)

/** Fused in f64 always, since gradients are measured there, and the others in turn. */
function inTurn(seed: number): Variant[] {
  const [first, ...others] = variants
  const other = others[seed % others.length]
  return [first, other].flatMap((variant) => (variant === undefined ? [] : [variant]))
}

it(
  `${programs} random programs agree`,
  async () => {
    const { failures, counts } = await campaign(seeds, inTurn)
    expect(failures.map(report).join('\n')).toBe('')
    // What is passed over is a small part of what is looked at.
    expect(counts.kinks).toBeLessThan(0.01 * counts.nudged)
    expect(counts.unstable).toBeLessThan(0.01 * counts.compared)
    expect(counts.infinite).toBeLessThan(0.001 * counts.compared)
    expect(counts.nudged).toBeGreaterThan(20 * programs)
  },
  600_000 + 1000 * programs,
)

describe('the generator', () => {
  it('writes every construct', () => {
    const many = Array.from({ length: 1000 }, (_, i) => generate(i + 1))
    const seen = new Set(many.flatMap(({ statements }) => statements.map((each) => each.construct)))
    const names = [...constructs, ...inputRows].map(({ name }) => name)
    expect(names.filter((name) => !seen.has(name))).toEqual([])
  })

  it('writes the same program for the same seed', () => {
    expect(textOf(generate(3))).toBe(textOf(generate(3)))
    expect(textOf(generate(3))).not.toBe(textOf(generate(4)))
  })
})

const wrong: Program = {
  seed: 1,
  sizes: new Map([['N', 3]]),
  statements: [
    { construct: 'axis', text: 'axis N = 3', defines: ['N'] },
    {
      construct: 'real input',
      text: 'input x: [N]',
      defines: ['x'],
      input: { name: 'x', axes: ['N'], data: [0.1, -0.7, 0.4], isSmooth: true },
    },
    { construct: 'function', text: 'fn half(x) = x * x derivative g => g * x', defines: ['half'] },
    { construct: 'unary', text: 'let v0 = sin(x)', defines: ['v0'] },
    { construct: 'unary', text: 'let v1 = half(v0)', defines: ['v1'] },
    { construct: 'unary', text: 'let v2 = cos(v0)', defines: ['v2'] },
    { construct: 'let', text: 'let first = sum(v1) + mean(v2)', defines: ['first'] },
    { construct: 'loss', text: 'loss partial = first wrt x', defines: ['partial'] },
  ],
}

describe('a program whose derivative is wrong', () => {
  it('is found out', async () => {
    const { faults } = await judge(wrong)
    expect(faults.map(({ kind }) => kind)).toEqual(['differences: partial'])
  })

  it('is made small', async () => {
    const [fault] = (await judge(wrong)).faults
    if (fault === undefined) throw new Error('it is found out')
    const { program } = await shrink(wrong, fault)
    expect(textOf(program).split('\n')).toEqual([
      'axis N = 3',
      'input x: [N]',
      'fn half(x) = x * x derivative g => g * x',
      'let v0 = sin(x)',
      'let v1 = half(v0)',
      'let first = sum(v1)',
      'loss partial = first wrt x',
    ])
  })

  it('loses with a statement all that needs it', () => {
    const rest = without(wrong, ({ defines }) => defines.includes('v0'))
    expect(rest.statements.map(({ text }) => text)).toEqual([
      'axis N = 3',
      'input x: [N]',
      'fn half(x) = x * x derivative g => g * x',
    ])
  })
})
