// What a call gives: each kind of function has its own way.
import { evaluateExpression } from './expression.ts'
import type { Interpreter } from './evaluate.ts'
import { callFunctions } from './functionCall.ts'
import { callInstance } from './instance.ts'
import { callLambda } from './lambda.ts'
import type { CallSite } from './builtins/builtin.ts'
import type { Arguments, Callable, Value } from './value.ts'

export const interpreter: Interpreter = { evaluate: evaluateExpression, invoke: invokeCallable }

function invokeCallable(callee: Callable, given: Arguments, site: CallSite): Value {
  switch (callee.kind) {
    case 'functions':
      return callFunctions(callee, given, site)
    case 'lambda':
      return callLambda(callee, given, site)
    case 'builtin':
      return callee.builtin.apply(site, given)
    case 'partial':
      return invokeCallable(callee.callee, merged(given, callee.given), site)
    case 'instance':
      return callInstance(callee.instance, given, site)
    default:
      return callee satisfies never
  }
}

/** What comes from the left stands before what was given already. */
function merged(given: Arguments, before: Arguments): Arguments {
  const axes = before.axes ?? given.axes
  const replaced = new Set(given.named.map(({ name }) => name))
  return {
    ...(axes === undefined ? {} : { axes }),
    positional: [...given.positional, ...before.positional],
    named: [...before.named.filter(({ name }) => !replaced.has(name)), ...given.named],
  }
}
