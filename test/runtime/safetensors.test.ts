import { expect, test } from 'vitest'
import { readSafetensors, writeSafetensors } from '../../runtime/index.ts'
import { messageOf } from './fixture/data.ts'

const tensors = {
  'b.flags': { data: Uint8Array.of(1, 0, 1), shape: [3] },
  'b.weight': { data: Float32Array.of(1.5, -0, NaN, Infinity, 2, 3), shape: [2, 3] },
  a: { data: Float64Array.of(Math.PI), shape: [] },
  labels: { data: Int32Array.of(-1, 2 ** 31 - 1), shape: [2, 1] },
  nothing: { data: new Float32Array(0), shape: [0, 4] },
}
const metadata = { note: 'ä "quoted"\n' }
const bytes = writeSafetensors(tensors, metadata)

test('what is written is read back, bit by bit', () => {
  const read = readSafetensors(bytes)
  expect(read.metadata).toEqual(metadata)
  expect(
    new Map([...read.tensors].map(([name, { data, shape }]) => [name, { data, shape }])),
  ).toEqual(new Map(Object.entries(tensors)))
})

test('from within another array too, and from a Buffer', () => {
  const within = new Uint8Array(bytes.length + 3)
  within.set(bytes, 3)
  expect(readSafetensors(within.subarray(3))).toEqual(readSafetensors(bytes))
  expect(readSafetensors(Buffer.from(bytes))).toEqual(readSafetensors(bytes))
})

test('equal contents give equal bytes, whatever the order', () => {
  const reversed = Object.fromEntries(Object.entries(tensors).toReversed())
  expect(writeSafetensors(reversed, metadata)).toEqual(bytes)
})

test('the data are aligned', () => {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  expect(length % 8).toBe(0)
})

/** A file with a header and body of one's own. */
function file(header: string, body: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(header)
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer)
  return Uint8Array.from([...length, ...text, ...Array.from(body)])
}
const one = (dtype: string, shape: string, offsets: string) =>
  `{"t":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`

test.each([
  ['F16', [0x00, 0x3c, 0x01, 0x00, 0x00, 0xfc, 0x01, 0x7c], [1, 2 ** -24, -Infinity, NaN]],
  ['BF16', [0x80, 0x3f, 0x20, 0xc0], [1, -2.5]],
  ['I64', [255, 255, 255, 255, 255, 255, 255, 255], [-1]],
  ['I16', [254, 255, 3, 0], [-2, 3]],
  ['I8', [255, 5], [-1, 5]],
  ['BOOL', [1, 0], [1, 0]],
])('reads %s', (dtype, body, numbers) => {
  const header = one(dtype, `[${numbers.length}]`, `[0,${body.length}]`)
  const { data } = readSafetensors(file(header, body)).tensors.get('t') ?? { data: [] }
  expect(Array.from(data)).toEqual(numbers)
})

const two = (first: string, second: string) =>
  `{"a":{"dtype":"U8","shape":[2],"data_offsets":${first}},"b":{"dtype":"U8","shape":[2],"data_offsets":${second}}}`
const fault = 'CheckpointError: m.safetensors is not a whole safetensors file: '
test.each([
  ['nothing', new Uint8Array(), 'it has 0 bytes.'],
  ['rubbish', new Uint8Array(100).fill(200), 'its first eight bytes are no header length.'],
  ['a header cut short', bytes.subarray(0, 40), 'it ends within its header.'],
  ['data cut short', bytes.subarray(0, -1), 'its tensors take 43 bytes, and 42 follow the header.'],
  ['no JSON', file('{"a":'), 'its header is not JSON.'],
  ['JSON that is no object', file('[1]'), 'its header is not a JSON object.'],
  ['blanks before the header', file(' {}'), 'its header is not a JSON object.'],
  ['a name twice', file('{"a":{"x":1},"a":{"x":{"y":2}}}'), 'its header names a tensor twice.'],
  ['metadata that are no texts', file('{"__metadata__":{"a":1}}'), 'its metadata are not texts.'],
  ['an unknown type', file(one('F8', '[1]', '[0,1]'), [0]), 'the tensor "t" has the type "F8"'],
  ['a negative size', file(one('U8', '[-1]', '[0,1]'), [0]), 'the tensor "t" has no shape.'],
  ['three offsets', file(one('U8', '[1]', '[0,1,2]'), [0]), 'the tensor "t" has no offsets.'],
  [
    'a size that does not fit',
    file(one('F32', '[2]', '[0,4]'), [0, 0, 0, 0]),
    'the tensor "t" of shape [2] and type F32 takes 8 bytes, and its offsets leave 4.',
  ],
  [
    'a size beyond counting',
    file(one('U8', '[1e300,1e300]', '[0,1]')),
    'the tensor "t" has no shape.',
  ],
  ['an overlap', file(two('[0,2]', '[1,3]'), [1, 2, 3]), 'the tensor "b" overlaps another.'],
  ['a gap', file(two('[0,2]', '[3,5]'), [1, 2, 3, 4, 5]), 'there is a gap before the tensor "b".'],
  [
    'too many bytes',
    file(two('[0,2]', '[2,4]'), [1, 2, 3, 4, 5]),
    'its tensors take 4 bytes, and 5 follow',
  ],
])('refuses %s', (_, content, message) => {
  expect(messageOf(() => readSafetensors(content, 'm.safetensors'))).toContain(fault + message)
})

test('a file damaged anywhere in its header is refused or read, never an error of ours', () => {
  const headerEnd = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))
  for (let at = 0; at < headerEnd; at++) {
    for (const value of [0, 0x22, 0x2c, 0x7b, 0xff]) {
      const damaged = bytes.slice()
      damaged[at] = value
      const message = messageOf(() => readSafetensors(damaged))
      expect(message).toMatch(/^(CheckpointError|nothing was thrown)/)
    }
  }
})
