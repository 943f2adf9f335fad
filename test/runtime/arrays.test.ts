// NPY, NPZ and IDX.
import { gzipSync, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { readIdx, readNpy, readNpz, readTable, writeNpy } from '../../runtime/index.ts'
import { messageOf } from './fixture/data.ts'

/** An NPY file with a header of one's own. */
function npy(header: string, data: ArrayBufferView, version = 1): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`)
  const length = version === 1 ? [text.length, 0] : [text.length, 0, 0, 0]
  return Uint8Array.from([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    version,
    0,
    ...length,
    ...text,
    ...new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ])
}
const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`

test.each([
  ['<f4', new Float32Array([1.5, -2])],
  ['<f8', new Float64Array([1.5, -2])],
  ['|i1', new Int8Array([-1, 2])],
  ['<i2', new Int16Array([-1, 2])],
  ['<i4', new Int32Array([-1, 2])],
  ['<i8', new BigInt64Array([-1n, 2n])],
  ['|u1', new Uint8Array([255, 2])],
  ['<u2', new Uint16Array([65535, 2])],
  ['<u4', new Uint32Array([4294967295, 2])],
  ['<u8', new BigUint64Array([7n, 2n])],
  ['|b1', new Uint8Array([1, 0])],
])('reads %s', (descr, data) => {
  const read = readNpy(npy(header(descr, '(2,)'), data))
  expect(read.shape).toEqual([2])
  expect(Array.from(read.data)).toEqual(Array.from(data, Number))
})

test('big-endian numbers, later versions and scalars', () => {
  expect(
    Array.from(readNpy(npy(header('>i2', '(2,)'), new Uint8Array([1, 0, 0, 2]))).data),
  ).toEqual([256, 2])
  expect(readNpy(npy(header('<f4', '(1, 1)'), new Float32Array([3]), 2)).shape).toEqual([1, 1])
  expect(readNpy(npy(header('<f4', '()'), new Float32Array([3]))).shape).toEqual([])
})

test("Fortran's order becomes row-major", () => {
  const data = new Int32Array([1, 4, 2, 5, 3, 6])
  const read = readNpy(npy(header('<i4', '(2, 3)', 'True'), data))
  expect(Array.from(read.data)).toEqual([1, 2, 3, 4, 5, 6])
})

test('what is written is read back, its data at a multiple of 64', () => {
  for (const tensor of [
    { data: new Float32Array([1, 2, 3, 4, 5, 6]), shape: [2, 3] },
    { data: new Int32Array([7, -8]), shape: [2] },
    { data: new Uint8Array([1, 0]), shape: [2, 1] },
  ]) {
    const bytes = writeNpy(tensor)
    expect((bytes.length - tensor.data.byteLength) % 64).toBe(0)
    expect(readNpy(bytes)).toEqual(tensor)
  }
})

test('an NPZ is a table of its arrays', () => {
  const bytes = zipSync({
    'x.npy': writeNpy({ data: new Float32Array([1, 2, 3, 4]), shape: [2, 2] }),
    'y.npy': writeNpy({ data: new Int32Array([0, 1]), shape: [2] }),
  })
  const table = readNpz(bytes)
  expect(table.rows).toBe(2)
  expect(table.columns.map(({ name }) => name)).toEqual(['x', 'y'])
})

const idx = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]
test('an IDX file, gzipped or not, called as MNIST calls its files', () => {
  for (const bytes of [Uint8Array.from(idx), gzipSync(Uint8Array.from(idx))]) {
    expect(readIdx(bytes)).toEqual({ data: Uint8Array.from([1, 2, 3, 4, 5, 6]), shape: [2, 3] })
    const [column] = readTable('mnist/train-images-idx3-ubyte.gz', bytes).columns
    expect(column?.name).toBe('train-images')
  }
})

const good = npy(header('<f4', '(2,)'), new Float32Array([1, 2]))
test.each([
  ['no NPY file', () => readNpy(Uint8Array.from([1, 2, 3])), 'data.npy is not an NPY file'],
  ['an NPY file cut short', () => readNpy(good.subarray(0, -1)), 'takes 8 bytes, and there are 7'],
  ['an NPY header cut short', () => readNpy(good.subarray(0, 20)), 'its header is not whole'],
  [
    'an NPY file of texts',
    () => readNpy(npy(header('<U3', '(2,)'), new Uint8Array(24))),
    'holds numbers of type "<U3"',
  ],
  ['a damaged NPZ', () => readNpz(Uint8Array.from([80, 75, 3, 4, 0])), "can't be unzipped"],
  ['an NPZ without arrays', () => readNpz(zipSync({ a: new Uint8Array(1) })), 'holds no arrays'],
  ['no IDX file', () => readIdx(Uint8Array.from([1, 2, 3, 4])), 'is not an IDX file'],
  [
    'an IDX file cut short',
    () => readIdx(Uint8Array.from(idx).subarray(0, -1)),
    'takes 6 bytes, and there are 5',
  ],
  [
    'an unknown ending',
    () => readTable('a.parquet', new Uint8Array()),
    'the kinds of data known are',
  ],
  [
    'a binary CSV',
    () => readTable('a.csv', Uint8Array.from([65, 0, 66])),
    'a.csv is a binary file, not text',
  ],
  [
    'a CSV in Latin-1',
    () => readTable('a.csv', Uint8Array.from([0xe9, 65])),
    'a.csv is not UTF-8 text',
  ],
])('%s', (_, action, message) => {
  expect(messageOf(action)).toContain(message)
})
