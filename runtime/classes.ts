// Labels to class numbers. The names are kept with the model, so that a prediction means what training meant.
import { isMissing } from './cells.ts'
import { DataError } from './fault.ts'
import { listOf, quote } from './nearest.ts'
import type { InputSignature } from './signature.ts'
import { placeOf, rowsOf, type Column } from './table.ts'
import { sizeOf } from './tensor.ts'

export interface EncodedClasses {
  readonly data: Int32Array
  /** The name of each class, by number. */
  readonly classes: readonly string[]
}

/**
 * Encodes the labels of one or several columns (row by row). Without `known` names, whole numbers 0 … size-1 stay as they
 * are; all other labels are numbered in order, numbers by value and names by spelling.
 */
export function encodeClasses(
  columns: readonly Column[],
  input: InputSignature,
  size: number | null,
  known?: readonly string[],
): EncodedClasses {
  const labels = columns.map((column) => labelsOf(column))
  const isAbsent = (label: string) =>
    isMissing(label) || (input.missing !== undefined && label === String(input.missing))
  const classes =
    known ??
    classNames(
      labels.flat().filter((label) => !isAbsent(label)),
      input,
      size,
    )
  const codes = new Map(classes.map((name, code) => [name, code]))
  const rows = columns[0] === undefined ? 0 : rowsOf(columns[0])
  const width = labels.map((column) => column.length / Math.max(rows, 1))
  const data = new Int32Array(labels.reduce((total, column) => total + column.length, 0))
  let at = 0
  for (let row = 0; row < rows; row++) {
    columns.forEach((column, j) => {
      const perRow = width[j] ?? 0
      for (let k = 0; k < perRow; k++) {
        const label = labels[j]?.[row * perRow + k] ?? ''
        data[at++] = codes.get(label) ?? absent(label, isAbsent(label), column, row)
      }
    })
  }
  return { data, classes }

  function absent(label: string, isAbsentLabel: boolean, column: Column, row: number): number {
    if (isAbsentLabel && input.missing !== undefined) return input.missing
    const place = `${placeOf(column, row)}: the column ${quote(column.name)}`
    throw new DataError(
      isAbsentLabel
        ? `${place} has no label, and the input ${quote(input.name)} is not declared with a missing value.`
        : `${place} has the label ${quote(label)}, which is not among those of training: ${listOf(classes)}.`,
    )
  }
}

/** Texts, trimmed; numbers in one spelling, so that `3`, `3.0` and `03` are one label. */
function labelsOf(column: Column): string[] {
  if (column.kind === 'text') return column.cells.map(oneSpelling)
  return Array.from({ length: sizeOf(column.shape) }, (_, i) => String(column.data[i]))
}

function oneSpelling(text: string): string {
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text
}

function classNames(
  labels: readonly string[],
  input: InputSignature,
  size: number | null,
): readonly string[] {
  const distinct = [...new Set(labels)]
  const numeric = distinct.every((label) => label !== '' && Number.isFinite(Number(label)))
  distinct.sort(numeric ? (a, b) => Number(a) - Number(b) : byCodeUnits)
  const isNumber = (label: string) => Number.isInteger(Number(label)) && Number(label) >= 0
  const largest = Number(distinct.at(-1) ?? -1)
  if (numeric && distinct.every(isNumber) && largest < (size ?? distinct.length)) {
    return Array.from({ length: size ?? distinct.length }, (_, code) => String(code))
  }
  if (size !== null && distinct.length > size) {
    throw new DataError(
      `The input ${quote(input.name)} has ${size} classes, and the data ${distinct.length} labels: ${listOf(distinct)}.`,
    )
  }
  return distinct
}

/** Not by locale: the same file must give the same numbers everywhere. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
