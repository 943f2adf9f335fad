// The bytes of a safetensors file, read strictly, as a model's parameters and states.
import type { Part } from './part.ts'

export const weightParts: readonly Part[] = [
  {
    name: 'readWeights',
    needs: ['isTyped'],
    text: `// https://huggingface.co/docs/safetensors: eight bytes of length, a JSON header, the tensors' bytes.
const dtypes = {
  F64: ['getFloat64', 8],
  F32: ['getFloat32', 4],
  F16: ['getUint16', 2],
  BF16: ['getUint16', 2],
  I64: ['getBigInt64', 8],
  I32: ['getInt32', 4],
  I16: ['getInt16', 2],
  I8: ['getInt8', 1],
  U8: ['getUint8', 1],
  BOOL: ['getUint8', 1],
}

function readWeights(bytes) {
  const bad = (why) => {
    throw new TypeError('weights is not a whole safetensors file: ' + why)
  }
  if (!(bytes instanceof ArrayBuffer) && !isTyped(bytes)) throw new TypeError('weights must be the bytes of a safetensors file: an ArrayBuffer or a Uint8Array')
  const data = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (data.length < 8) bad('it has only ' + data.length + ' bytes')
  const length = Number(view.getBigUint64(0, true))
  if (length > data.length - 8) bad('its header is cut off')
  let header
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data.subarray(8, 8 + length)))
  } catch {
    bad('its header cannot be read')
  }
  if (typeof header !== 'object' || header === null) bad('its header is no object')
  const tensors = new Map()
  for (const [path, tensor] of Object.entries(header)) {
    if (path === '__metadata__') continue
    const { dtype, shape, data_offsets: offsets } = tensor ?? {}
    if (!Object.hasOwn(dtypes, dtype)) bad(path + ' has the element type ' + String(dtype))
    if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) bad(path + ' has no shape')
    const count = shape.reduce((product, size) => product * size, 1)
    if (!Array.isArray(offsets) || offsets.length !== 2 || !(offsets[0] >= 0) || offsets[1] - offsets[0] !== count * dtypes[dtype][1]) bad(path + ' has offsets that do not fit its shape')
    if (8 + length + offsets[1] > data.length) bad('the numbers of ' + path + ' are cut off')
    tensors.set(path, { dtype, shape, count, view, start: 8 + length + offsets[0] })
  }
  return tensors
}`,
    sets: ['dtypes'],
  },
  {
    name: 'weightNumber',
    needs: ['readWeights'],
    text: `function weightNumber({ dtype, view, start }, k) {
  const [read, size] = dtypes[dtype]
  const bits = Number(view[read](start + k * size, true))
  if (dtype === 'BF16') return new Float32Array(Uint32Array.of(bits << 16).buffer)[0]
  if (dtype !== 'F16') return bits
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  const magnitude = exponent === 31 ? (fraction ? NaN : Infinity) : exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24
  return bits & 32768 ? -magnitude : magnitude
}`,
  },
  {
    name: 'weightClaims',
    needs: ['shown'],
    text: `// Shapes in the file settle the sizes of axes. Dimensions of size 1 and merged axes leave only the count to go by.
function weightClaims(weights) {
  return TENSORS.flatMap(({ record, path, axes }) => {
    const tensor = weights.get(path)
    if (tensor === undefined) {
      if (record === 'optimizer') return []
      throw new TypeError('weights has no tensor ' + path + '; it has ' + [...weights.keys()].slice(0, 8).join(', ') + (weights.size > 8 ? ', …' : ''))
    }
    const { shape, count } = tensor
    const claim = { name: path, axes: axes.map((axis) => AXES[axis]), total: count, blame: -1 }
    const isPlain = shape.length === axes.length && !shape.includes(1)
    return isPlain ? { ...claim, shape } : { ...claim, said: path + ' has shape ' + shown(shape) + ' in weights' }
  })
}`,
  },
  {
    name: 'loadWeights',
    needs: ['readWeights', 'weightClaims', 'weightNumber', 'reshapes'],
    text: `function loadWeights(model, weights, sizes) {
  for (const { record, path, axes } of TENSORS) {
    const tensor = weights.get(path)
    if (tensor === undefined) continue
    const shape = axes.map((axis) => AXES[axis].of(sizes))
    if (!reshapes(tensor.shape, shape)) throw new ShapeError(path + ' has shape ' + shown(tensor.shape) + ' in weights, but must be ' + shown(shape))
    const target = model[record][path]
    for (let k = 0; k < target.length; k++) target[k] = weightNumber(tensor, k)
  }
}`,
  },
  {
    name: 'reshapes',
    needs: [],
    text: `// Whether one shape is the other with axes split or merged, sizes of 1 apart. A transposed one is not.
function reshapes(a, b) {
  const left = a.filter((size) => size !== 1)
  const right = b.filter((size) => size !== 1)
  while (left.length > 0 && right.length > 0) {
    let p = left.shift()
    let q = right.shift()
    const split = p < q ? left : right
    while (p !== q && split.length > 0) {
      if (split === left) p *= left.shift()
      else q *= right.shift()
      if (split === left ? p > q : q > p) return false
    }
    if (p !== q) return false
  }
  return left.length === right.length
}`,
  },
]
