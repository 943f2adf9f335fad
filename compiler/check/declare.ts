// Names declared once: a name that is there already is reported, and keeps its first meaning.
import type { AxisName } from '../graph/node.ts'
import type { Location } from '../source/span.ts'
import type { Fn, Name } from '../syntax/ast.ts'
import { locate, report, type Frame } from './frame.ts'
import { named } from './patterns.ts'
import type { FunctionSet, Value } from './value.ts'

/** Declares a name in the frame's scope. False: the name is taken. */
export function declareOnce(frame: Frame, name: Name, value: Value): boolean {
  const at = locate(frame, name.span)
  const before = frame.scope.own(name.text)
  if (before !== undefined && before.at !== undefined) {
    reportTwice(frame, name, before.at)
    return false
  }
  frame.scope.declare(name.text, { kind: 'value', value: named(value, name.text, at), at })
  return true
}

export function reportTwice(frame: Frame, name: Name, first: Location): void {
  report(
    frame,
    'declared-twice',
    name.span,
    { name: name.text },
    { labels: [{ ...first, message: 'declared here first' }] },
  )
}

export function declareAxis(frame: Frame, name: Name, axis: AxisName): boolean {
  const at = locate(frame, name.span)
  const before = frame.scope.own(name.text)
  if (before?.at !== undefined) {
    reportTwice(frame, name, before.at)
    return false
  }
  frame.scope.declare(name.text, { kind: 'axis', axis, at })
  return true
}

export function declareAxes(frame: Frame, name: Name, axes: readonly AxisName[]): boolean {
  const at = locate(frame, name.span)
  const before = frame.scope.own(name.text)
  if (before?.at !== undefined) {
    reportTwice(frame, name, before.at)
    return false
  }
  frame.scope.declare(name.text, { kind: 'axes', axes, at })
  return true
}

/** Several `fn` of one name are overloads of it. */
export function declareFunction(statement: Fn, frame: Frame): void {
  const { name } = statement
  const declaration = { fn: statement, scope: frame.scope, path: frame.path }
  const before = frame.scope.own(name.text)
  const at = locate(frame, name.span)
  if (before?.kind === 'value' && before.value.kind === 'functions') {
    const overloads = [...before.value.overloads, declaration]
    const value: FunctionSet = { ...before.value, overloads }
    frame.scope.declare(name.text, { ...before, value })
    return
  }
  if (before?.at !== undefined) {
    reportTwice(frame, name, before.at)
    return
  }
  const value: FunctionSet = { kind: 'functions', name: name.text, overloads: [declaration] }
  frame.scope.declare(name.text, { kind: 'value', value, at })
}
