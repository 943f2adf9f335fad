// safetensors: eight bytes of header length, a JSON header, then the tensors' bytes without gaps.
// https://github.com/huggingface/safetensors
// Reading trusts nothing: a damaged or hostile file gets a CheckpointError, never a wrong number.
import { CheckpointError } from './fault.ts'
import { quote } from './nearest.ts'
import { sizeOf, type Tensor } from './tensor.ts'

export type SafeArray = Float32Array | Float64Array | Int32Array | Uint8Array
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, SafeTensor>
  readonly metadata: Readonly<Record<string, string>>
}
export interface SafeTensor extends Tensor<SafeArray> {
  /** As the file names it; F16, BF16 and the smaller whole numbers are read into wider arrays. */
  readonly dtype: string
}

const longestHeader = 100_000_000

export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor<SafeArray>>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  // The widest first, then by name: every tensor is aligned, and equal contents give equal bytes.
  const entries = Object.entries(tensors).sort(
    ([a, x], [b, y]) =>
      y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || (a < b ? -1 : a > b ? 1 : 0),
  )
  const described: [string, unknown][] = [['__metadata__', metadata]]
  let end = 0
  for (const [name, { data, shape }] of entries) {
    const begin = end
    end += data.byteLength
    described.push([name, { dtype: dtypeOf(data), shape, data_offsets: [begin, end] }])
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(described)))
  const headerLength = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + headerLength + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.fill(0x20, 8, 8 + headerLength)
  bytes.set(json, 8)
  let at = 8 + headerLength
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return bytes
}

export function readSafetensors(bytes: Uint8Array, source = 'the checkpoint'): Safetensors {
  const fail = (what: string, cause?: unknown): never => {
    throw new CheckpointError(`${source} is not a whole safetensors file: ${what}.`, { cause })
  }
  if (bytes.length < 8) return fail(`it has ${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerLength = Number(view.getBigUint64(0, true))
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && 8 + headerLength > bytes.length) {
    return fail(
      'it is a zip archive, as torch.save writes; safetensors.torch.save_file(model.state_dict(), path) writes what is wanted',
    )
  }
  if (headerLength > longestHeader) return fail('its first eight bytes are no header length')
  if (8 + headerLength > bytes.length) return fail('it ends within its header')
  const header = readHeader(bytes.subarray(8, 8 + headerLength), fail)
  const body = bytes.subarray(8 + headerLength)
  const metadata = header.get('__metadata__') ?? {}
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    return fail('its metadata are not texts')
  }
  const entries = [...header]
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value, fail))
  checkOffsets(entries, body.length, fail)
  const tensors = new Map(
    entries.map(({ name, dtype, shape, begin, end }) => {
      // A copy: its offset in the file need not suit the array's alignment. (A Buffer's slice would be none.)
      const data = dtype.read(new Uint8Array(body.subarray(begin, end)))
      return [name, { data, shape, dtype: dtype.name }]
    }),
  )
  return { tensors, metadata: metadata as Record<string, string> }
}

type Fail = (what: string, cause?: unknown) => never

function readHeader(bytes: Uint8Array, fail: Fail): Map<string, unknown> {
  let parsed: unknown
  let text = ''
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    parsed = JSON.parse(text)
  } catch (cause) {
    return fail('its header is not JSON', cause)
  }
  if (!text.startsWith('{') || !isRecord(parsed)) return fail('its header is not a JSON object')
  const header = new Map(Object.entries(parsed))
  // JSON.parse keeps the last of two equal keys; which one another reader keeps is anyone's guess.
  if (countKeys(text) !== header.size) return fail('its header names a tensor twice')
  return header
}

/** The number of keys of a JSON object's outermost level. */
function countKeys(text: string): number {
  let depth = 0
  let keys = 0
  for (let i = 0; i < text.length; i++) {
    const mark = text[i]
    if (mark === '"') {
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++
    } else if (mark === '{' || mark === '[') depth++
    else if (mark === '}' || mark === ']') depth--
    else if (mark === ':' && depth === 1) keys++
  }
  return keys
}

interface HeaderEntry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

function readEntry(name: string, value: unknown, fail: Fail): HeaderEntry {
  const tensor = `the tensor ${quote(name)}`
  if (!isRecord(value)) return fail(`${tensor} is not described`)
  const { dtype: dtypeName, shape, data_offsets: offsets } = value
  const dtype = typeof dtypeName === 'string' ? dtypes.get(dtypeName) : undefined
  if (dtype === undefined) {
    const known = [...dtypes.keys()].join(', ')
    return fail(`${tensor} has the type ${quote(String(dtypeName))}; ${known} are known`)
  }
  if (!isSizes(shape)) return fail(`${tensor} has no shape`)
  if (!isSizes(offsets) || offsets.length !== 2) return fail(`${tensor} has no offsets`)
  const [begin = 0, end = 0] = offsets
  if (end - begin !== sizeOf(shape) * dtype.bytes) {
    return fail(
      `${tensor} of shape [${shape.join(', ')}] and type ${dtype.name} takes ${sizeOf(shape) * dtype.bytes} bytes, and its offsets leave ${end - begin}`,
    )
  }
  return { name, dtype, shape, begin, end }
}

function checkOffsets(entries: readonly HeaderEntry[], length: number, fail: Fail): void {
  let reached = 0
  for (const { name, begin, end } of [...entries].sort(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin < reached) fail(`the tensor ${quote(name)} overlaps another`)
    if (begin > reached) fail(`there is a gap before the tensor ${quote(name)}`)
    reached = end
  }
  if (reached !== length) {
    fail(`its tensors take ${reached} bytes, and ${length} follow the header`)
  }
}

interface Dtype {
  readonly name: string
  readonly bytes: number
  readonly read: (bytes: Uint8Array<ArrayBuffer>) => SafeArray
}
const dtypeRows: readonly Dtype[] = [
  { name: 'F64', bytes: 8, read: (bytes) => new Float64Array(bytes.buffer) },
  { name: 'F32', bytes: 4, read: (bytes) => new Float32Array(bytes.buffer) },
  {
    name: 'F16',
    bytes: 2,
    read: (bytes) => Float32Array.from(new Uint16Array(bytes.buffer), half),
  },
  { name: 'BF16', bytes: 2, read: brainFloats },
  {
    name: 'I64',
    bytes: 8,
    read: (bytes) => Float64Array.from(new BigInt64Array(bytes.buffer), Number),
  },
  { name: 'I32', bytes: 4, read: (bytes) => new Int32Array(bytes.buffer) },
  { name: 'I16', bytes: 2, read: (bytes) => Int32Array.from(new Int16Array(bytes.buffer)) },
  { name: 'I8', bytes: 1, read: (bytes) => Int32Array.from(new Int8Array(bytes.buffer)) },
  { name: 'U8', bytes: 1, read: (bytes) => bytes },
  { name: 'BOOL', bytes: 1, read: (bytes) => bytes },
]
const dtypes = new Map(dtypeRows.map((row) => [row.name, row]))

function dtypeOf(data: SafeArray): string {
  if (data instanceof Float32Array) return 'F32'
  if (data instanceof Float64Array) return 'F64'
  return data instanceof Int32Array ? 'I32' : 'U8'
}

/** IEEE 754 binary16: sign, five bits of exponent, ten of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** The upper halves of 32-bit floats. */
function brainFloats(bytes: Uint8Array<ArrayBuffer>): Float32Array {
  const bits = Uint32Array.from(new Uint16Array(bytes.buffer), (upper) => upper << 16)
  return new Float32Array(bits.buffer)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}
