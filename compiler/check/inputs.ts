// `input x: logit[N, C]`: a leaf of the graph, what its values mean and where they lie.
import type { Interval } from '../graph/interval.ts'
import { isGiven, reaches } from '../graph/graph.ts'
import type { DataType, Node } from '../graph/node.ts'
import { axisSize } from '../graph/size.ts'
import type { InputKind, ModuleInput } from '../lower/entry.ts'
import type { Input } from '../syntax/ast.ts'
import { evaluate } from './evaluate.ts'
import { report, type Frame } from './frame.ts'
import { everything, notPositive, places, truth, unit, wholeNumbers } from './intervals.ts'
import { tensorWithin } from './states.ts'
import { declareOnce } from './declare.ts'
import { apply, asTensor, noted, spreadOver, tensor } from './tensors.ts'
import { resolveType, type ResolvedType } from './types.ts'
import { poison } from './value.ts'
import type { Meaning, Tensor } from './value.ts'

export function executeInput(statement: Input, frame: Frame): void {
  const type = resolveType(frame, statement.type)
  const made = type === null ? null : inputOf(statement, type, frame)
  if (made === null) {
    declareOnce(frame, statement.name, poison)
    return
  }
  const { input, leaf, value } = made
  const { elaboration } = frame
  for (const axis of input.axes) elaboration.fed.add(axis)
  if (!declareOnce(frame, statement.name, value)) return
  elaboration.inputs.set(input.name, { input, leaf })
}

/** Also of the parameters of an exported function. */
export function inputOf(
  statement: Pick<Input, 'name' | 'default' | 'documentation' | 'span'>,
  type: ResolvedType,
  frame: Frame,
): {
  input: ModuleInput
  leaf: ReturnType<Frame['elaboration']['graph']['leaf']>
  value: Tensor
} | null {
  const [wanted, second] = type.alternatives
  if (second !== undefined || (wanted !== undefined && wanted.kind !== 'meaning')) {
    report(frame, 'input-kind', type.span, { name: statement.name.text })
    return null
  }
  const meaning: Meaning = wanted?.meaning ?? { kind: 'real' }
  const { graph } = frame.elaboration
  const axes = type.axes ?? []
  const dataType = dataTypeOf(meaning)
  const name = statement.name.text
  const leaf = graph.leaf({ role: 'input', name, layout: axes, dataType })
  const interval = intervalOf(meaning, wanted?.missing)
  const declared = noted(frame, tensor({ node: leaf, meaning, interval }))
  const missing = wanted?.missing
  const start = statement.default === undefined ? undefined : defaultOf(statement, axes, frame)
  if (start === null) return null
  const input: ModuleInput = {
    name,
    axes,
    kind: meaning.kind satisfies InputKind,
    dataType,
    ...(meaning.axis === undefined ? {} : { kindAxis: meaning.axis }),
    ...(missing === undefined ? {} : { missing }),
    ...(start === undefined ? {} : { default: start }),
    ...(statement.documentation === undefined ? {} : { documentation: statement.documentation }),
  }
  const isInside = missing !== undefined && missing >= 0
  return { input, leaf, value: isInside ? outside(frame, declared, missing) : declared }
}

/** A missing label that would be a class: from here on it is -1, outside like every other. */
function outside(frame: Frame, label: Tensor, missing: number): Tensor {
  const number = (value: number): Tensor => asTensor(frame, { kind: 'number', value, whole: true })
  const isMissing = apply(frame, 'eq', [label, number(missing)])
  const { node } = apply(frame, 'select', [isMissing, number(-1), label])
  return noted(frame, { ...label, node, interval: { ...label.interval, lo: -1 } })
}

function dataTypeOf({ kind }: Meaning): DataType {
  switch (kind) {
    case 'class':
    case 'int':
      return 'int'
    case 'bool':
      return 'bool'
    case 'real':
    case 'logit':
    case 'prob':
    case 'logprob':
      return 'real'
    default:
      return kind satisfies never
  }
}

/** Probabilities and labels are checked when they enter the module. */
function intervalOf({ kind, axis }: Meaning, missing: number | undefined): Interval {
  switch (kind) {
    case 'class': {
      const labels = axis === undefined ? wholeNumbers : places(axisSize(axis))
      return missing === undefined ? labels : { ...labels, lo: Math.min(-1, missing) }
    }
    case 'int':
      return wholeNumbers
    case 'bool':
      return truth
    case 'prob':
      return unit
    case 'logprob':
      return notPositive
    case 'real':
    case 'logit':
      return everything
    default:
      return kind satisfies never
  }
}

function defaultOf(
  statement: Pick<Input, 'name' | 'default'>,
  axes: readonly string[],
  frame: Frame,
): Node | null | undefined {
  const { default: expression, name } = statement
  if (expression === undefined) return undefined
  const value = evaluate(expression, frame)
  const start = tensorWithin(value, axes, expression, frame)
  if (start === null) return null
  if (reaches(start.node, isGiven)) {
    report(frame, 'initial-reads-data', expression.span, { name: name.text })
    return null
  }
  return spreadOver(frame, start, axes).node
}
