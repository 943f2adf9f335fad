// Every case of every topic must pass.
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { readTopics, type Precision } from './cases.ts'
import type { Compile } from './generatedModule.ts'
import { runTopic } from './harness.ts'
import { failureList } from './table.ts'

export const topics = readTopics(fileURLToPath(new URL('.', import.meta.url)))

/** Loops are as they are written, each for itself: what fusion may not change. */
export const compileUnfused: Compile = (source, options) =>
  compile(source, { ...options, backend: 'js', fuse: false })

/** The tests of one precision: in a file of their own, so that both run at once. */
export function testTopics(precision: Precision): void {
  describe.each(topics)('$name', (topic) => {
    it(`in ${precision}`, async () => {
      const outcomes = await runTopic(topic, precision, compile)
      expect(outcomes).toHaveLength(topic.cases.length)
      expect(failureList(outcomes)).toBe('')
    })
  })
}
