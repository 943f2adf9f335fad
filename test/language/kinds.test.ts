// Section 4: what numbers mean is followed through the program, and mistaken meanings are warned of.
import { describe, expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { messages, moduleOf, thrown } from './running.ts'

const declarations = `axis N, C = 10, M = 4, K
  input z: logit[N, C]
  input y: class(C)[N]
  input a: [N] = 0
  input p: prob[N] = 0.5
  input lp: logprob[N] = -1
  input q: prob(C)[N, C] = 0.1
  input labels: class(C, missing = -1)[N] = 0
  input count: int[N] = 1
  output seen = sum(z) + sum(a) + sum(p) + sum(lp) + sum(q) + sum(count) + sum(y == 0) + sum(known(labels))`

function told(expression: string, more = '', read?: (path: string) => string): string[] {
  const source = `${more}\n${declarations}\noutput r = sum(${expression})`
  return messages(source, read === undefined ? {} : { read })
}

const bound = /nothing below 1\.46|log\(1 \+ 9 ?\/ ?e\)|1\.46/

describe('cross-entropy of what went through a softmax or a sigmoid is always caught', () => {
  const throughSoftmax = [
    'softmax[C](z)',
    'exp(log_softmax[C](z))',
    'softmax[C](z) * 1',
    '2 * softmax[C](z) - 1',
    'softmax[C](z) / 3 + 0.5',
    '-softmax[C](z)',
    'clamp(softmax[C](z), 1e-6, 1)',
    'min(softmax[C](z), 0.99)',
    'dropout(softmax[C](z), p = 0.1)',
    'if a > 0 then softmax[C](z) else 0',
    'if training then softmax[C](z) else softmax[C](2 * z)',
    'softmax[C](z)[C = C]',
    'softmax[C](z)[C = size(C) - 1 - C]',
    'softmax[C](z)[N = N - 1, else 0]',
    'softmax[C](z)[+M]',
    'mean[M](softmax[C](z[+M] * M))',
    'concat[A, B -> C](softmax[A](z[C = A]), softmax[B](z[C = B + 5]))',
    'stop_gradient(softmax[C](z))',
    'wmean[M](softmax[C](z)[+M], M + 1)',
    '0.5 * softmax[C](z) + 0.5 * softmax[C](-z)',
    'softmax[C](z) * softmax[C](2 * z)',
    'dot[M](softmax[M](a[+M] * M), softmax[C](z[+M] * M))',
    'softmax[C](z) / sum[C](softmax[C](z))',
    'q',
  ]
  const joins = 'axis A = 5, B = 5\n'
  test.each(throughSoftmax)('%s', (expression) => {
    const more = expression.includes('concat') ? joins : ''
    const found = told(`cross_entropy[C](${expression}, y)`, more)
    expect(found).toEqual([expect.stringMatching(/^warning normalised-twice: /)])
  })
  test.each([
    'sigmoid(z)',
    '1 - sigmoid(z)',
    'exp(logsigmoid(z))',
    '(sigmoid(z) + sigmoid(2 * z)) / 2',
    'sigmoid(z) * 0.9 + 0.05',
    'if y == C then sigmoid(z) else 1 - sigmoid(z)',
  ])('%s', (expression) => {
    expect(told(`cross_entropy(${expression}, y)`)).toEqual([
      expect.stringMatching(/^warning normalised-twice: /),
    ])
    expect(told(`binary_cross_entropy_with_logits(${expression}, 1)`)).toEqual([
      expect.stringMatching(/^warning normalised-twice: /),
    ])
  })
  test('through functions, blocks and imports', () => {
    const files = {
      'net.lossdsl':
        'fn head[C](x: [C]) = softmax[C](x)\nblock Head[C]() { apply(x: [C]) = softmax[C](x) }',
    }
    const read = (path: string) => files[path as 'net.lossdsl']
    const warned = [expect.stringMatching(/^warning normalised-twice: .*softmax/)]
    expect(
      told('cross_entropy(f[C](z), y)', 'fn f[D](x: [D]) { let s = softmax[D](x) return s }'),
    ).toEqual(warned)
    expect(
      told('cross_entropy(head[C](z), y)', 'import { head } from "./net.lossdsl"', read),
    ).toEqual(warned)
    const blocks = `import { Head } from "./net.lossdsl"\n${declarations}
      use h = Head[C]
      use chained = chain(Head[C], Dropout(p = 0.1))`
    for (const f of ['h', 'chained']) {
      expect(
        messages(
          `${blocks}\noutput r = sum(cross_entropy(${f}(z), y)) + sum(h(z)) + sum(chained(z))`,
          { read },
        ),
      ).toEqual(warned)
    }
    expect(
      told('loss_(softmax[C](z), y)', 'fn loss_[C](x, y: class(C)) = mean(cross_entropy[C](x, y))'),
    ).toEqual(warned)
  })
  test('and the message says what the loss can then no longer reach', () => {
    // log(1 + 9 / e)
    expect(told('cross_entropy(softmax[C](z), y)')[0]).toMatch(bound)
    expect(told('cross_entropy(sigmoid(z), y)')[0]).toMatch(bound)
    // Of scores in (-1, 1): log(1 + 9 / e^2)
    expect(told('cross_entropy(2 * sigmoid(z) - 1, y)')[0]).toMatch(/0\.79/)
  })
  test('or what the softmax around it can then no longer give', () => {
    // 1 / (1 + 9 e) and 1 / (1 + 9 / e)
    const range = 'the softmax of 10 numbers between 0 and 1 stays between 0.0393 and 0.232'
    for (const outer of ['softmax', 'log_softmax']) {
      expect(told(`${outer}[C](softmax[C](z))`)).toEqual([
        expect.stringMatching(RegExp(`normalises them itself: ${range} \\|`)),
      ])
    }
    expect(
      messages('axis N, C\ninput x: [N, C]\noutput p = softmax[C](2 * softmax[C](x))')[0],
    ).toMatch('the softmax of numbers between 0 and 2 is at most 1/(1 + (size(C) - 1)/e^2)')
  })
  test('nothing is said of that where scores are only declared', () => {
    for (const type of ['logit[N, C]', 'logit']) {
      const source = `${declarations}\noutput r: ${type} = softmax[C](z)`
      expect(messages(source)).toEqual([expect.stringMatching(/declared as scores \|/)])
    }
    const source = `${declarations}\nlet s: logit[N] = sigmoid(a)\noutput r = s`
    expect(messages(source)).toEqual([expect.stringMatching(/declared as scores \|/)])
  })
  test('focal and others that take scores', () => {
    for (const f of ['focal', 'poly']) {
      expect(told(`${f}(softmax[C](z), y)`)).toEqual([
        expect.stringMatching(/^warning normalised-twice: /),
      ])
    }
  })
  test.each([
    'z',
    '2 * z',
    'log_softmax[C](z) * 0 + z',
    'a[+C] + z',
    'z - logsumexp[C](z)[+C]',
    'tanh(z)',
    'relu(z)',
    'z * sigmoid(z)',
    'gelu(z)',
  ])('scores are scores: %s', (expression) => {
    expect(told(`cross_entropy(${expression}, y)`)).toEqual([])
  })
})

describe('NLL of what is no log-probability is always caught', () => {
  test.each([
    'z',
    'softmax[C](z)',
    'sigmoid(z)',
    '-z',
    'log(z)',
    'relu(z)',
    'abs(z)',
    'log_softmax[C](z) + 1',
    '-log_softmax[C](z)',
    'exp(z)',
    'f(z)',
    'mean[M](z[+M])',
  ])('%s', (expression) => {
    expect(told(`nll[C](${expression}, y)`, 'fn f(x) = x')).toEqual([
      expect.stringMatching(/^warning not-a-log-probability: /),
    ])
  })
  test('and the mend normalises over the axis of the kind, wherever it stands in the type', () => {
    const source = `axis N, T, L, C
      input z: logit[N, T, C]
      input y: class(C)[N, L]
      loss l = mean(ctc[T, C, L](z, y, size(T), size(L))) wrt z`
    const [told] = compile(source).diagnostics
    expect(told?.hint).toContain('log_softmax[C](z)')
  })
  test.each([
    'log_softmax[C](z)',
    'log(softmax[C](z))',
    'logsigmoid(z)',
    'log(sigmoid(z))',
    'log(q)',
    '-abs(z)',
    'min(z, 0)',
    '-softplus(-z)',
    'if a > 0 then log_softmax[C](z) else -inf',
    '2 * log_softmax[C](z)',
    'log_softmax[C](z) - 1',
    'mean[M](log_softmax[C](z)[+M])',
  ])('%s is one', (expression) => {
    expect(told(`nll[C](${expression}, y)`)).toEqual([])
  })
  test('the mend is named', () => {
    expect(told('nll(z, y)')[0]).toContain('log_softmax[C](z)')
    expect(told('nll(softmax[C](z), y)')[0]).toContain('log(softmax[C](z))')
  })
})

describe('probabilities', () => {
  test.each([
    'a',
    'relu(a)',
    'a + 0.5',
    '2 * p',
    'p + p',
    'exp(a)',
    'lp',
    'p - 0.1',
    'tanh(a)',
    'p / 0.5',
  ])('%s is none', (expression) => {
    expect(told(`binary_cross_entropy(${expression}, 1)`)).toEqual([
      expect.stringMatching(/^warning not-a-probability: /),
    ])
  })
  test.each([
    'p',
    '1 - p',
    'p * p',
    'p ^ 2',
    'exp(lp)',
    'sigmoid(a)',
    'clamp(a, 0, 1)',
    '(tanh(a) + 1) / 2',
    'mean[M](p[+M])',
    '(p + p) / 2',
    'if a > 0 then p else 0.5',
    'exp(-a ^ 2)',
    'max(p, 0.1)',
    'q[C = 0]',
    'if a >= 0 and a <= 1 then a else 0',
    'abs(tanh(a))',
    'max(0, min(1, a))',
    'sum[C](q[C = y] * q) * 0',
    'hardsigmoid(a)',
    'cos(a) ^ 2',
    '1 / (1 + exp(a))',
  ])('%s is one', (expression) => {
    expect(told(`binary_cross_entropy(${expression}, 1)`)).toEqual([])
  })
})

describe('class numbers are names', () => {
  test.each([
    'y + 1',
    'mean(y)',
    'y * 2',
    'sum(y)',
    'z[C = 0] - y',
    '(y - 1) ^ 2',
    'squared_error(z[C = 0], y)',
    'argmax[C](z) * 2',
    'exp(y)',
    '-y',
  ])('%s', (expression) => {
    expect(told(expression)).toEqual([
      expect.stringMatching(/^warning class-as-quantity: `.*` holds class numbers/),
    ])
  })
  test.each([
    'y == 3',
    'argmax[C](z) == y',
    'C == y',
    'z[C = y]',
    'if y == 0 then 1 else 0',
    'count + 1',
    'known(labels)',
    'max(count)',
    'y != labels',
  ])('%s is none such', (expression) => {
    expect(told(expression)).toEqual([])
  })
  test('other things as class numbers are errors', () => {
    expect(told('cross_entropy[C](z, a)')[0]).toMatch(/^error (class-wanted|option-kind)/)
    expect(
      messages(
        'axis N, C, K\ninput z: [N, C]\ninput y: class(K)[N]\ninput k: [K]\noutput r = sum(cross_entropy[C](z, y)) + sum(k)',
      )[0],
    ).toMatch(/^error class-differs: .*classes of `C`.*`K`/)
  })
})

test('a warning is told once, with the way the value came and the mend', () => {
  const [message, ...others] = messages(
    `${declarations}\nlet s = softmax[C](z)\nlet s2 = 2 * s\noutput r = sum(cross_entropy(s2, y))`,
  )
  expect(others).toEqual([])
  expect(message).toMatch(
    /`s2` has been through `softmax`.*leave `softmax` out.*it goes through `softmax` here/,
  )
})

describe('inputs are checked when a module is called', () => {
  const source = `axis N, C = 2
    input p: prob[N]
    input q: prob(C)[N, C]
    input lp: logprob[N]
    input lq: logprob(C)[N, C]
    input y: class(C)[N]
    input b: bool[N]
    input k: int[N]
    output r = sum(p) + sum(q) + sum(lp) + sum(lq) + sum(y == 0) + sum(b) + sum(k)`
  const half = Math.log(0.5)
  const good = { p: [0.5], q: [[0.4, 0.6]], lp: [-1], lq: [[half, half]], y: [1], b: [1], k: [-3] }
  test('what is right passes', async () => {
    const { entry } = await moduleOf(source)
    expect(entry('r')(good)).toMatchObject({ shape: [] })
    // Sums are allowed 1e-4.
    expect(
      thrown(() => entry('r')({ ...good, q: [[0.4, 0.60005]], lp: [-Infinity], b: [true] })),
    ).toBe('nothing is thrown')
  })
  test.each([
    [{ p: [1.5] }, 'RangeError: p[0] is 1.5'],
    [{ p: [-0.1] }, 'RangeError: p[0] is -0.1'],
    [{ p: [NaN] }, 'RangeError: p[0] is NaN'],
    [{ q: [[0.4, 0.7]] }, 'RangeError: q'],
    [{ q: [[0.4, 0.6002]] }, 'RangeError: q'],
    [{ lp: [0.1] }, 'RangeError: lp[0] is 0.1'],
    [{ lq: [[half, 2 * half]] }, 'RangeError: lq'],
    [{ y: [2] }, 'RangeError: y[0] is 2'],
    [{ b: [2] }, 'RangeError: b[0] is 2'],
    [{ k: [0.5] }, 'RangeError: k[0] is 0.5'],
  ])('%o', async (wrong, words) => {
    const { entry } = await moduleOf(source)
    expect(thrown(() => entry('r')({ ...good, ...wrong }))).toContain(words)
  })
})
