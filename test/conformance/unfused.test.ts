// A part of the cases without fusion of loops, in both precisions; `npm run conformance -- --unfused` runs all of them.
import { describe, expect, it } from 'vitest'
import { runTopic } from './harness.ts'
import { failureList } from './table.ts'
import { compileUnfused, topics } from './topics.ts'

const every = 12

describe.each(topics)('$name', (topic) => {
  it.each(['f64', 'f32'] as const)('in %s', async (precision) => {
    const start = precision === 'f64' ? 0 : every / 2
    const cases = topic.cases.filter((_, i) => i % every === start % topic.cases.length)
    const outcomes = await runTopic({ ...topic, cases }, precision, compileUnfused)
    expect(outcomes.length).toBeGreaterThan(0)
    expect(failureList(outcomes)).toBe('')
  })
})
