import { expect, test } from 'vitest'
import { batches, examplesOf, split, type Signature } from '../../runtime/index.ts'
import { epochOrder, generator, range } from '../../runtime/random.ts'
import { messageOf, softmaxModule } from './fixture/data.ts'

const { signature } = softmaxModule
const examples = examplesOf(signature, {
  x: Array.from({ length: 14 }, (_, i) => i),
  species: [0, 1, 2, 0, 1, 2, 0],
})

test('flat numbers are enough where the sizes follow', () => {
  expect(examples).toMatchObject({ rows: 7, axes: { D: 2, C: 3 } })
})

test('every row once, in order without a seed, the last batch smaller', () => {
  const seen = [...batches(examples, { batchSize: 3 })].map(({ rows, inputs }) => ({
    rows,
    shape: inputs['x']?.shape,
  }))
  expect(seen).toEqual([
    { rows: 3, shape: [3, 2] },
    { rows: 3, shape: [3, 2] },
    { rows: 1, shape: [1, 2] },
  ])
})

test('arrays are used again from batch to batch', () => {
  const arrays = new Set<unknown>()
  for (const { inputs } of batches(examples, { batchSize: 2 })) arrays.add(inputs['x']?.data)
  expect(arrays.size).toBe(2)
})

test('a seed shuffles, inputs together, each epoch anew, each run the same', () => {
  const rowsOf = (epoch: number) => {
    const rows: number[] = []
    for (const { inputs } of batches(examples, { batchSize: 4, seed: 3, epoch })) {
      const [x, y] = [inputs['x']?.data ?? [], inputs['species']?.data ?? []]
      for (let i = 0; i < y.length; i++) {
        const row = (x[2 * i] ?? 0) / 2
        expect(y[i]).toBe(row % 3)
        rows.push(row)
      }
    }
    return rows
  }
  expect(rowsOf(1).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(rowsOf(1)).toEqual(rowsOf(1))
  expect(rowsOf(1)).not.toEqual(rowsOf(2))
})

test('the order of an epoch is fixed for good: checkpoints rely on it', () => {
  expect(Array.from(epochOrder(range(8), 1, 1))).toMatchInlineSnapshot(`
    [
      2,
      3,
      6,
      4,
      1,
      0,
      5,
      7,
    ]
  `)
  expect(Array.from(split(10, 0.3, 1).validation)).toMatchInlineSnapshot(`
    [
      0,
      3,
      8,
    ]
  `)
  expect(generator(2 ** 40 + 5, 'shuffle', 7)()).toMatchInlineSnapshot(`1480821403`)
})

test('places after shuffling are even', () => {
  const counts = new Int32Array(25)
  for (let epoch = 1; epoch <= 5000; epoch++) {
    epochOrder(range(5), 11, epoch).forEach((row, place) => {
      counts[row * 5 + place] = (counts[row * 5 + place] ?? 0) + 1
    })
  }
  // Each expects 1000, with a standard deviation of 28.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(140)
})

test('a split takes each row once', () => {
  const { train, validation } = split(150, 0.2, 5)
  expect([train.length, validation.length]).toEqual([120, 30])
  expect(new Set([...train, ...validation]).size).toBe(150)
  expect(split(150, 0, 5).validation.length).toBe(0)
})

test('rows may lie along an inner axis, and inputs without it stay whole', () => {
  const inputs = [
    { name: 'x', axes: ['H', 'N'], kind: 'real', optional: false },
    { name: 'scale', axes: ['H'], kind: 'real', optional: false },
  ] as const
  const inner: Signature = {
    ...signature,
    axes: { N: { size: null }, H: { size: 2 } },
    entries: { loss: { kind: 'loss', inputs } },
    parameters: [],
  }
  const data = { x: { data: [1, 2, 3, 4, 5, 6], shape: [2, 3] }, scale: [8, 9] }
  const [first] = batches(examplesOf(inner, data), { batchSize: 2 })
  expect(first?.inputs).toEqual({
    x: { data: Float32Array.of(1, 2, 4, 5), shape: [2, 2] },
    scale: { data: Float32Array.of(8, 9), shape: [2] },
  })
})

test('lists of rows have the shape that they show', () => {
  const species = [0, 1]
  const { inputs } = examplesOf(signature, { x: [[1, 2, 3], Float64Array.of(4, 5, 6)], species })
  expect(inputs['x']).toMatchObject({ data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] })
})

test('lists that are no table are refused', () => {
  const told = (x: unknown) =>
    messageOf(() => examplesOf(signature, { x: x as number[], species: [0, 1] }))
  expect(
    [
      [[1, 2], [3]],
      [[1, 2], 3],
      [1, [2, 3]],
      [1, '2'],
      [[1], [undefined]],
    ].map(told),
  ).toMatchInlineSnapshot(`
    [
      "DataError: The input "x" is ragged: one of its lists has 1 entries, and the first 2.",
      "DataError: The input "x" is ragged: it has lists beside numbers.",
      "DataError: The input "x" is ragged: it has lists beside numbers.",
      "DataError: The input "x" takes numbers, and its number 1 is "2".",
      "DataError: The input "x" takes numbers, and its number 1 is undefined.",
    ]
  `)
})

test.each([
  [{ x: [1, 2] }, 'DataError: The input "species" has no data. There are "x".'],
  [
    { x: { data: [1, 2], shape: [2] }, species: [0] },
    'DataError: The input "x" has the axes [N, D], and its data have the shape [2].',
  ],
  [
    { x: { data: [1, 2, 3, 4], shape: [2, 2] }, species: { data: [0], shape: [1] } },
    'DataError: The axis N is 2 by the input "x", and 1 by the input "species".',
  ],
  [
    { x: { data: [1, 2, 3], shape: [2, 2] }, species: [0, 1] },
    'DataError: The input "x" has 3 numbers, where [N, D] = [2, 2] takes 4.',
  ],
  [
    { x: [1, 2], species: [0.5] },
    'DataError: The input "species" takes whole numbers, and its number 0 is 0.5.',
  ],
])('refuses %j', (data, message) => {
  expect(messageOf(() => examplesOf(signature, data))).toBe(message)
})
