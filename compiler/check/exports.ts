// What a file exports: outputs in the order of their axes, losses and metrics that are one number.
import type { AxisName } from '../graph/node.ts'
import { axisText } from '../graph/sizeText.ts'
import { reservedWords } from '../lower/entry.ts'
import type { Expression, Loss, Metric, Name, Output } from '../syntax/ast.ts'
import { admit } from './admit.ts'
import { axesText } from './axes.ts'
import { declareOnce, reportTwice } from './declare.ts'
import { textOf } from './describe.ts'
import { evaluateArgument } from './evaluate.ts'
import type { Exported, FileState } from './fileState.ts'
import { locate, report, reportDiagnostic, type Frame } from './frame.ts'
import { layoutOf } from './layout.ts'
import { aside } from './states.ts'
import { asTensor } from './tensors.ts'
import { resolveType, type ResolvedType } from './types.ts'
import { isNumeric, nounOf, poison } from './value.ts'
import type { Argument, Tensor, Value } from './value.ts'

/** No export can be called so, nor as what a module exports besides. */
const reservedNames = new Set([
  ...reservedWords,
  'NaN',
  'Infinity',
  'init',
  'signature',
  'ShapeError',
])

/** Exports have names of their own: `output y` may stand beside `input y`. */
export function declareExport(name: Name, { frame, exported }: FileState): boolean {
  const before = exported.get(name.text)
  if (before !== undefined) {
    reportTwice(frame, name, locate(frame, before.span))
    return false
  }
  exported.set(name.text, name)
  if (!reservedNames.has(name.text)) return true
  report(frame, 'export-reserved', name.span, { name: name.text })
  return false
}

/** An exported value can be used further down, unless its name means something else already. */
function bindExport(name: Name, value: Value, frame: Frame): void {
  if (frame.scope.own(name.text) === undefined) declareOnce(frame, name, value)
}

function exportedValue(
  name: Name,
  expression: Expression,
  frame: Frame,
): { value: Value; argument: Argument } {
  const inner = { ...frame, site: frame.site.next(name.text) }
  const argument = evaluateArgument(expression, inner)
  return { value: argument.value, argument }
}

export function executeScalar<S extends Loss | Metric>(
  statement: S,
  state: FileState,
  list: Exported<S>[],
): void {
  const { frame } = state
  const { name } = statement
  const isNew = declareExport(name, state)
  const { value } =
    statement.kind === 'metric'
      ? aside(frame, () => exportedValue(name, statement.value, frame))
      : exportedValue(name, statement.value, frame)
  const scalar = scalarOf(statement, value, frame)
  if (!isNew) return
  bindExport(name, scalar ?? poison, frame)
  list.push({ statement, layout: [], ...(scalar === null ? {} : { value: scalar }) })
}

function scalarOf(statement: Loss | Metric, value: Value, frame: Frame): Tensor | null {
  if (value.kind === 'poison') return null
  if (!isNumeric(value)) {
    report(frame, 'not-a-number', statement.value.span, {
      text: textOf(statement.value),
      noun: nounOf(value),
      isBlock: value.kind === 'template' || value.kind === 'block',
    })
    return null
  }
  const result = asTensor(frame, value)
  if (result.node.axes.length === 0) return result
  const { name, kind } = statement
  const edits = [
    {
      ...locate(frame, { start: statement.value.span.start, end: statement.value.span.start }),
      text: 'mean(',
    },
    {
      ...locate(frame, { start: statement.value.span.end, end: statement.value.span.end }),
      text: ')',
    },
  ]
  report(
    frame,
    'not-scalar',
    statement.value.span,
    { name: name.text, kind, axes: axesText(frame, result.node.axes) },
    { fix: { message: 'take the mean', edits } },
  )
  return null
}

export function executeOutput(statement: Output, state: FileState): void {
  const { frame } = state
  const { name } = statement
  const isNew = declareExport(name, state)
  const { value, argument } = aside(frame, () => exportedValue(name, statement.value, frame))
  const result = value.kind === 'poison' ? null : outputOf(statement, argument, state)
  if (!isNew) return
  bindExport(name, result?.value ?? poison, frame)
  state.outputs.push({
    statement,
    layout: result?.layout ?? [],
    ...(result === null ? {} : { value: result.value }),
  })
}

/** An output may state its kind; its axes are compared apart, for they are all of them. */
function kindChecked(
  { name }: Output,
  argument: Argument,
  type: ResolvedType | undefined,
  frame: Frame,
): Value {
  if (type === undefined || type.alternatives.length === 0) return argument.value
  const slot = { name: name.text, of: 'output', type: { ...type, axes: [] } }
  const { value, errors, warnings } = admit(frame, slot, argument)
  for (const diagnostic of [...errors, ...warnings]) reportDiagnostic(frame, diagnostic)
  return errors.length > 0 ? poison : value
}

function outputOf(
  statement: Output,
  argument: Argument,
  state: FileState,
): { value: Tensor; layout: readonly AxisName[] } | null {
  const { frame } = state
  const type = statement.type === undefined ? undefined : resolveType(frame, statement.type)
  if (type === null) return null
  const { name } = statement
  const value = kindChecked(statement, argument, type, frame)
  if (value.kind === 'poison') return null
  if (!isNumeric(value)) {
    report(frame, 'not-a-number', statement.value.span, {
      text: textOf(statement.value),
      noun: nounOf(value),
      isBlock: value.kind === 'template' || value.kind === 'block',
    })
    return null
  }
  const result = asTensor(frame, value)
  const { axes } = result.node
  const declared = state.axes.map((axis) => axis.name.text)
  const layout = type?.axes ?? layoutOf(axes, declared)
  const isSame = layout.length === axes.length && layout.every((axis) => axes.includes(axis))
  if (isSame) return { value: result, layout }
  const missing = layout.find((axis) => !axes.includes(axis))
  report(frame, 'output-axes-differ', statement.type?.span ?? statement.span, {
    name: name.text,
    axes: axesText(frame, axes),
    wanted: axesText(frame, layout),
    ...(missing === undefined ? {} : { missing: axisText(missing) }),
  })
  return null
}
