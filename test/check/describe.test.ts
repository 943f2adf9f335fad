// Expressions in messages: as written, with the parentheses they need and long insides left out.
import { describe, expect, test } from 'vitest'
import { textOf, wholeTextOf } from '../../compiler/check/describe.ts'
import type { Expression } from '../../compiler/syntax/ast.ts'
import { parse } from '../../compiler/syntax/parse.ts'

function expression(text: string): Expression {
  const [statement] = parse({ path: 'test.lossdsl', text: `let z = ${text}` }).file.statements
  if (statement?.kind !== 'let') throw new Error(`no expression: ${text}`)
  return statement.value
}

describe('whole', () => {
  test.each([
    'a - (b - c)',
    '-1 / size(I) ^ 0.5',
    '(a + b) * c',
    '2 ^ 3 ^ 2',
    '(2 ^ 3) ^ 2',
    '-x ^ 2',
    '(-x) ^ 2',
    'not (a and b) or c == d + 1',
    'softmax[A, B -> C](x, p = 2)',
    '[1, 2] over K',
    'f.0.weight',
  ])('%s', (text) => {
    expect(wholeTextOf(expression(text))).toBe(text)
  })
})

test('short', () => {
  const long = expression(
    'mean(cross_entropy(linear(relu(first(images))), digits, smoothing = 0.1))',
  )
  expect(textOf(long)).toBe('mean(cross_entropy(…, digits, smoothing = 0.1))')
})
