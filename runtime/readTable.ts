// A file's bytes to a table, by its name's ending.
import { readCsv } from './csv.ts'
import { DataError } from './fault.ts'
import { readIdx } from './idx.ts'
import { quote } from './nearest.ts'
import { arrayColumn, readNpy, readNpz, tableOf } from './npy.ts'
import type { Table } from './table.ts'

/**
 * CSV and TSV, NPY, NPZ, IDX (also `….idx3-ubyte`, `….gz`). A file of one array makes a column called as the file
 * without its ending.
 */
export function readTable(name: string, bytes: Uint8Array): Table {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  const stem = base.replace(/\..*$/, '')
  if (/\.(csv|tsv|txt)$/i.test(base)) return readCsv(decodeText(bytes, name), name)
  if (/\.npy$/i.test(base)) return tableOf([arrayColumn(stem, name, readNpy(bytes, name))], name)
  if (/\.npz$/i.test(base)) return readNpz(bytes, name)
  if (/[.-]idx\d*(-ubyte)?(\.gz)?$/i.test(base)) {
    const column = arrayColumn(stem.replace(/-idx.*$/i, ''), name, readIdx(bytes, name))
    return tableOf([column], name)
  }
  throw new DataError(
    `${quote(name)}: the kinds of data known are .csv, .tsv, .npy, .npz and .idx.`,
  )
}

/** UTF-8, with or without a byte-order mark. */
export function decodeText(bytes: Uint8Array, name: string): string {
  if (bytes.subarray(0, 4096).includes(0))
    throw new DataError(`${name} is a binary file, not text.`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new DataError(`${name} is not UTF-8 text. Save it as UTF-8 and try again.`, { cause })
  }
}
