// Every form of statement, as the formatter writes it: what reads back as itself needs no further description.
import { describe, expect, test } from 'vitest'
import { format } from '../../compiler/syntax/format.ts'
import { parse } from '../../compiler/syntax/parse.ts'
import { treeOf } from './trees.ts'

test.each([
  'import { a, b as c } from "./file.lossdsl"',
  "axis N, C = 10, K = 2 * C, N'",
  'axis K over H = kernel',
  'const beta = 0.5',
  'input x: [N, D]',
  'input weight: [C] = 1',
  'input digit: class(C)[N]',
  'input label: class(C, missing = -100)[N]',
  'input p: prob(C)[N, C]',
  'input z: logit',
  'input s: []',
  'param w: [D, H] ~ kaiming_uniform()',
  'param b: [H] = 0',
  'state m: [C] = 0',
  'state v = 0',
  'update m = 0.9 * m + 0.1 * x',
  'use hidden = Linear[D -> H](use_bias = false)',
  'use embed = chain(Linear[D -> H], relu, Linear[H -> E])',
  'let z: logit[N, C] = f(x)',
  'let (a, (b, c)) = f(x)',
  'output probabilities = softmax[C](scores)',
  'output y: [N, C] = x',
  'loss train = mean(cross_entropy(scores, digit))',
  'loss r = mean(x) wrt a, hidden, hidden.weight',
  'metric accuracy = mean(argmax[C](scores) == digit)',
  'minimize train with adam(lr = 1e-3)',
  'maximize score with sgd(lr = (step) => 0.1 / step), clip_norm = 1.0, clip_value = 0.5',
  'fn f(x) = x',
  'fn f() = 1',
  'export fn f(x: [N], scale = 2.0): prob = x * scale',
  'fn focal[C](z: logit[C], y: class(C), mode: "linear" | "nearest" = "linear") = z',
  'fn conv[...I -> O, ...(H -> P)](x, padding: int | "same" | "valid" = 0) = x',
  'fn halve[C -> D](x: [C]) = x',
  'fn join[A, B -> C](a, b) = a',
  'fn make[-> K](a) = a',
  'fn close[F ->](a) = a',
  'fn every[...D](a) = a',
  'fn ste_round(x) = floor(x + 0.5) derivative g => g',
  'fn fold_pair(step, (a, b)) = step(a, b)',
  'fn f(x) {\n  let y = x\n  return y\n}',
  'fn f(x) {\n  let y = x\n  return y\n} derivative g => g * 2',
  'block Scale[D]() {\n  param s: [D] = 1\n  apply(x: [D]) = s * x\n}',
  'block B[...I -> ...O](p = 0.5) {\n  apply(x: [I]): prob {\n    let y = x\n    update m = y\n    return y\n  }\n}',
  'optimizer sgd(lr: schedule, momentum = 0.0) {\n  state v = 0\n  update parameter = parameter - lr * gradient\n}',
])('%j', async (text) => {
  expect(await format(text)).toBe(`${text}\n`)
})

test('line breaks and indentation mean nothing', () => {
  const text = 'axis N input x : [ N ] let\ny\n=\nx\n+\n1 loss r = mean\n(\ny\n) wrt\nx'
  expect(treeOf(text).statements.map(({ kind }) => kind)).toEqual(['axis', 'input', 'let', 'loss'])
})

describe('documentation', () => {
  function documentationOf(text: string): (string | undefined)[] {
    return treeOf(text).statements.map(({ documentation }) => documentation)
  }

  test('stands directly above, in one or more lines', () => {
    expect(documentationOf('/// One.\naxis N\n\n/// Two,\n///   three.\nlet a = 1')).toEqual([
      'One.',
      'Two,\nthree.',
    ])
  })

  test('is not what stands further above, behind something, or between longer rules', () => {
    expect(
      documentationOf('/// The file.\n\naxis N /// of N\nlet a = 1\n//// ----\nlet b = 1'),
    ).toEqual([undefined, undefined, undefined])
  })

  test('belongs to parameters and to apply too', () => {
    const [block] = treeOf(
      'block B(\n  /// The share.\n  p = 0.5\n) {\n  /// Does it.\n  apply(x) = x\n}',
    ).statements
    expect(block?.kind === 'block' && block.parameters[0]?.documentation).toBe('The share.')
    expect(block?.kind === 'block' && block.apply.documentation).toBe('Does it.')
  })
})

test('comments are kept beside the tree, in order', () => {
  const text = '// a\nlet x = /* b */ 1 /// c\n'
  const { file } = parse({ path: 'comments.lossdsl', text })
  expect(file.comments.map(({ kind, text: comment }) => [kind, comment])).toEqual([
    ['line', ' a'],
    ['block', ' b '],
    ['documentation', ' c'],
  ])
})
