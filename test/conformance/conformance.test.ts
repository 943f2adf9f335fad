// Every case of every topic, in both precisions. The topics named here must pass in full; the others are counted.
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { readTopics, type Precision } from './cases.ts'
import { runTopic, tallyOf } from './harness.ts'
import { failureList } from './table.ts'

const mustPass = [
  'losses_regression',
  'losses_nll_bce',
  'losses_cross_entropy',
  'activations',
  'diagnostics',
]
const precisions: readonly Precision[] = ['f64', 'f32']
const topics = readTopics(fileURLToPath(new URL('.', import.meta.url)))

describe.each(topics.filter(({ name }) => mustPass.includes(name)))('$name', (topic) => {
  it.each(precisions)('passes in %s', async (precision) => {
    const outcomes = await runTopic(topic, precision, compile)
    expect(failureList(outcomes)).toBe('')
    expect(outcomes).toHaveLength(topic.cases.length)
  })
})

describe.each(topics.filter(({ name }) => !mustPass.includes(name)))('$name', (topic) => {
  it.each(precisions)('is counted in %s', async (precision) => {
    const outcomes = await runTopic(topic, precision, compile)
    const { passed, skipped } = tallyOf(outcomes)
    console.log(
      `${topic.name} ${precision}: already works ${passed} of ${outcomes.length - skipped}`,
    )
    expect(outcomes).toHaveLength(topic.cases.length)
  })
})
