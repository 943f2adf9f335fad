// `param w: [O, I] ~ kaiming_uniform()`: a trained tensor, with the value it starts from.
import { isGiven, reaches } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import { one } from '../graph/size.ts'
import { axisText } from '../graph/sizeText.ts'
import type { Expression, Param } from '../syntax/ast.ts'
import { dimensionsOf } from './axes.ts'
import { argumentsOf, calleeOf } from './call.ts'
import { textOf, wholeTextOf } from './describe.ts'
import { evaluate, invoke } from './evaluate.ts'
import { locate, report, type Frame } from './frame.ts'
import { productOfSizes } from './intervals.ts'
import { sizeValue } from './constants.ts'
import { Site } from './site.ts'
import { fits } from './states.ts'
import { declareOnce } from './declare.ts'
import { asTensor, noted, spreadOver, tensor } from './tensors.ts'
import { resolveType } from './types.ts'
import { isCallable, isNumeric, nounOf, poison } from './value.ts'
import type { Arguments, Callable, NamedArgumentValue, Tensor, Value } from './value.ts'

export function executeParam(statement: Param, path: string, root: string, frame: Frame): void {
  const { name, initial } = statement
  const type = resolveType(frame, statement.type)
  if (type === null) {
    declareOnce(frame, name, poison)
    return
  }
  const axes = type.axes ?? []
  const [wanted] = type.alternatives
  const kind = wanted?.kind === 'meaning' ? wanted.meaning.kind : 'real'
  if (wanted !== undefined && (wanted.kind !== 'meaning' || /class|int|bool/.test(kind))) {
    report(frame, 'parameter-not-real', statement.type.span, { name: name.text })
  }
  const { graph, parameters, fed } = frame.elaboration
  for (const axis of axes) fed.add(axis)
  const leaf = graph.leaf({ role: 'parameter', name: path, layout: axes, dataType: 'real' })
  const meaning = wanted?.kind === 'meaning' ? { meaning: wanted.meaning } : {}
  const isNew = declareOnce(frame, name, noted(frame, tensor({ node: leaf, ...meaning })))
  if (!isNew) return
  const start = initialNode(statement, path, axes, frame)
  parameters.set(path, {
    path,
    axes,
    ...dimensionsOf(frame, statement.type.axes),
    dataType: 'real',
    initial: start ?? graph.constant(0),
    initialiser: wholeTextOf(initial.value),
    leaf,
    root,
    ...(statement.documentation === undefined ? {} : { documentation: statement.documentation }),
  })
}

function initialNode(
  { initial, name }: Param,
  path: string,
  axes: readonly AxisName[],
  frame: Frame,
): Node | null {
  // Draws depend on the parameter's path alone, so that a new line elsewhere changes none.
  const inner = { ...frame, site: new Site(path), key: `${frame.key}|${name.text}` }
  const value =
    initial.how === 'draw' ? drawn(initial.value, axes, inner) : evaluate(initial.value, inner)
  if (value.kind === 'poison') return null
  if (!isNumeric(value)) {
    report(frame, 'not-a-number', initial.value.span, {
      text: textOf(initial.value),
      noun: nounOf(value),
      isBlock: false,
    })
    return null
  }
  const start = asTensor(frame, value)
  if (!fits(start, axes, textOf(initial.value), initial.value.span, frame)) return null
  if (reaches(start.node, isGiven)) {
    report(frame, 'initial-reads-data', initial.value.span, { name: name.text })
    return null
  }
  if (start.node.axes.length < axes.length && reaches(start.node, isDraw)) {
    drawnOnce(start, initial.value, name.text, axes, frame)
  }
  return spreadOver(frame, start, axes).node
}

function isDraw({ kind }: Node): boolean {
  return kind === 'random'
}

/** `= normal()` is one number; `~ normal()` has the parameter's axes. */
function drawnOnce(
  { node }: Tensor,
  { kind, span }: Expression,
  name: string,
  axes: readonly AxisName[],
  frame: Frame,
): void {
  const lacking = axes.filter((axis) => !node.axes.includes(axis)).map(axisText)
  report(frame, 'drawn-once', span, { name, lacking, isCall: kind === 'call' })
}

/** An initialiser gets the parameter's axes, and the fans where it asks for them. */
function drawn(expression: Expression, axes: readonly AxisName[], frame: Frame): Value {
  const call =
    expression.kind === 'call'
      ? expression
      : ({
          kind: 'call',
          callee: expression,
          positional: [],
          named: [],
          span: expression.span,
        } as const)
  const head = call.callee.kind === 'instantiate' ? call.callee.callee : call.callee
  const callee = calleeOf(head, frame)
  const given = argumentsOf(call, undefined, frame)
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
  return invoke(callee, complete, { frame, span: expression.span, name: textOf(head) })
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
