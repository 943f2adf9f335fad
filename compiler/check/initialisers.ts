// `~ kaiming_uniform()`: what a parameter is drawn by gets its axes, and the fans where it asks for them.
import type { AxisName } from '../graph/node.ts'
import { one } from '../graph/size.ts'
import type { Expression } from '../syntax/ast.ts'
import type { CallSite } from './builtins/builtin.ts'
import { argumentsOf, calleeOf } from './call.ts'
import { sizeValue } from './constants.ts'
import { textOf } from './describe.ts'
import type { Initialised } from './elaboration.ts'
import { invoke } from './evaluate.ts'
import { locate, report, type Frame } from './frame.ts'
import { productOfSizes } from './intervals.ts'
import { Prototype } from './prototype.ts'
import { noted } from './tensors.ts'
import { isCallable, poison } from './value.ts'
import type { Arguments, Callable, NamedArgumentValue, Value } from './value.ts'

/** An initialiser gets the parameter's axes, and the fans where it asks for them. */
export function drawn(expression: Expression, axes: readonly AxisName[], frame: Frame): Value {
  const written =
    expression.kind === 'call'
      ? expression
      : ({
          kind: 'call',
          callee: expression,
          positional: [],
          named: [],
          span: expression.span,
        } as const)
  const head = written.callee.kind === 'instantiate' ? written.callee.callee : written.callee
  const callee = calleeOf(head, frame)
  const given = argumentsOf(written, undefined, frame)
  if (callee.kind === 'poison' || given === null) return poison
  if (!isCallable(callee)) {
    report(frame, 'not-an-initialiser', head.span, { text: textOf(head) })
    return poison
  }
  const at = locate(frame, expression.span)
  const entries = axes.map((axis) => ({ from: [axis], arrow: false, at }))
  const complete: Arguments = {
    ...given,
    axes: given.axes ?? { entries, at },
    named: [...given.named, ...fans(callee, given, axes, frame)],
  }
  return call(callee, complete, { frame, span: expression.span, name: textOf(head) })
}

/** Equal layers call the same initialiser with the same arguments: one call serves them all, with draws of their own. */
function call(callee: Callable, given: Arguments, site: CallSite): Value {
  const { elaboration, site: place, refinements } = site.frame
  const { workspace, initialisers } = elaboration
  const key = refinements === undefined ? keyOf(given) : null
  if (key === null || callee.kind !== 'functions') return invoke(callee, given, site)
  const calls = initialisers.get(callee) ?? new Map<string, Initialised>()
  initialisers.set(callee, calls)
  const known = calls.get(key)
  if (known !== undefined) {
    const [node = known.value.node] = known.prototype.at(place.name)
    return noted(site.frame, { ...known.value, node })
  }
  const trial = workspace.trial(() => invoke(callee, given, site))
  workspace.accept(trial)
  const { value, told } = trial
  // What there is to tell is told at each call.
  if (value.kind === 'tensor' && told.length === 0) {
    calls.set(key, { value, prototype: new Prototype(workspace, [value.node], place.name) })
  }
  return value
}

/** The same for the same arguments; null where one of them is no number known to the compiler. */
function keyOf({ axes, positional, named }: Arguments): string | null {
  const given = [...positional, ...named].map(({ value }) => textOfKnown(value))
  if (given.includes(null)) return null
  const places = axes?.entries.map(({ from, arrow, to }) => ({ from, arrow, to }))
  const names = named.map(({ name }) => name)
  return JSON.stringify([places, given, names])
}

function textOfKnown(value: Value): string | null {
  if (value.kind === 'size') return `size ${value.size.key}`
  if (value.kind === 'string') return `"${value.value}"`
  if (value.kind === 'boolean') return String(value.value)
  if (value.kind !== 'number') return null
  return `${value.whole ? 'whole' : 'real'} ${Object.is(value.value, -0) ? '-0' : value.value}`
}

/** The first axis is the fan out, the others are the fan in. */
function fans(
  callee: Callable,
  given: Arguments,
  axes: readonly AxisName[],
  frame: Frame,
): readonly NamedArgumentValue[] {
  if (callee.kind !== 'functions') return []
  const { sizes } = frame.elaboration.graph
  const others = axes.length > 1 ? axes.slice(1) : axes
  const known = {
    fan_out: axes[0] === undefined ? one : sizes.of(axes[0]),
    fan_in: productOfSizes(sizes, others),
  }
  const at = { path: frame.path, span: { start: 0, end: 0 } }
  return Object.entries(known).flatMap(([name, size]): NamedArgumentValue[] => {
    const isDeclared = callee.overloads.some(({ fn }) =>
      fn.parameters.some(
        ({ pattern, default: option }) =>
          option !== undefined && pattern.kind === 'name' && pattern.name.text === name,
      ),
    )
    if (!isDeclared || given.named.some((argument) => argument.name === name)) return []
    return [{ name, nameAt: at, at, text: name, value: sizeValue(frame, size) }]
  })
}
