// State dicts as PyTorch has them, written by hand with torch.nn's names, shapes and layouts.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { importCode } from '../../cli/compiling.ts'
import { compile } from '../../compiler/index.ts'
import {
  exportStateDict,
  importStateDict,
  loadModel,
  loadStateDict,
  readCheckpoint,
  readRenaming,
  readSafetensors,
  saveModel,
  stateDict,
  writeSafetensors,
  type GeneratedModule,
  type Model,
  type OutputValue,
  type Renaming,
} from '../../runtime/index.ts'
import type { SafeArray } from '../../runtime/safetensors.ts'
import { standardLibrary } from '../../std/sources.ts'
import type { Tensor } from '../../runtime/tensor.ts'

async function moduleOf(program: string, precision: 'f32' | 'f64' = 'f64') {
  const { code, diagnostics } = compile(program, { precision })
  expect(diagnostics).toEqual([])
  return importCode(code ?? '')
}

/** Numbers that are all different, and exact in F32. */
function counted(shape: readonly number[], start = 0): Tensor<Float32Array> {
  const length = shape.reduce((product, size) => product * size, 1)
  return { shape, data: Float32Array.from({ length }, (_, k) => ((start + k * 7) % 23) / 8 - 1) }
}

function shapesOf(bytes: Uint8Array): Record<string, readonly number[]> {
  return Object.fromEntries(
    [...readSafetensors(bytes).tensors].map(([name, { shape }]) => [name, shape]),
  )
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing was thrown',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : ''),
  )
}

const network = `
axis N, A = 2, H = 4, W = 3, B = 3, P, Q, C = 2
input image: [N, A, H, W]
use body = chain(
  Conv[A -> B, H -> P, W -> Q](kernel = 2),
  BatchNorm[B],
  relu,
  Linear[B, P, Q -> C]
)
output scores = body(image)
loss train = mean(body(image) ^ 2)
minimize train with adam(lr = 1e-3)
`
/** torch.nn.Sequential(Conv2d(2, 3, 2), BatchNorm2d(3), ReLU(), Flatten(), Linear(18, 2)). */
const torchNetwork = {
  '0.weight': counted([3, 2, 2, 2]),
  '0.bias': counted([3], 3),
  '1.weight': counted([3], 11),
  '1.bias': counted([3], 2),
  '1.running_mean': counted([3], 5),
  '1.running_var': { shape: [3], data: Float32Array.of(0.5, 1.25, 2) },
  '1.num_batches_tracked': { shape: [], data: Int32Array.of(17) },
  '4.weight': counted([2, 18], 1),
  '4.bias': counted([2], 9),
}
const networkNames = { '4.*': 'body.3.*', '*': 'body.*' }

/** The network again, from its definition. */
function scoresByHand(image: (a: number, h: number, w: number) => number): number[] {
  const at = (name: keyof typeof torchNetwork, k: number) => torchNetwork[name].data[k] ?? NaN
  const flat: number[] = []
  for (let b = 0; b < 3; b++) {
    for (let p = 0; p < 3; p++) {
      for (let q = 0; q < 2; q++) {
        let z = at('0.bias', b)
        for (let a = 0; a < 2; a++) {
          for (let i = 0; i < 2; i++) {
            for (let j = 0; j < 2; j++) {
              z += at('0.weight', ((b * 2 + a) * 2 + i) * 2 + j) * image(a, p + i, q + j)
            }
          }
        }
        const scale = 1 / Math.sqrt(at('1.running_var', b) + 1e-5)
        const normal = (z - at('1.running_mean', b)) * scale
        flat.push(Math.max(0, normal * at('1.weight', b) + at('1.bias', b)))
      }
    }
  }
  return [0, 1].map((c) =>
    flat.reduce((sum, x, k) => sum + x * at('4.weight', c * 18 + k), at('4.bias', c)),
  )
}

test('a Sequential with convolution, batch norm and a flattened Linear', async () => {
  const module = await moduleOf(network)
  const bytes = await importStateDict(module, writeSafetensors(torchNetwork), {
    map: networkNames,
  })
  const model = await loadModel(module, readCheckpoint(bytes))
  const image = counted([1, 2, 4, 3], 4)
  const { data } = (module['scores'] as (...given: unknown[]) => OutputValue)(model, { image })
  const byHand = scoresByHand((a, h, w) => image.data[(a * 4 + h) * 3 + w] ?? NaN)
  expect(data).toHaveLength(2)
  for (const [k, score] of byHand.entries()) expect(data[k]).toBeCloseTo(score, 12)
})

test('and out again: names, shapes and numbers as they came, without optimizer, records and counters', async () => {
  const module = await moduleOf(network, 'f32')
  const checkpoint = await importStateDict(module, writeSafetensors(torchNetwork), {
    map: networkNames,
  })
  const map = { 'body.3.*': '4.*', 'body.*': '*' }
  const { tensors, metadata } = readSafetensors(await exportStateDict(module, checkpoint, { map }))
  const { '1.num_batches_tracked': _, ...kept } = torchNetwork
  expect(
    Object.fromEntries([...tensors].map(([name, { data, shape }]) => [name, { data, shape }])),
  ).toEqual(kept)
  expect(metadata).toEqual({ format: 'pt' })
})

const attention = `
axis N, T, S = T, E = 4, V = 5
input word: class(V)[N, T]
use embed = Embedding[V -> E]
use norm = LayerNorm[E]
use attend = MultiheadAttention[T, S, E](heads = 2)
let x = norm(embed(word))
output y = attend(x, x[T as S], x[T as S])
`
test('Embedding, LayerNorm and MultiheadAttention have the names and shapes of torch.nn', async () => {
  const module = await moduleOf(attention)
  const model = await module.init!({ seed: 1 })
  expect(shapesOf(stateDict(module.signature, model))).toEqual({
    'embed.weight': [5, 4],
    'norm.weight': [4],
    'norm.bias': [4],
    'attend.in_proj_weight': [12, 4],
    'attend.in_proj_bias': [12],
    'attend.out_proj.weight': [4, 4],
    'attend.out_proj.bias': [4],
  })
})

test("Linear's features are one dimension on either side, none of them one of size 1", async () => {
  const module = await moduleOf(`
axis N, A = 2, B = 3, C = 4, D = 5
input x: [N, A, B]
use f = Linear[A, B -> C, D]
use g = Linear[C, D ->]
use h = Linear[-> C]
use n = LayerNorm[C, D]
output y = g(n(f(x)) + h(x[A = 0, B = 0]))
`)
  const model = await module.init!({ seed: 1 })
  const shapes = shapesOf(stateDict(module.signature, model))
  expect(shapes).toEqual({
    'f.weight': [20, 6],
    'f.bias': [20],
    'g.weight': [1, 20],
    'g.bias': [1],
    'h.weight': [4, 1],
    'h.bias': [4],
    'n.weight': [4, 5],
    'n.bias': [4, 5],
  })
  const back = await loadStateDict(module, stateDict(module.signature, model))
  expect(back.params).toEqual(model.params)
})

test('convolutions of different sizes keep their shapes in checkpoints', async () => {
  const module = await moduleOf(`
axis N, I, A = 4, B = 6, H = 8, P, Q
input x: [N, I, H]
use f = Conv[I -> A, H -> P](kernel = 3)
use g = Conv[A -> B, P -> Q](kernel = 2, groups = 2)
output y = g(f(x))
`)
  const model = await module.init!({ seed: 1, axes: { I: 3 } })
  const checkpoint = saveModel(module.signature, model)
  const shapes = { 'f.weight': [4, 3, 3], 'f.bias': [4], 'g.weight': [6, 2, 2], 'g.bias': [6] }
  expect(shapesOf(checkpoint)).toEqual(shapes)
  const back = await loadModel(module, readCheckpoint(checkpoint))
  expect(back.params).toEqual(model.params)
})

interface Case {
  readonly name: string
  readonly program: string
  readonly params?: Record<string, { shape: number[]; data: number[] }>
  readonly state?: Record<string, { shape: number[]; data: number[] }>
}
const { cases } = JSON.parse(
  readFileSync(new URL('../conformance/layers.json', import.meta.url), 'utf8'),
) as { cases: Case[] }
const library = Object.values(standardLibrary).join('\n')
/** Of those that differ in a call's options only, one will do. */
const blocks = new Map(
  cases.flatMap((one): [string, Case][] => {
    const { name, program, params, state } = one
    const block = /^use f = (\w+)/m.exec(program)?.[1] ?? ''
    if (!name.endsWith('/block') || params === undefined) return []
    if (!library.includes(`block ${block}[`) && !library.includes(`block ${block}(`)) return []
    const shapes = Object.values({ ...params, ...state }).map(({ shape }) => shape)
    return [[block + JSON.stringify(shapes), one]]
  }),
)

describe("the layers of the conformance cases, whose parameters are PyTorch's", () => {
  test('there are many', () => expect(blocks.size).toBeGreaterThan(25))

  test.each([...blocks.values()])('$name', async ({ program, params = {}, state = {} }) => {
    const { code } = compile(program, { precision: 'f64' })
    const module = await importCode(code ?? '')
    const tensors = Object.fromEntries(
      Object.entries({ ...params, ...state }).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float64Array.from(data, Number) },
      ]),
    )
    const bytes = writeSafetensors(tensors, { format: 'pt' })
    const checkpoint = await importStateDict(module, bytes)
    expect(await exportStateDict(module, checkpoint)).toEqual(bytes)
  })
})

const line = `
axis N, D, C = 2
input x: [N, D]
use final = Linear[D -> C]
state seen: int = 0
output y = final(x) + seen
`
const lineDict = {
  'final.weight': counted([2, 3]),
  'final.bias': counted([2]),
  seen: { shape: [], data: Int32Array.of(3) },
}
const importing = async (
  tensors: Record<string, Tensor<SafeArray>>,
  map?: Renaming,
): Promise<Model> =>
  loadStateDict(await moduleOf(line), writeSafetensors(tensors), {
    source: 'm.safetensors',
    ...(map === undefined ? {} : { map }),
  })

test('shapes settle free axes; numbers of other types are converted', async () => {
  const { axes, params, state, step } = await importing({
    ...lineDict,
    'final.bias': { shape: [1, 2], data: Int32Array.of(4, -5) },
    seen: { shape: [1], data: Float64Array.of(7) },
  })
  expect({ axes, step, bias: params['final.bias'], seen: state['seen'] }).toMatchObject({
    axes: { D: 3 },
    step: 0,
    bias: Float64Array.of(4, -5),
    seen: Int32Array.of(7),
  })
})

test('what does not fit is refused, with what was meant', async () => {
  const { 'final.weight': weight, ...rest } = lineDict
  const refusals = [
    importing(rest),
    importing({ ...rest, 'finale.weight': weight }),
    importing({ ...lineDict, extra: counted([1]) }),
    importing({ ...lineDict, 'final.weight': counted([3, 2]) }),
    importing({ ...lineDict, 'final.bias': counted([3]) }),
    importing({ ...lineDict, seen: { shape: [], data: Float32Array.of(1.5) } }),
    importing(lineDict, { 'finl.weight': 'final.weight' }),
    importing(lineDict, { 'fc.*': 'final.*' }),
    importing(lineDict, { 'final.weight': 'final.bias' }),
    importing(lineDict, { 'final.*': 'final' }),
    importing(lineDict, { seen: '' }),
    loadStateDict(await moduleOf(line), new TextEncoder().encode('PK\x03\x04 a zip archive')),
  ]
  expect(await Promise.all(refusals.map(refusal))).toMatchInlineSnapshot(`
    [
      "CheckpointError: m.safetensors is of another model: it lacks "final.weight".",
      "CheckpointError: m.safetensors is of another model: it lacks "final.weight", and it has "finale.weight", which the model does not. "finale.weight" may be what is now called "final.weight".",
      "CheckpointError: m.safetensors is of another model: it has "extra", which the model does not.",
      "CheckpointError: m.safetensors: final.weight has shape [3, 2], but [C, D] must be [2, D].",
      "CheckpointError: m.safetensors: final.bias has shape [3], but [C] must be [2].",
      "CheckpointError: m.safetensors: "seen" is of type F32 and holds numbers that are none of the model's, which are whole.",
      "CheckpointError: The mapping names "finl.weight", and m.safetensors has no such tensor. Did you mean "final.weight"?",
      "CheckpointError: The mapping names "fc.*", and no tensor of m.safetensors is left for it: it has "final.bias", "final.weight", "seen".",
      "CheckpointError: m.safetensors: "final.bias" and "final.weight" would both be called "final.bias".",
      "CheckpointError: The mapping "final.*=final" must have a name before the sign, and as many * after it as before.",
      "CheckpointError: m.safetensors is of another model: it lacks "seen".",
      "CheckpointError: the state dict is not a whole safetensors file: it is a zip archive, as torch.save writes; safetensors.torch.save_file(model.state_dict(), path) writes what is wanted.",
    ]
  `)
})

test('names: whole ones before patterns, patterns in their order, an empty name leaves out', async () => {
  const tensors = {
    'net.0.weight': counted([2, 3]),
    'net.0.bias': counted([2], 5),
    'net.1.weight': counted([9]),
    seen: lineDict.seen,
  }
  const text = `
net.0.* = final.*
net.1.weight =     # a head that is not wanted
`
  const { params } = await importing(tensors, readRenaming(text))
  expect(params).toEqual({
    'final.weight': Float64Array.from(counted([2, 3]).data),
    'final.bias': Float64Array.from(counted([2], 5).data),
  })
  expect(await refusal(importing(tensors, readRenaming(`${text}net.*=other.*`)))).toBe(
    'CheckpointError: The mapping names "net.*", and no tensor of m.safetensors is left for it: it has "net.0.bias", "net.0.weight", "net.1.weight", "seen".',
  )
})

test('a mapping that is no mapping is told by its line', () => {
  const reading = (text: string) => () => readRenaming(text, 'names.txt')
  expect(reading('a=b\nc')).toThrow('names.txt:2: old=new is wanted, and "c" is there.')
  expect(reading('=b')).toThrow('names.txt:1: old=new is wanted, and "=b" is there.')
  expect(reading('a=b=c')).toThrow('names.txt:1: old=new is wanted, and "a=b=c" is there.')
  expect(reading('a=b\na=c')).toThrow('names.txt names "a" twice.')
})

test('a checkpoint may be imported too: its optimizer is left behind', async () => {
  const module: GeneratedModule = await moduleOf(network)
  const trained = saveModel(module.signature, await module.init!({ seed: 3 }))
  const model = await loadStateDict(module, trained)
  expect(model.params).toEqual((await module.init!({ seed: 3 })).params)
})
