// Which indices are proved to lie inside, and which are not: by intervals, conditions, sizes and kinds.
import { describe, expect, test } from 'vitest'
import { codes } from './checking.ts'

const declarations = `axis N, T, T1 = T - 1, K = 3, P = T - K + 1, C
input x: [N, T]
input y: class(C)[N]
input m: class(C, missing = -100)[N]
input k: int[N]
input z: [N, C]
`

function codesOf(expression: string): string[] {
  const unused = new Set(['unused-input'])
  return codes(`${declarations}output result = ${expression}`).filter((code) => !unused.has(code))
}

describe('inside', () => {
  test.each([
    'x[T = 0]',
    'x[T = -1]',
    'x[T = T1 + 1]',
    'x[T = T1] - x[T = T1 + 1]',
    'x[T = P + K]',
    'x[T = size(T) - 1 - T]',
    'x[T = T div 2]',
    'x[T = (T + 1) % size(T)]',
    'x[T = clamp(T + 3, 0, size(T) - 1)]',
    'x[T = max(T - 1, 0)]',
    'x[T = min(T + 1, size(T) - 1)]',
    'x[T = if T == 0 then 0 else T - 1]',
    'if T > 0 then x[T = T - 1] else 0',
    'if T + 1 < size(T) then x[T = T + 1] else 0',
    'if T >= 1 and T < size(T) - 1 then x[T = T + 1] - x[T = T - 1] else 0',
    'if not (T == 0 or T > 5) then x[T = T - 1] else 0',
    'z[C = y]',
    'z[C = m]',
    'if known(m) then z[C = m] else 1',
    'z[C = argmax[C](z)]',
    'if k >= 0 and k < size(C) then z[C = k] else 0',
    'x[T = T + 1, else 0]',
    'z[C = k, else -inf]',
  ])('%s', (expression) => {
    expect(codesOf(expression)).toEqual([])
  })
})

describe('not proved', () => {
  test.each([
    'x[T = T + 1]',
    'x[T = T - 1]',
    'x[T = 2 * T]',
    'x[T = P + K + 1]',
    'z[C = k]',
    'z[C = y + 1]',
    'if T > 0 then x[T = T + 1] else 0',
    'if T > 0 or k > 0 then x[T = T - 1] else 0',
    'if k >= 0 then z[C = k] else 0',
  ])('%s', (expression) => {
    expect(codesOf(expression)).toEqual(['index-outside'])
  })
})
