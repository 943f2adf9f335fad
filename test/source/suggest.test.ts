// The name that was probably meant.
import { describe, expect, test } from 'vitest'
import { editDistance, suggest } from '../../compiler/source/suggest.ts'

const known = ['hidden', 'relu', 'softmax', 'delta', 'x', 'y', 'T', 'H1', 'H2']

describe('suggest', () => {
  test.each([
    ['hiden', 'hidden'],
    ['hiddne', 'hidden'],
    ['Relu', 'relu'],
    ['sofmax', 'softmax'],
    ['detla', 'delta'],
    ['t', 'T'],
  ])('%s → %s', (written, meant) => {
    expect(suggest(written, known)).toBe(meant)
  })

  test.each(['z', 'tanh', 'hide', 'something'])('nothing for %s', (written) => {
    expect(suggest(written, known)).toBeUndefined()
  })

  test('the first of equally near names', () => {
    expect(suggest('H3', known)).toBe('H1')
  })

  test('never the name itself', () => {
    expect(suggest('relu', ['relu'])).toBeUndefined()
  })
})

test.each([
  ['', '', 0],
  ['a', '', 1],
  ['abc', 'abc', 0],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['abc', 'xabc', 1],
  ['kitten', 'sitting', 3],
])('edit distance of %j and %j is %d', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
  expect(editDistance(b, a)).toBe(distance)
})

test('counting stops where it is no use', () => {
  expect(editDistance('abcdefgh', 'stuvwxyz', 2)).toBe(3)
})
