// `if`: on something known it is one branch, and the other is never looked at; on tensors it chooses element by element.
import type { If } from '../syntax/ast.ts'
import { align, type Operand } from './align.ts'
import { use } from './constants.ts'
import { textOf } from './describe.ts'
import { evaluate } from './evaluate.ts'
import { locate, report, type Frame } from './frame.ts'
import { assuming, whereChosen } from './refine.ts'
import { apply, asTensor } from './tensors.ts'
import { isNumeric, nounOf, poison } from './value.ts'
import type { Tensor, Value } from './value.ts'

export function conditional(expression: If, frame: Frame): Value {
  const condition = evaluate(expression.condition, frame)
  if (condition.kind === 'poison') {
    // Both branches may hold mistakes of their own.
    evaluate(expression.consequent, frame)
    evaluate(expression.alternative, frame)
    return poison
  }
  if (condition.kind === 'boolean') {
    return evaluate(use(frame, condition) ? expression.consequent : expression.alternative, frame)
  }
  if (condition.kind === 'tensor' && condition.node.dataType === 'bool') {
    return choose(expression, condition, frame)
  }
  report(frame, 'condition-not-truth', expression.condition.span, {
    text: textOf(expression.condition),
    noun: condition.kind === 'tensor' ? condition.meaning.kind : nounOf(condition),
  })
  return poison
}

function choose(expression: If, condition: Tensor, frame: Frame): Value {
  const yes = evaluate(expression.consequent, assuming(frame, condition, true))
  const no = evaluate(expression.alternative, assuming(frame, condition, false))
  return select(expression, condition, yes, no, frame)
}

function select(expression: If, condition: Tensor, yes: Value, no: Value, frame: Frame): Value {
  if (yes.kind === 'poison' || no.kind === 'poison') return poison
  if (yes.kind === 'tuple' && no.kind === 'tuple' && yes.items.length === no.items.length) {
    const items = yes.items.map((item, i) =>
      select(expression, condition, item, no.items[i] ?? poison, frame),
    )
    return items.some(({ kind }) => kind === 'poison') ? poison : { kind: 'tuple', items }
  }
  if (!isNumeric(yes) || !isNumeric(no)) {
    const [branch, value] = isNumeric(yes)
      ? [expression.alternative, no]
      : [expression.consequent, yes]
    report(frame, 'branch-not-number', branch.span, { noun: nounOf(value) })
    return poison
  }
  const operands = [
    operandOf(condition, expression.condition, frame),
    operandOf(whereChosen(asTensor(frame, yes), condition, true), expression.consequent, frame),
    operandOf(whereChosen(asTensor(frame, no), condition, false), expression.alternative, frame),
  ]
  // A condition made of coordinates says where, for whatever is chosen: it aligns freely.
  const bound = condition.isCoordinate ? operands.slice(1) : operands
  if (!align(frame, bound, expression.span)) return poison
  return apply(
    frame,
    'select',
    operands.map(({ tensor }) => tensor),
  )
}

function operandOf(tensor: Tensor, expression: If['condition'], frame: Frame): Operand {
  return { tensor, at: locate(frame, expression.span), text: textOf(expression) }
}
