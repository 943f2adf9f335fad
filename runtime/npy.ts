// NPY, NumPy's array format (versions 1 to 3), read and written; NPZ is a zip of them.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
import { unzipSync } from 'fflate'
import { DataError } from './fault.ts'
import { quote } from './nearest.ts'
import type { ArrayColumn, Table } from './table.ts'
import { sizeOf, type NumericArray, type Tensor } from './tensor.ts'

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** One array. Of C or Fortran order and either byte order; the result is row-major. */
export function readNpy(bytes: Uint8Array, source = 'data.npy'): Tensor {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new DataError(`${source} is not an NPY file: it does not begin with "\\x93NUMPY".`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = view.getUint8(6)
  if (version > 3)
    throw new DataError(`${source} is an NPY file of version ${version}; 1 to 3 are known.`)
  const lengthBytes = version === 1 ? 2 : 4
  if (bytes.length < 8 + lengthBytes)
    throw new DataError(`${source} is cut short: its header is not whole.`)
  const headerLength = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const start = 8 + lengthBytes + headerLength
  if (start > bytes.length) throw new DataError(`${source} is cut short: its header is not whole.`)
  const header = new TextDecoder().decode(bytes.subarray(8 + lengthBytes, start))
  const { descriptor, fortran, shape } = readHeader(header, source)
  const type = types[descriptor.slice(1)]
  if (type === undefined || !'<>|='.includes(descriptor.charAt(0))) {
    throw new DataError(`${source} holds numbers of type ${quote(descriptor)}; ${known} are known.`)
  }
  const size = sizeOf(shape)
  if (bytes.length - start !== size * type.bytes) {
    throw new DataError(
      `${source}: an array of shape [${shape.join(', ')}] and type ${quote(descriptor)} takes ${size * type.bytes} bytes, and there are ${bytes.length - start}.`,
    )
  }
  const data = type.make(size)
  const little = descriptor.charAt(0) !== '>'
  for (let i = 0; i < size; i++) data[i] = type.read(view, start + i * type.bytes, little)
  return { data: fortran ? rowMajor(data, shape, type.make(size)) : data, shape }
}

/** The bytes of an NPY file of version 1, little-endian, row-major. */
export function writeNpy(tensor: Tensor): Uint8Array {
  const { data, shape } = tensor
  const descriptor = descriptorOf(data)
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const dictionary = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': ${tuple}, }`
  // The data begin at a multiple of 64; the header ends in a line break.
  const padding = (64 - ((10 + dictionary.length + 1) % 64)) % 64
  const header = new TextEncoder().encode(`${dictionary}${' '.repeat(padding)}\n`)
  const bytes = new Uint8Array(10 + header.length + data.byteLength)
  bytes.set([...magic, 1, 0, header.length & 255, header.length >> 8])
  bytes.set(header, 10)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + header.length)
  return bytes
}

/** The arrays of an NPZ file, each a column under its member's name. */
export function readNpz(bytes: Uint8Array, source = 'data.npz'): Table {
  let members: Record<string, Uint8Array>
  try {
    members = unzipSync(bytes)
  } catch (cause) {
    throw new DataError(`${source} is not an NPZ file: it can't be unzipped.`, { cause })
  }
  const names = Object.keys(members).filter((name) => name.endsWith('.npy'))
  if (names.length === 0) throw new DataError(`${source} holds no arrays (members ending in .npy).`)
  const columns = names.map((name) => {
    const member = members[name] ?? new Uint8Array()
    return arrayColumn(name.slice(0, -4), source, readNpy(member, `${source}, ${name}`))
  })
  return tableOf(columns, source)
}

export function arrayColumn(name: string, source: string, tensor: Tensor): ArrayColumn {
  return { kind: 'array', name, source, data: tensor.data, shape: tensor.shape }
}

export function tableOf(columns: readonly ArrayColumn[], source: string): Table {
  return { source, rows: columns[0]?.shape[0] ?? 0, columns }
}

/** The header is a Python dictionary with three fixed keys; nothing else of Python is read. */
function readHeader(header: string, source: string) {
  const descriptor = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1]
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1]
  const tuple = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1]
  if (order === undefined || tuple === undefined) {
    throw new DataError(`${source} has an NPY header that can't be read: ${quote(header.trim())}.`)
  }
  if (descriptor === undefined) {
    throw new DataError(`${source} holds records; arrays of numbers are wanted.`)
  }
  const shape = tuple.split(',').flatMap((part) => (part.trim() === '' ? [] : [parseInt(part, 10)]))
  return { descriptor, fortran: order === 'True', shape }
}

interface NpyType {
  readonly bytes: number
  readonly make: (size: number) => NumericArray
  readonly read: (view: DataView, at: number, little: boolean) => number
}
const types: Readonly<Record<string, NpyType | undefined>> = {
  f4: { bytes: 4, make: (n) => new Float32Array(n), read: (v, at, l) => v.getFloat32(at, l) },
  f8: { bytes: 8, make: (n) => new Float64Array(n), read: (v, at, l) => v.getFloat64(at, l) },
  i1: { bytes: 1, make: (n) => new Int8Array(n), read: (v, at) => v.getInt8(at) },
  i2: { bytes: 2, make: (n) => new Int16Array(n), read: (v, at, l) => v.getInt16(at, l) },
  i4: { bytes: 4, make: (n) => new Int32Array(n), read: (v, at, l) => v.getInt32(at, l) },
  // Doubles hold every whole number up to 2^53; class labels and counts stay far below.
  i8: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    read: (v, at, l) => Number(v.getBigInt64(at, l)),
  },
  u1: { bytes: 1, make: (n) => new Uint8Array(n), read: (v, at) => v.getUint8(at) },
  u2: { bytes: 2, make: (n) => new Uint16Array(n), read: (v, at, l) => v.getUint16(at, l) },
  u4: { bytes: 4, make: (n) => new Uint32Array(n), read: (v, at, l) => v.getUint32(at, l) },
  u8: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    read: (v, at, l) => Number(v.getBigUint64(at, l)),
  },
  b1: { bytes: 1, make: (n) => new Uint8Array(n), read: (v, at) => v.getUint8(at) },
}
const known = Object.keys(types).join(', ')

function descriptorOf(data: NumericArray): string {
  const letter = data instanceof Float32Array || data instanceof Float64Array ? 'f' : 'i'
  const unsigned = data.constructor.name.startsWith('Uint')
  const mark = data.BYTES_PER_ELEMENT === 1 ? '|' : '<'
  return `${mark}${unsigned ? 'u' : letter}${data.BYTES_PER_ELEMENT}`
}

/** From Fortran's order (the first index runs fastest) to C's. */
function rowMajor(
  data: NumericArray,
  shape: readonly number[],
  result: NumericArray,
): NumericArray {
  const index = shape.map(() => 0)
  const strides = shape.map((_, i) => sizeOf(shape.slice(0, i)))
  for (let i = 0; i < result.length; i++) {
    let from = 0
    for (let d = 0; d < index.length; d++) from += (index[d] ?? 0) * (strides[d] ?? 0)
    result[i] = data[from] ?? 0
    for (let d = index.length - 1; d >= 0; d--) {
      index[d] = (index[d] ?? 0) + 1
      if ((index[d] ?? 0) < (shape[d] ?? 0)) break
      index[d] = 0
    }
  }
  return result
}
