// Section 4: an index says along which axis it goes; lookups, slices, shifts, windows and reshapes are all one construct.
import { describe, expect, test } from 'vitest'
import { expectClose, messages, moduleOf, plain, slopes, tensor, thrown } from './running.ts'

const declarations = `axis N = 2, T = 4, T1 = T - 1, T2 = T / 2, H = 4, K = 2, S = T, A = 2, B = 2, M = 3
  input x: [N, T]
  input v: [T]`
const inputs = {
  x: [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ],
  v: [10, 20, 30, 40],
}
const all = 'output seen = sum(x) + sum(v)'

test.each<[string, readonly string[], readonly number[]]>([
  ['x[T = 0]', ['N'], [1, 5]],
  ['x[T = -1]', ['N'], [4, 8]],
  ['x[T = -4]', ['N'], [1, 5]],
  ['x[N = 1, T = 2]', [], [7]],
  ['x[T = T1 + 1]', ['N', 'T1'], [2, 3, 4, 6, 7, 8]],
  ['x[T = T1]', ['N', 'T1'], [1, 2, 3, 5, 6, 7]],
  ['x[T = 2 * T2]', ['N', 'T2'], [1, 3, 5, 7]],
  ['x[T = 2 * T2 + 1]', ['N', 'T2'], [2, 4, 6, 8]],
  ['x[T = size(T) - 1 - T]', ['N', 'T'], [4, 3, 2, 1, 8, 7, 6, 5]],
  // Windows of size K, stride 2, padding 1, along axes in place of T.
  ['v[T = 2 * M + K - 1, else 0]', ['K', 'M'], [0, 20, 40, 10, 30, 0]],
  ['x[T = T - 1, else 0]', ['N', 'T'], [0, 1, 2, 3, 0, 5, 6, 7]],
  ['x[T = T + 1, else -inf]', ['N', 'T'], [2, 3, 4, -Infinity, 6, 7, 8, -Infinity]],
  ["v[T as T'] + 0", ["T'"], [10, 20, 30, 40]],
  ['x[T as S]', ['N', 'S'], [1, 2, 3, 4, 5, 6, 7, 8]],
  ['x[(N, T) as Q]', ['Q'], [1, 2, 3, 4, 5, 6, 7, 8]],
  ['x[(T, N) as Q]', ['Q'], [1, 5, 2, 6, 3, 7, 4, 8]],
  ['v[T as (A, B)]', ['A', 'B'], [10, 20, 30, 40]],
  ['v[T as (B, A)]', ['A', 'B'], [10, 30, 20, 40]],
  ['x[N as A, T as S]', ['S', 'A'], [1, 5, 2, 6, 3, 7, 4, 8]],
  ['v[+N]', ['N', 'T'], [10, 20, 30, 40, 10, 20, 30, 40]],
  ['sum(v)[+N, +K]', ['N', 'K'], [100, 100, 100, 100]],
  ['x[N = N, T = N + 1]', ['N'], [2, 7]],
  // Any whole number indexes: class, int, coordinates, and tensors of them.
  ['x[T = argmax[T](x)]', ['N'], [4, 8]],
  ['v[T = argmax[T](x)]', ['N'], [40, 40]],
  ['v[T = clamp(T * 2, 0, 3)]', ['T'], [10, 30, 40, 40]],
  ['v[T = T div 2]', ['T'], [10, 10, 20, 20]],
  ['v[T = (T + 3) % 4]', ['T'], [40, 10, 20, 30]],
  ['v[T = if T == 0 then 3 else T - 1]', ['T'], [40, 10, 20, 30]],
  ['v[T = min(T + 1, 3)]', ['T'], [20, 30, 40, 40]],
  ['(x[N = 0] + v)[T = 1]', [], [22]],
  ['x[N = 1][T = 3]', [], [8]],
  ['v[T = N * 2 + K]', ['N', 'K'], [10, 20, 30, 40]],
  // One else serves all.
  ['x[N = N + 1, T = T + 2, else 0]', ['N', 'T'], [7, 8, 0, 0, 0, 0, 0, 0]],
  ['x[N = 1, T as S]', ['S'], [5, 6, 7, 8]],
  ['v[T as S, +N]', ['N', 'S'], [10, 20, 30, 40, 10, 20, 30, 40]],
])('%s', async (expression, axes, wanted) => {
  const source = `${declarations}\naxis Q\n${all}`
  const found = await tensor(source, expression, inputs)
  expect(found.axes).toEqual(axes)
  expectClose(found.data, wanted)
})

describe('gradients go back along the index', () => {
  test.each<[string, readonly number[]]>([
    ['v[T = 0]', [1, 0, 0, 0]],
    ['v[T = -1] * 3', [0, 0, 0, 3]],
    ['v[T = T1 + 1]', [0, 1, 1, 1]],
    ['v[T = 2 * T2] * (1 + T2)', [1, 0, 2, 0]],
    ['v[T = 2 * M + K - 1, else 0]', [1, 1, 1, 1]],
    ['v[T = T - 1, else 0] * T', [1, 2, 3, 0]],
    ["v[T as T'] * T'", [0, 1, 2, 3]],
    ['v[T as (A, B)] * (10 * A + B)', [0, 1, 10, 11]],
    ['v[T as (B, A)] * (10 * A + B)', [0, 10, 1, 11]],
    ['v[+N] * (1 + N)', [3, 3, 3, 3]],
    ['v[T = argmax[T](v)]', [0, 0, 0, 1]],
    ['v[T = T div 2]', [2, 2, 0, 0]],
    ['v[T = k] * 2', [0, 4, 0, 2]],
    ['v[T = clamp(k + 2, 0, 3)]', [0, 0, 0, 3]],
  ])('%s', async (expression, wanted) => {
    const { v } = await slopes(
      'axis N = 2, T = 4, T1 = T - 1, T2 = T / 2, K = 2, A = 2, B = 2, M = 3\ninput v: [T]\ninput k: class(T)[M] = 0',
      `${expression} + 0 * sum(k == 0)`,
      { v: [10, 20, 30, 40], k: [1, 3, 1] },
    )
    expectClose(v!, wanted)
  })
})

describe('labels', () => {
  const labelled = 'axis N, C\ninput z: [N, C]\ninput y: class(C, missing = -100)[N]'
  const given = {
    z: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    y: [1, -100, 0],
  }
  test.each<[string, readonly number[]]>([
    ['z[C = y]', [2, 0, 5]],
    ['z[C = y, else 7]', [2, 7, 5]],
    ['if C == y then z else 0', [0, 2, 0, 0, 5, 0]],
    ['if known(y) then 1 else 0', [1, 0, 1]],
    ['one_hot(y) * z', [0, 2, 0, 0, 5, 0]],
  ])('a missing label lies outside every axis: %s', async (expression, wanted) => {
    expectClose(
      (await tensor(`${labelled}\noutput seen = sum(z) + sum(C == y)`, expression, given)).data,
      wanted,
    )
  })
  test('and has no gradient', async () => {
    expect(await slopes(labelled, 'z[C = y, else 7]', given)).toEqual({ z: [0, 1, 0, 0, 1, 0] })
  })
  test('labels are checked where they enter', async () => {
    const { entry } = await moduleOf(`${labelled}\noutput r = z[C = y]`)
    expect(thrown(() => entry('r')({ ...given, y: [0, 2, 1] }))).toMatch(/^RangeError: y\[1\] is 2/)
    expect(thrown(() => entry('r')({ ...given, y: [0, -1, 1] }))).toMatch(
      /^RangeError: y\[1\] is -1/,
    )
    expect(thrown(() => entry('r')({ ...given, y: [0, 0.5, 1] }))).toMatch(
      /^RangeError: y\[1\] is 0\.5/,
    )
  })
  test('without missing, -100 is out of range', async () => {
    const { entry } = await moduleOf(
      'axis N, C\ninput z: [N, C]\ninput y: class(C)[N]\noutput r = z[C = y]',
    )
    expect(thrown(() => entry('r')({ ...given }))).toMatch(/^RangeError: y\[1\] is -100/)
  })
})

describe('an index that could fall outside needs an else', () => {
  test.each([
    [
      'axis T\ninput x: [T]\noutput y = x[T = T + 1]',
      'error index-outside: the index `T + 1` may fall outside `T`',
    ],
    ['axis T\ninput x: [T]\noutput y = x[T = T - 1]', 'error index-outside'],
    [
      'axis T = 4\ninput x: [T]\noutput y = x[T = 4]',
      'error index-beyond: the index `4` lies outside `T`, which has size 4',
    ],
    ['axis T = 4\ninput x: [T]\noutput y = x[T = -5]', 'error index-beyond'],
    ['axis T = 4\nconst i = -1\ninput x: [T]\noutput y = x[T = i]', 'error index-negative'],
    ['axis T\ninput x: [T]\ninput k: int\noutput y = x[T = k]', 'error index-outside'],
    [
      'axis T\ninput x: [T]\ninput k: []\noutput y = x[T = k, else 0]',
      'error index-not-whole: `k` is',
    ],
    ['axis T\ninput x: [T]\noutput y = x[T = T / 2]', 'error index-not-whole'],
    ['axis T, S\ninput x: [T]\ninput s: [S]\noutput y = x[T = S] + s', 'error index-outside'],
    [
      'axis T, C\ninput x: [T]\ninput k: class(C)\ninput c: [C]\noutput y = x[T = k] + sum(c)',
      'error index-outside',
    ],
    ['axis T, K\ninput x: [T]\noutput y = x[K = 0]', 'error axis-missing: `x` has no axis `K`'],
    ['axis T\ninput x: [T]\noutput y = x[T = 0, T = 1]', 'error axis-twice'],
    ['axis T\ninput x: [T]\noutput y = x[+T]', 'error spread-present'],
    ["axis T\ninput x: [T]\noutput y = (x + x[T as T'][+T])[T as T']", 'error'],
    ['axis T\ninput x: [T]\nfn f(x) = x\noutput y = f[T = 0] + x', 'error'],
    ['output y = 3[T = 0]', 'error'],
  ])('%s', (source, words) => {
    expect(messages(source)[0]).toContain(words)
  })
  test.each([
    'x[T = max(T - 1, 0)]',
    'x[T = clamp(T + 1, 0, size(T) - 1)]',
    'x[T = abs(T - 0)]',
    'x[T = if T > 0 then T - 1 else 0]',
    'x[T = k % size(T)]',
    'if T > 0 then x[T = T - 1] else 0',
    'if k >= 0 and k < size(T) then x[T = k] else 0',
    'x[T = (T + size(T) - 1) % size(T)]',
    'x[T = (2 * T + 1) div 2]',
    'x[T = (T * T) div size(T)]',
    'x[T = size(T) - 1]',
  ])('intervals decide: %s is inside', (expression) => {
    expect(
      messages(`axis T\ninput x: [T]\ninput k: int\noutput seen = k\noutput y = ${expression}`),
    ).toEqual([])
  })
  test('constants are checked when sizes are bound', async () => {
    const { entry } = await moduleOf('axis T\ninput x: [T]\noutput y = x[T = 2] + x[T = -3]')
    expect(thrown(() => entry('y')({ x: [1, 2] }))).toMatch(/^ShapeError: .*2.*T.*at least 3/)
    expectClose(plain(entry('y')({ x: [1, 2, 4] })).data, [5])
  })
})

describe('reshapes', () => {
  test.each([
    ['axis D = 10, G = 3, E\ninput x: [D]\noutput y = x[D as (G, E)]', 'error not-divisible'],
    ['axis D = 10, G = 3, E = 3\ninput x: [D]\noutput y = x[D as (G, E)]', 'error'],
    ['axis D = 10, G, E\ninput x: [D]\noutput y = x[D as (G, E)]', 'error split-unsettled'],
    ['axis D = 10, E = 9\ninput x: [D]\noutput y = x[D as E]', 'error sizes-differ'],
    ['axis A, B\ninput x: [A]\noutput y = x[(A, B) as C]', 'error'],
  ])('%s', (source, words) => {
    expect(messages(source)[0]).toContain(words)
  })
  test('there and back', async () => {
    const source =
      'axis N = 1, H = 2, W = 3, P, A = 3, B = 2\ninput x: [H, W]\nlet flat = x[(H, W) as P]'
    const found = await tensor(source, 'flat[P as (A, B)]', {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    })
    expect([found.axes, found.data]).toEqual([
      ['A', 'B'],
      [1, 2, 3, 4, 5, 6],
    ])
  })
})
