// `minimize train with adam(lr = 1e-3)`: the optimizer's body, as a step of each parameter of the loss.
import type { Node } from '../graph/node.ts'
import { suggest } from '../source/suggest.ts'
import type { Expression, Minimize } from '../syntax/ast.ts'
import { argumentsOf } from './call.ts'
import { textOf } from './describe.ts'
import { locate, report, type Frame } from './frame.ts'
import { gradientsOf } from './gradients.ts'
import {
  bodyFor,
  layoutOfEach,
  stepOfParameter,
  type OptimizerBody,
  type Plan,
} from './optimizerBody.ts'
import type { CheckedLoss, CheckedStep } from './program.ts'
import type { Arguments, OptimizerDeclaration, Value } from './value.ts'

export interface Target {
  readonly loss: string
  readonly value: Node
  readonly parameters: CheckedLoss['wrt']
}

export function stepOf(statement: Minimize, target: Target, frame: Frame): CheckedStep | null {
  const chosen = optimizerOf(statement.optimizer, frame)
  if (chosen === null) return null
  const gradients = gradientsOf(statement, target, frame)
  if (gradients === null) return null
  const plan: Plan = { ...chosen, span: statement.optimizer.span, loss: target.loss }
  const { fixedOptions } = frame.elaboration
  fixedOptions.clear()
  // The first time round, with options known, shows which of them conditions depend on. One parameter tells.
  const [first] = gradients
  if (first === undefined || bodyFor(plan, first, 'known', frame) === null) return null
  warnWithoutUpdate(plan.declaration, frame)
  const bodies = new Map<string, OptimizerBody>()
  const parts: CheckedStep[] = []
  for (const parameter of gradients) {
    const layout = layoutOfEach(parameter).join(' ')
    const body = bodies.get(layout) ?? bodyFor(plan, parameter, 'free', frame)
    if (body === null) return null
    bodies.set(layout, body)
    parts.push(stepOfParameter(body, parameter, target.loss, frame))
  }
  const options = new Map(
    parts.flatMap((step) => step.options).map((option) => [option.name, option]),
  )
  return {
    options: [...options.values()],
    slots: parts.flatMap((step) => step.slots),
    updates: parts.flatMap((step) => step.updates),
  }
}

/** What leaves the parameter as it is trains nothing. */
function warnWithoutUpdate({ optimizer, path }: OptimizerDeclaration, frame: Frame): void {
  const { name, statements } = optimizer
  const isUpdated = statements.some(
    (statement) => statement.kind === 'update' && statement.name.text === 'parameter',
  )
  if (!isUpdated)
    report({ ...frame, path }, 'parameter-not-updated', name.span, { name: name.text })
}

function optimizerOf(
  expression: Expression,
  frame: Frame,
): { declaration: OptimizerDeclaration; given: Arguments } | null {
  const head = expression.kind === 'call' ? expression.callee : expression
  const value =
    head.kind === 'name'
      ? frame.scope.find(head.name, (entry): entry is typeof entry => isOptimizer(entry))?.entry
      : undefined
  if (value?.kind !== 'value' || value.value.kind !== 'optimizer') {
    const name = textOf(head)
    const near = suggest(name, frame.scope.names(isOptimizer))
    const fix =
      near === undefined
        ? {}
        : {
            fix: {
              message: `write \`${near}\``,
              edits: [{ ...locate(frame, head.span), text: near }],
            },
          }
    report(
      frame,
      'unknown-optimizer',
      head.span,
      { name, ...(near === undefined ? {} : { near }) },
      fix,
    )
    return null
  }
  const given =
    expression.kind === 'call'
      ? argumentsOf(expression, undefined, frame)
      : { positional: [], named: [] }
  return given === null ? null : { declaration: value.value.declaration, given }
}

function isOptimizer(entry: { readonly kind: string; readonly value?: Value }): boolean {
  return entry.kind === 'value' && entry.value?.kind === 'optimizer'
}
