// What a reader makes of a file: columns by name. Texts stay texts until an input says what they are.
import type { NumericArray } from './tensor.ts'

export interface Table {
  /** The file's name, for messages. */
  readonly source: string
  readonly rows: number
  readonly columns: readonly Column[]
}

/** A column of a CSV: one text for each row. */
export interface TextColumn {
  readonly kind: 'text'
  readonly name: string
  readonly source: string
  readonly cells: readonly string[]
  /** The line of the file on which each row begins. */
  readonly lines: readonly number[]
}

/** An array of an NPY, NPZ or IDX file; its first dimension is the rows. */
export interface ArrayColumn {
  readonly kind: 'array'
  readonly name: string
  readonly source: string
  readonly data: NumericArray
  readonly shape: readonly number[]
}

export type Column = TextColumn | ArrayColumn

export function rowsOf(column: Column): number {
  return column.kind === 'text' ? column.cells.length : (column.shape[0] ?? 1)
}

/** Where a row stands, in words: `iris.csv, line 7`, `x.npy, row 6`. */
export function placeOf(column: Column, row: number): string {
  if (column.kind === 'array') return `${column.source}, row ${row}`
  return `${column.source}, line ${column.lines[row] ?? row + 2}`
}
