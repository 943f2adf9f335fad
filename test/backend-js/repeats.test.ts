// Layers that are the same loops over other tensors are one function, which is called with the tensors of each.
import { expect, test } from 'vitest'
import { emitJs } from '../../backends/js/emit.ts'
import { check } from '../../compiler/check/check.ts'
import { allComputations, derivation } from '../../compiler/compile.ts'
import { plan as planKernels } from '../../compiler/kernels/plan.ts'
import { lower } from '../../compiler/lower/lower.ts'
import { parse } from '../../compiler/syntax/parse.ts'
import { standardLibrary } from '../../std/sources.ts'
import { evaluated, expectAgreement, targets } from '../kernels/agreement.ts'
import { numbers } from '../kernels/builder.ts'
import { load } from './run.ts'

const N = 3

interface Model {
  readonly params: Record<string, Float64Array>
}

/** A step's kernels, the module, and what the evaluator says that a step does to `leaves`. */
function built(layers: string) {
  const text = `
axis N, H = 8
input x: [N, H]
input y: [N, H]
${layers}
loss train = mean((net(x) - y) ^ 2)
minimize train with sgd(lr = 0.1)
`
  const { file } = parse({ path: 'a.lossdsl', text })
  const { program, diagnostics } = check(file, { std: standardLibrary, loopFrom: Infinity })
  if (program === undefined) throw new Error(diagnostics[0]?.message)
  const { graph } = program
  const plan = lower(program)
  const differentiateAndSimplify = derivation(graph, [])
  const simple = allComputations(plan).map(
    (each) => [each, differentiateAndSimplify(each)] as const,
  )
  const programs = new Map(
    simple.map(([each, to]) => [each, planKernels(graph, to, targets.blocked)]),
  )
  const [step] = simple.flatMap(([{ name }, to]) => (name === 'train.step' ? [to] : []))
  if (step === undefined) throw new Error('no step')
  const { code } = emitJs(plan, programs, { precision: 'f64' })
  const options = step.options.map((option) => [option.name, [option.default]] as const)
  return { graph, results: step.results, options: Object.fromEntries(options), code }
}

async function expectStep(layers: string): Promise<string> {
  const { graph, results, options, code } = built(layers)
  const { init, train } = await load<'init' | 'train'>(code)
  const model = init({ seed: 7 }) as Model
  const [x, y] = [numbers(N * 8), numbers(N * 8, 50)]
  const before = Object.entries(model.params).map(([path, data]) => [path, [...data]] as const)
  const leaves = { ...Object.fromEntries(before), ...options, x, y }
  const example = { graph, results, sizes: { N }, leaves }
  expectAgreement(example)
  const shape = [N, 8]
  train.step(model, { x: { data: x, shape }, y: { data: y, shape } })
  const want = evaluated(example)
  for (const [path, data] of Object.entries(model.params)) {
    const numbersWanted = want.get(`parameter ${path}`) ?? []
    expect(data).toHaveLength(numbersWanted.length)
    for (const [i, number] of data.entries())
      expect(number, `${path} at ${i}`).toBeCloseTo(numbersWanted[i] ?? NaN, 10)
  }
  return code
}

const functionsOf = (code: string): string[] => code.match(/^function train_\w+/gmu) ?? []

test('a net of more layers has as many functions', async () => {
  const few = await expectStep('use net = repeat(4, chain(Linear[H -> H], relu))')
  const more = await expectStep('use net = repeat(6, chain(Linear[H -> H], relu))')
  expect(functionsOf(more)).toHaveLength(functionsOf(few).length)
})

test('layers of another size are not taken for the same, nor are tensors that two layers share', async () => {
  const code = await expectStep(`
axis K = 5
use layer = chain(Linear[H -> H], tanh)
use net = chain(layer, layer, Linear[H -> H], tanh, Linear[H -> K], tanh, Linear[K -> H], tanh)`)
  expect(code).toMatch(/< 5;/u)
})

test('tensors that have nothing to do with each other share a function with 63 others at most', () => {
  const { code } = built('use net = repeat(70, chain(Linear[H -> H], relu))')
  const made = (code.match(/^function init\w*\(new_net.*/gmu) ?? []).map(
    (head) => head.match(/new_net_\w+/gu)?.length,
  )
  expect(made).toEqual([64, 64, 12])
})
