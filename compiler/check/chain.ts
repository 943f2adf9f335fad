// `chain(A, f, B)` and `repeat(n, A)`: blocks and functions in a row, of which `use` makes one instance.
import type { Call, Expression } from '../syntax/ast.ts'
import { argumentsOf, calleeOf, withArguments } from './call.ts'
import { evaluateKnownNumber } from './constants.ts'
import { textOf } from './describe.ts'
import { evaluate } from './evaluate.ts'
import { report, type Frame } from './frame.ts'
import { isCallable, nounOf, poison } from './value.ts'
import type { ChainPart, ChainValue, TemplateValue, Value } from './value.ts'

/** More copies than any model has, and fewer than would take long. */
const mostCopies = 10_000

export function chainOf(frame: Frame, call: Call): Value {
  for (const { name } of call.named) {
    report(frame, 'unknown-option', name.span, { name: name.text, of: 'chain' })
  }
  if (call.positional.length === 0) {
    report(frame, 'argument-missing', call.span, { of: 'chain', names: ['a block'] })
    return poison
  }
  const parts = call.positional.map((part) => partOf(part, frame))
  const known = parts.filter((part) => part !== null)
  return known.length < parts.length ? poison : { kind: 'chain', parts: known }
}

export function repeatOf(frame: Frame, call: Call): Value {
  const [times, repeated, extra] = call.positional
  if (times === undefined || repeated === undefined || extra !== undefined) {
    report(frame, 'argument-count', call.span, {
      of: 'repeat',
      wanted: 'a number and a block',
      given: call.positional.length,
    })
    return poison
  }
  const n = evaluateKnownNumber(frame, times, 'the number of copies')
  const part = partOf(repeated, frame)
  if (n === null || part === null) return poison
  if (!Number.isInteger(n) || n < 1 || n > mostCopies) {
    report(frame, 'copies-out-of-range', times.span, { given: String(n), most: mostCopies })
    return poison
  }
  return { kind: 'chain', parts: [part], copies: n }
}

/** What `use` makes an instance of. */
export function templateOf(
  expression: Expression,
  frame: Frame,
): TemplateValue | ChainValue | null {
  const part = partOf(expression, frame)
  if (part === null) return null
  if (part.kind === 'template' || part.kind === 'chain') return part
  report(frame, 'use-not-block', expression.span, {
    text: textOf(expression),
    noun: nounOf(part),
  })
  return null
}

/** A block, a chain, or a function; one with arguments waits for its first, as after `|>`. */
function partOf(expression: Expression, frame: Frame): ChainPart | null {
  const value = unfinished(expression, frame)
  if (value.kind === 'poison') return null
  if (value.kind === 'block') {
    return {
      kind: 'template',
      declaration: value.declaration,
      given: { positional: [], named: [] },
      at: { path: frame.path, span: expression.span },
    }
  }
  if (value.kind === 'template' || value.kind === 'chain' || isCallable(value)) return value
  report(frame, 'not-a-part', expression.span, { text: textOf(expression), noun: nounOf(value) })
  return null
}

function unfinished(expression: Expression, frame: Frame): Value {
  if (expression.kind === 'name') return calleeOf(expression, frame)
  if (expression.kind !== 'call') return evaluate(expression, frame)
  const head =
    expression.callee.kind === 'instantiate' ? expression.callee.callee : expression.callee
  const callee = calleeOf(head, frame)
  if (callee.kind === 'builtin' && callee.builtin.expand !== undefined) {
    return callee.builtin.expand(frame, expression)
  }
  if (callee.kind === 'lambda' || (!isCallable(callee) && callee.kind !== 'block')) {
    return evaluate(expression, frame)
  }
  const given = argumentsOf(expression, undefined, frame)
  if (given === null) return poison
  return withArguments(callee, given, expression.span, frame)
}
