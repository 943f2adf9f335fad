// The bytes of a safetensors file, read strictly, as a model's parameters and states.
import type { Part } from './part.ts'

export const weightParts: readonly Part[] = [
  {
    name: 'builtInWeights',
    keeps: ['builtInWeights'],
    needs: [],
    text: `// Base64 is decoded in a moment, needs a third of the room of written numbers, and keeps every bit.
function builtInWeights() {
  const text = atob(WEIGHTS)
  const bytes = new Uint8Array(text.length)
  for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k)
  return bytes
}`,
  },
  {
    name: 'readWeights',
    needs: ['isTyped', 'productOf'],
    sets: ['dtypes'],
    text: `// https://huggingface.co/docs/safetensors: eight bytes of length, a JSON header, the tensors' bytes.
const dtypes = {
  F64: 'Float64',
  F32: 'Float32',
  F16: 'Uint16',
  BF16: 'Uint16',
  I64: 'BigInt64',
  I32: 'Int32',
  I16: 'Int16',
  I8: 'Int8',
  U8: 'Uint8',
  BOOL: 'Uint8',
}

function readWeights(bytes) {
  const bad = (why) => {
    throw new TypeError('weights must be the bytes of a safetensors file, but ' + why)
  }
  const isBuffer = bytes instanceof ArrayBuffer
  if (!isBuffer && !isTyped(bytes)) bad('they are no bytes')
  const data = isBuffer ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const tensors = new Map()
  let header
  let start
  try {
    start = 8 + Number(view.getBigUint64(0, true))
    if (start > data.length) bad('')
    header = Object.entries(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data.subarray(8, start))))
  } catch {
    bad('the header is damaged')
  }
  for (const [path, tensor] of header) {
    if (path === '__metadata__') continue
    const { dtype, shape, data_offsets: offsets } = tensor ?? {}
    if (!Object.hasOwn(dtypes, dtype)) bad(path + ' has the element type ' + String(dtype))
    const size = dtype.replace(/\\D/g, '') / 8 || 1
    const isWhole = (list) => Array.isArray(list) && list.every((number) => Number.isSafeInteger(number) && number >= 0)
    const isSound = isWhole(shape) && isWhole(offsets) && offsets[1] - offsets[0] === productOf(shape) * size && start + offsets[1] <= data.length
    if (!isSound) bad(path + ' is damaged')
    tensors.set(path, { dtype, shape, numberAt: (k) => Number(view['get' + dtypes[dtype]](start + offsets[0] + k * size, true)) })
  }
  return tensors
}`,
  },
  {
    name: 'weightNumber',
    needs: ['readWeights'],
    text: `function weightNumber({ dtype, numberAt }, k) {
  const bits = numberAt(k)
  if (dtype === 'BF16') return new Float32Array(Uint32Array.of(bits << 16).buffer)[0]
  if (dtype !== 'F16') return bits
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  const magnitude = exponent === 31 ? (fraction ? NaN : Infinity) : exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24
  return bits & 32768 ? -magnitude : magnitude
}`,
  },
  {
    name: 'copiesOf',
    needs: [],
    text: `function copiesOf(tensor) {
  return tensor.spell?.([tensor]).map((one, copy) => ({ ...one, copy })) ?? tensor
}`,
  },
  {
    name: 'weightClaims',
    needs: ['copiesOf', 'shaped', 'productOf'],
    text: `// Shapes in the file settle the sizes of axes. Dimensions of size 1 and merged axes leave only the count to go by.
function weightClaims(weights) {
  return TENSORS.filter(({ record }) => record !== 'optimizer').flatMap(copiesOf).map(({ path: name, axes }) => {
    if (!weights.has(name)) throw new TypeError('weights has no tensor ' + name + '; it has ' + [...weights.keys()].slice(0, 9).join(', '))
    const { shape } = weights.get(name)
    return shaped({ name, axes }, shape.length === axes.length && !shape.includes(1) ? shape : productOf(shape), -1)
  })
}`,
  },
  {
    name: 'loadWeights',
    needs: [
      'ShapeError',
      'copiesOf',
      'readWeights',
      'weightNumber',
      'reshapes',
      'shown',
      'productOf',
    ],
    text: `function loadWeights(t, weights, sizes) {
  for (const { record, path, axes, key, copy = 0 } of TENSORS.flatMap(copiesOf)) {
    const tensor = weights.get(path)
    if (!tensor || record === 'optimizer') continue
    const shape = axes.map((axis) => AXES[axis].of(sizes))
    if (!reshapes(tensor.shape, shape)) throw new ShapeError(path + ' has shape ' + shown(tensor.shape) + ' in weights, but must be ' + shown(shape))
    const length = productOf(shape)
    for (let k = 0; k < length; k++) t[key][copy * length + k] = weightNumber(tensor, k)
  }
}`,
  },
  {
    name: 'reshapes',
    needs: [],
    text: `// Whether one shape is the other with axes split or merged, sizes of 1 apart. A transposed one is not.
function reshapes(a, b) {
  const [left, right] = [a, b].map((shape) => shape.filter((size) => size !== 1))
  while (left.length && right.length) {
    let p = left.shift()
    let q = right.shift()
    if (p < q) while (p < q && left.length) p *= left.shift()
    else while (q < p && right.length) q *= right.shift()
    if (p !== q) return false
  }
  return left.length === right.length
}`,
  },
]
