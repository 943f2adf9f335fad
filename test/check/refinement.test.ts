// Which indices are proved to lie inside, and which are not: by intervals, conditions, sizes and kinds.
import { describe, expect, test } from 'vitest'
import { codes } from './checking.ts'

const declarations = `axis N, T, T1 = T - 1, K = 3, P = T - K + 1, C
input x: [N, T]
input y: class(C)[N]
input m: class(C, missing = -100)[N]
input k: int[N]
input z: [N, C]
input s: int
axis U
fn f(i, v) = 2 * v[C = i]
fn total(v) = sum(v)
fn late(i, v) {
  let at = i
  return sum[N](v[C = at])
}
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
    'x[T = T div size(T)]',
    'z[C = k % size(C)]',
    'if s > 0 and s <= size(C) then z[C = k % s] else 0',
    'x[T = clamp(T + 3, 0, size(T) - 1)]',
    'x[T = max(T - 1, 0)]',
    'x[T = min(T + 1, size(T) - 1)]',
    'x[T = min(T * T, size(T) - 1)]',
    'x[T = min(size(T) - 1, T * T)]',
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

describe('guarded at the places where it is chosen', () => {
  test.each([
    // What bounds k bounds it at every place along N.
    'if s >= 0 and s < size(C) then sum[N](z[C = s]) else 0',
    'if k >= 0 and k < size(C) then sum[C](z[C = k][+C]) else 0',
    'sum[N](if k >= 0 and k < size(C) then z[C = k] else 0)',
    'if k >= 0 and k < size(C) then f(k, z) else 0',
    'if k >= 0 then if k < size(C) then z[C = k] * 2 else 1 else 0',
    'if k >= 0 and k < size(C) and z[C = k] > 0 then 1 else 0',
    'if k < 0 or k >= size(C) or z[C = k] > 0 then 1 else 0',
    'if k >= 0 and k < size(C) then z[C = k] + sum[N](z[C = 0]) else 0',
    "if k >= 0 and k < size(C) then z[N as N'][C = k, N' = 0] else 0",
    "if k >= 0 and k < size(C) then z[C = k][N as N'][N' as N] else 0",
    'if k >= 0 and k < size(C) then z[C = max(k, k)] else 0',
    'if s >= 0 and s < size(C) then z[C = sum(s)] else 0',
    'grad(sum(if k >= 0 and k < size(C) then z[C = k] else 0), z)',
    'grad(sum(if k >= 0 and k < size(C) then (2 * z)[C = k] else 0), z)',
    'if s >= 0 then (if k >= s and k < size(C) then z[C = k] else 0) else 0',
  ])('%s', (expression) => {
    expect(codesOf(expression)).toEqual([])
  })
})

describe('guarded elsewhere', () => {
  test.each([
    'if k >= 0 and k < size(C) then sum[N](z[C = k]) else 0',
    'if k >= 0 and k < size(C) then max[N](z[C = k]) else 0',
    'if k >= 0 and k < size(C) then mean(z[C = k]) else 0',
    'if k >= 0 and k < size(C) then softmax[N](z[C = k]) else 0',
    'if k >= 0 and k < size(C) then dot[N](z[C = k], z[C = 0]) else 0',
    'if k >= 0 and k < size(C) then total(z[C = k]) else 0',
    'if k >= 0 and k < size(C) then (z[C = k])[N = 0] else 0',
    "if k >= 0 and k < size(C) then (z[C = k])[N as N'][N' = 0] else 0",
    'if k >= 0 and k < size(C) then norm[N](z[C = k]) else 0',
    'if k >= 0 and k < size(C) then sum_except[C](z[C = k][+C])[C = 0] else 0',
    'if k >= 0 and k < size(C) then grad(sum(z[C = k] ^ 2), z)[C = 0] else 0',
    'if k >= 0 and k < size(C) then grad(sum((2 * z)[C = k] ^ 2), z)[C = 0] else 0',
    'if k >= 0 and k < size(C) then z[C = max[N](k)] else 0',
    'if k >= 0 and k < size(C) then z[C = k[N = 0]] else 0',
    'if k >= 0 then if k < size(C) then sum[N](z[C = k]) else 0 else 0',
    'if k >= 0 and k < size(C) and sum[N](z[C = k]) > 0 then 1 else 0',
    'if k >= 0 then sum[N](if k < size(C) then z[C = k] else 0) else 0',
    'if T > 0 then sum[T](x[T = T - 1]) else 0',
    'if T > 0 then (x[T = T - 1])[T = 0] else 0',
    'if T > 0 then concat[T, T -> U](x[T = T - 1], x[T = T - 1])[U = 0] else 0',
    'if k >= 0 and k < size(C) then (() => sum[N](z[C = k]))() else 0',
    'if k >= 0 and k < size(C) then late(k, z) else 0',
    'if T > 0 then scan[T]((c, t) => c + x[T = t - 1], 0, T) else 0',
    'if T > 0 then fold[T]((c, t) => c + x[T = t - 1], 0, T) else 0',
    'if k >= 0 and k < size(C) then scan[N]((c, (i, v)) => c + v[C = i], 0, (k, z)) else 0',
  ])('%s', (expression) => {
    expect(codesOf(expression)).toEqual(['index-outside'])
  })

  test('in an update, which no `if` guards', () => {
    const source = `axis N, C
      input k: int[N]
      input z: [N, C]
      param w: real = 1
      block Kept[N]() {
        state m: [N] = 0
        apply(x: [N]) {
          update m = x
          return x
        }
      }
      use kept = Kept[N]
      loss total = mean(if k >= 0 and k < size(C) then w * kept(z[C = k]) else 0)
      minimize total with sgd(lr = 0.1)`
    expect(codes(source)).toEqual(['index-outside'])
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
    // Of a division by 0 there is no place, nor of what is made of it.
    'z[C = (k % s) % 1]',
    'if s >= 0 and s <= size(C) then z[C = k % s] else 0',
    'if s >= 0 then z[C = clamp(k div s, 0, size(C) - 1)] else 0',
    'if T > 0 then x[T = T + 1] else 0',
    'if T > 0 or k > 0 then x[T = T - 1] else 0',
    'if k >= 0 then z[C = k] else 0',
  ])('%s', (expression) => {
    expect(codesOf(expression)).toEqual(['index-outside'])
  })
})
