// Recurrences, scheduled, give the evaluator's numbers; and what is made of them is as small as the steps are.
import { describe, expect, test } from 'vitest'
import { expectAgreement, kernelsText, targets } from './agreement.ts'
import { all, caseOf, cumsum, rnn } from './recurrences.ts'

const sizes = { N: 3, T: 5, S: 4, D: 2, H: 6, K: 6, V: 3, C: 3, B: 3 }

describe('by themselves and together', () => {
  for (const [name, text] of Object.entries(all)) {
    test(name, () => {
      // Positions along an axis that is empty are positions of nothing.
      const lengths = text.includes('argmax') ? [5, 1] : [5, 1, 0]
      for (const T of lengths) expectAgreement(caseOf(text, { ...sizes, T }))
      expectAgreement(caseOf(text, { ...sizes, N: 0 }))
    })
  }
})

test('a running sum is a number that changes', () => {
  expect(kernelsText(caseOf(cumsum, sizes))).toMatchSnapshot()
})

test('an RNN carries a row for each sample', () => {
  expect(kernelsText(caseOf(rnn, sizes), targets.blocked)).toMatchSnapshot()
})

test('threads take each value of a step as a kernel, and the history afterwards', () => {
  expect(kernelsText(caseOf(cumsum, sizes), targets.thread)).toMatchSnapshot()
})
