// What the language brings along besides its standard library: functions that the language itself can't express.
import type { Span } from '../../source/span.ts'
import type { Call } from '../../syntax/ast.ts'
import type { Frame } from '../frame.ts'
import type { Arguments, Value } from '../value.ts'

/** Where a function is called, and as what. */
export interface CallSite {
  readonly frame: Frame
  readonly span: Span
  /** The callee as written: `softmax`, `hidden`. */
  readonly name: string
}

export interface Builtin {
  readonly name: string
  /** One line for hover texts and the reference page. */
  readonly meaning: string
  /** How it is called: `sum[H, W](x)`. */
  readonly usage: string
  readonly apply: (site: CallSite, given: Arguments) => Value
  /** Of those whose arguments are no values: `size(C)`. */
  readonly expand?: (frame: Frame, call: Call) => Value
}
