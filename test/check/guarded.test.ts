// Random programs of guarded indices: what compiles without `else` never reads outside in the evaluator, which would
// give NaN there.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differentiate } from '../../compiler/derive/differentiate.ts'
import { evaluate } from '../../compiler/graph/evaluate.ts'
import type { LeafNode } from '../../compiler/graph/node.ts'
import { constantOf } from '../../compiler/graph/size.ts'
import { checked } from './checking.ts'

const declarations = `axis N = 3, T = 4, C = 2
input k: int[N]
input j: int[T]
input s: int
input m: class(C)[N]
input x: [N, T]
input z: [N, C]
input w: [C]
input r: int[N, T]
fn total(v) = sum(v)
fn at(v, i) = v[C = i]
fn late(v, i) {
  let place = i
  return max[N](v[C = place])
}
`

const around = ['sum[N](', 'max[T](', 'total(', 'softmax[N](', 'cumsum[N](']

/** Whole numbers to index with, conditions on them, and what is read by them. */
const { value } = fc.letrec<{
  index: string
  condition: string
  value: string
}>((tie) => {
  const index = tie('index')
  const condition = tie('condition')
  const value = tie('value')
  const atom = fc.constantFrom('k', 'j', 's', 'r', 'm', 'N', 'T', 'C', '0', '1')
  const bound = fc.constantFrom('size(C)', 'size(T)', 'size(N)', '0', '1', '2', 'N', 'T', 's')
  const two = fc.tuple(index, index)
  const loop = fc.constantFrom('fold[N]', 'fold[T]', 'scan[N]', 'scan[T]')
  return {
    index: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: atom },
      two.map(([a, b]) => `(${a} + ${b})`),
      two.map(([a, b]) => `(${a} - ${b})`),
      two.map(([a, b]) => `min(${a}, ${b})`),
      fc
        .tuple(loop, index, index)
        .map(([over, a, b]) => `${over}((c, i) => max(c, i - 1), ${a}, ${b})`),
      two.map(([a, b]) => `max(${a}, ${b})`),
      fc.tuple(index, bound).map(([a, b]) => `(${a} % ${b})`),
      fc.tuple(index, bound).map(([a, b]) => `(${a} div ${b})`),
      fc.tuple(index, bound).map(([a, b]) => `clamp(${a}, 0, ${b} - 1)`),
      fc.tuple(condition, index, index).map(([c, a, b]) => `(if ${c} then ${a} else ${b})`),
      fc
        .tuple(fc.constantFrom('max', 'min', 'sum'), fc.constantFrom('N', 'T'), index)
        .map(([of, axis, a]) => `${of}[${axis}](${a})`),
      fc.constantFrom("k[N as N'][N' = 0]", 'j[T = T div 2]', 'r[T = 1]', 'argmax[C](z)'),
    ),
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      {
        weight: 4,
        arbitrary: fc
          .tuple(index, fc.constantFrom('C', 'T', 'N'))
          .map(([a, axis]) => `${a} >= 0 and ${a} < size(${axis})`),
      },
      fc
        .tuple(index, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), bound)
        .map(([a, by, b]) => `${a} ${by} ${b}`),
      fc.tuple(condition, condition).map(([a, b]) => `(${a}) and (${b})`),
      fc.tuple(condition, condition).map(([a, b]) => `not ((${a}) or not (${b}))`),
    ),
    value: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      { weight: 3, arbitrary: index.map((i) => `z[C = ${i}]`) },
      { weight: 3, arbitrary: index.map((i) => `x[T = ${i}]`) },
      index.map((i) => `w[C = ${i}]`),
      index.map((i) => `at(z, ${i})`),
      index.map((i) => `late(z, ${i})`),
      index.map((i) => `x[N as N'][N' = ${i}]`),
      fc
        .tuple(
          fc.constantFrom('sum', 'max', 'mean', 'softmax', 'norm'),
          fc.constantFrom('N', 'T'),
          value,
        )
        .map(([of, axis, v]) => `${of}[${axis}](${v})`),
      value.map((v) => `total(${v})`),
      fc.tuple(loop, value).map(([over, v]) => `${over}((c, v) => c + v, 0, ${v})`),
      fc
        .tuple(condition, loop, index, fc.constantFrom('z[C = ', 'x[T = ', 'w[C = '))
        .map(
          ([c, over, i, take]) => `(if ${c} then ${over}((c, i) => c + ${take}i], 0, ${i}) else 0)`,
        ),
      fc
        .tuple(loop, index)
        .map(
          ([over, i]) =>
            `${over}((c, i) => if i >= 0 and i < size(C) then c + z[C = i] else c, 0, ${i})`,
        ),
      value.map((v) => `(${v})[N = 0]`),
      value.map((v) => `(${v})[T = (T + 1) % size(T)]`),
      value.map((v) => `(${v})[N as N'][N' as N]`),
      value.map((v) => `grad(sum(${v}), z)[C = 0]`),
      fc.tuple(value, value).map(([a, b]) => `(${a}) * (${b})`),
      {
        weight: 4,
        arbitrary: fc
          .tuple(condition, value, value)
          .map(([c, a, b]) => `(if ${c} then ${a} else ${b})`),
      },
      {
        weight: 4,
        arbitrary: fc
          .tuple(index, fc.constantFrom('z[C = ', 'x[T = ', 'at(z, '), fc.constantFrom('C', 'T'))
          .chain(([i, take, axis]) =>
            fc.constantFrom('', ...around).map((outer) => {
              const end = take.endsWith('= ') ? ']' : ')'
              const close = outer === '' ? '' : ')'
              return `(if ${i} >= 0 and ${i} < size(${axis}) then ${outer}${take}${i}${end}${close} else 0)`
            }),
          ),
      },
    ),
  }
})

/** Far outside, near the ends, and inside. */
const numbers = [-7, 2, -1, 0, 3, 1, 4, 9, 0, 1, 2, -2]

/** What a program gives for some data; null where it does not compile. */
function results(expression: string, start: number): readonly number[] | null {
  const { program } = checked(`${declarations}output y = ${expression}`)
  const [output] = program?.outputs ?? []
  if (program === undefined || output === undefined) return null
  const { graph, inputs } = program
  const kinds = new Map(inputs.map(({ name, kind }) => [name, kind]))
  const leaves = ({ name, axes }: LeafNode): number[] => {
    const count = axes.reduce(
      (product, axis) => product * (constantOf(graph.sizes.of(axis)) ?? 1),
      1,
    )
    const kind = kinds.get(name)
    return Array.from({ length: count }, (_, i) => {
      const number = numbers[(start + 5 * i + name.charCodeAt(0)) % numbers.length] ?? 0
      return kind === 'class' ? i % 2 : kind === 'int' ? number : 0.5 + i
    })
  }
  const [node] = differentiate(graph, [output.value.evaluation])
  const [tensor] = node === undefined ? [] : evaluate(graph, [node], { axes: {}, leaves })
  return tensor === undefined ? null : [...tensor.data]
}

test('what compiles without `else` reads nothing outside', () => {
  let compiled = 0
  fc.assert(
    fc.property(value, fc.nat(numbers.length), (expression, start) => {
      const found = results(expression, start)
      if (found === null) return
      compiled++
      expect(found.filter(Number.isNaN)).toEqual([])
    }),
    { seed: 1, numRuns: 80 },
  )
  expect(compiled).toBeGreaterThan(5)
})
