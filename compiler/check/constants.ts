// Values that must be known when the file is compiled: whole numbers, numbers, truth values.
import { constantOf } from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { constantSize } from '../graph/size.ts'
import type { Expression } from '../syntax/ast.ts'
import { evaluate } from './evaluate.ts'
import { report, type Frame } from './frame.ts'
import { nounOf } from './value.ts'
import type { KnownBoolean, KnownNumber, Value } from './value.ts'

/** A known number; reports and gives null for anything else. */
export function evaluateKnownNumber(
  frame: Frame,
  expression: Expression,
  what: string,
): number | null {
  const value = evaluate(expression, frame)
  if (value.kind === 'number') return use(frame, value)
  if (value.kind !== 'poison') {
    report(frame, 'not-known', expression.span, { what, found: nounOf(value) })
  }
  return null
}

/** A size: in size expressions an axis' name is its size, and `/` divides exactly. */
export function evaluateSize(frame: Frame, expression: Expression, what: string): Size | null {
  const value = evaluate(expression, { ...frame, isSize: true })
  const size = sizeOf(frame, value)
  if (size !== null || value.kind === 'poison') return size
  const found =
    value.kind === 'number' ? `the number ${value.value}, which is not whole` : nounOf(value)
  report(frame, 'not-a-size', expression.span, { what, found })
  return null
}

/** The size that a value is, if it is one. */
export function sizeOf(frame: Frame, value: Value): Size | null {
  if (value.kind === 'size') return value.size
  if (value.kind !== 'number' || !Number.isSafeInteger(value.value)) return null
  return constantSize(use(frame, value))
}

export function sizeValue(frame: Frame, size: Size): Value {
  const resolved = frame.elaboration.graph.sizes.resolve(size)
  const known = constantOf(resolved)
  return known === null ? { kind: 'size', size } : { kind: 'number', value: known, whole: true }
}

/** The number or truth value itself: an option of an optimizer that got here must stay what it is. */
export function use<T extends KnownNumber | KnownBoolean>(frame: Frame, known: T): T['value'] {
  for (const option of known.options ?? []) frame.elaboration.fixedOptions.add(option)
  return known.value
}

export function mergedOptions(...values: readonly (KnownNumber | KnownBoolean)[]): {
  readonly options?: ReadonlySet<string>
} {
  const all = values.flatMap(({ options }) => [...(options ?? [])])
  return all.length === 0 ? {} : { options: new Set(all) }
}
