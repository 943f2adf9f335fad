// Every case of every topic. The topics named here must pass in full; of the others is told how many work.
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
const topics = readTopics(fileURLToPath(new URL('.', import.meta.url)))

/** The tests of one precision: in a file of their own, so that both run at once. */
export function testTopics(precision: Precision): void {
  describe.each(topics)('$name', (topic) => {
    it(`in ${precision}`, async () => {
      const outcomes = await runTopic(topic, precision, compile)
      expect(outcomes).toHaveLength(topic.cases.length)
      if (mustPass.includes(topic.name)) {
        expect(failureList(outcomes)).toBe('')
        return
      }
      const { passed, skipped } = tallyOf(outcomes)
      const counted = outcomes.length - skipped
      console.log(`${topic.name} in ${precision}: already works ${passed} of ${counted}`)
    })
  })
}
