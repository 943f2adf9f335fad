// States: values kept between steps. Each call of an instance adds to the update, in the order of the calls.
import { isGiven, reaches } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import { suggest } from '../source/suggest.ts'
import type { Expression, State, Update } from '../syntax/ast.ts'
import { axesText, dimensionsOf } from './axes.ts'
import { use } from './constants.ts'
import { textOf, wholeTextOf } from './describe.ts'
import type { StateRecord } from './elaboration.ts'
import { evaluate } from './evaluate.ts'
import { report, type Frame } from './frame.ts'
import { declareOnce } from './declare.ts'
import { asTensor, noted, spreadOver, tensor } from './tensors.ts'
import { resolveType } from './types.ts'
import type { StateUpdate } from './program.ts'
import { isNumeric, nounOf, poison } from './value.ts'
import type { Tensor, Value } from './value.ts'

/** What a type and an initial expression make of a state, a slot or a parameter. */
export interface Initial {
  readonly axes: readonly AxisName[]
  readonly node: Node
  readonly dataType: 'real' | 'int' | 'bool'
}

/** `state m: [C] = 0`, at a path of its own. */
export function executeState(statement: State, path: string, root: string, frame: Frame): void {
  const initial = initialOf(statement, [], frame)
  if (initial === null) {
    declareOnce(frame, statement.name, poison)
    return
  }
  const { axes, node, dataType } = initial
  const { graph, states } = frame.elaboration
  const leaf = graph.leaf({ role: 'state', name: path, layout: axes, dataType })
  const record: StateRecord = {
    path,
    axes,
    ...dimensionsOf(frame, statement.type?.axes),
    dataType,
    initial: node,
    initialiser: wholeTextOf(statement.value),
    leaf,
    root,
    updates: [],
    ...(statement.documentation === undefined ? {} : { documentation: statement.documentation }),
  }
  const isNew = declareOnce(frame, statement.name, noted(frame, tensor({ node: leaf })))
  if (isNew) states.set(path, record)
}

/** The axes and the initial value; without a type it has those that are given, and is real. */
export function initialOf(
  statement: State,
  axes: readonly AxisName[],
  frame: Frame,
): Initial | null {
  const value = evaluate(statement.value, frame)
  const type = statement.type === undefined ? undefined : resolveType(frame, statement.type)
  if (value.kind === 'poison' || type === null) return null
  if (!isNumeric(value)) {
    report(frame, 'not-a-number', statement.value.span, {
      text: textOf(statement.value),
      noun: nounOf(value),
      isBlock: false,
    })
    return null
  }
  const own = type?.axes ?? axes
  // What a state starts from is worked out once, before any call could change an option.
  if (value.kind === 'number' || value.kind === 'boolean') use(frame, value)
  const start = asTensor(frame, value)
  if (reaches(start.node, isGiven)) {
    report(frame, 'initial-reads-data', statement.value.span, { name: statement.name.text })
    return null
  }
  if (!fits(start, own, textOf(statement.value), statement.value.span, frame)) return null
  const [wanted] = type?.alternatives ?? []
  const kind = wanted?.kind === 'meaning' ? wanted.meaning.kind : 'real'
  const dataType = kind === 'int' || kind === 'class' ? 'int' : kind === 'bool' ? 'bool' : 'real'
  return { axes: own, node: spreadOver(frame, start, own).node, dataType }
}

/** What is given for all of the axes, as a tensor that has no others. */
export function tensorWithin(
  value: Value,
  axes: readonly AxisName[],
  expression: Expression,
  frame: Frame,
): Tensor | null {
  if (value.kind === 'poison') return null
  if (!isNumeric(value)) {
    report(frame, 'not-a-number', expression.span, {
      text: textOf(expression),
      noun: nounOf(value),
      isBlock: false,
    })
    return null
  }
  const given = asTensor(frame, value)
  return fits(given, axes, textOf(expression), expression.span, frame) ? given : null
}

function fits(
  start: Tensor,
  axes: readonly AxisName[],
  text: string,
  span: State['span'],
  frame: Frame,
): boolean {
  const extra = start.node.axes.find((axis) => !axes.includes(axis))
  if (extra === undefined) return true
  report(frame, 'initial-axes-differ', span, {
    text,
    axes: axesText(frame, start.node.axes),
    wanted: axesText(frame, axes),
  })
  return false
}

/** What an output or a metric calls is no call of a step, unless a loss goes on with its value. */
export function aside<T>(frame: Frame, work: () => T): T {
  const { states } = frame.elaboration
  const before = new Map([...states].map(([path, { updates }]) => [path, updates.length]))
  const result = work()
  for (const [path, { updates }] of states) {
    for (const [at, update] of updates.entries()) {
      if (at >= (before.get(path) ?? 0)) updates[at] = { ...update, isAside: true }
    }
  }
  return result
}

/** The same call made by a loss, or by another output, counts already. */
export function withoutRepeated(updates: readonly StateUpdate[]): StateUpdate[] {
  return updates.filter(({ triggers, next, isAside }, at) => {
    if (isAside === undefined) return true
    const isSameCall = (other: StateUpdate): boolean =>
      other.triggers.length === triggers.length &&
      other.triggers.every((trigger, i) => trigger === triggers[i])
    const same = updates.filter(isSameCall)
    const first = updates.findIndex((other) => isSameCall(other) && other.next === next)
    return first === at && same.every((other) => other.isAside)
  })
}

/** `update m = expr` */
export function updateState(
  { name, value: expression }: Update,
  value: Exclude<Value, { kind: 'poison' }>,
  frame: Frame,
): void {
  const { states } = frame.elaboration
  const entry = frame.scope.lookup(name.text)
  const leaf = entry?.kind === 'value' && entry.value.kind === 'tensor' ? entry.value.node : null
  const record = leaf?.kind === 'leaf' && leaf.role === 'state' ? states.get(leaf.name) : undefined
  if (entry?.kind === 'value' && entry.value.kind === 'poison') return
  if (record === undefined || !isNumeric(value)) {
    const near = suggest(
      name.text,
      [...states.values()].map(({ path }) => path),
    )
    report(frame, 'not-a-state', name.span, {
      name: name.text,
      isKnown: entry !== undefined,
      ...(near === undefined ? {} : { near }),
    })
    return
  }
  const next = asTensor(frame, value)
  if (!fits(next, record.axes, textOf(expression), expression.span, frame)) return
  if (frame.elaboration.updatedIn.get(record) === frame.scope) {
    report(frame, 'updated-twice', name.span, { name: name.text })
    return
  }
  frame.elaboration.updatedIn.set(record, frame.scope)
  const node = spreadOver(frame, next, record.axes).node
  record.updates.push({ triggers: [record.leaf], next: node })
}
