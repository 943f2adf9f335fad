// `scan` and `fold` in the checker: what a carry is, what a step may do, and what comes out, by the evaluator.
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../compiler/graph/evaluate.ts'
import { inLayout } from '../../compiler/graph/tensor.ts'
import { verify } from '../../compiler/graph/verify.ts'
import { differentiate } from '../../compiler/derive/differentiate.ts'
import { codes, program, told } from './checking.ts'

/** The numbers of every output. */
function outputs(
  text: string,
  inputs: Readonly<Record<string, readonly number[]>>,
  axes: Readonly<Record<string, number>>,
  step = 0,
): Record<string, number[]> {
  const { graph, outputs: found } = program(text)
  const roots = differentiate(
    graph,
    found.map(({ value }) => value.evaluation),
  )
  expect(verify(graph, roots, 'differentiated')).toEqual([])
  const leaves = ({ name }: { readonly name: string }): readonly number[] => inputs[name] ?? []
  const tensors = evaluate(graph, roots, { axes, leaves, step })
  return Object.fromEntries(
    found.map(({ name, layout }, i) => {
      const tensor = tensors[i]
      return [name, tensor === undefined ? [] : [...inLayout(tensor, layout)]]
    }),
  )
}

const sequence = 'axis N, T\ninput x: [N, T]\n'
const numbers = { x: [1, 2, 3, 4, 5, 6] }
const lengths = { N: 2, T: 3 }

describe('values', () => {
  test('every carry, or the last', () => {
    const text = `${sequence}
output all: [N, T] = scan[T]((c, v) => c + v, 0, x)
output last = fold[T]((c, v) => 2 * c + v, 1, x)`
    expect(outputs(text, numbers, lengths)).toEqual({
      all: [1, 3, 6, 4, 9, 15],
      last: [8 + 4 + 4 + 3, 8 + 16 + 10 + 6],
    })
  })

  test('of no steps at all the last carry is the start', () => {
    const text = `${sequence}output last = fold[T]((c, v) => c + v, 7, x)`
    expect(outputs(text, { x: [] }, { N: 2, T: 0 })).toEqual({ last: [7, 7] })
  })

  test('a tuple of carries, a tuple of elements', () => {
    const text = `${sequence}
input w: [T]
let (most, count) = fold[T](((m, n), (v, u)) => (max(m, v * u), n + 1), (-inf, 0), (x, w))
output a = most
output b = count`
    const { a, b } = outputs(text, { ...numbers, w: [1, 0, -1] }, lengths)
    expect([a, b]).toEqual([[1, 4], [3]])
  })

  test('the place of a step is a coordinate among the elements', () => {
    const text = `${sequence}output last = fold[T]((c, (v, t)) => c + t * v, 0, (x, T))`
    expect(outputs(text, numbers, lengths)).toEqual({ last: [2 + 6, 5 + 12] })
  })

  test('an element has no place along the axis: a sum over all axes is over the others', () => {
    const text = `${sequence}output sums = scan[T]((c, v) => c + sum(v), 0, x)`
    expect(outputs(text, numbers, lengths)).toEqual({ sums: [5, 12, 21] })
  })

  test('a carry gets the axes that steps need and give', () => {
    const text = `axis N, T, D = 2, H = 2
input x: [N, T, D]
input w: [D, H]
input r: [H, H']
output h = fold[T]((h, v) => dot[D](v, w) + dot[H](h, r)[H' as H], 0, x)`
    const given = { x: [1, 2, 3, 4], w: [1, 0, 0, 1], r: [0, 1, 1, 0] }
    expect(outputs(text, given, { N: 1, T: 2 })).toEqual({ h: [3 + 2, 4 + 1] })
  })

  test('a block called in each step keeps its parameters', () => {
    const text = `axis N, T, D = 3, H = 4
input x: [N, T, D]
use inward = Linear[D -> H]
use onward = Linear[H -> H'](use_bias = false)
output h = fold[T]((h, v) => tanh(inward(v) + onward(h)[H' as H]), 0, x)`
    expect(program(text).parameters.map(({ path }) => path)).toEqual([
      'inward.weight',
      'inward.bias',
      'onward.weight',
    ])
  })

  test('a step may look at all places along the axis of the loop', () => {
    const text = `${sequence}output last = fold[T]((c, v) => c + v * sum[T](x), 0, x)`
    expect(outputs(text, numbers, lengths)).toEqual({ last: [36, 225] })
  })

  test('a step may have the axis itself in its carry, if the last is asked for', () => {
    const text = `${sequence}output seen = fold[T]((c, v) => c + x * v, 0, x)`
    expect(outputs(text, { x: [1, 2, 3] }, { N: 1, T: 3 })).toEqual({ seen: [6, 12, 18] })
  })

  test('loops nest, along the same axis too', () => {
    const text = `${sequence}
output pairs = fold[T]((c, v) => c + fold[T]((d, u) => d + u * v, 0, x), 0, x)`
    expect(outputs(text, numbers, lengths)).toEqual({ pairs: [36, 225] })
  })

  test('whole numbers stay whole, and a whole start becomes real with the first real step', () => {
    const text = `${sequence}
output count = scan[T]((c, v) => c + (if v > 1 then 1 else 0), 0, x)
output half = fold[T]((c, v) => c + (if v > 1 then 0.5 else 0), 0, x)`
    const { outputs: found } = program(text)
    expect(found.map(({ dataType }) => dataType)).toEqual(['int', 'real'])
  })

  test('each step draws numbers of its own', () => {
    const text = `axis T
input x: [T]
output draws = scan[T]((c, v) => v + random_uniform[]() , 0, x)`
    const { draws } = outputs(text, { x: [0, 0, 0] }, { T: 3 })
    expect(new Set(draws).size).toBe(3)
  })

  test('a gradient inside of a step is of that step', () => {
    const text = `${sequence}
output slopes = scan[T]((c, v) => c + grad(v ^ 2, v), 0, x)
output shared = fold[T]((c, (v, t)) => c + t * grad(y = v * weight ^ 2, x = weight), 0, (x, T))
input weight: [] = 3`
    const moved = text.replace(/(output shared.*)\n(input.*)/, '$2\n$1')
    const given = { x: [1, 2, 3], weight: [3] }
    expect(outputs(moved, given, { N: 1, T: 3 })).toEqual({
      slopes: [2, 6, 12],
      shared: [6 * (2 + 2 * 3)],
    })
  })

  test('a gradient by what all steps share goes through what was made of it outside', () => {
    const text = `axis T
input x: [T]
input w: []
let average = mean[T](w * x)
let total = fold[T]((c, v) => c + v * w, 0, x)
let running = scan[T]((c, v) => c + v * w, 0, x)
output averages = fold[T]((c, v) => c + grad(v * average, w), 0, x)
output totals = fold[T]((c, v) => c + grad(v * total, w), 0, x)
output places = scan[T]((c, r) => grad(r, w), 0, running)
output second = fold[T]((c, v) => c + grad(grad(v * w ^ 3, w), w), 0, x)
output squares = fold[T]((c, v) => c + grad(grad(v * w ^ 3, w) ^ 2, w), 0, x)`
    expect(outputs(text, { x: [1, 2, 3], w: [2] }, { T: 3 })).toEqual({
      averages: [6 * 2],
      totals: [6 * 6],
      places: [1, 3, 6],
      second: [6 * 6 * 2],
      squares: [36 * 2 ** 3 * (1 + 4 + 9)],
    })
  })
})

describe('kinds', () => {
  test('what went through a softmax is still known after a loop', () => {
    const text = `axis N, T, C = 4
input z: logit[N, T, C]
input y: class(C)[N]
let p = fold[T]((c, v) => softmax[C](v), 0, z)
loss l = mean(cross_entropy(p, y)) wrt z`
    expect(codes(text)).toContain('normalised-twice')
  })

  test('where a carry lies is where its start and its steps lie: a label is still a place', () => {
    const text = `axis N, T, C = 4
input z: [N, C]
input y: class(C)[N, T]
output last = z[C = fold[T]((c, v) => v, 0, y)]`
    expect(codes(text)).toEqual([])
    expect(codes(text.replace('=> v', '=> c + v'))).toContain('index-outside')
  })
})

describe('mistakes', () => {
  const mistakes: Readonly<Record<string, string>> = {
    'no axis': 'output o = scan((c, v) => c + v, 0, x)',
    'two axes': 'output o = scan[N, T]((c, v) => c + v, 0, x)',
    'no function': 'output o = scan[T](0, x, (c, v) => c + v)',
    'nothing that runs along the axis': 'output o = fold[T]((c, v) => c + v, 0, x[T = 0])',
    'a start along the axis': 'output o = scan[T]((c, v) => c + v, x, x)',
    'a carry along the axis': 'output o: [N, T] = scan[T]((c, v) => c + x, 0, x)',
    'another tuple': 'let (a, b) = fold[T](((a, b), v) => a + v, (0, 0), x)\noutput o = a',
    'a step of one argument': 'output o = fold[T]((c) => c + 1, 0, x)',
    'an axis that nobody has': 'axis Q = 3\noutput o = fold[T]((c, v) => c + sum[Q](v), 0, x)',
    'numbers that do not combine, which no carry makes combine': `axis K = 2
input k: [K]
output o = fold[T]((c, v) => c + v + k, 0, x)`,
    'an update in each step': `state seen: [] = 0
use b = BatchNorm[N]
loss l = fold[T]((c, v) => c + sum(b(v[+S])), 0, x)`.replace('state', 'axis S = 2\nstate'),
    'a mistake in a step is told once': 'output o = fold[T]((c, v) => c + v + missing, 0, x)',
  }
  test.each(Object.entries(mistakes))('%s', (_name, text) => {
    expect(told(sequence + text)).toMatchSnapshot()
  })
})
