// A part of the cases on the gpu backend, in gpu.js's WebAssembly mode; `npm run conformance -- --backend gpu` runs all.
import { describe, expect, it } from 'vitest'
import { Draw } from '../programs/draw.ts'
import { gpuCompiler } from './gpuCompiler.ts'
import { runTopic } from './harness.ts'
import { failureList } from './table.ts'
import { topics } from './topics.ts'

const every = 12

describe.each(topics)('$name', (topic) => {
  it('in f32', async () => {
    const draw = new Draw(topic.cases.length)
    const count = Math.ceil(topic.cases.length / every)
    const cases = draw.shuffled(topic.cases).slice(0, count)
    const outcomes = await runTopic({ ...topic, cases }, 'f32', gpuCompiler())
    expect(outcomes).toHaveLength(count)
    expect(failureList(outcomes)).toBe('')
  })
})
