// Programs of n layers have O(n) operations: their values, their gradients, and gradients of gradients.
import { describe, expect, test } from 'vitest'
import { check } from '../../compiler/check/check.ts'
import { allComputations, derivation } from '../../compiler/compile.ts'
import { topological } from '../../compiler/graph/graph.ts'
import { lower } from '../../compiler/lower/lower.ts'
import { parse } from '../../compiler/syntax/parse.ts'
import { standardLibrary } from '../../std/sources.ts'

/** The nodes of each computation, ready for kernels. */
function nodesOf(text: string): ReadonlyMap<string, number> {
  const { file } = parse({ path: 'a.lossdsl', text })
  const { program, diagnostics } = check(file, { std: standardLibrary })
  if (program === undefined) throw new Error(diagnostics[0]?.message)
  const differentiateAndSimplify = derivation(program.graph, [])
  return new Map(
    allComputations(lower(program)).map((computation) => {
      const { results } = differentiateAndSimplify(computation)
      return [computation.name, topological(results.map(({ node }) => node)).length]
    }),
  )
}

const layers = (n: number, activation: string, loss: string): string => `
axis N, H = 8
input x: [N, H]
input y: [N, H]
use net = repeat(${n}, chain(Linear[H -> H], ${activation}))
let out = net(x)
loss train = ${loss}
minimize train with sgd(lr = 0.1)
`
const elementwise = (n: number, loss: string): string => `
axis N
input v0: [N]
${Array.from({ length: n }, (_, i) => `let v${i + 1} = tanh(v${i}) * 0.5 + v0`).join('\n')}
let out = v${n}
let x = v0
loss train = ${loss}
`
const penalty = 'mean(norm(grad(out, x)))'

describe('the nodes of n layers', () => {
  test.each([
    ['of Linear and relu', (n: number) => layers(n, 'relu', 'mean((out - y) ^ 2)')],
    ['of Linear and tanh, with a gradient penalty', (n: number) => layers(n, 'tanh', penalty)],
    ['of elementwise operations', (n: number) => elementwise(n, 'mean(out ^ 2)')],
    ['of elementwise operations, with a penalty', (n: number) => elementwise(n, penalty)],
  ])('%s: twice as many layers, twice as many nodes', (_, program) => {
    const [once, twice, fourTimes] = [100, 200, 400].map((n) => nodesOf(program(n)))
    if (once === undefined || twice === undefined || fourTimes === undefined) throw new Error()
    expect([...once.keys()]).toEqual(expect.arrayContaining(['train', 'train.valueAndGrad']))
    for (const [name, few] of once) {
      const [more = NaN, most = NaN] = [twice.get(name), fourTimes.get(name)]
      // What each hundred layers add is the same: exactly linear, whatever stands around them.
      expect([name, most - more]).toEqual([name, 2 * (more - few)])
    }
  })
})
