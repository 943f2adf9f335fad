// The table of scalar operations: every row, and the one way to find a row by its name.
import type { ScalarOperation } from '../graph/operation.ts'
import { arithmetic } from './arithmetic.ts'
import { comparison } from './comparison.ts'
import { exponential } from './exponential.ts'
import { extremes } from './extremes.ts'
import { hyperbolic } from './hyperbolic.ts'
import { logic } from './logic.ts'
import { powers } from './powers.ts'
import { rounding } from './rounding.ts'
import { sigmoids } from './sigmoids.ts'
import { special } from './special.ts'
import { trigonometric } from './trigonometric.ts'

/** In the order of the reference page. */
export const operations: readonly ScalarOperation[] = [
  ...arithmetic,
  ...powers,
  ...extremes,
  ...rounding,
  ...exponential,
  ...sigmoids,
  ...trigonometric,
  ...hyperbolic,
  ...special,
  ...comparison,
  ...logic,
]

const byName = new Map(operations.map((row) => [row.name, row]))

export function operation(name: string): ScalarOperation {
  const row = byName.get(name)
  if (row === undefined) throw new Error(`no operation is called ${name}`)
  return row
}

export function isOperation(name: string): boolean {
  return byName.has(name)
}
