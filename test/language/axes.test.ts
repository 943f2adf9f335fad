// Section 4: types, alignment by name, dot, coordinates, sizes and axis parameters.
import { describe, expect, test } from 'vitest'
import { expectClose, messages, moduleOf, numbers, plain, tensor, thrown } from './running.ts'

const declarations = `axis N = 2, D = 3, M = 2, E = 3
  input a: [N]
  input d: [D]
  input x: [N, D]
  input m: [M]
  input e: [E]`
const inputs = {
  a: [1, 2],
  d: [10, 20, 30],
  x: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  m: [100, 200],
  e: [7, 8, 9],
}
/** All inputs are read, so that none is warned of. */
const all = 'let all = sum(a) + sum(d) + sum(x) + sum(m) + sum(e)\noutput seen = all'
const at = (expression: string) => numbers(`${declarations}\n${all}`, expression, inputs)
const told = (expression: string) => messages(`${declarations}\n${all}\noutput y = ${expression}`)

describe('alignment', () => {
  test.each([
    ['x + d', [11, 22, 33, 14, 25, 36]],
    ['d - x', [9, 18, 27, 6, 15, 24]],
    ['x * a', [1, 2, 3, 8, 10, 12]],
    // A chain aligns as a whole: one operand has all the axes.
    ['a + d + x', [12, 23, 34, 16, 27, 38]],
    [
      'a - d - x',
      [-10, -20, -30, -12, -23, -34].map(
        (_, i) => [1, 1, 1, 2, 2, 2][i]! - [10, 20, 30][i % 3]! - [1, 2, 3, 4, 5, 6][i]!,
      ),
    ],
    ['a * d * x', [10, 40, 90, 80, 200, 360]],
    // Any other operator aligns its own two sides, the left with all that stands before it.
    ['x / a * d * x', [10, 80, 270, 80, 250, 540]],
    ['a * x * d / a', [10, 40, 90, 40, 100, 180]],
    ['a[+M] - m', [-99, -199, -98, -198]],
    // The condition of an if aligns like an operand.
    ['if a > 1 then x else d', [10, 20, 30, 4, 5, 6]],
    ['if x > 3 then a[+D] else d', [10, 20, 30, 2, 2, 2]],
    ['if true then a else 0', [1, 2]],
    ['max(x, 2 * a, d)', [10, 20, 30, 10, 20, 30]],
  ])('%s', async (expression, wanted) => {
    expectClose(await at(expression), wanted)
  })
  test.each([
    ['a - m', ['`a`', '[N]', '`m`', '[M]', 'spread']],
    ['x - x[D as E]', ['[N, D]', '[N, E]']],
    ['if a > 1 then d else d', ['[N]', '[D]']],
    ['if a > 1 then d else 0', ['[N]', '[D]']],
    ['a + d', ['[N]', '[D]']],
    ['a < d', ['[N]', '[D]']],
    ['a / d * x', ['[N]', '[D]']],
    ['a * d / x', ['[N]', '[D]']],
    ['max(a, d)', ['[N]', '[D]']],
    ['squared_error(a, m)', ['[N]', '[M]']],
    ['a ^ 2 + d', ['[N]', '[D]']],
  ])('%s is an error that shows both, and where each came from', (expression, words) => {
    const [message] = told(expression)
    expect(message).toMatch(/^error axes-apart: /)
    for (const word of words) expect(message).toContain(word)
    // Its labels.
    expect(message?.split(' | ').length).toBeGreaterThan(2)
  })
})

test.each([
  ['dot[D](x, d)', [140, 320]],
  ['dot[D](x, d, d)', [1 * 100 + 2 * 400 + 3 * 900, 4 * 100 + 5 * 400 + 6 * 900]],
  // Every other axis of any operand stays.
  ['dot[D](x, x[N as M])', [14, 32, 32, 77]],
  ['dot[N, D](x, x)', [91]],
  ['dot[D](d, d)', [1400]],
  ['dot[N](a, m)', [300, 600]],
  ['dot[D](x)', [6, 15]],
  ['dot[D](d, x, a)', [140, 640]],
  ['dot[](a, m)', [100, 200, 200, 400]],
])('%s', async (expression, wanted) => {
  expectClose(await at(expression), wanted)
})
test('dot over what no operand has', () => {
  expect(told('dot[E](x, d)')[0]).toMatch(
    /^error dot-lacks-axis: none of `x` and `d` has the axis `E`/,
  )
})

describe('coordinates', () => {
  test.each([
    ['D + 0', [0, 1, 2]],
    ['D == 1', [0, 1, 0]],
    ['2 * N + D', [0, 1, 2, 2, 3, 4]],
    // They combine freely, also through let, functions and arguments.
    ['N - D', [0, -1, -2, 1, 0, -1]],
    ["D' <= D", [1, 0, 0, 1, 1, 0, 1, 1, 1]],
    ['twice(N) + D', [0, 1, 2, 2, 3, 4]],
    ['grid * 10', [0, 10, 10, 20, 20, 30].map((_, i) => 10 * (Math.floor(i / 3) + (i % 3)))],
    ['sin(N * 0)[+D] + D', [0, 1, 2, 0, 1, 2]],
    ['size(D) * (size(N) + D)', [6, 9, 12]],
    // A comparison with one aligns freely, and so do and, or where a side is made of coordinates only.
    ['a > D', [1, 0, 0, 1, 1, 0]],
    ['D == a', [0, 1, 0, 0, 0, 1]],
    ["D' <= D and (d > 10)[D as D']", [0, 0, 0, 0, 1, 0, 0, 1, 1]],
    ['D == 1 or a > 1', [0, 1, 0, 1, 1, 1]],
    ['not (D == 1) and a > 1', [0, 0, 0, 1, 0, 1]],
    ['x * D', [0, 2, 6, 0, 5, 12]],
    ['sin(a[+D] * 0) + D', [0, 1, 2, 0, 1, 2]],
  ])('%s', async (expression, wanted) => {
    const more = 'fn twice(i) = 2 * i\nlet grid = N + D'
    expectClose(await numbers(`${declarations}\n${all}\n${more}`, expression, inputs), wanted)
  })
  test.each([
    ['a * D', '`size(D)`'],
    ["dot[D](x, x[N as N']) / D", '`size(D)`'],
    ['a + D', '`size(D)`'],
    ['a ^ D', '`size(D)`'],
  ])('in other arithmetic they align like any tensor: %s', (expression, hint) => {
    const [message] = told(expression)
    expect(message).toMatch(/^error coordinate-for-size: `D` here is the coordinate/)
    expect(message).toContain(hint)
  })
})

describe('sizes', () => {
  test.each([
    // A normal form: these are the same.
    ['axis H, K = 2 * H - H\ninput x: [H]\noutput y: [K] = x[H as K]', { x: [1, 2] }, [1, 2]],
    [
      'axis H, K = (2 * H + 4) / 2 - 2\ninput x: [H]\noutput y: [K] = x[H as K]',
      { x: [1, 2] },
      [1, 2],
    ],
    [
      'axis H, K = (2 * H + 1) div 2\ninput x: [H]\noutput y: [K] = x[H as K]',
      { x: [1, 2] },
      [1, 2],
    ],
    [
      'axis H, W, K = (H + 1) * (W - 1) - H * W + H - W + 1\ninput x: [H, W]\noutput y: [] = sum(x) + sum[K](zeros[K]())',
      { x: [[1, 2]] },
      [3],
    ],
    [
      'axis H, P = H - 1, Q = P + 1\ninput x: [H]\noutput y: [Q] = x[H as Q]',
      { x: [1, 2] },
      [1, 2],
    ],
    [
      'axis D, G = 2, E = D / G\ninput x: [D]\noutput y: [G, E] = x[D as (G, E)]',
      { x: [1, 2, 3, 4] },
      [1, 2, 3, 4],
    ],
    ['axis H, K = H % 3\ninput x: [H]\noutput y: [K] = x[H = K]', { x: [1, 2, 3, 4, 5] }, [1, 2]],
  ])('%s', async (source, given, wanted) => {
    const { entry } = await moduleOf(source)
    expectClose(plain(entry('y')(given)).data, wanted)
  })
  test.each([
    [
      'axis H, K = H + 1\ninput x: [H]\noutput y: [K] = x[H as K]',
      'error sizes-differ',
      ['H', 'K'],
    ],
    [
      'axis D = 10, G = 3, E = D / G\ninput x: [D]\noutput y = x',
      'error not-divisible',
      ['10', '3'],
    ],
    ['axis A = B, B = 2\ninput x: [A]\noutput y = x', 'error', ['B']],
    ['axis A = 2 - 3\ninput x: [A]\noutput y = x', 'error size-negative', ['A']],
    ['axis A = 1.5\ninput x: [A]\noutput y = x', 'error not-a-size', ['1.5']],
  ])('%s', (source, code, words) => {
    const said = messages(source).join('\n')
    expect(said).toContain(code)
    for (const word of words) expect(said).toContain(word)
  })
  test('undecided because of a division: checked when sizes are bound, naming both', async () => {
    const { entry } = await moduleOf(
      'axis H, P = (H - 3) div 2 + 1, Q = H div 2\ninput x: [H]\noutput y: [Q] = x[H = 2 * P][P as Q]',
    )
    expect(thrown(() => entry('y')({ x: [1, 2, 3, 4] }))).toMatch(/^ShapeError: .*[PQ]/)
    expectClose(plain(entry('y')({ x: [1, 2, 3, 4, 5] })).data, [1, 3])
  })
  test('a division that does not come out: when sizes are bound', async () => {
    const { entry } = await moduleOf(
      'axis D, G = 2, E = D / G\ninput x: [D]\noutput y = x[D as (G, E)]',
    )
    expect(thrown(() => entry('y')({ x: [1, 2, 3] }))).toMatch(/^ShapeError: .*D.*(multiple|1\.5)/)
  })
  test('sizes may be given when compiling', async () => {
    expectClose(
      await numbers(
        'axis N, D\ninput x: [N, D]',
        'size(D) + sum(x)',
        { x: [1, 2] },
        { axes: { D: 2 } },
      ),
      [5],
    )
    expect(messages('axis N\ninput x: [N]\noutput y = x', { axes: { M: 2 } })[0]).toMatch(
      /^error given-axis: .*`M`/,
    )
    expect(messages('axis N = 3\ninput x: [N]\noutput y = x', { axes: { N: 2 } })[0]).toMatch(
      /^error sizes-differ: .*3.*2/,
    )
  })
})

describe('axis parameters', () => {
  const image = 'axis N = 1, H = 4, W = 4, P, Q\ninput x: [N, H, W]'
  const picture = {
    x: [
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10, 11, 12],
        [13, 14, 15, 16],
      ],
    ],
  }
  test.each([
    [
      'axis A = 2, B = 2\ninput x: [A, B]',
      'softmax[B](0 * x)',
      { x: [1, 2, 3, 4] },
      [0.5, 0.5, 0.5, 0.5],
    ],
    [image, 'max_pool[H -> P, W -> Q](x, size = 2)', picture, [6, 8, 14, 16]],
    // A lone H stands for H -> H.
    [image, 'max_pool[H, W -> Q](x, size = (1, 2))', picture, [2, 4, 6, 8, 10, 12, 14, 16]],
    [
      'axis N = 1, D = 2\ninput x: [N, D]\nfn every[...A -> ...B](x: [A]) = sum[A](x) + size(B)',
      'every[D ->](x) + every[N, D -> N](x)',
      { x: [1, 2] },
      [8],
    ],
    [
      'axis N = 1, D = 2\ninput x: [N, D]\nfn made[-> K](x) { axis K = 3 return x[+K] + K }',
      'made[-> Q](sum(x))',
      { x: [1, 2] },
      [3, 4, 5],
      'axis Q',
    ],
    // Left out where the kinds settle them.
    [
      'axis N, C\ninput z: [N, C]\ninput y: class(C)[N]',
      'nll(log_softmax[C](0 * z), y)',
      { z: [[1, 2]], y: [0] },
      [Math.log(2)],
    ],
    [
      'axis N, C\ninput z: [N, C]\ninput y: class(C)[N]',
      'cross_entropy(0 * z, y)',
      { z: [[1, 2]], y: [0] },
      [Math.log(2)],
    ],
  ])('%s: %s', async (source, expression, given, wanted, more?: string) => {
    expectClose(await numbers(`${more ?? ''}\n${source}`, expression, given), wanted)
  })
  test.each([
    ['softmax(x)', "error axis-unsettled: `softmax` can't tell which axis its `C` is"],
    ['softmax[D, N](x)', 'error axes-do-not-fit'],
    ['softmax[Q](x)', 'error unknown-axis: there is no axis `Q`'],
    ['softmax[M](x)', 'error argument-lacks-axis: `softmax` needs `M`'],
    ['softmax[x](x)', 'error'],
    ['softmax[N -> D](x)', 'error axes-do-not-fit'],
    ['max_pool[N, D](x, size = 5)', 'error'],
    ['cross_entropy[M](x, argmax[D](x))', 'error'],
  ])('%s', (expression, words) => {
    expect(told(expression)[0]).toContain(words)
  })
  test('an axis with a size is checked against what an operation makes', () => {
    expect(
      messages(
        'axis N, H = 4, P = 3\ninput x: [N, H]\noutput y = max_pool[H -> P](x, size = 2)',
      )[0],
    ).toMatch(/^error sizes-differ: .*P.*3.*2/)
  })
  test('an axis that an operation makes is known from there on', async () => {
    const source = 'axis N, H = 9, P\ninput x: [N, H]\nlet y = avg_pool[H -> P](x, size = 3)'
    expectClose(
      await numbers(source, 'sum[P](y) * 0 + size(P)', { x: [1, 2, 3, 4, 5, 6, 7, 8, 9] }),
      [3],
    )
  })
})

test('a twin is refused where its axis has no sense', async () => {
  const found = await tensor('axis T\ninput x: [T]', "dot[](x, x[T as T'])", { x: [1, 2] })
  expect([found.axes, found.data]).toEqual([
    ['T', "T'"],
    [1, 2, 2, 4],
  ])
})
