// CSV: one header line, then rows of as many fields. Comma, semicolon or tab, whichever the header has most of.
import Papa from 'papaparse'
import { DataError } from './fault.ts'
import { listOf, quote } from './nearest.ts'
import type { Table } from './table.ts'

/** Reads a CSV's text. Fields may be quoted, and then hold separators and line breaks. */
export function readCsv(text: string, source = 'data.csv'): Table {
  if (text.trim() === '')
    throw new DataError(`${source} is empty: a header line and rows are wanted.`)
  const { rows, lines } = parseRows(text, source)
  const names = (rows[0] ?? []).map((name) => name.trim())
  checkHeader(names, source)
  const body = rows.slice(1)
  const bodyLines = lines.slice(1)
  if (body.length === 0) throw new DataError(`${source} has a header line and no rows.`)
  body.forEach((row, i) => {
    if (row.length === names.length) return
    throw new DataError(
      `${source}, line ${bodyLines[i]} has ${count(row.length, 'field')}, where the header names ${count(names.length, 'column')}.`,
    )
  })
  const columns = names.map((name, j) => ({
    kind: 'text' as const,
    name,
    source,
    cells: body.map((row) => (row[j] ?? '').trim()),
    lines: bodyLines,
  }))
  return { source, rows: body.length, columns }
}

/** The fields of each row that is not blank, and the line where it begins. */
function parseRows(text: string, source: string) {
  const parsed = Papa.parse<string[]>(text, { delimiter: delimiterOf(text) })
  const rows: string[][] = []
  const lines: number[] = []
  const allLines: number[] = []
  let line = 1
  for (const row of parsed.data) {
    allLines.push(line)
    if (row.length > 1 || (row[0] ?? '').trim() !== '') {
      rows.push(row)
      lines.push(line)
    }
    line += 1 + row.reduce((breaks, field) => breaks + lineBreaks(field), 0)
  }
  for (const fault of parsed.errors) {
    if (fault.type !== 'Quotes') continue
    const at = allLines[fault.row ?? 0] ?? line
    throw new DataError(
      `${source}, line ${at}: a quoted field does not end, or goes on after its quote.`,
    )
  }
  return { rows, lines }
}

function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/)).replace(/"[^"]*"/g, '')
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: header.split(mark).length }))
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).mark
}

function checkHeader(names: readonly string[], source: string): void {
  if (names.length > 0 && names.every((name) => name !== '' && Number.isFinite(Number(name)))) {
    throw new DataError(
      `${source} has no header: its first line holds numbers only (${listOf(names, 4)}). Name the columns on the first line.`,
    )
  }
  const seen = new Set<string>()
  names.forEach((name, i) => {
    if (name === '') throw new DataError(`${source}: column ${i + 1} has no name in the header.`)
    if (seen.has(name)) throw new DataError(`${source}: two columns are called ${quote(name)}.`)
    seen.add(name)
  })
}

function lineBreaks(field: string): number {
  return field.match(/\r\n|\r|\n/g)?.length ?? 0
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
