import fc from 'fast-check'
import { test } from 'vitest'
import { expectAgreement } from './agreement.ts'
import { randomCase } from './randomGraphs.ts'

test('random graphs give the same numbers, however they are scheduled', () => {
  fc.assert(fc.property(randomCase, expectAgreement), { numRuns: 200 })
})
