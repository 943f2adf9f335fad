// Section 5: what derivatives and values promise; the two at extreme numbers.
import { describe, expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { expectClose, messages, moduleOf, numbers, slopes } from './running.ts'

const row = 'axis D\ninput x: [D]'
const big = 10_000

describe('subgradients at ties', () => {
  test.each<[string, readonly number[], readonly number[]]>([
    ['max(x, 1)', [1, 2, 0], [0.5, 1, 0]],
    ['max(x, x)', [1, 2, 0], [1, 1, 1]],
    ['min(x, 1)', [1, 2, 0], [0.5, 0, 1]],
    ['max[D](x)', [2, 1, 2], [0.5, 0, 0.5]],
    ['max(x)', [2, 2, 2], [1 / 3, 1 / 3, 1 / 3]],
    ['min[D](x)', [1, 2, 1], [0.5, 0, 0.5]],
    ['x[D = argmax[D](x)]', [2, 1, 2], [1, 0, 0]],
    ['x[D = argmin[D](x)]', [2, 1, 1], [0, 1, 0]],
    ['relu(x)', [0, 1, -1], [0, 1, 0]],
    ['abs(x)', [0, 1, -1], [0, 1, -1]],
    ['clamp(x, 0, 1)', [0, 1, 2], [1, 1, 0]],
    ['max_pool[D](x, size = 3, stride = 1, padding = 1)', [2, 2, 2], [2, 1, 0]],
    ['norm[D](x)', [0, 0, 0], [0, 0, 0]],
    ['norm[D](x, p = 1)', [0, 1, -1], [0, 1, -1]],
    ['norm[D](x, p = 3)', [0, 0, 0], [0, 0, 0]],
    ['std[D](x, correction = 0) * 0 + sum(x)', [1, 2, 3], [1, 1, 1]],
    ['sign(x) + floor(x) + round(x)', [0.5, 1, -1], [0, 0, 0]],
  ])('%s at %o', async (expression, x, wanted) => {
    expectClose((await slopes(row, expression, { x })).x!, wanted)
  })
})

describe('a branch not taken contributes exactly zero', () => {
  test.each<[string, readonly number[], readonly number[]]>([
    ['if x > 0 then sqrt(x) else 0', [0, 4, -1], [0, 0.25, 0]],
    ['if x > 0 then log(x) else x', [0, 4, -1], [1, 0.25, 1]],
    ['if x == 0 then 0 else 1 / x', [0, 2, -1], [0, -0.25, -1]],
    ['if x > 0 then x ^ 0.5 * log(x) else 0', [0, 1, -4], [0, 1, 0]],
    ['if x < 1 then exp(x) else 0', [big, 0, 0], [0, 1, 1]],
    ['if abs(x) < 1 then asin(x) else x', [2, 0, 1], [1, 1, 1]],
    ['x * (if x > 0 then rsqrt(x) else 0)', [0, 4, -1], [0, 0.25, 0]],
    ['sum[D](if x > 0 then log(x) else 0) ^ 2', [0, 1, -1], [0, 0, 0]],
    ['if sum(x) > 100 then x / norm[D](x - x) else x', [1, 2, 3], [1, 1, 1]],
    ['(if x > 0 then x else 1) |> log', [0, 2, -1], [0, 0.5, 0]],
    [
      'if x > 0 then (if x > 1 then log(x - 1) else sqrt(1 - x)) else 0',
      [1, 2, -1],
      [-Infinity, 1, 0],
    ],
    ['(if true then x else x / 0) + (if x is none then x / 0 else 0)', [1, 2, 3], [1, 1, 1]],
  ])('%s at %o', async (expression, x, wanted) => {
    expectClose((await slopes(row, expression, { x })).x!, wanted)
  })
  test('in a second derivative too', async () => {
    const found = await slopes(row, 'grad(if x > 0 then x ^ 1.5 else 0, x)', { x: [0, 4, -1] })
    expectClose(found.x!, [0, 0.375, 0])
  })
})

describe('grad', () => {
  test.each<[string, readonly number[], readonly number[]]>([
    ['grad(x ^ 3, x)', [2, 1], [12, 3]],
    ['grad(grad(x ^ 3, x), x)', [2, 1], [12, 6]],
    ['grad(grad(grad(x ^ 4, x), x), x)', [2, 1], [48, 24]],
    // Of the sum of y.
    ['grad(sum(x) * x, x)', [2, 1], [6, 6].map((v) => v)],
    ['grad(x[D = 0] ^ 2, x)', [3, 5], [6, 0]],
    ['grad(y ^ 2, y)', [3, 5], [18, 50]],
    ['grad(y ^ 2, x)', [3, 5], [108, 500]],
    ['grad(stop_gradient(x) * x, x)', [3, 5], [3, 5]],
    ['grad(x * stop_gradient(y), x)', [3, 5], [9, 25]],
    ['grad(if x > 3 then x ^ 2 else x, x)', [3, 5], [1, 10]],
    ['grad(logsumexp[D](x), x)', [0, 0], [0.5, 0.5]],
    ['grad(f(x), x)', [3, 5], [30, 50]],
  ])('%s at %o', async (expression, x, wanted) => {
    const more = 'let y = x ^ 2\nfn f(v) = 5 * v ^ 2\noutput seen = sum(y)'
    expectClose(await numbers(`${row}\n${more}`, expression, { x }), wanted)
  })
  test('the gradient of a gradient by another input, and by parameters', async () => {
    const source =
      'input a: []\ninput x: []\nparam w: [] = 3\nlet y = w * a * x ^ 2\nloss l = grad(y, x) wrt a, w, x'
    const { entry, init } = await moduleOf(source)
    // dy/dx = 2 w a x
    const { value, grad } = entry('l').valueAndGrad(init(), { a: 5, x: 7 })
    expect([value, grad]).toEqual(
      [210, { a: 42, w: Float64Array.of(70), x: 30 }].map((v, i) =>
        i === 0 ? v : expect.anything(),
      ),
    )
    const flat = Object.values(grad).map((g) =>
      typeof g === 'number' ? g : (g as Float64Array)[0],
    )
    expectClose(flat as number[], [42, 70, 30])
  })
  test('by what y does not depend on, or what is no real tensor', () => {
    expect(messages(`${row}\nlet z = x + 1\noutput g = grad(x, z)`)[0]).toMatch(
      /^warning gradient-unreached: `x` does not depend on `z`/,
    )
    expect(messages('axis N\ninput k: int[N]\noutput g = grad(k * 1.0, k)')[0]).toMatch(
      /^error gradient-of-constant: `k`/,
    )
    expect(messages('axis N\ninput x: [N]\noutput g = grad(x, 3)')[0]).toMatch(
      /^error gradient-of-constant/,
    )
  })
})

describe('a derivative of the user', () => {
  test.each<[string, string, readonly number[]]>([
    ['fn f(x) = floor(x + 0.5) derivative g => g', 'f(x) * [1, 2] over D', [1, 2]],
    ['fn f(x) = x ^ 2 derivative g => 10 * g * x', 'f(x)', [30, 50]],
    ['fn f(a, b) = a * b derivative g => (g * 100, g * 200)', 'f(x, 2 * x)', [500, 500]],
    ['fn f(x, scale = 3.0) = x * scale derivative g => g * scale * 2', 'f(x)', [6, 6]],
    ['fn f(x) { let y = x return y } derivative g => -g', 'f(f(x))', [1, 1]],
    ['fn f(x) = x derivative g => -g', 'grad(f(x) ^ 2, x)', [2, 2].map((v) => v)],
  ])('%s: %s', async (more, expression, wanted) => {
    expectClose(
      (await slopes(`axis D = 2\ninput x: [D]\n${more}`, expression, { x: [3, 5] })).x!,
      wanted,
    )
  })
  test('one cotangent for each parameter', () => {
    expect(
      messages('input x: []\nfn f(a, b) = a * b derivative g => g\noutput y = f(x, x)')[0],
    ).toMatch(/^error derivative-count: the derivative of `f`/)
  })
})

describe('unstable forms become stable ones', () => {
  const two = { x: [big, -big] }
  test.each<[string, readonly number[], readonly number[]]>([
    ['log(softmax[D](x))[D = 1]', [-2 * big], [-1, 1]],
    ['log(sigmoid(x))', [0, -big], [0, 1]],
    ['log(1 - sigmoid(x))', [-big, 0], [-1, 0]],
    ['1 - sigmoid(x)', [0, 1], [0, 0]],
    ['log(1 + exp(x))', [big, 0], [1, 0]],
    ['log(sum(exp(x)))', [big], [1, 0]],
    ['exp(x) / sum(exp(x))', [1, 0], [0, 0]],
    ['-log((exp(x) / sum[D](exp(x)))[D = 1])', [2 * big], [1, -1]],
    ['-log((exp(x) / sum[D](exp(x)))[D = 0])', [0], [0, 0]],
    ['log(exp(x))', [big, -big], [1, 1]],
    ['logsumexp[D](x)', [big], [1, 0]],
    ['-log(sigmoid(x)) * 3 + 1', [1, 3 * big + 1], [0, -3]],
    ['binary_cross_entropy(sigmoid(x), 0)', [big, 0], [1, 0]],
    ['binary_cross_entropy(sigmoid(x), 1)', [0, big], [0, -1]],
    ['tanh(x)', [1, -1], [0, 0]],
    ['softplus(x)', [big, 0], [1, 0]],
    ['logaddexp(x, 0)', [big, 0], [1, 0]],
    ['cross_entropy[D](x, D)[D = 0]', [0, 2 * big].slice(0, 1), [0, 0]],
  ])('%s at ±10000', async (expression, value, slope) => {
    expectClose(await numbers(row, expression, two), value)
    expectClose((await slopes(row, expression, two)).x!, slope)
  })
  test.each<[string, number]>([
    ['exp(x) - 1', 1e-12],
    ['log(1 + x)', 1e-12],
    ['1 - exp(-x)', 1e-12],
    ['log(1 + exp(x)) - log(2)', 0.5e-12],
    ['1 - sigmoid(40 + x)', Math.exp(-40)],
  ])('%s near 0 keeps its digits', async (expression, wanted) => {
    const [found] = await numbers('input x: []', expression, { x: 1e-12 })
    if (wanted === 0.5e-12) expect(Math.abs(found! - wanted)).toBeLessThan(1e-15)
    else expect(found! / wanted).toBeCloseTo(1, 10)
  })
  test('in single precision as well', async () => {
    const f32 = { precision: 'f32' } as const
    const expression = '-log((exp(x) / sum[D](exp(x)))[D = 1])'
    expect(await numbers(row, expression, two, f32)).toEqual([20_000])
    expect((await slopes(row, expression, two, f32)).x).toEqual([1, -1])
  })
})

describe('empty axes, one element, nothing left', () => {
  const empty = { x: { data: [], shape: [0] } }
  test.each<[string, readonly number[]]>([
    ['sum(x)', [0]],
    ['prod(x)', [1]],
    ['mean(x)', [NaN]],
    ['logsumexp(x)', [-Infinity]],
    ['(if any(x > 0) then 1 else 0) + sum(x)', [0]],
    ['(if all(x > 0) then 1 else 0) + sum(x)', [1]],
    ['norm[D](x)', [0]],
    ['x + 1', []],
    ['softmax[D](x)', []],
    ['var(x)', [NaN]],
    ['wmean(x, x)', [NaN]],
    ['dot[D](x, x)', [0]],
    ['concat[D, K -> Q](x, ones[K]())', [1, 1]],
  ])('of size 0: %s', async (expression, wanted) => {
    expectClose(await numbers(`${row}\naxis K = 2, Q`, expression, empty), wanted)
    const [slope] = Object.values(
      await slopes(`${row}\naxis K = 2, Q`, `1.0 * ${expression}`, empty),
    )
    expect(slope).toEqual([])
  })
  test.each(['max(x)', 'min[D](x)', 'argmax[D](x)'])(
    'there is no %s of nothing',
    async (expression) => {
      const { entry } = await moduleOf(`${row}\noutput y = ${expression}`)
      expect(() => entry('y')(empty)).toThrow(/at least one element/)
      expect(messages(`axis D = 0\ninput x: [D]\noutput y = ${expression}`)[0]).toMatch(
        /^error reduction-of-nothing/,
      )
    },
  )
  test.each<[string, readonly number[], readonly number[]]>([
    ['softmax[D](x)', [1], [0]],
    ['log_softmax[D](x)', [0], [0]],
    ['var(x, correction = 0)', [0], [0]],
    ['std(x, correction = 0) * 0 + 1', [1], [0]],
    ['max(x)', [3], [1]],
    ['mean(x)', [3], [1]],
    ['normalize[D](x)', [1], [0]],
  ])('of size 1: %s', async (expression, value, slope) => {
    expectClose(await numbers(row, expression, { x: [3] }), value)
    if (!expression.startsWith('std'))
      expectClose((await slopes(row, expression, { x: [3] })).x!, slope)
  })
  test('all labels missing', async () => {
    const source = 'axis N, C\ninput z: [N, C]\ninput y: class(C, missing = -100)[N]'
    const given = {
      z: [
        [1, 2],
        [3, 4],
      ],
      y: [-100, -100],
    }
    expectClose(await numbers(source, 'cross_entropy(z, y)', given), [0, 0])
    expectClose((await slopes(source, 'cross_entropy(z, y)', given)).z!, [0, 0, 0, 0])
    expectClose(await numbers(source, 'wmean(cross_entropy(z, y), known(y))', given), [NaN])
    expectClose(await numbers(source, 'argmax[C](z) == y', given), [0, 0])
  })
  test('a fully masked row of a softmax', async () => {
    const source = 'axis T = 2\ninput x: [T]\ninput m: bool[T]'
    const given = { x: [1, 2], m: [0, 0] }
    const expression = 'softmax[T](if m then x else -inf)'
    // torch gives NaN, and a NaN that no one reads spoils no gradient.
    expectClose((await slopes(source, `if any(m) then ${expression} else 0`, given)).x!, [0, 0])
    expectClose((await slopes(source, `if m then ${expression} else 0`, given)).x!, [0, 0])
    expectClose(await numbers(source, expression, { ...given, m: [0, 1] }), [0, 1])
    expectClose((await slopes(source, `${expression}[T = 1]`, { ...given, m: [0, 1] })).x!, [0, 0])
  })
})

test('the gradient of n operations has O(n) operations, and shared subexpressions are computed once', () => {
  const chain = (n: number) =>
    `axis N\ninput x: [N]\nlet y0 = x\n${Array.from({ length: n }, (_, i) => `let y${i + 1} = sin(y${i}) * y${i}`).join('\n')}\nloss l = sum(y${n})`
  const length = (n: number) => compile(chain(n), { emit: 'gradient' }).emitted!.length
  const [short, long] = [length(20), length(40)]
  expect(long).toBeLessThan(2.5 * short)
})
