// How expressions are read. Braces show what belongs together; an axis argument stands in angle brackets.
import { describe, expect, test } from 'vitest'
import { shapeOf } from './shape.ts'
import { treeOf } from './trees.ts'

function reads(cases: Readonly<Record<string, string>>): void {
  test.each(Object.entries(cases))('%s', (text, shape) => {
    expect(shapeOf(text)).toBe(shape)
  })
}

describe('precedence', () => {
  reads({
    'a + b * c': 'a + {b * c}',
    'a * b + c': '{a * b} + c',
    '-x ^ 2': '-{x ^ 2}',
    '2 ^ -x': '2 ^ {-x}',
    '2 ^ -x ^ 2': '2 ^ {-{x ^ 2}}',
    'a ^ (-1)': 'a ^ {-1}',
    'a ^ b ^ c': 'a ^ {b ^ c}',
    '(a ^ b) ^ c': '{a ^ b} ^ c',
    '-a * -b': '{-a} * {-b}',
    '- - x': '-{-x}',
    'a - -b': 'a - {-b}',
    'not a == b': 'not {a == b}',
    'not not a and b': '{not {not a}} and b',
    'a or b and c': 'a or {b and c}',
    'a + 1 < b * 2': '{a + 1} < {b * 2}',
    'x is none or y': '{x is none} or y',
    'a + b is prob': '{a + b} is prob',
    'x + 1 |> f': '{x + 1} |> f',
    'a or b |> f': '{a or b} |> f',
    'if a |> f then b else c |> g': 'if {a |> f} then b else {c |> g}',
    'if a then b else if c then d else e': 'if a then b else {if c then d else e}',
    'a div b % c / d': 'a div b % c / d',
    '-x.w(y)[T = 0]': '-x.w(y)[T = 0]',
    'x * [2, 3] over K': 'x * {list(2, 3) over K}',
    'f(x) over K + 1': '{f(x) over K} + 1',
  })
})

describe('a chain is one node, and parentheses make another', () => {
  reads({
    'a + b - c + d': 'a + b - c + d',
    '(a + b) - (c + d)': '{a + b} - {c + d}',
    'a - (b - c)': 'a - {b - c}',
    'a / b * c': 'a / b * c',
    'a * (b * c)': 'a * {b * c}',
    '(a and b) and c': '{a and b} and c',
    '(x |> f) |> g': '{x |> f} |> g',
  })
})

describe('brackets behind an operand', () => {
  reads({
    'softmax[C](z)': 'softmax<C>(z)',
    'Linear[A, B -> C]': 'Linear<A, B -> C>',
    'Linear[F ->]': 'Linear<F ->>',
    'stack[-> K](a, b)': 'stack<-> K>(a, b)',
    'max_pool[H -> P, W](x, size = 2)': 'max_pool<H -> P, W>(x, size = 2)',
    'full[](1)': 'full<>(1)',
    'x[T = 0]': 'x[T = 0]',
    'x[T = -1]': 'x[T = -1]',
    'x[T = T1 + 1]': 'x[T = T1 + 1]',
    'x[H = 2 * P + K - 1, else 0]': 'x[H = {2 * P} + K - 1; else 0]',
    "x[T as T']": "x[T as T']",
    'x[(H, W) as P]': 'x[H,W as P]',
    'x[D as (Heads, E)]': 'x[D as Heads,E]',
    'x[+D, +H]': 'x[+D; +H]',
    'x[N = H, D as E, +M, else -inf]': 'x[N = H; D as E; +M; else -inf]',
    "dot[H](h, r)[H' as H]": "dot<H>(h, r)[H' as H]",
    'random_uniform[N]()': 'random_uniform<N>()',
    'x[T = 0,]': 'x[T = 0]',
    'f(a, b,)': 'f(a, b)',
  })
})

describe('members, numbers and names', () => {
  reads({
    'hidden.weight': 'hidden.weight',
    'embed.0.weight': 'embed.0.weight',
    'embed.0.2': 'embed.0.2',
    '1_000 + 1.5 + 1e-3 + 1.5e+3': '1_000 + 1.5 + 1e-3 + 1.5e+3',
    'apply + derivative + over + is + training + step':
      'apply + derivative + over + is + training + step',
    'over over over': 'over over over',
    'is is is': 'is is is',
    letter: 'letter',
    'if_ + thenx': 'if_ + thenx',
  })
})

describe('functions and tuples', () => {
  reads({
    'x => x ^ 2': '(x) => {x ^ 2}',
    '(x) => x': '(x) => x',
    '() => 1': '() => 1',
    '(a, (b, c)) => a': '(a, (b, c)) => a',
    '(a, b)': 'tuple(a, b)',
    '(a,)': 'tuple(a)',
    '(a)': 'a',
    '((a, b), c)': 'tuple(tuple(a, b), c)',
    'f(x => x, 1)': 'f((x) => x, 1)',
    'x => y => x + y': '(x) => {(y) => {x + y}}',
    '(c) => { let a = c return a }': '(c) => let; a',
    '(c) => { return c }': '(c) => c',
  })
})

describe('places', () => {
  test('of a parenthesised part begin with the parenthesis in what contains it', () => {
    const text = 'let z = (a + b) * c'
    const [statement] = treeOf(text).statements
    const product = statement?.kind === 'let' ? statement.value : undefined
    if (product?.kind !== 'product') throw new Error('a product was written')
    const slice = ({ start, end }: { start: number; end: number }) => text.slice(start, end)
    expect(slice(product.span)).toBe('(a + b) * c')
    expect(product.factors.map(({ value }) => slice(value.span))).toEqual(['a + b', 'c'])
  })
})
