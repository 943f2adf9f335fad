// `init({ weights })`: a safetensors file as other tools write it.
import { expect, test } from 'vitest'
import { axisSize } from '../../compiler/graph/size.ts'
import { regression, type Example } from './examples.ts'
import { buffer, computation, loss, plan, program, store, tensor } from './plans.ts'
import { number } from './rows.ts'
import { emit, load } from './run.ts'

interface Tensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

function safetensors(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  let end = 0
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
      const start = end
      end += bytes.length
      return [name, { dtype, shape, data_offsets: [start, end] }]
    }),
  )
  const text = new TextEncoder().encode(JSON.stringify({ __metadata__: { a: 'b' }, ...header }))
  const file = new Uint8Array(8 + text.length + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true)
  file.set(text, 8)
  let at = 8 + text.length
  for (const { bytes } of Object.values(tensors)) {
    file.set(bytes, at)
    at += bytes.length
  }
  return file
}

function f32(shape: readonly number[], ...values: number[]): Tensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) }
}

interface Model {
  readonly params: Record<string, Float64Array>
  readonly axes: Record<string, number>
}
async function initOf(example: Example): Promise<(options: object) => Model> {
  const { init } = await load(emit(example.plan, example.programs).code)
  return init as unknown as (options: object) => Model
}

/** `param w: [A, B, C] = 0`. */
function cube(): Example {
  const place = { kind: 'result', target: { kind: 'parameter', path: 'w' } } as const
  const init = computation('init')
  const value = computation('f')
  const zero = buffer('value', [], { kind: 'result', target: { kind: 'value' } })
  return {
    plan: plan({
      sizes: { A: axisSize('A'), B: axisSize('B'), C: 2 },
      parameters: [tensor('w', ['A', 'B', 'C'])],
      entries: [loss(value, value, [])],
      init,
    }),
    programs: [
      program(init, [], [buffer('w', ['A', 'B', 'C'], place, 'real', { C: 2 })]),
      program(value, [store(zero, [], number(0))], [zero]),
    ],
  }
}

test('numbers are read, and settle the sizes', async () => {
  const init = await initOf(regression())
  const weights = safetensors({
    'line.w': f32([3], 1, 2.5, -3),
    b: f32([], 4),
    'other.x': f32([1], 0),
  })
  const expected = { params: { 'line.w': Float64Array.of(1, 2.5, -3), b: Float64Array.of(4) } }
  expect(init({ weights })).toMatchObject({ ...expected, axes: { D: 3 } })
  expect(init({ weights: weights.buffer, axes: { D: 3 } })).toMatchObject(expected)
})

test('every element type', async () => {
  const init = await initOf(regression())
  const types = {
    F64: Float64Array.of(1, -2),
    F32: Float32Array.of(1, -2),
    F16: Uint16Array.of(0x3c00, 0xc000),
    BF16: Uint16Array.of(0x3f80, 0xc000),
    I64: BigInt64Array.of(1n, -2n),
    I32: Int32Array.of(1, -2),
    I16: Int16Array.of(1, -2),
    I8: Int8Array.of(1, -2),
  }
  for (const [dtype, { buffer }] of Object.entries(types)) {
    const w = { dtype, shape: [2], bytes: new Uint8Array(buffer) }
    const { params } = init({ weights: safetensors({ 'line.w': w, b: f32([], 0) }) })
    expect([dtype, params['line.w']]).toEqual([dtype, Float64Array.of(1, -2)])
  }
})

test('shapes may differ by sizes of 1 and by split or merged axes, and in nothing else', async () => {
  const init = await initOf(cube())
  const numbers = Array.from({ length: 24 }, (_, k) => k)
  const axes = { A: 3, B: 4 }
  const loads = (shape: number[]) => () =>
    init({ axes, weights: safetensors({ w: f32(shape, ...numbers) }) }).params['w']
  for (const shape of [[3, 4, 2], [12, 2], [3, 8], [24], [1, 3, 4, 1, 2], [3, 2, 2, 2]]) {
    expect(loads(shape)()).toEqual(Float64Array.from(numbers))
  }
  const refused = [
    [4, 3, 2],
    [2, 12],
    [8, 3],
    [2, 3, 2, 2],
    [6, 4, 1],
  ]
  expect(refused.map((shape) => [shape, messageOf(loads(shape))])).toMatchInlineSnapshot(`
    [
      [
        [
          4,
          3,
          2,
        ],
        "ShapeError: w has shape [4, 3, 2], but [A, B, C] must be [3, 4, 2]: A is 3 (from axes.A)",
      ],
      [
        [
          2,
          12,
        ],
        "ShapeError: w has shape [2, 12] in weights, but must be [3, 4, 2]",
      ],
      [
        [
          8,
          3,
        ],
        "ShapeError: w has shape [8, 3] in weights, but must be [3, 4, 2]",
      ],
      [
        [
          2,
          3,
          2,
          2,
        ],
        "ShapeError: w has shape [2, 3, 2, 2] in weights, but must be [3, 4, 2]",
      ],
      [
        [
          6,
          4,
          1,
        ],
        "ShapeError: w has shape [6, 4, 1] in weights, but must be [3, 4, 2]",
      ],
    ]
  `)
})

test('files that cannot be used', async () => {
  const init = await initOf(regression())
  const whole = safetensors({ 'line.w': f32([3], 1, 2, 3), b: f32([], 4) })
  const noHeader = whole.slice()
  noHeader[9] = 7
  const files = [
    whole.subarray(0, -1),
    whole.subarray(0, 20),
    noHeader,
    new Uint8Array(),
    safetensors({ b: f32([], 4) }),
    safetensors({ 'line.w': f32([3], 1, 2), b: f32([], 4) }),
    safetensors({ 'line.w': { ...f32([3], 1, 2, 3), dtype: 'F7' }, b: f32([], 4) }),
    safetensors({ 'line.w': f32([3], 1, 2, 3), b: f32([2], 4, 5) }),
    [1, 2],
  ]
  expect(files.map((weights) => messageOf(() => init({ weights })))).toMatchInlineSnapshot(`
    [
      "TypeError: weights must be the bytes of a safetensors file, but b is damaged",
      "TypeError: weights must be the bytes of a safetensors file, but the header is damaged",
      "TypeError: weights must be the bytes of a safetensors file, but the header is damaged",
      "TypeError: weights must be the bytes of a safetensors file, but the header is damaged",
      "TypeError: weights has no tensor line.w; it has b",
      "TypeError: weights must be the bytes of a safetensors file, but line.w is damaged",
      "TypeError: weights must be the bytes of a safetensors file, but line.w has the element type F7",
      "ShapeError: b has 2 numbers, but must be one number",
      "TypeError: weights must be the bytes of a safetensors file, but they are no bytes",
    ]
  `)
})

function messageOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    return String(error)
  }
  return 'no error'
}
