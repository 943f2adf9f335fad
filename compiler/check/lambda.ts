// Calling a lambda: its names are bound by position, its body is worked out where it was written.
import type { CallSite } from './builtins/builtin.ts'
import { callFrame } from './callFrame.ts'
import { locate, reportAt } from './frame.ts'
import { count } from '../source/words.ts'
import { Scope } from './scope.ts'
import { evaluateBody } from './statements.ts'
import { bindPattern } from './patterns.ts'
import { poison } from './value.ts'
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
    if (argument !== undefined) bindPattern(pattern, argument.value, inner)
  }
  return evaluateBody(body, inner)
}
