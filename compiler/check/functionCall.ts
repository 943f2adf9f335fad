// Calling functions of the language: one of the overloads is taken, and its body worked out in place.
import type { Location } from '../source/span.ts'
import type { Fn } from '../syntax/ast.ts'
import type { CallSite } from './builtins/builtin.ts'
import { callFrame } from './callFrame.ts'
import { customDerivative } from './customDerivative.ts'
import { isActive, isLibrary, locate, report, reportDiagnostic, type Frame } from './frame.ts'
import { arithmetic, notPositive, unit } from './intervals.ts'
import { match, renamedBack, take, type Match, type Signature } from './matching.ts'
import { evaluateBody } from './statements.ts'
import { asTensor } from './tensors.ts'
import { resolveType } from './types.ts'
import { axesText } from './axes.ts'
import { axisText } from '../graph/sizeText.ts'
import { isNumeric, nounOf, poison } from './value.ts'
import type { Arguments, FunctionDeclaration, FunctionSet, Tensor, Value } from './value.ts'

export function callFunctions(callee: FunctionSet, given: Arguments, site: CallSite): Value {
  const { called } = site.frame.elaboration
  for (const { fn } of callee.overloads) called.add(fn)
  const matches = callee.overloads.map((declaration) => ({
    declaration,
    match: match(signatureOf(declaration), given, site),
  }))
  const taken =
    matches.find(({ match: { errors, warnings } }) => errors.length + warnings.length === 0) ??
    matches.find(({ match: { errors } }) => errors.length === 0)
  if (taken === undefined) {
    // The overload that was meant is the one whose kinds the arguments have.
    const meant = matches.reduce((best, other) =>
      other.match.kindsMet > best.match.kindsMet ? other : best,
    )
    for (const error of meant.match.errors) reportDiagnostic(site.frame, error)
    return poison
  }
  const [first] = given.positional
  return elaborate(taken.declaration, taken.match, site, first?.at)
}

function signatureOf({ fn, scope, path }: FunctionDeclaration): Signature {
  const { name, axes, parameters, result } = fn
  return {
    name: name.text,
    path,
    scope,
    parameters,
    ...(axes === undefined ? {} : { axes }),
    ...(result === undefined ? {} : { result }),
  }
}

function elaborate(
  declaration: FunctionDeclaration,
  matched: Match,
  site: CallSite,
  of: Location | undefined,
): Value {
  const { fn, path } = declaration
  if (isActive(site.frame, fn)) {
    const at = { path, span: fn.name.span }
    report(
      site.frame,
      'recursion',
      site.span,
      { name: fn.name.text },
      { labels: [{ ...at, message: 'defined here' }] },
    )
    return poison
  }
  const frame = callFrame(site, { path, scope: matched.scope, declaration: fn })
  take(matched, site, frame)
  const value =
    fn.derivative === undefined
      ? evaluateBody(fn.body, frame)
      : customDerivative(fn, fn.derivative, frame)
  const result = renamedBack(matched, value, frame, fn.body.span)
  return finished(fn, result, frame, site, of)
}

/** The result with the kind that the signature states, and the name of the call that made it. */
function finished(
  fn: Fn,
  value: Value,
  frame: Frame,
  site: CallSite,
  of: Location | undefined,
): Value {
  if (value.kind === 'tensor') noteCall(fn, value, frame, site)
  if (fn.result === undefined || value.kind === 'poison') return value
  const type = resolveType(frame, fn.result)
  if (type === null) return poison
  if (!isNumeric(value)) {
    report(frame, 'result-not-number', fn.result.span, { name: fn.name.text, noun: nounOf(value) })
    return poison
  }
  const result = asTensor(frame, value)
  const missing = type.axes?.find((axis) => !result.node.axes.includes(axis))
  if (missing !== undefined) {
    report(frame, 'result-lacks-axis', fn.result.span, {
      name: fn.name.text,
      axis: axisText(missing),
      axes: axesText(frame, result.node.axes),
    })
    return poison
  }
  const [wanted] = type.alternatives
  if (wanted?.kind !== 'meaning') return result
  const { meaning } = wanted
  const isNormalised = meaning.kind === 'prob' || meaning.kind === 'logprob'
  if (!isNormalised) return { ...result, meaning }
  const range = meaning.kind === 'prob' ? unit : notPositive
  return {
    ...result,
    meaning,
    interval: arithmetic(frame).meet(result.interval, range),
    // The outermost function that says so is the one that the user knows.
    passage: {
      through: fn.name.text,
      at: locate(site.frame, site.span),
      ...(of === undefined ? {} : { of }),
    },
  }
}

function noteCall(fn: Fn, value: Tensor, frame: Frame, site: CallSite): void {
  if (!isLibrary(frame.path) || site.frame.library !== undefined) return
  frame.elaboration.graph.note(value.node, {
    call: fn.name.text,
    location: locate(site.frame, site.span),
  })
}
