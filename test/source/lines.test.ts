// Offsets as lines and columns.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linesOf } from '../../compiler/source/lines.ts'

test('lines end in LF or CRLF', () => {
  const lines = linesOf('ab\r\nc\n\nd')
  expect([1, 2, 3, 4].map((line) => lines.textOf(line))).toEqual(['ab', 'c', '', 'd'])
  expect(lines.positionAt(4)).toEqual({ line: 2, column: 1 })
  expect(lines.positionAt(7)).toEqual({ line: 4, column: 1 })
})

test('the end of the text is a place, and nothing is beyond it', () => {
  expect(linesOf('').positionAt(0)).toEqual({ line: 1, column: 1 })
  expect(linesOf('a\n').positionAt(2)).toEqual({ line: 2, column: 1 })
  expect(linesOf('a').positionAt(99)).toEqual({ line: 1, column: 2 })
  expect(linesOf('a').positionAt(-1)).toEqual({ line: 1, column: 1 })
  expect(linesOf('a').textOf(5)).toBe('')
})

test('a position leads back to its offset', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', 'é', '🎉') })
  fc.assert(
    fc.property(text, fc.nat(), (source, place) => {
      const lines = linesOf(source)
      const offset = place % (source.length + 1)
      const { line, column } = lines.positionAt(offset)
      expect(lines.startOf(line) + column - 1).toBe(offset)
      expect(line).toBe(source.slice(0, offset).split('\n').length)
    }),
  )
})
