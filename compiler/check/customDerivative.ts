// `fn f(x) = … derivative g => …`: the value, with the user's cotangents of its inputs.
import type { Node } from '../graph/node.ts'
import type { Fn } from '../syntax/ast.ts'
import { evaluate } from './evaluate.ts'
import { report, type Frame } from './frame.ts'
import { evaluateBody } from './statements.ts'
import { asTensor, noted, tensor } from './tensors.ts'
import { isNumeric, nounOf, poison } from './value.ts'
import type { Tensor, Value } from './value.ts'

export function customDerivative(
  fn: Fn,
  derivative: NonNullable<Fn['derivative']>,
  frame: Frame,
): Value {
  const { graph } = frame.elaboration
  const inputs = markInputs(fn, frame)
  const value = evaluateBody(fn.body, frame)
  if (value.kind === 'poison') return poison
  if (!isNumeric(value)) {
    report(frame, 'result-not-number', fn.body.span, { name: fn.name.text, noun: nounOf(value) })
    return poison
  }
  const result = asTensor(frame, value)
  const cotangent = graph.leaf({
    role: 'placeholder',
    name: `cotangent of ${frame.key}`,
    layout: result.node.axes,
    dataType: 'real',
  })
  const inner: Frame = { ...frame, scope: frame.scope }
  frame.scope.declare(derivative.cotangent.text, {
    kind: 'value',
    value: tensor({ node: cotangent }),
  })
  const given = evaluate(derivative.value, inner)
  const pullbacks = pullbacksOf(fn, given, inputs, derivative.value.span, frame)
  if (pullbacks === null) return poison
  const node = graph.custom({
    value: result.node,
    inputs: inputs.map(({ node: input }) => input),
    cotangent,
    pullbacks,
  })
  return noted(frame, { ...result, node })
}

/** Each parameter without a default is an input; inside, it is told apart from equal values. */
function markInputs(fn: Fn, frame: Frame): Tensor[] {
  const { graph, workspace } = frame.elaboration
  return fn.parameters.flatMap(({ pattern, default: option }) => {
    if (option !== undefined || pattern.kind !== 'name') return []
    const { text } = pattern.name
    const entry = frame.scope.own(text)
    if (entry?.kind !== 'value' || !isNumeric(entry.value)) return []
    const value = asTensor(frame, entry.value)
    const label = workspace.markLabel(`${frame.key}|${text}`)
    const marked = noted(frame, { ...value, node: graph.mark(value.node, label) })
    frame.scope.declare(text, { ...entry, value: marked })
    return [marked]
  })
}

function pullbacksOf(
  fn: Fn,
  given: Value,
  inputs: readonly Tensor[],
  span: Fn['span'],
  frame: Frame,
): readonly Node[] | null {
  if (given.kind === 'poison') return null
  const items = given.kind === 'tuple' ? given.items : [given]
  const tensors = items.filter(isNumeric).map((item) => asTensor(frame, item).node)
  if (tensors.length === items.length && tensors.length === inputs.length) return tensors
  report(frame, 'derivative-count', span, {
    name: fn.name.text,
    wanted: inputs.length === 1 ? 'one value' : `a tuple of ${inputs.length}`,
    found: given.kind === 'tuple' ? `a tuple of ${given.items.length}` : nounOf(given),
  })
  return null
}
