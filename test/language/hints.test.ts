// Slips that come from other languages, and what is said of them: one message each, with what to write instead.
import { describe, expect, test } from 'vitest'
import { messages } from './running.ts'

const declarations = `
axis N, T, C, L, D, H = 4
input x: [N, T]
input k: int[N]
input real: [N]
input v: [N, T, D]
input scores: logit[N, C]
input label: class(C)[N]
input lp: logprob(C)[N, T, C]
input labels: class(C)[N, L]
use linear = Linear[D -> H]
use recurrent = GRU[T, D -> H]
`

/** What is said of an output, other than about inputs that it does not read. */
function said(expression: string): string[] {
  return messages(`${declarations}\noutput result = ${expression}`).filter(isError)
}
function isError(message: string): boolean {
  return message.startsWith('error ')
}

describe('tuples', () => {
  test('a tensor is not taken apart', () => {
    expect(messages('axis N, T\ninput x: [N, T]\nlet (a, b) = x\noutput y = a')).toEqual([
      'error pattern-differs: this takes a tuple of 2 apart, and the value is a tensor | ' +
        'a tensor has one name; its places along an axis are `x[T = 0]`, `x[T = 1]` and so on',
    ])
  })
  test('a tuple of another length', () => {
    const source = 'axis T, K = 2\ninput x: [T]\nlet (a, b, c) = topk[T -> K](x)\noutput y = a'
    expect(messages(source)).toEqual([
      'error pattern-differs: this takes a tuple of 3 apart, and the value is a tuple of 2 | ' +
        'in the parentheses stand 2 names, one for each value',
    ])
  })
  test('the number that a step gets', () => {
    const [message] = said('fold[T]((h, (a, b)) => a + b, 0, real[+T][N = 0])')
    expect(message).toContain('a value that is no tuple has one name, without parentheses')
  })
})

describe('sizes are those of axes', () => {
  const hint = 'how long it is stands where it is declared: `axis K = 2`'
  test.each(['topk(x, k = 2)', 'topk[T](x, k = 2)', 'topk(x, 2)'])('%s', (expression) => {
    const told = said(expression)
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('it is written `topk[T -> K](x)`')
    expect(told[0]).toContain(hint)
  })
  test('a function of the library, likewise', () => {
    const told = said('glu[D](v)')
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('how long it is stands where it is declared: `axis D = 2`')
  })
  test('k beside the arrow', () => {
    const source = 'axis T, K = 2\ninput x: [T]\nlet (a, b) = topk[T -> K](x, k = 2)\noutput y = a'
    expect(messages(source)).toEqual([
      'error unknown-option: `topk` has no option `k` | ' +
        'how many there are is the size of an axis: `axis K = 2`, then `topk[T -> K](x)`',
    ])
  })
})

describe('kinds', () => {
  test('a real tensor where a parameter is declared int', () => {
    const told = said('ctc[T, C, L](lp, labels, real, real)')
    expect(told).toHaveLength(2)
    for (const message of told) {
      expect(message).toContain('takes a whole number, and this is real')
      expect(message).toContain('an input of whole numbers is declared `int`: `input n: int[N]`')
    }
  })
  test('a real tensor where a parameter is declared bool', () => {
    const [message] = messages(
      'axis N\nfn f(x, m: bool) = if m then x else 0\ninput x: [N]\noutput y = f(x, x)',
    )
    expect(message).toContain('compare it, as in `x != 0`, or declare the input `bool`')
  })
  const brackets = 'the axis of a kind stands in parentheses, and those of the tensor in brackets'
  test.each(['class[C](N)', 'class[C][N]', 'prob[C][N]'])('%s', (type) => {
    const told = messages(`axis N, C\ninput y: ${type}`).filter(isError)
    expect(told).toHaveLength(1)
    expect(told[0]).toContain(`${brackets}: \`class(C)[N]\``)
  })
  test('class[N]', () => {
    const [message] = messages('axis N, C\ninput y: class[N]')
    expect(message).toContain('error class-without-axis')
    expect(message).toContain('`class(C)[N]`')
  })
})

describe('calls', () => {
  test('a function behind a point', () => {
    expect(said('x.mean()')).toEqual([
      'error no-members: `x` is a tensor, and has no `mean`: only instances of blocks have members | ' +
        'a function stands before what it is applied to, or behind `|>`: `mean(x)`, `x |> mean`',
    ])
  })
  test.each([
    ['x.shape', 'the length of an axis is `size(N)`'],
    ['x.T', 'axes go by their names and have no order'],
    ['x.view(3)', 'axes are merged by `x[(H, W) as P]`'],
  ])('%s', (expression, words) => {
    expect(said(expression).join('\n')).toContain(words)
  })
  test('brackets around arguments', () => {
    expect(said('cross_entropy[scores, label]')).toEqual([
      'error unknown-axis: `scores` is a value, and no axis | ' +
        'axes stand in brackets, and arguments in parentheses: `f[C](x, y)`',
    ])
  })
  test.each(['cross_entropy[linear(v), label]', 'mean[x * 2]'])('%s', (expression) => {
    const told = said(expression)
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('arguments of a function stand in parentheses: `f(x, y)`')
  })
})

describe('axis', () => {
  test.each([
    ['axis N D C', 'D'],
    ['axis N, D C', 'C'],
    ['axis N = 2 D = 3, C', 'D'],
  ])('%s', (statement, axis) => {
    expect(messages(`${statement}\ninput x: [N, D]\noutput y = x`)).toEqual([
      `error axis-comma: a comma is missing before \`${axis}\` | ` +
        'a comma stands between axes: `axis N, D, C = 10`',
    ])
  })
})

describe('loops', () => {
  test.each(['linear', 'relu', 'x => x'])('a step of one argument: %s', (step) => {
    expect(said(`fold[T](${step}, 0, v)`)).toEqual([
      'error loop-step-count: the step of `fold` takes a carry and an element, and this function takes 1 argument | ' +
        'several elements, or several carries, are one tuple: `((a, b), (x, y)) => …`',
    ])
  })
  test('a step of three', () => {
    const [message] = messages(
      'axis T\ninput x: [T]\nfn f(a, b, c) = a + b + c\noutput y = fold[T](f, 0, x)',
    )
    expect(message).toContain('this function takes 3 arguments')
  })
  test('a function with an option may be a step', () => {
    const source =
      'axis T\ninput x: [T]\nfn f(a, b, c = 1) = a + b + c\noutput y = fold[T](f, 0, x)'
    expect(messages(source)).toEqual([])
  })
  test('an instance that has a loop of its own is told by its name', () => {
    expect(said('fold[T](recurrent, 0, v)').join('\n')).toContain('`recurrent` needs `T`')
  })
  test('the axis of the loop as its place', () => {
    const [message] = said('fold[T]((h, here) => h + here * T, 0, x)')
    expect(message).toContain('error coordinate-for-size')
    expect(message).toContain(
      'a step of the loop is given its place as an element: `fold[T]((h, (v, t)) => …, 0, (x, T))`',
    )
  })
  test('another axis in a loop', () => {
    const [message] = said('fold[T]((h, here) => h + here * D, 0, x)')
    expect(message).toContain('the length of the axis is `size(D)`')
    expect(message).not.toContain('a step of the loop')
  })
  test('the axis of the loop beside each element of it', () => {
    const [message] = said('scan[T]((h, here) => if T < 3 then h + here else h, 0, x)')
    expect(message).toContain('error loop-carry-axis')
    expect(message).toContain('the place of a step is an element, `(x, T)`')
  })
})

describe('an axis that may be empty has no last place', () => {
  test.each(['clamp(k, 0, size(T) - 1)', 'min(max(k, 0), size(T) - 1)'])('%s', (place) => {
    expect(said(`x[T = ${place}]`).join('\n')).toContain(
      'say what stands outside: `, else 0`; that serves a `T` of size 0 too',
    )
    expect(said(`x[T = ${place}, else 0]`)).toEqual([])
  })
  test('with a size there is one', () => {
    const source = 'axis N, T = 5\ninput x: [N, T]\ninput k: int[N]'
    const output = 'output y = x[T = clamp(k, 0, size(T) - 1)]'
    expect(messages(`${source}\n${output}`)).toEqual([])
  })
})
