// Patterns: a value, or the parts of a tuple, get their names.
import { axisText } from '../graph/sizeText.ts'
import type { Location } from '../source/span.ts'
import type { Pattern } from '../syntax/ast.ts'
import { locate, report, type Frame } from './frame.ts'
import { nounOf, poison } from './value.ts'
import type { Value } from './value.ts'

/** Gives names to a value's parts; what does not take apart becomes poison, and is reported. */
export function bindPattern(pattern: Pattern, value: Value, frame: Frame): void {
  if (pattern.kind === 'name') {
    const location = locate(frame, pattern.span)
    const { text } = pattern.name
    frame.scope.declare(text, { kind: 'value', value: named(value, text, location), at: location })
    return
  }
  const items = value.kind === 'tuple' ? value.items : []
  const fits = items.length === pattern.items.length
  if (!fits && value.kind !== 'poison') {
    const axis = value.kind === 'tensor' ? value.node.axes.at(-1) : undefined
    report(frame, 'pattern-differs', pattern.span, {
      wanted: pattern.items.length,
      found: value.kind === 'tuple' ? `a tuple of ${items.length}` : nounOf(value),
      ...(value.kind === 'tuple' ? { length: items.length } : {}),
      ...(axis === undefined ? {} : { axis: axisText(axis) }),
    })
  }
  for (const [i, item] of pattern.items.entries()) {
    bindPattern(item, fits ? (items[i] ?? poison) : poison, frame)
  }
}

/** A tensor keeps the name it was given, for messages. */
export function named(value: Value, name: string, at: Location): Value {
  return value.kind === 'tensor' ? { ...value, from: { name, at } } : value
}
