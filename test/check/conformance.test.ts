// Every program of the conformance topics: those that are right check without a word, the others get the right ones.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checked, wordsOf } from './checking.ts'

interface Case {
  readonly name: string
  readonly program: string
  readonly warnings?: 'expected' | 'allowed'
  readonly severity?: 'error' | 'warning' | 'none'
  readonly mentions?: readonly string[]
  readonly stage?: 'compile' | 'call' | 'any'
}

function cases(topic: string): readonly Case[] {
  const url = new URL(`../conformance/${topic}.json`, import.meta.url)
  const { cases: found } = JSON.parse(readFileSync(url, 'utf8')) as { cases: readonly Case[] }
  return found
}

function verdict({ program }: Case): { worst: string; words: string } {
  const { diagnostics } = checked(program)
  const has = (severity: string): boolean => diagnostics.some((one) => one.severity === severity)
  return {
    worst: has('error') ? 'error' : has('warning') ? 'warning' : 'none',
    words: diagnostics.map(wordsOf).join('\n'),
  }
}

/** Each of `mentions` stands in the words; `a|b` is one of the two. */
function lacking({ mentions = [] }: Case, words: string): readonly string[] {
  return mentions.filter((mention) => !mention.split('|').some((word) => words.includes(word)))
}

describe('diagnostics', () => {
  test.each(cases('diagnostics').map((one) => [one.name, one] as const))('%s', (_, one) => {
    const { worst, words } = verdict(one)
    expect([worst, lacking(one, words)]).toEqual([one.severity, []])
  })
})

describe('errors at compile time', () => {
  const compiled = cases('errors').filter(({ stage }) => stage === 'compile')
  test.each(compiled.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const { worst, words } = verdict(one)
    expect([worst, lacking(one, words)]).toEqual(['error', []])
  })
})

describe.each([
  'activations',
  'losses_regression',
  'losses_nll_bce',
  'losses_cross_entropy',
  'losses_margin',
  'optimizers',
  'schedulers',
])('%s', (topic) => {
  test('every program checks', () => {
    // The same text need not be checked for each of its inputs.
    const programs = new Map(cases(topic).map((one) => [one.program, one]))
    const wrong = [...programs.values()].flatMap((one) => {
      const { worst, words } = verdict(one)
      const isRight =
        one.warnings === 'expected'
          ? worst === 'warning'
          : worst === 'none' || (one.warnings === 'allowed' && worst === 'warning')
      return isRight ? [] : [`${one.name}: ${words}`]
    })
    expect(wrong).toEqual([])
  })
})
