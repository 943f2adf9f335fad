// Every block of the standard library, used once: the gradients of its parameters against finite differences.
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { readStd } from '../../scripts/stdReference.ts'
import { entryOf, load, wordsOf, type GeneratedModule } from '../conformance/generatedModule.ts'
import { randomFrom } from './random.ts'

const uses: Readonly<Record<string, string>> = {
  Linear: `
    axis N = 2, A = 2, B = 3, C = 2
    input x: [N, A, B]
    use f = Linear[A, B -> C]
    let y = f(x)`,
  Bilinear: `
    axis N = 2, I = 2, J = 3, O = 2
    input a: [N, I]
    input b: [N, J]
    use f = Bilinear[I, J -> O]
    let y = f(a, b)`,
  Embedding: `
    axis N = 3, V = 4, D = 2
    input word: class(V)[N]
    use f = Embedding[V -> D]
    let y = f(word)`,
  Dropout: `
    axis N = 3, D = 4
    input x: [N, D]
    use f = chain(Linear[D -> D'], Dropout(p = 0.25))
    let y = f(x)`,
  PReLU: `
    axis N = 6
    input x: [N]
    use f = PReLU()
    let y = f(x)`,
  LayerNorm: `
    axis N = 2, A = 2, B = 3
    input x: [N, A, B]
    use f = LayerNorm[A, B]
    let y = f(x)`,
  RMSNorm: `
    axis N = 2, D = 3
    input x: [N, D]
    use f = RMSNorm[D](eps = 1e-3)
    let y = f(x)`,
  BatchNorm: `
    axis N = 4, C = 2, H = 2
    input x: [N, C, H]
    use f = BatchNorm[C]
    let y = f(x)`,
  GroupNorm: `
    axis N = 2, C = 4, H = 3
    input x: [N, C, H]
    use f = GroupNorm[C, H](groups = 2)
    let y = f(x)`,
  Conv: `
    axis N = 2, I = 4, H = 5, W = 4, O = 2, P, Q
    input x: [N, I, H, W]
    use f = Conv[I -> O, H -> P, W -> Q](kernel = (3, 2), stride = (2, 1), padding = 1, groups = 2)
    let y = f(x)`,
  ConvTranspose: `
    axis N = 2, I = 2, H = 3, O = 2, P
    input x: [N, I, H]
    use f = ConvTranspose[I -> O, H -> P](kernel = 3, stride = 2, padding = 1, output_padding = 1)
    let y = f(x)`,
  Projection: `
    axis N = 2, D = 3, E = 2
    input x: [N, D]
    use f = Projection[D -> E]
    let y = f(x)`,
  MultiheadAttention: `
    axis N = 2, T = 2, S = 3, E = 4
    input q: [N, T, E]
    input k: [N, S, E]
    use f = MultiheadAttention[T, S, E](heads = 2)
    let y = f(q, k, k)`,
  TransformerEncoderLayer: `
    axis N = 2, T = 3, E = 4
    input x: [N, T, E]
    use f = TransformerEncoderLayer[T, E](heads = 2, hidden = 5, activation = "gelu", norm_first = true)
    let y = f(x, causal = true)`,
  RNN: `
    axis N = 2, T = 3, I = 2, H = 3
    input x: [N, T, I]
    use f = chain(RNN[T, I -> H], RNN[T, H -> I](nonlinearity = "relu"))
    let y = f(x)`,
  LSTM: `
    axis N = 2, T = 3, I = 2, H = 3
    input x: [N, T, I]
    input h: [N, H]
    input c: [N, H]
    use f = LSTM[T, I -> H]
    let y = f(x, h, c)`,
  GRU: `
    axis N = 2, T = 3, I = 2, H = 3
    input x: [N, T, I]
    use f = GRU[T, I -> H]
    let y = f(x)`,
}

const blocks = readStd(fileURLToPath(new URL('../../std', import.meta.url)))
  .flatMap(({ definitions }) => definitions)
  .filter(({ kind }) => kind === 'block')
  .map(({ name }) => name.text)

describe.each(blocks)('%s', (name) => {
  it('has the slopes of its values', async () => {
    const source = `${uses[name] ?? 'no program uses it'}\nloss train = sum(y * sin(1 + y))`
    const { code, diagnostics } = compile(source, { precision: 'f64' })
    expect(code, wordsOf(diagnostics)).toBeDefined()
    expect(mistakes(await load(code ?? ''))).toEqual([])
  })
})

function mistakes(module: GeneratedModule): string[] {
  if (module.init === undefined) return ['it has no parameters']
  const model = module.init({ seed: 3 })
  const random = randomFrom(11)
  for (const numbers of Object.values(model.params)) {
    // Biases that start at 0 would hide what multiplies them.
    numbers.forEach((value, i) => (numbers[i] = value + 0.2 * random() - 0.1))
  }
  const entry = entryOf(module, 'train')
  const inputs = inputsOf(module, random)
  const valueOf = () => entry.value(model, inputs, { training: true }) as number
  const { grad } = entry.valueAndGrad(model, inputs)
  return Object.entries(model.params).flatMap(([path, numbers]) =>
    Array.from(numbers).flatMap((value, i) => {
      const at = (step: number) => {
        numbers[i] = value + step
        const result = valueOf()
        numbers[i] = value
        return result
      }
      const h = 1e-3
      const want = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
      const got = grad[path]?.[i] ?? NaN
      const near = Math.abs(got - want) <= 1e-6 + 1e-6 * Math.abs(want)
      return near ? [] : [`${path}[${i}]: ${got}, differences say ${want}`]
    }),
  )
}

/** Reals on both sides of 0, and classes. */
function inputsOf({ signature }: GeneratedModule, random: () => number) {
  const sizeOf = (axis: string) => signature.axes[axis]?.size ?? 1
  const inputs = (signature.entries['train']?.inputs ?? []).map(({ name, axes, kindAxis }) => {
    const shape = axes.map(sizeOf)
    const count = shape.reduce((a, b) => a * b, 1)
    const data = Array.from({ length: count }, () =>
      kindAxis === undefined ? 2 * random() - 1 : Math.floor(sizeOf(kindAxis) * random()),
    )
    return [name, { shape, data }] as const
  })
  return Object.fromEntries(inputs)
}
