import { expect, test } from 'vitest'
import { prepare, readCsv, split, type Signature } from '../../runtime/index.ts'
import { iris, irisColumns, irisExamples, messageOf, softmaxModule } from './fixture/data.ts'

const { signature } = softmaxModule

/** A signature with one loss of the given inputs. */
function signatureOf(
  inputs: Signature['entries'][string]['inputs'],
  axes: Signature['axes'] = { N: { size: null }, D: { size: null }, C: { size: 3 } },
): Signature {
  const entries = { loss: { kind: 'loss' as const, inputs } }
  return { backend: 'js', precision: 'f32', axes, entries, parameters: [], states: [], slots: [] }
}
const input = (name: string, axes: string[], kind = 'real', more = {}) =>
  ({ name, axes, kind, optional: false, ...more }) as Signature['entries'][string]['inputs'][number]
const inputOf = (sig: Signature, csv: string, name: string, columns = {}) =>
  prepare(sig, [readCsv(csv, 'd.csv')], { columns }).examples.inputs[name]

test('columns become inputs, by range and by name; the data settle the free axes', () => {
  const { examples, preparation } = prepare(signature, [iris], { columns: irisColumns })
  expect(examples).toMatchObject({ rows: 150, rowAxis: 'N', axes: { D: 4, C: 3 } })
  expect(examples.inputs['x']?.shape).toEqual([150, 4])
  expect(Array.from(examples.inputs['x']?.data.slice(0, 4) ?? [])).toEqual(
    [5.1, 3.5, 1.4, 0.2].map(Math.fround),
  )
  expect(preparation.inputs['species']).toEqual({
    columns: 'species',
    classes: ['setosa', 'versicolor', 'virginica'],
  })
})

test('a file without a header line', () => {
  const sig = signatureOf([input('x', ['N'])])
  expect(messageOf(() => inputOf(sig, '5.1,setosa\n4.9,setosa\n', 'x'))).toContain(
    'Is the header line missing? The first line names the columns.',
  )
})

test.each([
  ['a:c', [1, 2, 3]],
  ['c', [3]],
  ['c, a', [3, 1]],
  ['a:b,t:m', [1, 2, 9]],
  ['b:t:m', [2, 3, 9]],
])('the columns %s', (specification, expected) => {
  const found = inputOf(signatureOf([input('x', ['N', 'D'])]), 'a,b,c,t:m\n1,2,3,9\n', 'x', {
    x: specification,
  })
  expect(Array.from(found?.data ?? [])).toEqual(expected)
})

test('rows may be split into several axes, and need not come first', () => {
  const axes = { N: { size: null }, H: { size: 2 }, W: { size: null } }
  const csv = 'a,b,c,d\n1,2,3,4\n5,6,7,8\n'
  const image = inputOf(signatureOf([input('x', ['N', 'H', 'W'])], axes), csv, 'x', { x: 'a:d' })
  expect(image).toMatchObject({ shape: [2, 2, 2], along: 0 })
  const last = inputOf(signatureOf([input('x', ['H', 'N'])], axes), csv, 'x', { x: 'a:b' })
  expect(last).toMatchObject({ shape: [2, 2], along: 1, data: Float32Array.of(1, 5, 2, 6) })
})

test('numbers, whole numbers and truth values; a default may be left out, a constant given', () => {
  const sig = signatureOf([
    input('n', ['N'], 'int'),
    input('t', ['N'], 'bool'),
    input('w', ['N'], 'real', { optional: true }),
    input('scale', []),
  ])
  const { inputs } = prepare(sig, [readCsv('n,t\n3,true\n-4,0\n')], {
    columns: { scale: '0.5' },
  }).examples
  expect(inputs['n']?.data).toEqual(Int32Array.of(3, -4))
  expect(inputs['t']?.data).toEqual(Uint8Array.of(1, 0))
  expect(inputs['w']).toBeUndefined()
  expect(inputs['scale']).toMatchObject({ data: Float32Array.of(0.5), shape: [], along: -1 })
})

test.each([
  ['whole numbers below the size stay', '2,0,2', ['0', '1', '2'], [2, 0, 2]],
  ['other whole numbers are numbered by value', '10,9,30', ['9', '10', '30'], [1, 0, 2]],
  ['numbers have one spelling', '1.0,01,1', ['0', '1', '2'], [1, 1, 1]],
  ['names are numbered by spelling', 'b,a,B', ['B', 'a', 'b'], [2, 1, 0]],
])('labels: %s', (_, labels, classes, numbers) => {
  const sig = signatureOf([input('y', ['N'], 'class', { kindAxis: 'C' })])
  const csv = readCsv(`y\n${labels.replaceAll(',', '\n')}\n`)
  const { examples, preparation } = prepare(sig, [csv])
  expect(preparation.inputs['y']?.classes).toEqual(classes)
  expect(Array.from(examples.inputs['y']?.data ?? [])).toEqual(numbers)
})

test('the labels settle a free number of classes', () => {
  const axes = { N: { size: null }, C: { size: null } }
  const sig = signatureOf([input('y', ['N'], 'class', { kindAxis: 'C' })], axes)
  expect(prepare(sig, [readCsv('y\nno\nyes\n')]).examples.axes).toEqual({ C: 2 })
})

test('a missing label is one where the input declares it', () => {
  const missing = { kindAxis: 'C', missing: -100 }
  const sig = signatureOf([input('y', ['N'], 'class', missing)])
  expect(inputOf(sig, 'y,z\na,1\n,2\nNA,3\n-100,4\n', 'y')?.data).toEqual(
    Int32Array.of(0, -100, -100, -100),
  )
})

test('standardising takes the statistics of the training rows, and keeps them', () => {
  const rows = split(150, 0.2, 1).train
  const { examples, preparation } = prepare(signature, [iris], {
    columns: irisColumns,
    standardize: ['x'],
    statisticsOf: () => rows,
  })
  const { data } = examples.inputs['x'] ?? { data: [] }
  const column = Array.from(rows, (row) => data[row * 4 + 2] ?? 0)
  const mean = column.reduce((sum, value) => sum + value, 0) / rows.length
  const square = column.reduce((sum, value) => sum + value * value, 0) / rows.length
  expect(mean).toBeCloseTo(0, 6)
  expect(square).toBeCloseTo(1, 5)
  const again = prepare(signature, [iris], { preparation })
  expect(again.examples.inputs['x']).toEqual(examples.inputs['x'])
  expect(again.preparation).toEqual(preparation)
})

test('a feature that does not vary stays finite', () => {
  const sig = signatureOf([input('x', ['N', 'D'])])
  const { examples } = prepare(sig, [readCsv('a,b\n7,1\n7,3\n')], {
    columns: { x: 'a:b' },
    standardize: ['x'],
  })
  expect(Array.from(examples.inputs['x']?.data ?? [])).toEqual([0, -1, 0, 1])
})

const known = irisExamples().preparation
const flowers = (rows: string) =>
  readCsv(`sepal_length,sepal_width,petal_length,petal_width,species\n${rows}\n`, 'new.csv')
test.each([
  [
    'a missing column',
    () => prepare(signature, [iris], { columns: { ...irisColumns, species: 'specie' } }),
    'DataError: iris.csv has no column "specie". Did you mean "species"? Its columns are "sepal_length", "sepal_width", "petal_length", "petal_width", "species".',
  ],
  [
    'an input that nobody said where to find',
    () => prepare(signature, [iris]),
    'DataError: iris.csv has no column "x". There are "sepal_length", "sepal_width", "petal_length", "petal_width", "species". The input "x" needs it, or other columns named by --input x=sepal_length:species.',
  ],
  [
    'an unknown input',
    () => prepare(signature, [iris], { columns: { specis: 'species' } }),
    'DataError: The model has no input "specis". Did you mean "species"?',
  ],
  [
    'a range that runs backwards',
    () => prepare(signature, [iris], { columns: { x: 'petal_width:petal_length' } }),
    'DataError: The range "petal_width:petal_length" runs backwards: "petal_length" stands before "petal_width" in the file.',
  ],
  [
    'a text in a number column',
    () => prepare(signature, [flowers('5.1,3.5,1.4,abc,setosa')], { preparation: known }),
    'DataError: new.csv, line 2: the column "petal_width" holds "abc", where the input "x" wants a number.',
  ],
  [
    'an empty cell',
    () => prepare(signature, [flowers('5.1,,1.4,1,setosa')], { preparation: known }),
    'DataError: new.csv, line 2: the column "sepal_width" has no value (an empty cell), where the input "x" wants a number.',
  ],
  [
    'a NaN',
    () =>
      prepare(signature, [flowers('5,1,1,1,setosa\nNaN,3,1.4,1,setosa')], { preparation: known }),
    'DataError: new.csv, line 3: the column "sepal_length" has no value ("NaN"), where the input "x" wants a number.',
  ],
  [
    'an unknown label',
    () => prepare(signature, [flowers('5,1,1,1,setosa\n5,3,1.4,1,rose')], { preparation: known }),
    'DataError: new.csv, line 3: the column "species" has the label "rose", which is not among those of training: "setosa", "versicolor", "virginica".',
  ],
  [
    'too many labels',
    () =>
      prepare(signature, [flowers('5,1,1,1,a\n5,1,1,1,b\n5,1,1,1,c\n5,3,1.4,1,d')], {
        columns: irisColumns,
      }),
    'DataError: The input "species" has 3 classes, and the data 4 labels: "a", "b", "c", "d".',
  ],
  [
    'no label',
    () => prepare(signature, [flowers('5,1,1,1,')], { preparation: known }),
    'DataError: new.csv, line 2: the column "species" has no label, and the input "species" is not declared with a missing value.',
  ],
  [
    'columns of different lengths in one input',
    () =>
      prepare(
        signatureOf([input('x', ['N', 'D'])]),
        [readCsv('a\n1\n2\n', 'a.csv'), readCsv('b\n1\n', 'b.csv')],
        {
          columns: { x: 'a:b' },
        },
      ),
    'DataError: The column "b" of b.csv has 1 rows, and "a" of a.csv has 2.',
  ],
  [
    'inputs of different lengths',
    () =>
      prepare(signatureOf([input('a', ['N']), input('b', ['N'])]), [
        readCsv('a\n1\n2\n', 'a.csv'),
        readCsv('b\n1\n', 'b.csv'),
      ]),
    'DataError: The axis N is 2 by the input "a", and 1 by the input "b".',
  ],
  [
    'standardising labels',
    () => prepare(signature, [iris], { columns: irisColumns, standardize: ['species'] }),
    'DataError: The input "species" is of kind class; only real inputs can be standardized.',
  ],
])('%s', (_, action, message) => {
  expect(messageOf(action)).toBe(message)
})
