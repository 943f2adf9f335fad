import { expect, test } from 'vitest'
import { readCsv } from '../../runtime/index.ts'
import { messageOf } from './fixture/data.ts'

const cells = (text: string) =>
  readCsv(text).columns.map((column) =>
    column.kind === 'text' ? [column.name, ...column.cells] : [],
  )

test('a header line names the columns, and every row has a field for each', () => {
  expect(cells('a,b\n1,2\n3,4\n')).toEqual([
    ['a', '1', '3'],
    ['b', '2', '4'],
  ])
})

test.each([
  [
    'semicolons',
    'a;b\n1,5;2\n',
    [
      ['a', '1,5'],
      ['b', '2'],
    ],
  ],
  [
    'tabs',
    'a\tb\n1\t2\n',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  ['a single column', 'a\n1\n2\n', [['a', '1', '2']]],
  [
    'quotes with separators',
    'a,b\n"x, y","say ""hi"""\n',
    [
      ['a', 'x, y'],
      ['b', 'say "hi"'],
    ],
  ],
  [
    'line breaks of Windows, a byte-order mark',
    '\ufeffa,b\r\n1,2\r\n',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'blank lines and blanks',
    'a, b\n\n 1 ,2\n\n',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'no line break at the end',
    'a,b\n1,2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
])('%s', (_, text, expected) => {
  expect(cells(text)).toEqual(expected)
})

test('a row knows its line, past quoted line breaks and blank lines', () => {
  const [column] = readCsv('a,b\n"x\ny",1\n\nz,2\n').columns
  expect(column).toMatchObject({ lines: [2, 5] })
})

test.each([
  ['', 'DataError: d.csv is empty: a header line and rows are wanted.'],
  [' \n\n', 'DataError: d.csv is empty: a header line and rows are wanted.'],
  ['a,b\n', 'DataError: d.csv has a header line and no rows.'],
  [
    '5.1,3.5\n4.9,3\n',
    'DataError: d.csv has no header: its first line holds numbers only ("5.1", "3.5"). Name the columns on the first line.',
  ],
  ['a,a\n1,2\n', 'DataError: d.csv: two columns are called "a".'],
  ['a,,c\n1,2,3\n', 'DataError: d.csv: column 2 has no name in the header.'],
  ['a,b\n1,2\n1\n', 'DataError: d.csv, line 3 has 1 field, where the header names 2 columns.'],
  ['a,b\n1,2,3\n', 'DataError: d.csv, line 2 has 3 fields, where the header names 2 columns.'],
  [
    'a,b\n1,2\n"x,3\n',
    'DataError: d.csv, line 3: a quoted field does not end, or goes on after its quote.',
  ],
])('refuses %j', (text, message) => {
  expect(messageOf(() => readCsv(text, 'd.csv'))).toBe(message)
})
