// Small programs as people write them at first: what each learns in a few steps.
import { expect, test } from 'vitest'
import { expectClose, moduleOf, plain } from '../language/running.ts'

/** Numbers between -1 and 1, without a pattern that a model could use. */
const noise = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(12.9898 * i + 78.233 * Math.sin(i)))

/** The losses of a new model's steps on one batch. */
async function losses(source: string, inputs: object, steps: number, axes = {}): Promise<number[]> {
  const { init, entry } = await moduleOf(source, { precision: 'f32' })
  const model = init({ seed: 1, axes })
  const name = /minimize (\w+)/.exec(source)?.[1] ?? ''
  return Array.from({ length: steps }, () => Number(entry(name).step(model, inputs)))
}

test('a recurrent cell, written out, tells sequences apart by where their sign changes', async () => {
  const source = `axis N, T, D, H = 32, C = 5
input x: [N, T, D]
input y: class(C)[N]
param w: [D, H] ~ xavier_uniform()
param r: [H, H'] ~ orthogonal()
param b: [H] = 0
use head = Linear[H -> C]
let h = fold[T]((h, xt) => tanh(dot[D](xt, w) + dot[H](h, r)[H' as H] + b), 0, x)
loss train = mean(cross_entropy(head(h), y))
minimize train with adam(lr = 1e-2)`
  const y = Array.from({ length: 20 }, (_, n) => n % 5)
  const x = y.map((at, n) =>
    Array.from({ length: 6 }, (_, t) => [t <= at ? 1 : -1, noise(120)[n * 6 + t]]),
  )
  const found = await losses(source, { x, y }, 60, { D: 2 })
  expect(found[0]).toBeGreaterThan(1.3)
  expect(found.at(-1)).toBeLessThan(0.2)
})

test('an encoder shared by three inputs brings the like together', async () => {
  const source = `axis N, D, H = 128, E = 32
input a: [N, D]
input p: [N, D]
input n: [N, D]
use embed = chain(Linear[D -> H], relu, Linear[H -> E])
loss triplet = mean(triplet_margin[E](embed(a), embed(p), embed(n), margin = 0.2))
minimize triplet with sgd(lr = 0.1, momentum = 0.9)`
  // The like have the first of four numbers in common, the unlike the other three.
  const a = Array.from({ length: 16 }, (_, i) => noise(64).slice(4 * i, 4 * i + 4))
  const p = a.map(([first = 0], i) => [first, ...noise(100).slice(5 * i + 1, 5 * i + 4)])
  const n = a.map(([first = 0, ...others]) => [-first, ...others])
  const found = await losses(source, { a, p, n }, 60, { D: 4 })
  expect(found.at(-1)).toBeLessThan(0.25 * (found[0] ?? 0))
})

test('causal attention: what comes later changes nothing before', async () => {
  const source = `axis N, T, D = 32, E = 16
input x: [N, T, D]
use q = Linear[D -> E]
use k = Linear[D -> E]
use v = Linear[D -> E]
let score = dot[E](q(x), k(x)[T as T']) / size(E) ^ 0.5
let weights = softmax[T'](if T' <= T then score else -inf)
output attended = dot[T'](weights, v(x)[T as T'])`
  const { init, entry } = await moduleOf(source)
  const model = init({ seed: 1 })
  const data = noise(5 * 32)
  const attended = (values: number[]) =>
    plain(entry('attended')(model, { x: { data: values, shape: [1, 5, 32] } }))
  const before = attended(data)
  const after = attended(data.map((value, i) => (i < 3 * 32 ? value : -value)))
  expect(before.axes).toEqual(['N', 'T', 'E'])
  expectClose(after.data.slice(0, 3 * 16), before.data.slice(0, 3 * 16))
  expect(after.data.slice(3 * 16)).not.toEqual(before.data.slice(3 * 16))
})

test('a loss alone: its gradient leads scores to the labels', async () => {
  const source = `axis N, C
input scores: logit[N, C]
input label: class(C)[N]
loss focal_loss = mean(focal(scores, label, gamma = 2)) wrt scores`
  const { entry } = await moduleOf(source)
  const label = [0, 1, 2, 0]
  const scores = Float64Array.from(noise(12))
  const value = () => Number(entry('focal_loss').value({ scores, label }))
  const before = value()
  for (let step = 0; step < 40; step++) {
    const { grad } = entry('focal_loss').valueAndGrad({ scores, label })
    const slope = Array.from(grad['scores'] as Float64Array)
    for (const [i, d] of slope.entries()) scores[i] = (scores[i] ?? 0) - 4 * d
  }
  expect(value()).toBeLessThan(0.05 * before)
})

test('a small convolutional network learns bars by heart', async () => {
  const source = `axis N, H = 28, W = 28, A = 8, B = 16, C = 10, H1, W1, H2, W2
input image: [N, H, W]
input digit: class(C)[N]
use c1 = Conv[-> A, H, W](kernel = 3, padding = 1)
use c2 = Conv[A -> B, H1, W1](kernel = 3, padding = 1)
use fc = Linear[B, H2, W2 -> C]
let scores = image |> c1 |> relu |> max_pool[H -> H1, W -> W1](size = 2)
                   |> c2 |> relu |> max_pool[H1 -> H2, W1 -> W2](size = 2) |> fc
loss train = mean(cross_entropy(scores, digit))
minimize train with adam(lr = 1e-3)`
  const digit = Array.from({ length: 10 }, (_, n) => n)
  const image = {
    data: digit.flatMap((at) =>
      Array.from({ length: 28 * 28 }, (_, i) => (Math.floor(i / 56) === at ? 1 : 0)),
    ),
    shape: [10, 28, 28],
  }
  const found = await losses(source, { image, digit }, 60)
  expect(found[0]).toBeGreaterThan(2)
  expect(found.at(-1)).toBeLessThan(0.2 * (found[0] ?? 0))
})
