// What a checked program holds: axes and their sizes, parameters by path, gradients, steps.
import { describe, expect, test } from 'vitest'
import { sizeText } from '../../compiler/graph/sizeText.ts'
import { topological } from '../../compiler/graph/graph.ts'
import { lower } from '../../compiler/lower/lower.ts'
import { checked, program } from './checking.ts'

const digits = `
/// Handwritten digits, 8x8 pixels, ten classes.
axis N, D, H = 64, C = 10
input x: [N, D]
input digit: class(C)[N]
use hidden = Linear[D -> H]
use final = Linear[H -> C]
let scores = x |> hidden |> relu |> final
output probabilities = softmax[C](scores)
loss train = mean(cross_entropy(scores, digit))
metric accuracy = mean(argmax[C](scores) == digit)
minimize train with adam(lr = 1e-3)
`

describe('digits', () => {
  const { axes, inputs, parameters, outputs, losses, metrics } = program(digits)

  test('axes are listed in order, fixed ones with their size', () => {
    expect(axes.map(({ name, size }) => `${name} = ${sizeText(size)}`)).toEqual([
      'N = N',
      'D = D',
      'H = 64',
      'C = 10',
    ])
  })
  test('parameters are named by the path of instances, with torch layouts', () => {
    expect(parameters.map(({ path, axes: layout }) => `${path}[${layout.join(', ')}]`)).toEqual([
      'hidden.weight[H, D]',
      'hidden.bias[H]',
      'final.weight[C, H]',
      'final.bias[C]',
    ])
    expect(parameters[0]?.initialiser).toBe('kaiming_uniform(fan_in = size(I), a = 5 ^ 0.5)')
  })
  test('a label knows its axis', () => {
    expect(inputs.map(({ name, kind, kindAxis }) => [name, kind, kindAxis])).toEqual([
      ['x', 'real', undefined],
      ['digit', 'class', 'C'],
    ])
  })
  test('outputs lie in the order of the declaration', () => {
    expect(outputs.map(({ name, layout, dataType }) => [name, layout, dataType])).toEqual([
      ['probabilities', ['N', 'C'], 'real'],
    ])
    expect(metrics.map(({ name }) => name)).toEqual(['accuracy'])
  })
  test('a loss is differentiated by the parameters it reaches, and has a step', () => {
    const [loss] = losses
    expect(loss?.wrt.map(({ name }) => name)).toEqual(parameters.map(({ path }) => path))
    expect(loss?.step?.options.map(({ name }) => name)).toEqual(['lr', 'eps', 'weight_decay'])
    expect(loss?.step?.slots[0]?.path).toBe('train.hidden.weight.m')
  })
})

test('without dropout both modes are one graph, with it they differ', () => {
  const same = program('axis N\ninput x: [N]\noutput y = relu(x)')
  expect(same.outputs[0]?.value.training).toBe(same.outputs[0]?.value.evaluation)
  const other = program('axis N\ninput x: [N]\noutput y = dropout(x)')
  expect(other.outputs[0]?.value.training).not.toBe(other.outputs[0]?.value.evaluation)
})

test('chains number their parts as torch.nn.Sequential does, functions included', () => {
  const { parameters } = program(`
    axis N, D, H = 8
    input x: [N, D]
    use embed = chain(Linear[D -> H], relu, repeat(2, Linear[H -> H](use_bias = false)))
    output y = embed(x)
  `)
  expect(parameters.map(({ path }) => path)).toEqual([
    'embed.0.weight',
    'embed.0.bias',
    'embed.2.0.weight',
    'embed.2.1.weight',
  ])
})

test('an instance called twice has its parameters once', () => {
  const { parameters } = program(`
    axis N, D = 3
    input x: [N, D]
    use f = Linear[D -> D]
    output y = f(f(x))
  `)
  expect(parameters.map(({ path }) => path)).toEqual(['f.weight', 'f.bias'])
})

test('a tied weight is the same parameter', () => {
  const { parameters } = program(`
    axis N, V = 5, D = 3
    input word: class(V)[N]
    use embed = Embedding[V -> D]
    output scores = dot[D](embed(word), embed.weight)
  `)
  expect(parameters.map(({ path }) => path)).toEqual(['embed.weight'])
})

test('the compiler works out the sizes that convolutions and pools make', () => {
  const { axes } = program(`
    axis N, H = 28, W = 28, A = 8, B = 16, H1, W1, H2, W2
    input image: [N, H, W]
    use c1 = Conv[-> A, H, W](kernel = 3, padding = 1)
    use c2 = Conv[A -> B, H1, W1](kernel = 3, padding = 1)
    output y = image |> c1 |> max_pool[H -> H1, W -> W1](size = 2)
                     |> c2 |> max_pool[H1 -> H2, W1 -> W2](size = 2)
  `)
  const sizes = new Map(axes.map(({ name, size }) => [name, sizeText(size)]))
  expect(['H1', 'W1', 'H2', 'W2'].map((name) => sizes.get(name))).toEqual(['14', '14', '7', '7'])
})

test('updates of an instance that is called twice come one after the other', () => {
  const counted = program(`
    block Count() {
      state calls: [] = 0
      apply(x) {
        update calls = calls + 1
        return x * 2
      }
    }
    axis N
    input x: [N]
    use count = Count
    param w: [] = 1
    loss l = sum(count(count(w * x)))
    loss other = sum(count(x) * w)
    minimize l with sgd()
  `)
  const { entries } = lower(counted)
  const results = entries.flatMap((entry) =>
    entry.kind === 'loss' ? (entry.step?.results ?? []) : [],
  )
  const update = results.filter(({ target }) => target.kind === 'state').map(({ node }) => node)
  // calls + 1 + 1
  const additions = topological(update).filter(
    (node) => node.kind === 'map' && node.operation.name === 'add',
  )
  expect(additions).toHaveLength(2)
})

describe('optimizers', () => {
  const withOptions = (options: string): ReturnType<typeof program> =>
    program(`param p: [] = 1\nloss l = p ^ 2\nminimize l with ${options}`)

  test('options that no condition depends on can be changed at a call', () => {
    const [loss] = withOptions('sgd(lr = 0.1, momentum = 0.9)').losses
    expect(loss?.step?.options).toEqual([
      { name: 'lr', default: 0.1 },
      { name: 'dampening', default: 0 },
      { name: 'weight_decay', default: 0 },
    ])
  })
  test('a schedule is a function of the step, and no option', () => {
    const [loss] = withOptions('sgd(lr = (step) => 0.1 / step)').losses
    expect(loss?.step?.options.map(({ name }) => name)).not.toContain('lr')
  })
})

test('a missing label that would be a class becomes -1 where it enters', () => {
  const { outputs } = program(`
    axis N, C
    input y: class(C, missing = 2)[N]
    output o = C == y
  `)
  const nodes = topological(outputs.map(({ value }) => value.evaluation))
  expect(nodes.some((node) => node.kind === 'constant' && node.value === -1)).toBe(true)
})

test('an exported function has inputs of its own', () => {
  const { functions } = program(`
    export fn cost[C](z: logit[C], y: class(C)[], gamma = 2.0) = -log_softmax[C](z)[C = y] ^ gamma
  `)
  expect(
    functions.map(({ name, inputs }) => [
      name,
      inputs.map((input) => `${input.name}: ${input.kind}[${input.axes.join(', ')}]`),
    ]),
  ).toEqual([['cost', ['z: logit[C]', 'y: class[]', 'gamma: real[]']]])
})

test('what sizes decide only when they are bound is asked then', () => {
  const { conditions } = program(`
    axis N, D, G = 4, E
    input x: [N, D]
    output y = sum[E](x[D as (G, E)])
    output third = x[D = 2]
  `)
  expect(conditions.map(({ message }) => message)).toEqual([
    'D must be a multiple of G = 4',
    'the index 2 needs D to be at least 3',
  ])
})

test('sizes may be given from outside', () => {
  const { axes } = program('axis N, D\ninput x: [N, D]\noutput y = x', { axes: { D: 64 } })
  expect(axes.map(({ size }) => sizeText(size))).toEqual(['N', '64'])
  const { diagnostics } = checked('axis N\ninput x: [N]\noutput y = x', { axes: { M: 64 } })
  expect(diagnostics.map(({ code }) => code)).toEqual(['given-axis'])
})

test('a thousand layers are no depth', () => {
  const source = `
    axis N, D = 4
    input x: [N, D]
    use f = repeat(1000, chain(Linear[D -> D], relu))
    output y = f(x)
  `
  const { parameters } = program(source, { loopFrom: Infinity })
  expect(parameters).toHaveLength(2000)
})
