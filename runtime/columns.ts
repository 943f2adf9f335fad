// Which columns make up an input: `p00:p77` (from one to the other, in the file's order), `age,bmi`, or a single name.
import { DataError } from './fault.ts'
import { didYouMean, listOf, quote } from './nearest.ts'
import type { Column, Table } from './table.ts'

/** The columns of all tables; no name may come twice. */
export function allColumns(tables: readonly Table[]): Column[] {
  const columns = tables.flatMap((table) => table.columns)
  const seen = new Map<string, Column>()
  for (const column of columns) {
    const other = seen.get(column.name)
    if (other !== undefined) {
      throw new DataError(
        `Both ${other.source} and ${column.source} have a column ${quote(column.name)}.`,
      )
    }
    seen.set(column.name, column)
  }
  return columns
}

/** The columns that a specification names. A column's own name comes first, whatever marks it holds. */
export function selectColumns(columns: readonly Column[], specification: string): Column[] {
  const names = columns.map((column) => column.name)
  const indexOf = (name: string) => {
    const index = names.indexOf(name.trim())
    if (index < 0) throw new DataError(missingColumn(columns, name.trim()))
    return index
  }
  const ofPart = (part: string): Column[] => {
    const trimmed = part.trim()
    if (names.includes(trimmed) || !trimmed.includes(':')) {
      return columns.slice(indexOf(trimmed), indexOf(trimmed) + 1)
    }
    const [from, to] = rangeEnds(trimmed, names)
    const [first, last] = [indexOf(from), indexOf(to)]
    if (first > last) {
      throw new DataError(
        `The range ${quote(trimmed)} runs backwards: ${quote(to.trim())} stands before ${quote(from.trim())} in the file.`,
      )
    }
    return columns.slice(first, last + 1)
  }
  if (names.includes(specification)) return ofPart(specification)
  const selected = specification.split(',').flatMap(ofPart)
  selected.forEach((column, i) => {
    if (selected.indexOf(column) === i) return
    throw new DataError(`${quote(specification)} names the column ${quote(column.name)} twice.`)
  })
  return selected
}

/** Splits at the colon that leaves a column's name on both sides, if names hold colons themselves. */
function rangeEnds(range: string, names: readonly string[]): [string, string] {
  const parts = range.split(':')
  for (let i = 1; i < parts.length; i++) {
    const ends: [string, string] = [parts.slice(0, i).join(':'), parts.slice(i).join(':')]
    if (ends.every((end) => names.includes(end.trim()))) return ends
  }
  return [parts[0] ?? '', parts.slice(1).join(':')]
}

export function missingColumn(columns: readonly Column[], name: string): string {
  const sources = [...new Set(columns.map((column) => column.source))].join(' and ')
  const names = columns.map((column) => column.name)
  const guess = didYouMean(name, names)
  const all = guess.startsWith('Did') ? ` Its columns are ${listOf(names)}.` : ''
  const header = names.some(isFraction)
    ? ' Is the header line missing? The first line names the columns.'
    : ''
  return `${sources} has no column ${quote(name)}. ${guess}${all}${header}`
}

/** A name such as `5.1`, which is rather a number. */
function isFraction(name: string): boolean {
  return /^-?\d*\.\d+$/.test(name)
}
