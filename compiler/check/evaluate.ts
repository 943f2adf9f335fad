// The two questions that every part of the checker asks: what is this expression worth, and what does this call give?
// They are answered by the interpreter, which sees all parts; here nothing is known of it, so that parts don't import
// what imports them.
import type { Expression } from '../syntax/ast.ts'
import type { CallSite } from './builtins/builtin.ts'
import { textOf } from './describe.ts'
import { locate, type Frame } from './frame.ts'
import type { Argument, Arguments, Callable, Value } from './value.ts'

export interface Interpreter {
  readonly evaluate: (expression: Expression, frame: Frame) => Value
  readonly invoke: (callee: Callable, given: Arguments, site: CallSite) => Value
}

export function evaluate(expression: Expression, frame: Frame): Value {
  return frame.elaboration.interpreter.evaluate(expression, frame)
}

export function invoke(callee: Callable, given: Arguments, site: CallSite): Value {
  return site.frame.elaboration.interpreter.invoke(callee, given, site)
}

/** An argument with what messages say of it. */
export function evaluateArgument(expression: Expression, frame: Frame): Argument {
  return {
    value: evaluate(expression, frame),
    at: locate(frame, expression.span),
    text: textOf(expression),
  }
}
