// What a person sees for each kind of slip. Read the snapshots aloud before accepting them.
import { describe, expect, test } from 'vitest'
import { parse } from '../../compiler/syntax/parse.ts'
import { messagesOf } from './trees.ts'

function shows(slips: Readonly<Record<string, string>>): void {
  test.each(Object.entries(slips))('%s', (_name, text) => {
    expect(`\n${messagesOf(text)}\n`).toMatchSnapshot()
  })
}

describe('a name and its value', () => {
  shows({
    'no equals sign': 'let z relu(x)',
    'a comparison instead': 'let z == relu(x)',
    'two equals signs': 'let a = b = c',
    'one equals sign in a condition': 'let c = if x = 3 then 1 else 2',
    'no value': 'let z =\nloss r = mean(z)',
    'a reserved word as a name': 'let loss = 3',
    'a constant as a name': 'let pi = 3',
    'a reserved word as an option': 'let y = f(input = 3)',
    'an axis as an option': 'let y = mean(x, axis = 0)',
    'a number for an axis': 'use f = Linear[8 -> H]',
    'a number for an axis, behind the arrow': 'let y = x |> max_pool[H -> 4](size = 2)',
    'numbers for axes': 'use f = Linear[8, 16]',
    'a type without brackets': 'output y: N, C = x',
    'a comma behind a type': 'output y: [N, C], = x',
    'a number for a type': 'let z: 3 = x',
    'a prime on a name that is no axis': "let b' = 3",
    'a tuple without parentheses': 'let c = a, b',
  })
})

describe('statements', () => {
  shows({
    'without its word': 'input x: [N]\nz = relu(x)',
    'misspelt word': 'lett z = 3\nouput y = z',
    'word of another language': 'def f(x) = 3\nvar y = 4',
    'a call alone': 'print(x)',
    'a loop': 'for i in x',
    'a type alone': 'x: [N]',
    'return outside of braces': 'return 3',
    'a semicolon': 'let a = 1;\nlet b = 2',
    'input without a type': 'input x',
    'input with a value': 'input x = 3',
    'param without a value': 'param w: [D]',
    'minimize without with': 'minimize r adam(lr = 1)',
    'export of something else': 'export let y = 3',
    'wrt with nothing': 'loss r = mean(x) wrt',
    'wrt at the wrong place': 'let r = mean(x) wrt x',
    'axes without a comma': 'axis N\n  C = 10',
    'an axis with a type': 'axis N: 3',
    'options without a comma': 'minimize r with adam(lr = 1e-3) clip_norm = 1',
    'import without braces': 'import a from "./a.lossdsl"',
  })
})

describe('brackets', () => {
  shows({
    'never closed': 'loss r = mean(relu(x) wrt x',
    'never closed, before the next line': 'let z = relu(x\nloss r = mean(z)',
    'two never closed': 'let z = mean(relu(x\nloss r = mean(z)',
    'braces never closed': 'fn f(x) {\n  let y = x\n  return y\n\nloss r = mean(f(x))',
    'closed by another': 'let z = f(a]',
    'closing nothing': 'let z = f(a))',
    'closed inside a comment': 'let c = (a // 2) * b\nlet d = 1',
    'an import': 'import { a, b from "./a.lossdsl"\naxis N',
  })
})

describe('expressions', () => {
  shows({
    'an operator at the end': 'let a = x +\nlet b = 1',
    'two operators': 'let a = x + * y',
    'a sign plus': 'let a = +x',
    'a call without parentheses': 'let b = relu x',
    'no comma': 'let d = f(a b)',
    'an argument behind an option': 'let d = f(x, size = 2, 3)',
    'no argument': 'let d = f(a, , b)',
    'empty parentheses': 'let i = ()',
    'chained comparison': 'let a = 0 < x < 1',
    'not inside arithmetic': 'let h = 3 + not x',
    'if inside arithmetic': 'let a = 2 * if c then a else b',
    'if without else': 'let a = if c then 1\nlet b = 2',
    'if without then': 'let a = if c { 3 }',
    elif: 'let a = if c then 1 elif d then 2 else 3',
    'an arrow for a function': 'let e = f(x -> 3)',
    'a function after a pipe': 'let q = x |> (y => 3)',
    'a number after a pipe': 'let q = x |> 3',
    'indices after a pipe': 'let q = x |> f[T = 0]',
    'a list alone': 'let a = [1, 2]',
    'a list over a number': 'let a = [1, 2] over 3',
    'braces for a value': 'let a = { return 3 }',
    'braces for a list': 'let a = {1, 2}',
    'no times sign': 'let a = 2x',
    'values of an option as its default': 'fn conv(padding = 0 | "same") = 3',
    'a kind after is': 'let a = x is 3',
    'parameters without parentheses': 'let f = x, y => x + y',
    'a function bound with a head': 'let y = f(x) => x',
    'nothing behind a point': 'let w = hidden.',
  })
})

describe('indices', () => {
  shows({
    'a number alone': 'let a = x[0]',
    'a sum alone': 'let b = x[i + 1]',
    'a colon': 'let c = x[:, 1]',
    'axes and indices': 'let d = f[C, T = 0]',
    'axes in parentheses': 'use h = Linear(D -> H)',
    'axes with a fat arrow': 'use h = Linear[D => H]',
    'as nothing': 'let d = x[T as]',
    'two else': 'let d = x[T = 0, else 1, else 2]',
  })
})

describe('characters', () => {
  shows({
    'and, or, not, powers': 'let a = x && y || !z\nlet b = x ** 2',
    'not equal and strictly equal': 'let a = x <> y\nlet b = x === y',
    'typographic marks': 'let a = x ≤ y\nlet b = x − y · z',
    'single quotes': "let a = gelu(x, approximate = 'tanh')",
    'typographic quotes': 'let a = “tanh”',
    'a string never closed': 'loss r = mean(gelu(x, approximate = "tanh)) wrt x',
    'a comment never closed': 'axis N\n/* what follows\ninput x: [N]',
    'a comment with #': '# digits\naxis N',
    'a choice by question mark': 'let x = a ? b : c',
    'a matrix product by @': 'let y = a @ b',
    'other letters in a name': 'let größe = 3',
    'a prime inside a name': "axis T'x",
    'numbers with bare points': 'let a = .5 + 1.',
    'a number beyond all bounds': 'let a = 1e999',
    'an invisible character': 'let a = \u200bx',
    'nothing but a strange character': 'let a = 😀 // why not?',
    'no text at all': 'PK\u0003\u0004\0\0',
  })
})

describe('definitions', () => {
  shows({
    'no return': 'fn f(x) { let a = 1 }',
    'no apply': 'block B(x) { param w: [] = 0 }',
    'something behind apply': 'block B() {\n  apply(x) = x\n  param v: [] = 0\n}',
    'an input in a function': 'fn f(x) {\n  input y: [N]\n  return y\n}',
    'a loss in a block': 'block B() {\n  loss r = 1\n  apply(x) = x\n}',
    'no parameters': 'fn f = 3',
    'an arrow for an equals sign': 'fn f(x) => x + 1',
    'the same behind a type': 'block B() {\n  apply(x): prob => x\n}',
    'a derivative without its name': 'fn f(x) = x derivative 2',
    'a broken head': 'fn f(x, = 3) {\n  let a = 1\n  return a\n}\nlet b = f(1)',
  })
})

describe('several mistakes', () => {
  test('five mistakes in five statements are five messages', () => {
    const text = [
      'axis N, D = 4',
      'input x: [N D]',
      'let a = relu(x',
      'let b = a ** 2 +',
      'c = mean(b)',
      'minimize c with',
    ].join('\n')
    const { diagnostics } = parse({ path: 'model.lossdsl', text })
    const lines = diagnostics.map(({ span }) => text.slice(0, span.start).split('\n').length)
    expect(lines).toEqual([2, 3, 4, 5, 6])
    expect(`\n${messagesOf(text)}\n`).toMatchSnapshot()
  })

  test('statements inside braces are read on their own too', () => {
    const text =
      'fn f(x) {\n  let a = 1 +\n  let b = * 2\n  let c = 3\n  return a + b +\n}\nlet d = )'
    expect(`\n${messagesOf(text)}\n`).toMatchSnapshot()
  })

  test('what was declared stays declared', () => {
    const text = 'input x [N]\nlet a = 1 +\nfn f(x = ) = 3\nloss r mean(a)\nlet (b, c) = 2 *'
    const { file } = parse({ path: 'model.lossdsl', text })
    const declared = file.statements.map((statement) =>
      statement.kind === 'let' && statement.pattern.kind === 'name'
        ? `let ${statement.pattern.name.text}`
        : statement.kind,
    )
    expect(declared).toEqual(['let x', 'let a', 'let f', 'loss', 'let'])
  })
})
