// Calls: what stands before the parentheses or brackets is found, its arguments are worked out, and it is applied.
import type {
  AxisArguments,
  Call,
  Expression,
  Instantiate,
  NamedArgument,
  NameExpression,
  Pipe,
} from '../syntax/ast.ts'
import { suggest } from '../source/suggest.ts'
import type { Span } from '../source/span.ts'
import { findAxis, resolveAxes } from './axes.ts'
import { textOf } from './describe.ts'
import { evaluate, evaluateArgument, invoke } from './evaluate.ts'
import { locate, report, type Frame } from './frame.ts'
import type { Entry } from './scope.ts'
import { isCallable, nounOf, poison } from './value.ts'
import type { Argument, Arguments, AxisArgumentList, NamedArgumentValue, Value } from './value.ts'

export function evaluateCall(call: Call, frame: Frame): Value {
  return callWith(call, undefined, frame)
}

/** `softmax[C]` alone: a function with its axes, or a block with its. */
export function evaluateInstantiate(expression: Instantiate, frame: Frame): Value {
  const { callee, axes, span } = expression
  const found = calleeOf(callee, frame)
  if (found.kind === 'poison') return poison
  if (!isCallable(found) && found.kind !== 'block') {
    report(frame, 'bracket-not-function', span, { text: textOf(callee), noun: nounOf(found) })
    return poison
  }
  const list = axisArguments(axes, frame)
  if (list === null) return poison
  return withArguments(found, { axes: list, positional: [], named: [] }, span, frame)
}

/** `x |> f |> g[C](k = 1)`: each stage gets what comes from the left as its first argument. */
export function evaluatePipe({ value, stages }: Pipe, frame: Frame): Value {
  let current = evaluateArgument(value, frame)
  for (const stage of stages) {
    const result =
      stage.kind === 'call'
        ? callWith(stage, current, frame)
        : callWith(
            { kind: 'call', callee: stage, positional: [], named: [], span: stage.span },
            current,
            frame,
          )
    if (result.kind === 'poison') return poison
    current = { value: result, at: locate(frame, stage.span), text: textOf(stage) }
  }
  return current.value
}

function callWith(call: Call, first: Argument | undefined, frame: Frame): Value {
  const head = call.callee.kind === 'instantiate' ? call.callee.callee : call.callee
  const special = specialForm(call, head, first, frame)
  if (special !== undefined) return special
  const callee = calleeOf(head, frame)
  const given = argumentsOf(call, first, frame)
  if (callee.kind === 'poison' || given === null) return poison
  if (callee.kind === 'block') {
    return {
      kind: 'template',
      declaration: callee.declaration,
      given,
      at: locate(frame, call.span),
    }
  }
  if (!isCallable(callee)) {
    report(frame, 'not-callable', head.span, { text: textOf(head), noun: nounOf(callee) })
    return poison
  }
  return invoke(callee, given, { frame, span: call.span, name: textOf(head) })
}

/** `chain` and `repeat` take unfinished calls, `size` takes axes: their arguments are no values. */
function specialForm(
  call: Call,
  head: Expression,
  first: Argument | undefined,
  frame: Frame,
): Value | undefined {
  if (head.kind !== 'name') return undefined
  const callee = findCallee(head, frame)
  if (callee?.kind !== 'value' || callee.value.kind !== 'builtin') return undefined
  const { expand } = callee.value.builtin
  if (expand === undefined) return undefined
  if (first !== undefined) {
    report(frame, 'not-in-pipe', head.span, { name: head.name })
    return poison
  }
  return expand(frame, call)
}

/** Names that are no functions are passed over, so that an option `size` does not hide `size(C)`. */
export function calleeOf(expression: Expression, frame: Frame): Value {
  if (expression.kind !== 'name') return evaluate(expression, frame)
  const entry = findCallee(expression, frame)
  if (entry?.kind === 'value') return entry.value
  const other = frame.scope.lookup(expression.name) ?? findAxis(frame, expression.name)?.entry
  if (other?.kind === 'value') return other.value
  if (other !== undefined) {
    report(frame, 'not-callable', expression.span, { text: expression.name, noun: 'an axis' })
    return poison
  }
  return unknownFunction(expression, frame)
}

function findCallee({ name }: NameExpression, frame: Frame): Entry | undefined {
  return frame.scope.find(name, (entry): entry is Entry => isCallEntry(entry))?.entry
}

export function isFunctionName(name: string, frame: Frame): boolean {
  const found = frame.scope.find(name, (entry): entry is Entry => isCallEntry(entry))?.entry
  return found?.kind === 'value' && isCallable(found.value)
}

function isCallEntry(entry: Entry): boolean {
  if (entry.kind !== 'value') return false
  const { kind } = entry.value
  // What failed must not fall through to a function of the library of the same name.
  return isCallable(entry.value) || kind === 'block' || kind === 'poison'
}

function unknownFunction({ name, span }: NameExpression, frame: Frame): Value {
  const later = frame.scope.declaredLater(name)
  if (later !== undefined) {
    report(
      frame,
      'used-before-defined',
      span,
      { name },
      { labels: [{ ...later, message: 'defined here' }] },
    )
    return poison
  }
  const near = suggest(name, frame.scope.names(isCallEntry))
  const fix =
    near === undefined
      ? {}
      : {
          fix: { message: `write \`${near}\``, edits: [{ ...locate(frame, span), text: near }] },
        }
  report(frame, 'unknown-name', span, { name, ...(near === undefined ? {} : { near }) }, fix)
  return poison
}

/** A function or block with some arguments, waiting for the rest. */
export function withArguments(callee: Value, given: Arguments, span: Span, frame: Frame): Value {
  if (callee.kind === 'block') {
    return { kind: 'template', declaration: callee.declaration, given, at: locate(frame, span) }
  }
  return isCallable(callee) ? { kind: 'partial', callee, given } : poison
}

// ── Arguments ───────────────────────────────────────────────────────────────

export function argumentsOf(
  call: Call,
  first: Argument | undefined,
  frame: Frame,
): Arguments | null {
  const axes =
    call.callee.kind === 'instantiate' ? axisArguments(call.callee.axes, frame) : undefined
  const written = call.positional.map((expression) => evaluateArgument(expression, frame))
  const positional = first === undefined ? written : [first, ...written]
  const named = call.named.map((argument) => namedArgument(argument, frame))
  const isBroken = [...positional, ...named].some(({ value }) => value.kind === 'poison')
  if (axes === null || isBroken || hasNameTwice(named, frame)) return null
  return { ...(axes === undefined ? {} : { axes }), positional, named }
}

function namedArgument({ name, value }: NamedArgument, frame: Frame): NamedArgumentValue {
  const argument = evaluateArgument(value, frame)
  return { ...argument, name: name.text, nameAt: locate(frame, name.span) }
}

function hasNameTwice(named: readonly NamedArgumentValue[], frame: Frame): boolean {
  const twice = named.find(({ name }, i) => named.findIndex((other) => other.name === name) < i)
  if (twice === undefined) return false
  report(frame, 'argument-twice', twice.nameAt.span, { name: twice.name })
  return true
}

export function axisArguments(axes: AxisArguments, frame: Frame): AxisArgumentList | null {
  let failed = false
  const isValue = ({ text }: { text: string }): boolean =>
    findAxis(frame, text) === undefined && frame.scope.lookup(text) !== undefined
  const resolve = (name: { text: string; span: Span } | undefined) => {
    if (name === undefined) return undefined
    // Of values in the place of axes, the first stands for all: the brackets are what is wrong.
    if (failed && isValue(name)) return undefined
    const resolved = resolveAxes(frame, name)
    if (resolved === null) failed = true
    return resolved ?? undefined
  }
  const entries = axes.entries.map(({ from, arrow, to, span }) => {
    const left = resolve(from)
    const right = resolve(to)
    return {
      arrow,
      at: locate(frame, span),
      ...(left === undefined ? {} : { from: left }),
      ...(right === undefined ? {} : { to: right }),
    }
  })
  return failed ? null : { entries, at: locate(frame, axes.span) }
}
