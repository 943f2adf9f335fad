// A column's values as numbers: strict, because a text that slips through as NaN or 0 is found much later.
import { DataError } from './fault.ts'
import { quote } from './nearest.ts'
import type { InputSignature } from './signature.ts'
import { placeOf, type Column } from './table.ts'

const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const missing = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?', '-'])
const truths = new Map([
  ['true', 1],
  ['false', 0],
  ['1', 1],
  ['0', 0],
])

/** The number that a cell of a column holds for an input of kind bool, int or real. */
export function numberOf(column: Column, row: number, text: string, input: InputSignature): number {
  if (input.kind === 'bool') {
    const truth = truths.get(text.toLowerCase())
    if (truth === undefined) throw wrong(column, row, text, input, 'true, false, 1 or 0')
    return truth
  }
  if (!number.test(text)) throw wrong(column, row, text, input, 'a number')
  const value = Number(text)
  if (!Number.isFinite(value)) throw wrong(column, row, text, input, 'a number below 1.8e308')
  if (input.kind === 'int' && !Number.isInteger(value)) {
    throw wrong(column, row, text, input, 'a whole number')
  }
  return value
}

/** The same check for a number of an array. */
export function checkNumber(
  column: Column,
  row: number,
  value: number,
  input: InputSignature,
): void {
  if (Number.isNaN(value)) throw wrong(column, row, 'NaN', input, 'a number')
}

export function isMissing(text: string): boolean {
  return missing.has(text.toLowerCase())
}

function wrong(
  column: Column,
  row: number,
  text: string,
  input: InputSignature,
  wanted: string,
): DataError {
  const found = isMissing(text)
    ? `has no value (${text === '' ? 'an empty cell' : quote(text)})`
    : `holds ${quote(text)}`
  return new DataError(
    `${placeOf(column, row)}: the column ${quote(column.name)} ${found}, where the input ${quote(input.name)} wants ${wanted}.`,
  )
}
