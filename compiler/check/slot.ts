// What takes an argument, and where the argument came from: what the messages about both share.
import type { Label } from '../source/diagnostic.ts'
import type { Expression, Type } from '../syntax/ast.ts'
import type { ResolvedType } from './types.ts'
import type { Argument } from './value.ts'

/** What takes the argument: a parameter of a function, an option, a `let` with a type. */
export interface Slot {
  readonly name: string
  /** The function or block. */
  readonly of: string
  readonly type?: ResolvedType
  readonly default?: Expression
  /** What the function says that it gives. */
  readonly result?: Type
}

export function originOf({ value, at }: Argument): Label[] {
  if (value.kind !== 'tensor' || value.from === undefined) return []
  const { from } = value
  if (from.at.path === at.path && from.at.span.start === at.span.start) return []
  return [{ ...from.at, message: `\`${from.name}\` is defined here` }]
}
