// IDX, the format in which MNIST is handed out: two zero bytes, a type, the number of dimensions, big-endian sizes, data.
import { gunzipSync } from 'fflate'
import { DataError } from './fault.ts'
import { sizeOf, type NumericArray, type Tensor } from './tensor.ts'

/** One array; the file may be gzipped, as MNIST's are. */
export function readIdx(file: Uint8Array, source = 'data.idx'): Tensor {
  const bytes = inflated(file, source)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = bytes.length < 4 ? undefined : types[view.getUint8(2)]
  if (type === undefined || view.getUint16(0) !== 0) {
    throw new DataError(
      `${source} is not an IDX file: it does not begin with two zeros and a known type.`,
    )
  }
  const start = 4 + 4 * view.getUint8(3)
  if (bytes.length < start) throw new DataError(`${source} is cut short: its sizes are not whole.`)
  const shape = Array.from({ length: view.getUint8(3) }, (_, d) => view.getUint32(4 + 4 * d))
  const size = sizeOf(shape)
  if (bytes.length - start !== size * type.bytes) {
    throw new DataError(
      `${source}: an array of shape [${shape.join(', ')}] takes ${size * type.bytes} bytes, and there are ${bytes.length - start}.`,
    )
  }
  const data = type.make(size)
  for (let i = 0; i < size; i++) data[i] = type.read(view, start + i * type.bytes)
  return { data, shape }
}

function inflated(file: Uint8Array, source: string): Uint8Array {
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file
  try {
    return gunzipSync(file)
  } catch (cause) {
    throw new DataError(`${source} can't be unzipped: it is damaged or cut short.`, { cause })
  }
}

interface IdxType {
  readonly bytes: number
  readonly make: (size: number) => NumericArray
  readonly read: (view: DataView, at: number) => number
}
const types: Readonly<Record<number, IdxType | undefined>> = {
  0x08: { bytes: 1, make: (n) => new Uint8Array(n), read: (v, at) => v.getUint8(at) },
  0x09: { bytes: 1, make: (n) => new Int8Array(n), read: (v, at) => v.getInt8(at) },
  0x0b: { bytes: 2, make: (n) => new Int16Array(n), read: (v, at) => v.getInt16(at) },
  0x0c: { bytes: 4, make: (n) => new Int32Array(n), read: (v, at) => v.getInt32(at) },
  0x0d: { bytes: 4, make: (n) => new Float32Array(n), read: (v, at) => v.getFloat32(at) },
  0x0e: { bytes: 8, make: (n) => new Float64Array(n), read: (v, at) => v.getFloat64(at) },
}
