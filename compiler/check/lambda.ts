// Calling a lambda: its names are bound by position, its body is worked out where it was written.
import type { Pattern } from '../syntax/ast.ts'
import type { Location, Span } from '../source/span.ts'
import type { CallSite } from './builtins/builtin.ts'
import { callFrame } from './functionCall.ts'
import { reportAt, locate, type Frame } from './frame.ts'
import { count } from '../source/words.ts'
import { Scope } from './scope.ts'
import { evaluateBody } from './statements.ts'
import { nounOf, poison } from './value.ts'
import type { Arguments, LambdaValue, Value } from './value.ts'

export function callLambda(callee: LambdaValue, given: Arguments, site: CallSite): Value {
  const { lambda, frame } = callee
  const { parameters, body } = lambda
  const at = locate(site.frame, site.span)
  const [name] = given.named
  if (name !== undefined) {
    reportAt(site.frame, 'unknown-option', name.nameAt, { name: name.name, of: site.name })
    return poison
  }
  if (given.positional.length !== parameters.length) {
    reportAt(site.frame, 'argument-count', at, {
      of: site.name,
      wanted: count(parameters.length, 'argument'),
      given: given.positional.length,
    })
    return poison
  }
  const scope = new Scope(frame.scope)
  const inner = callFrame(site, { path: frame.path, scope, declaration: lambda, of: frame })
  for (const [i, pattern] of parameters.entries()) {
    const argument = given.positional[i]
    if (argument !== undefined) bindPattern(pattern, argument.value, argument.at, inner)
  }
  return evaluateBody(body, inner)
}

/** Gives names to a value's parts; what does not take apart becomes poison, and is reported. */
export function bindPattern(pattern: Pattern, value: Value, at: Location, frame: Frame): void {
  if (pattern.kind === 'name') {
    const location = locate(frame, pattern.span)
    const { text } = pattern.name
    frame.scope.declare(text, { kind: 'value', value: named(value, text, location), at: location })
    return
  }
  const items = value.kind === 'tuple' ? value.items : []
  const fits = items.length === pattern.items.length
  if (!fits && value.kind !== 'poison') {
    reportAt(frame, 'pattern-differs', locate(frame, pattern.span), {
      wanted: pattern.items.length,
      found: value.kind === 'tuple' ? `a tuple of ${items.length}` : nounOf(value),
    })
  }
  for (const [i, item] of pattern.items.entries()) {
    bindPattern(item, fits ? (items[i] ?? poison) : poison, at, frame)
  }
}

/** A tensor keeps the name it was given, for messages. */
export function named(value: Value, name: string, at: Location): Value {
  return value.kind === 'tensor' ? { ...value, from: { name, at } } : value
}

export type { Span }
