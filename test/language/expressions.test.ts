// Section 5: precedence, whole and real numbers, truth values, pipes, lambdas, tuples, constant vectors.
import { describe, expect, test } from 'vitest'
import { expectClose, messages, numbers, tensor } from './running.ts'

const declarations = 'axis N = 2, K = 3\ninput x: [N]\ninput k: int[N] = 7\ninput b: bool[N] = true'
const inputs = { x: [2, -3] }
const all = 'output seen = sum(x) + sum(k) + sum(b)'
const at = (expression: string, more = '') =>
  tensor(`${declarations}\n${more}\n${all}`, expression, inputs)
const told = (expression: string, more = '') =>
  messages(`${declarations}\n${more}\n${all}\noutput y = ${expression}`)

test.each<[string, readonly number[]]>([
  // Loosest to tightest.
  ['if true then 1 else 2 + 10', [1]],
  ['if false then 1 else 2 |> square', [4]],
  ['1 + 2 |> square', [9]],
  ['true or false and false', [1]],
  ['(true or false) and false', [0]],
  ['not 1 == 2', [1]],
  ['not true and false', [0]],
  ['1 + 2 < 4', [1]],
  ['2 + 3 * 4', [14]],
  ['2 * 7 div 4', [3]],
  ['7 div 4 * 2', [2]],
  ['7 % 4 * 2', [6]],
  ['10 - 4 - 3', [3]],
  ['16 / 4 / 2', [2]],
  ['-2 ^ 2', [-4]],
  ['2 ^ -1', [0.5]],
  ['2 ^ 3 ^ 2', [512]],
  ['-3 * -2', [6]],
  ['-x[N = 0] ^ 2', [-4]],
  ['2 * -x', [-4, 6]],
  ['--x', [2, -3]],
  ['x[N = 0] ^ 2', [4]],
  // `%` has the divisor's sign, `div` rounds down, `round` goes to even.
  ['-7 % 3', [2]],
  ['7 % -3', [-2]],
  ['-7 div 2', [-4]],
  ['x % 2', [0, 1]],
  ['-x % 1.5', [1, 0]],
  ['round([0.5, 1.5, 2.5, -0.5, -1.5] over A)', [0, 2, 2, -0, -2]],
  ['floor(-1.5) + ceil(1.2)', [0]],
  ['pi', [Math.PI]],
  ['-inf', [-Infinity]],
  ['1 / 0', [Infinity]],
  ['0 / 0', [NaN]],
])('%s', async (expression, wanted) => {
  expectClose((await at(expression, 'axis A')).data, wanted)
})

test.each(['1 < 2 < 3', 'x == x == x', '1 <= x != 2'])(
  'comparisons do not chain: %s',
  (expression) => {
    expect(told(expression)[0]).toMatch(/^error .*chain/)
  },
)

describe('whole numbers stay whole under + - * div %, if, min, max, sum, abs; /, ^ and mean are real', () => {
  const kindOf = async (expression: string) => {
    const { moduleOf } = await import('./running.ts')
    const { entry } = await moduleOf(`${declarations}\n${all}\noutput y = ${expression}`)
    return (entry('y')(inputs) as { data: object }).data.constructor.name
  }
  test.each([
    '1',
    '1_000',
    'k + 1',
    'k - 2 * k',
    'k div 2',
    'k % 2',
    'if b then k else 0',
    'min(k, 3)',
    'max(k)',
    'sum(k)',
    'abs(k)',
    '-k',
    'size(K)',
    'N + 0',
    'argmax[N](x)',
    'clamp(k, 0, 3)',
    'b + b',
    'sum(b)',
    'sum(k > 1)',
    'prod(k)',
  ])('%s is whole', async (expression) => expect(await kindOf(expression)).toBe('Int32Array'))
  test.each([
    '1.0',
    '1e3',
    'k / 1',
    'k ^ 2',
    '2 ^ 2',
    'mean(k)',
    'k + 1.0',
    'k * x',
    'sqrt(k)',
    'if b then k else 0.5',
    'mean(b)',
  ])('%s is real', async (expression) => expect(await kindOf(expression)).toBe('Float64Array'))
  test.each([
    'b',
    'x > 0',
    'not b',
    'b and x > 0',
    'any(b)',
    'all(x > 0)',
    'true',
    'is_nan(x)',
    'if b then x > 0 else false',
  ])('%s is a truth value', async (expression) =>
    expect(await kindOf(expression)).toBe('Uint8Array'),
  )
})

test.each<[string, readonly number[]]>([
  ['(x > 0) + 1', [2, 1]],
  ['sum(x > 0)', [1]],
  ['mean(x > 0)', [0.5]],
  ['2 * (x > 0) - 1', [1, -1]],
  ['(x > 0) * x', [2, -0]],
])('a truth value counts as 0 or 1: %s', async (expression, wanted) => {
  expectClose((await at(expression)).data, wanted)
})

test.each<[string, readonly number[], string?]>([
  ['x |> abs', [2, 3]],
  ['x |> abs |> sqrt |> square', [2, 3]],
  ['x |> clamp(0, 1)', [1, 0]],
  ['x |> clamp(-1, hi = 1)', [1, -1], 'fn clamp(x, lo, hi) = min(max(x, lo), hi)'],
  ['x |> sum[N]', [-1]],
  ['x |> elu(alpha = 2)', [2, 2 * Math.expm1(-3)]],
  ['x |> softmax[N]()', [1 / (1 + Math.exp(-5)), 1 / (1 + Math.exp(5))]],
  // Arguments by position, then by name, in any order.
  ['f(1, c = 3, b = 2)', [123], 'fn f(a, b, c) = 100 * a + 10 * b + c'],
  ['twice((v) => v + 1, x)', [4, -1], 'fn twice(f, v) = f(f(v))'],
  ['g((1, (2, 3)))', [321], 'let g = (p) => { let (a, (b, c)) = p return a + 10 * b + 100 * c }'],
  ['apply2((a, (b, c)) => a + b * c)', [7], 'fn apply2(f) = f(1, (2, 3))'],
  ['adder(10)(x)', [12, 7], 'fn adder(n) = (v) => v + n'],
  ['x |> added', [3, -2], 'fn adder(n) = (v) => v + n\nlet added = adder(1)'],
  ['h(x)', [4, -6], 'let h = (v) => { let w = v + v return w }'],
  ['first((1, 2))', [1], 'fn first(p) { let (a, b) = p return a }'],
  // In call position names that are not functions are passed over.
  ['pooled(5)', [8], 'fn pooled(size) = size(K) + size'],
  ['max(x, sum)', [2, 1], 'let sum = 1'],
  ['sum(x) + sum', [0], 'let sum = 1'],
])('%s', async (expression, wanted, more) => {
  // `sum` as a name of a value: the file's own sums above it still reduce.
  expectClose((await at(expression, more)).data, wanted)
})

test.each([
  ['x |> 3', /^error/],
  ['x |> (v) => v', /^error/],
  ['x |> nowhere', /^error unknown-name/],
  ['relu(x = x, x)', /^error/],
  ['x(1)', /^error not-callable: `x`/],
  ['if x then 1 else 2', /^error condition-not-truth: `x`/],
  ['not x', /^error condition-not-truth: `x`/],
  ['x and b', /^error condition-not-truth: `x`/],
  ['relu + 1', /^error not-a-number: `relu`/],
  ['(1, 2) + 1', /^error not-a-number/],
  ['"text" + 1', /^error not-a-number/],
  ['x is good', /^error unknown-test/],
])('%s is refused', (expression, words) => {
  expect(told(expression)[0]).toMatch(words)
})

describe('if on something the compiler knows never looks at the other branch', () => {
  test.each<[string, readonly number[]]>([
    ['if true then 1 else nowhere(x)', [1]],
    ['if false then softmax[Q](x) else 2', [2]],
    ['if 1 < 2 then 1 else x[Q = 1]', [1]],
    ['if size(K) == 3 then 3 else nowhere', [3]],
    ['if training then nowhere else 4', [4]],
    ['f(none)', [5]],
    ['f(2)', [4]],
    ['kindly(argmax[N](x))', [1]],
    ['kindly(sigmoid(x[N = 0]))', [2]],
    ['kindly(x[N = 0])', [3]],
  ])('%s', async (expression, wanted) => {
    const more = `fn f(option = none) = if option is none then 5 else option * 2
      fn kindly(v) = if v is class then 1 else if v is prob then 2 else 3`
    // `training` is never true in an output's default mode, but a call may ask for it.
    if (expression.includes('training')) {
      expect(told(expression, more)[0]).toMatch(/^error unknown-name/)
      return
    }
    expectClose((await at(expression, more)).data, wanted)
  })
  test('on tensors it chooses element by element', async () => {
    expectClose((await at('if x > 0 then x else 10')).data, [2, 10])
  })
})

test.each<[string, readonly string[], readonly number[]]>([
  ['[0.1, 0.2, 0.3] over K', ['K'], [0.1, 0.2, 0.3]],
  ['[1, 2, 3] over K + [10, 20, 30] over K', ['K'], [11, 22, 33]],
  ['[1, 2] over M + 0', ['M'], [1, 2]],
  ['milestones over M', ['M'], [3, 5]],
  ['count(milestones)', [], [2]],
  ['zeros[N, K]()', ['N', 'K'], [0, 0, 0, 0, 0, 0]],
  ['ones[N]()', ['N'], [1, 1]],
  ['full[K](2.5)', ['K'], [2.5, 2.5, 2.5]],
  ['full[K](x)', ['N', 'K'], [2, 2, 2, -3, -3, -3]],
  ['zeros[]()', [], [0]],
])('%s', async (expression, axes, wanted) => {
  const more =
    'const milestones = (3, 5)\naxis M\nfn count(m) { axis J let v = m over J return sum[J](v * 0 + 1) }'
  const found = await at(expression, more)
  expect(found.axes).toEqual(axes)
  expectClose(found.data, wanted)
})
test.each([
  ['[1, 2] over K', /^error .*2.*3|^error .*3.*2/],
  ['[1, x] over M', /^error/],
  ['x over M', /^error not-a-list/],
])('%s is refused', (expression, words) => {
  expect(told(expression, 'axis M')[0]).toMatch(words)
})

test('a constant alone', async () => {
  expectClose(await numbers('', '3'), [3])
})
