// Section 5: what is built in, with a value and a slope each, worked out by hand.
import { describe, expect, test } from 'vitest'
import { expectClose, messages, numbers, slopes, tensor } from './running.ts'

const { E, PI } = Math

describe('elementwise: value and slope at a point', () => {
  test.each<[string, number, number, number]>([
    ['abs(x)', -2, 2, -1],
    ['sign(x)', -2, -1, 0],
    ['exp(x)', 1, E, E],
    ['expm1(x)', 1, E - 1, E],
    ['log(x)', E, 1, 1 / E],
    ['log1p(x)', 1, Math.LN2, 0.5],
    ['sqrt(x)', 4, 2, 0.25],
    ['rsqrt(x)', 4, 0.5, -1 / 16],
    ['square(x)', 3, 9, 6],
    ['sin(x)', PI / 6, 0.5, Math.sqrt(3) / 2],
    ['cos(x)', PI / 3, 0.5, -Math.sqrt(3) / 2],
    ['tan(x)', PI / 4, 1, 2],
    ['asin(x)', 0.5, PI / 6, 2 / Math.sqrt(3)],
    ['acos(x)', 0.5, PI / 3, -2 / Math.sqrt(3)],
    ['atan(x)', 1, PI / 4, 0.5],
    ['sinh(x)', 1, (E - 1 / E) / 2, (E + 1 / E) / 2],
    ['cosh(x)', 1, (E + 1 / E) / 2, (E - 1 / E) / 2],
    ['tanh(x)', Math.log(2), 0.6, 0.64],
    ['asinh(x)', 0.75, Math.log(2), 0.8],
    ['acosh(x)', 1.25, Math.log(2), 4 / 3],
    ['atanh(x)', 0.6, Math.log(2), 1 / 0.64],
    ['erf(x)', 0, 0, 2 / Math.sqrt(PI)],
    ['erfc(x)', 0, 1, -2 / Math.sqrt(PI)],
    ['lgamma(x)', 1, 0, -0.5772156649015329],
    ['digamma(x)', 1, -0.5772156649015329, PI ** 2 / 6],
    ['sigmoid(x)', Math.log(3), 0.75, 0.1875],
    ['logsigmoid(x)', 0, -Math.LN2, 0.5],
    ['softplus(x)', 0, Math.LN2, 0.5],
    ['floor(x)', 1.5, 1, 0],
    ['ceil(x)', 1.5, 2, 0],
    ['round(x)', 2.5, 2, 0],
    ['min(x, 2)', 1, 1, 1],
    ['max(x, 2)', 1, 2, 0],
    ['max(x, 2, 3 * x)', 1, 3, 3],
    ['clamp(x, 0, 1)', 0.5, 0.5, 1],
    ['clamp(x, 0, 1)', 1, 1, 1],
    ['clamp(x, 0, 1)', 1.5, 1, 0],
    ['pow(x, 3)', 2, 8, 12],
    ['x ^ 0.5', 4, 2, 0.25],
    ['2 ^ x', 3, 8, 8 * Math.LN2],
    ['x ^ x', 1, 1, 1],
    ['x ^ 0', 0, 1, 0],
    ['x ^ 2', 0, 0, 0],
    ['x ^ 1', 0, 0, 1],
    ['x ^ -1', 2, 0.5, -0.25],
    ['(-x) ^ 3', 2, -8, -12],
    ['atan2(x, 1)', 1, PI / 4, 0.5],
    ['atan2(1, x)', 1, PI / 4, -0.5],
    ['logaddexp(x, 0)', 0, Math.LN2, 0.5],
    ['x / 2', 3, 1.5, 0.5],
    ['2 / x', 2, 1, -0.5],
    ['x % 3', 7, 1, 1],
    ['x div 3', 7, 2, 0],
    ['relu(x)', 0, 0, 0],
    ['abs(x)', 0, 0, 0],
    ['sqrt(x * x)', 3, 3, 1],
  ])('%s at %f', async (expression, x, value, slope) => {
    expectClose(await numbers('input x: []', expression, { x }), [value])
    expectClose((await slopes('input x: []', expression, { x })).x!, [slope])
  })
  test.each<[string, readonly number[]]>([
    ['is_nan(x)', [0, 0, 1, 0]],
    ['is_inf(x)', [0, 1, 0, 1]],
    ['sign(x)', [1, 1, NaN, -1]],
    ['max(x, 0)', [1, Infinity, NaN, 0]],
    ['min(x, 0)', [0, 0, NaN, -Infinity]],
    ['x == x', [1, 1, 0, 1]],
    ['x != x', [0, 0, 1, 0]],
    ['clamp(x, -1, 1)', [1, 1, NaN, -1]],
    ['sigmoid(x)', [1 / (1 + 1 / E), 1, NaN, 0]],
    ['relu(x)', [1, Infinity, NaN, 0]],
    ['logaddexp(x, x)', [1 + Math.LN2, Infinity, NaN, -Infinity]],
    ['exp(x)', [E, Infinity, NaN, 0]],
    ['tanh(x)', [Math.tanh(1), 1, NaN, -1]],
    ['softplus(x)', [Math.log1p(E), Infinity, NaN, 0]],
  ])('NaN and infinities: %s', async (expression, wanted) => {
    expectClose(
      await numbers('axis N\ninput x: [N]', expression, { x: [1, Infinity, NaN, -Infinity] }),
      wanted,
    )
  })
  test('known is false for a missing label', async () => {
    const y = 'axis N, C = 3\ninput y: class(C, missing = -1)[N]'
    expectClose(await numbers(y, 'known(y)', { y: [0, -1, 2] }), [1, 0, 1])
  })
})

describe('reductions', () => {
  const declarations = 'axis N = 2, C = 3, K = 1\ninput x: [N, C]'
  const x = [
    [1, 5, 3],
    [4, 2, 6],
  ]
  test.each<[string, readonly number[], readonly number[] | null]>([
    ['sum[C](x)', [9, 12], [1, 1, 1, 1, 1, 1]],
    ['sum[N](x)', [5, 7, 9], [1, 1, 1, 1, 1, 1]],
    ['sum[N, C](x)', [21], [1, 1, 1, 1, 1, 1]],
    ['sum(x)', [21], [1, 1, 1, 1, 1, 1]],
    ['sum_except[C](x)', [5, 7, 9], [1, 1, 1, 1, 1, 1]],
    ['sum_except[N](x)', [9, 12], [1, 1, 1, 1, 1, 1]],
    ['sum_except[N, C](x)', [1, 5, 3, 4, 2, 6], [1, 1, 1, 1, 1, 1]],
    ['mean[C](x)', [3, 4], [1 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3]],
    ['mean(x)', [3.5], [1 / 6, 1 / 6, 1 / 6, 1 / 6, 1 / 6, 1 / 6]],
    ['mean_except[C](x)', [2.5, 3.5, 4.5], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]],
    ['prod[C](x)', [15, 48], [15, 3, 5, 12, 24, 8]],
    ['max[C](x)', [5, 6], [0, 1, 0, 0, 0, 1]],
    ['max(x)', [6], [0, 0, 0, 0, 0, 1]],
    ['min[N](x)', [1, 2, 3], [1, 0, 1, 0, 1, 0]],
    ['argmax[C](x)', [1, 2], null],
    ['argmin[C](x)', [0, 1], null],
    ['argmax[N](x)', [1, 0, 1], null],
    ['any[C](x > 5)', [0, 1], null],
    ['all[C](x > 1)', [0, 1], null],
    ['any(x > 5)', [1], null],
    [
      'logsumexp[C](log(x))',
      [Math.log(9), Math.log(12)],
      [1 / 9, 1 / 9, 1 / 9, 1 / 12, 1 / 12, 1 / 12],
    ],
    ['var[C](x)', [4, 4], [-2, 2, 0, 0, -2, 2]],
    ['var[C](x, correction = 0)', [8 / 3, 8 / 3], [-4 / 3, 4 / 3, 0, 0, -4 / 3, 4 / 3]],
    ['std[C](x)', [2, 2], [-0.5, 0.5, 0, 0, -0.5, 0.5]],
    ['var(x)', [3.5], [-1, 0.6, -0.2, 0.2, -0.6, 1]],
    ['var_except[N](x)', [4, 4], [-2, 2, 0, 0, -2, 2]],
    [
      'norm[C](x)',
      [Math.sqrt(35), Math.sqrt(56)],
      [1, 5, 3].map((v) => v / Math.sqrt(35)).concat([4, 2, 6].map((v) => v / Math.sqrt(56))),
    ],
    ['norm[C](x, p = 1)', [9, 12], [1, 1, 1, 1, 1, 1]],
    ['norm[C](x, p = inf)', [5, 6], [0, 1, 0, 0, 0, 1]],
    [
      'norm[C](x, p = 3)',
      [153 ** (1 / 3), 288 ** (1 / 3)],
      [1, 25, 9].map((v) => v / 153 ** (2 / 3)).concat([16, 4, 36].map((v) => v / 288 ** (2 / 3))),
    ],
    ['wmean(x, x > 4)', [5.5], null],
    ['wmean[C](x, [1, 2, 1] over C)', [14 / 4, 14 / 4], [0.25, 0.5, 0.25, 0.25, 0.5, 0.25]],
    // w is spread to x's axes.
    ['wmean(x, [1, 3] over N)', [(9 + 36) / 12], [1 / 12, 1 / 12, 1 / 12, 0.25, 0.25, 0.25]],
    ['softmax[C](log(x))', [1 / 9, 5 / 9, 3 / 9, 4 / 12, 2 / 12, 6 / 12], [0, 0, 0, 0, 0, 0]],
    [
      'log_softmax[C](log(x))[C = 0]',
      [-Math.log(9), -Math.log(3)],
      [8 / 9, -1 / 9, -1 / 9, 2 / 12, -1 / 12, -1 / 12],
    ],
    [
      'concat[C, C -> D](x, 10 * x)',
      [1, 5, 3, 10, 50, 30, 4, 2, 6, 40, 20, 60],
      [11, 11, 11, 11, 11, 11],
    ],
    ['concat[N, K -> D](x, ones[K, C]())', [1, 4, 1, 5, 2, 1, 3, 6, 1], [1, 1, 1, 1, 1, 1]],
    ['concat[C, K, C -> D](x, sum[C](x)[+K], -x)[D = 3]', [9, 12], [1, 1, 1, 1, 1, 1]],
    ['stack[-> D](x[C = 0], x[C = 2])', [1, 3, 4, 6], [1, 0, 1, 1, 0, 1]],
    ['stack[-> D](x, 0 * x)[D = 0]', [1, 5, 3, 4, 2, 6], [1, 1, 1, 1, 1, 1]],
    ['stop_gradient(x) * x', [1, 25, 9, 16, 4, 36], [1, 5, 3, 4, 2, 6]],
  ])('%s', async (expression, wanted, slope) => {
    const source = `${declarations}\naxis D`
    expectClose((await tensor(source, expression, { x })).data, wanted)
    if (slope !== null) expectClose((await slopes(source, expression, { x })).x!, slope)
  })
  test.each([
    ['argmax[N, C](x)', 'error argmax-one-axis'],
    ['argmax(x)', 'error argmax-one-axis'],
    ['sum[K](x)', 'error axis-missing'],
    ['sum[C, C](x)', 'error axis-twice'],
    ['sum(x, x)', 'error'],
    ['sum[C](x, keepdim = true)', 'error unknown-option'],
    ['var[C](x, ddof = 1)', 'error unknown-option'],
    ['concat[C, N -> D](x, x)', 'error'],
    ['stack[-> C](x, x)', 'error'],
    ['stack[-> D](x, x[C = 0])', 'error|none'],
  ])('%s', (expression, words) => {
    const told =
      messages(`${declarations}\naxis D\noutput k = K + sum(x)\noutput y = ${expression}`)[0] ??
      'none'
    expect(words.split('|').some((word) => told.includes(word))).toBe(true)
  })
  test('wmean leaves out what has weight 0, whatever stands there', async () => {
    const source = 'axis N\ninput x: [N]\ninput w: [N]'
    const given = { x: [1, NaN, 3], w: [1, 0, 3] }
    expectClose(await numbers(source, 'wmean(x, w)', given), [2.5])
    expectClose((await slopes(source, 'wmean(x, w)', given)).x!, [0.25, 0, 0.75])
  })
})
