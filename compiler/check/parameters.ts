// `param w: [O, I] ~ kaiming_uniform()`: a trained tensor, with the value it starts from.
import { isGiven, reaches } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import { axisText } from '../graph/sizeText.ts'
import type { Expression, Param } from '../syntax/ast.ts'
import { dimensionsOf } from './axes.ts'
import { wholeTextOf } from './describe.ts'
import { evaluate } from './evaluate.ts'
import { report, type Frame } from './frame.ts'
import { drawn } from './initialisers.ts'
import { Site } from './site.ts'
import { tensorWithin } from './states.ts'
import { declareOnce } from './declare.ts'
import { noted, spreadOver, tensor } from './tensors.ts'
import { resolveType } from './types.ts'
import { poison } from './value.ts'
import type { Tensor } from './value.ts'

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
  const start = tensorWithin(value, axes, initial.value, frame)
  if (start === null) return null
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
