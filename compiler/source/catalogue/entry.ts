// What one message of the catalogue is: its severity, and the words made from the facts.
import type { Severity } from '../diagnostic.ts'

/** `Facts` are what the words need: names, axes, sizes as text. Write `message` as a clause without a full stop. */
export interface Entry<Facts> {
  readonly severity: Severity
  readonly message: (facts: Facts) => string
  /** What to try. No hint when it returns undefined. */
  readonly hint?: (facts: Facts) => string | undefined
}

type Words<Facts> = Omit<Entry<Facts>, 'severity'>

export function error<Facts>(words: Words<Facts>): Entry<Facts> {
  return { severity: 'error', ...words }
}

export function warning<Facts>(words: Words<Facts>): Entry<Facts> {
  return { severity: 'warning', ...words }
}

export function note<Facts>(words: Words<Facts>): Entry<Facts> {
  return { severity: 'note', ...words }
}
