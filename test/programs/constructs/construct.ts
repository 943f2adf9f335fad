// A row of the table of constructs, and what rows are made of.
import type { Value } from '../program.ts'
import type { Made, Scope } from '../scope.ts'

export interface Construct {
  readonly name: string
  /** How often it is tried, next to others: 1 unless said. */
  readonly weight?: number
  /** Null where nothing in scope fits. */
  readonly make: (scope: Scope) => Made | null
}

export type Range = Pick<Value, 'low' | 'high'>

export function plus(a: Range, b: Range): Range {
  return { low: a.low + b.low, high: a.high + b.high }
}

export function minus(a: Range, b: Range): Range {
  return { low: a.low - b.high, high: a.high - b.low }
}

export function times(a: Range, b: Range): Range {
  const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
  return { low: Math.min(...corners), high: Math.max(...corners) }
}

export function scaled({ low, high }: Range, by: number): Range {
  return times({ low, high }, { low: by, high: by })
}

export function hull(...ranges: readonly Range[]): Range {
  return {
    low: Math.min(...ranges.map(({ low }) => low)),
    high: Math.max(...ranges.map(({ high }) => high)),
  }
}

export function withZero(range: Range): Range {
  return hull(range, { low: 0, high: 0 })
}

export function magnitude({ low, high }: Range): number {
  return Math.max(Math.abs(low), Math.abs(high))
}

export function around(most: number): Range {
  return { low: -most, high: most }
}
