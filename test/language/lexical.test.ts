// Section 2: comments, names, numbers, strings, layout.
import { expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { expectClose, messages, numbers, tensor } from './running.ts'

test.each([
  // A line ends a comment; a floor division is a word.
  ['7 // 2\n', [7]],
  ['7 /* a\n comment // inside */ + 1', [8]],
  ['7 div 2', [3]],
  ['1_000 + 1.5 + 1e-3 + 2E3', [3001.501]],
  ['1e3 + 1_0.0_1', [1010.01]],
])('%s', async (expression, wanted) => {
  expectClose(await numbers('', expression), wanted)
})

test('line breaks and indentation mean nothing', async () => {
  const declarations = 'axis N input x: [N] let y = x\n+\n\t1 let z = y * 2'
  expectClose(await numbers(declarations, 'z', { x: [1, 2] }), [4, 6])
})

test.each(
  `import from as export axis const fn block input param state use let
  update output loss metric wrt minimize maximize with optimizer return if then else and or not div
  true false none inf pi`.split(/\s+/),
)('%s is reserved', (word) => {
  expect(messages(`let ${word} = 1`)[0]).toMatch(/^error/)
  expect(messages(`input ${word}: []\noutput y = ${word}`)[0]).toMatch(/^error/)
})

test.each(
  'apply derivative over is training step parameter gradient prob logit class int bool sum relu'.split(
    ' ',
  ),
)('%s is an ordinary name', async (word) => {
  expectClose(await numbers(`let ${word} = 3`, `${word} + 1`), [4])
  expectClose(await numbers(`axis N\ninput ${word}: [N]`, `${word} + 1`, { [word]: [1] }), [2])
})

test('what JavaScript reserves is an ordinary name, for an axis too', async () => {
  const names = ['new', 'await', 'eval', 'delete', 'arguments', 'Math', 'NaN', 'Float32Array']
  const inputs = names.map((name) => `input ${name}: [In, Do]`)
  const given = Object.fromEntries(names.map((name) => [name, [[1, 2]]]))
  const file = ['axis In, Do', ...inputs].join('\n')
  expectClose(await numbers(file, `sum[Do](${names.join(' * ')}) + In`, given), [1 + 256])
})

test('an axis may end in primes, a value may not', async () => {
  const { axes } = await tensor('axis T\ninput x: [T]', "x[T as T''] + T'' * 0", { x: [1, 2] })
  expect(axes).toEqual(["T''"])
  expect(messages("let x' = 1")[0]).toMatch(/^error .*primes?/)
})

test.each([
  ['input größe: []', /^error/],
  ['let a = 1; let b = 2', /^error .*semicolon/],
  ["const mode = 'fast'", /^error .*double quotes/],
  ['let a = "text"\noutput y = a', /^error .*`a` is a string/],
  ['a = 3', /^error .*`let a = /],
  ['let a = 1 b = 2', /^error/],
  ['/* never closed', /^error .*(closed|end)/],
  ['let a = "never closed', /^error/],
  ['let a = 1__0', /^error/],
  ['let a = .5', /^error/],
])('%s is refused', (source, words) => {
  expect(messages(source)[0]).toMatch(words)
})

test('documentation reaches the types', () => {
  const { types } = compile(`
    /// How the scores
    /// come out.
    axis N
    /// What is measured.
    input x: [N]
    /// The middle.
    param w: [] = 1
    /// What is predicted.
    output y = x * w
    /// How bad it is.
    loss l = mean(y)
    /// How good it is.
    metric m = mean(y)
    /// Twice as much.
    export fn twice(v, /* no documentation */ by = 2) = v * by
  `)
  for (const words of [
    'What is measured.',
    'What is predicted.',
    'How bad it is.',
    'How good it is.',
    'Twice as much.',
  ]) {
    expect(types).toContain(words)
  }
})
