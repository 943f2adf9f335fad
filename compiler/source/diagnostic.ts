// Diagnostics as data. Words live in catalogue.ts, pictures in render.ts.
import type { Location, Span } from './span.ts'

export type Severity = 'error' | 'warning' | 'note'

/** A second place that explains the first: the origin of an axis, a size, a kind. */
export interface Label {
  readonly path: string
  readonly span: Span
  readonly message: string
}

/** A change of the text that mends the fault; `check --fix` applies it. */
export interface Fix {
  readonly message: string
  readonly edits: readonly { readonly path: string; readonly span: Span; readonly text: string }[]
}

export interface Diagnostic {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly path: string
  readonly span: Span
  readonly labels: readonly Label[]
  readonly hint?: string
  readonly fix?: Fix
}

export type { Location, Span }
