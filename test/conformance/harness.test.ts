// The harness itself, on modules written by hand: it must notice what is wrong.
import { describe, expect, it } from 'vitest'
import type { Case, RunCase, Topic } from './cases.ts'
import type { Compile } from './generatedModule.ts'
import { runTopic, tallyOf } from './harness.ts'
import { failureList, table } from './table.ts'

const square = `
const r = {
  value: ({ x }) => x.data[0] ** 2,
  valueAndGrad: ({ x }) => ({ value: x.data[0] ** 2, grad: { x: [2 * x.data[0]] } }),
}
const y = ({ x }) => ({ data: x.data.map((v) => v ** 2), shape: x.shape, axes: ['N'] })
const signature = {}
export { r, y, signature }`

const compileSquare: Compile = () => ({ code: square, diagnostics: [] })

function topicOf(...cases: Case[]): Topic {
  const tolerance = { atol: 1e-9, rtol: 1e-9 }
  return { name: 'by hand', tolerance: { f32: tolerance, f64: tolerance }, cases }
}

const scalar = { x: { shape: [], data: [3] } }

function gradientCase(name: string, gradient: number | string, more: Partial<RunCase> = {}): Case {
  const expectation = { value: 9, grad: { x: { shape: [], data: [gradient] } } }
  return {
    name,
    program: name,
    inputs: scalar,
    checks: [{ call: 'valueAndGrad', entry: 'r', expect: expectation }],
    ...more,
  }
}

describe('running cases', () => {
  it('passes what matches and tells what does not', async () => {
    const topic = topicOf(gradientCase('right', 6), gradientCase('wrong', 7))
    const outcomes = await runTopic(topic, 'f64', compileSquare)
    expect(tallyOf(outcomes)).toEqual({ passed: 1, failed: 1, skipped: 0, quirks: 0 })
    expect(failureList(outcomes)).toBe('wrong\n    valueAndGrad r: grad x[0]: 6, want 7')
  })

  it('does not take a finite number for NaN', async () => {
    const outcomes = await runTopic(topicOf(gradientCase('nan', 'NaN')), 'f64', compileSquare)
    expect(failureList(outcomes)).toContain('6, want NaN')
  })

  it('runs a quirk without counting it, and skips what overflows in f32', async () => {
    const topic = topicOf(
      gradientCase('quirk', 7, { tags: ['quirk'] }),
      gradientCase('overflow', 7, { tolerance: { f32: null } }),
    )
    const outcomes = await runTopic(topic, 'f32', compileSquare)
    expect(tallyOf(outcomes)).toEqual({ passed: 0, failed: 0, skipped: 1, quirks: 1 })
    expect(table(outcomes)).toMatchInlineSnapshot(`
      "topic                          works      of   fails  quirks skipped
      by hand f32                        0       2       0       1       1
      all                                0       2       0       1       1"
    `)
  })

  it('holds an unasked warning against a program', async () => {
    const warning = { severity: 'warning', code: 'kind', message: 'odd', labels: [] } as const
    const outcomes = await runTopic(topicOf(gradientCase('odd', 6)), 'f64', () => ({
      code: square,
      diagnostics: [warning],
    }))
    expect(failureList(outcomes)).toContain('warns: kind: odd')
  })
})

describe('refusals', () => {
  const refused = { name: 'no', program: 'no', expect_error: true, mentions: ['delta'] } as const
  const error = { severity: 'error', code: 'range', message: 'delta is 0', labels: [] } as const

  it('accepts the compiler’s word', async () => {
    const topic = topicOf({ ...refused, stage: 'compile' })
    const outcomes = await runTopic(topic, 'f64', () => ({ diagnostics: [error] }))
    expect(failureList(outcomes)).toBe('')
  })

  it('wants the call to throw where the compiler is silent', async () => {
    const topic = topicOf({ ...refused, stage: 'call', entry: 'r', call: 'value', inputs: scalar })
    const outcomes = await runTopic(topic, 'f64', compileSquare)
    expect(failureList(outcomes)).toContain('neither the compiler nor the call refuses it')
  })
})
