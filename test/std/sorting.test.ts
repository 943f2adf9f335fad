// Sorting as PyTorch has it: what comes out, of which type, and where gradients go.
import { describe, expect, it } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { entryOf, load, wordsOf, type GeneratedModule } from '../conformance/generatedModule.ts'

async function moduleOf(
  source: string,
  precision: 'f32' | 'f64' = 'f64',
): Promise<GeneratedModule> {
  const { code, diagnostics } = compile(source, { precision })
  expect(code, wordsOf(diagnostics)).toBeDefined()
  return load(code ?? '')
}

function numbers(module: GeneratedModule, name: string, inputs: object): number[] {
  const { data } = entryOf(module, name)(inputs) as { data: ArrayLike<number> }
  return Array.from(data)
}

describe('values', () => {
  it('equal ones stay in order, NaN counts as the largest', async () => {
    const module = await moduleOf(`
      axis T
      input x: [T]
      output up = argsort[T](x)
      output down = argsort[T](x, descending = true)
      output sorted = sort[T](x)
      output rank = argsort[T](argsort[T](x))`)
    const x = [2, NaN, 1, 2, -Infinity, NaN, -0, 0]
    expect(numbers(module, 'up', { x })).toEqual([4, 6, 7, 2, 0, 3, 1, 5])
    expect(numbers(module, 'down', { x })).toEqual([1, 5, 0, 3, 2, 6, 7, 4])
    expect(numbers(module, 'sorted', { x })).toEqual([-Infinity, -0, 0, 1, 2, 2, NaN, NaN])
    expect(numbers(module, 'rank', { x })).toEqual([4, 6, 3, 5, 0, 7, 1, 2])
  })

  it.each(['f32', 'f64'] as const)('long rows, several of them, in %s', async (precision) => {
    const module = await moduleOf('axis N, T\ninput x: [N, T]\noutput y = argsort[T](x)', precision)
    for (const T of [1, 15, 16, 17, 33, 1000]) {
      const row = (n: number) => Array.from({ length: T }, (_, t) => ((t + n) * 7919) % 101)
      const x = [row(0), row(3)]
      const expected = x.flatMap((keys) =>
        keys.map((_, i) => i).sort((i, j) => (keys[i] ?? 0) - (keys[j] ?? 0)),
      )
      expect(numbers(module, 'y', { x })).toEqual(expected)
    }
  })

  it('along an axis that does not lie innermost', async () => {
    const module = await moduleOf('axis N, T\ninput x: [T, N]\noutput y: [T, N] = sort[T](x)')
    expect(
      numbers(module, 'y', {
        x: [
          [3, 1],
          [1, 5],
          [2, 3],
        ],
      }),
    ).toEqual([1, 1, 2, 3, 3, 5])
  })

  it('of whole numbers are whole', async () => {
    const module = await moduleOf(
      'axis T\ninput x: int[T]\noutput y = sort[T](x, descending = true)',
    )
    expect(entryOf(module, 'y')({ x: [1, 3, 2] })).toMatchObject({ data: Int32Array.of(3, 2, 1) })
  })

  it('the first few, and where they are', async () => {
    const module = await moduleOf(`
      axis N, T, K = 2
      input x: [N, T]
      let (largest, at) = topk[T -> K](x)
      let (smallest, low) = x |> topk[T -> K](largest = false)
      output values = largest
      output positions = at
      output least = smallest
      output lowest = low`)
    const x = [
      [1, 5, NaN, 5],
      [4, 3, 2, 1],
    ]
    expect(numbers(module, 'values', { x })).toEqual([NaN, 5, 4, 3])
    expect(numbers(module, 'positions', { x })).toEqual([2, 1, 0, 1])
    expect(numbers(module, 'least', { x })).toEqual([1, 5, 1, 2])
    expect(numbers(module, 'lowest', { x })).toEqual([0, 1, 3, 2])
    expect(() => numbers(module, 'values', { x: [[1], [2]] })).toThrow(
      'topk[T -> K] needs T to be at least 2',
    )
  })
})

describe('gradients', () => {
  const x = [3, 1, 2, 1]
  const w = [10, 20, 30, 40]

  it('go back to where each value came from, of equal ones in order', async () => {
    const module = await moduleOf(`
      axis T
      input x: [T]
      input w: [T]
      loss up = sum(sort[T](x) * w) wrt x
      loss down = sum(sort[T](x, descending = true) * w) wrt x`)
    const of = (name: string) => entryOf(module, name).valueAndGrad({ x, w })
    expect(of('up')).toMatchObject({ value: 210, grad: { x: Float64Array.of(40, 10, 30, 20) } })
    expect(of('down')).toMatchObject({ value: 140, grad: { x: Float64Array.of(10, 30, 20, 40) } })
  })

  it('of the first few are 0 elsewhere', async () => {
    const module = await moduleOf(`
      axis N, T, K = 2
      input x: [N, T]
      let (values, at) = topk[T -> K](x)
      loss value = sum(square(values)) wrt x`)
    expect(entryOf(module, 'value').valueAndGrad({ x: [x, [5, 6, 7, 8]] })).toMatchObject({
      value: 13 + 113,
      grad: { x: Float64Array.of(6, 0, 4, 0, 0, 0, 14, 16) },
    })
  })

  it('of gradients: of w s^3 the slope is 3 w s^2, and of its square 36 w^2 s^3', async () => {
    const module = await moduleOf(`
      axis N, T
      input x: [N, T]
      input w: [T]
      let slope = grad(sum(sort[T](x) ^ 3 * w), x)
      output first = slope
      loss second = sum(square(slope)) wrt x`)
    const inputs = { x: [x, [1, 2, 3, 4]], w }
    const weights = [40, 10, 30, 20, 10, 20, 30, 40]
    const at = [...x, 1, 2, 3, 4]
    const expected = at.map((s, i) => 36 * (weights[i] ?? NaN) ** 2 * s ** 3)
    const { grad } = entryOf(module, 'second').valueAndGrad(inputs)
    expect(numbers(module, 'first', inputs)).toEqual(
      at.map((s, i) => 3 * (weights[i] ?? NaN) * s ** 2),
    )
    for (const [i, slope] of Array.from(grad['x'] ?? []).entries()) {
      expect(slope / (expected[i] ?? NaN)).toBeCloseTo(1, 12)
    }
  })

  it('are a scatter: no loop runs over pairs of places', () => {
    const source = 'axis T\ninput x: [T]\ninput w: [T]\nloss value = sum(sort[T](x) * w) wrt x'
    const { code = '' } = compile(source)
    const kernels = code.match(/function value_valueAndGrad\w*\([^]*?\n\}\n/gu) ?? []
    expect(kernels.join('')).toContain('d_x[order_at] += w[t]')
    expect(kernels.join('')).not.toMatch(/^ {4}for /mu)
  })
})

it('what does not sort does not carry the helper', () => {
  const { code } = compile('axis T\ninput x: [T]\noutput y = sum[T](x)')
  expect(code).not.toContain('$sort')
})

it('sorted probabilities no longer sum to 1 along an axis, and are still no scores', () => {
  const words = (source: string) => compile(source).diagnostics.map(({ code }) => code)
  const head =
    'axis N, C\ninput z: logit[N, C]\ninput y: class(C)[N]\nlet p = sort[C](softmax[C](z))\n'
  expect(words(`${head}loss value = mean(cross_entropy[C](p, y)) wrt z`)).toEqual([
    'normalised-twice',
  ])
  expect(words(`${head}output q: prob(C)[N, C] = p`)).not.toEqual([])
  expect(
    words(`axis N, C\ninput z: logit[N, C]\noutput q: prob[N, C] = sort[C](softmax[C](z))`),
  ).toEqual([])
})
