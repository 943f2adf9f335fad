// `minimize train with adam(lr = 1e-3)`: the optimizer's body, worked out for each parameter of the loss.
import type { AxisName, LeafNode, Node } from '../graph/node.ts'
import type { ModuleOption, ModuleTensor } from '../lower/entry.ts'
import { suggest } from '../source/suggest.ts'
import type { Expression, Minimize, Optimizer, State, Update } from '../syntax/ast.ts'
import { argumentsOf } from './call.ts'
import { invoke } from './evaluate.ts'
import { textOf, wholeTextOf } from './describe.ts'
import { evaluate } from './evaluate.ts'
import { isLibrary, locate, report, reportDiagnostic, type Frame } from './frame.ts'
import { bindPattern } from './patterns.ts'
import { match, type Signature } from './matching.ts'
import { gradientsOf, type Trained } from './gradients.ts'
import { asTensor, noted, spreadOver, tensor } from './tensors.ts'
import type { CheckedStep } from './program.ts'
import { Scope } from './scope.ts'
import { Site } from './site.ts'
import { fits, initialOf } from './states.ts'
import { declareOnce } from './declare.ts'
import { executeConst, executeLet } from './statements.ts'
import { isCallable, isNumeric, nounOf, poison } from './value.ts'
import type { Arguments, OptimizerDeclaration, Tensor, Value } from './value.ts'

export interface Target {
  readonly loss: string
  readonly value: Node
  readonly parameters: readonly { readonly name: string; readonly leaf: LeafNode }[]
}

export function stepOf(statement: Minimize, target: Target, frame: Frame): CheckedStep | null {
  const chosen = optimizerOf(statement.optimizer, frame)
  if (chosen === null) return null
  const gradients = gradientsOf(statement, target, frame)
  if (gradients === null) return null
  const { declaration, given } = chosen
  const plan: Plan = { declaration, given, span: statement.optimizer.span, target }
  const { fixedOptions } = frame.elaboration
  fixedOptions.clear()
  // The first time round, with options known, shows which of them conditions depend on. One parameter tells.
  const [first] = gradients
  if (first === undefined || elaborateFor(plan, first, 'known', frame) === null) return null
  warnWithoutUpdate(declaration, frame)
  const parts: CheckedStep[] = []
  for (const parameter of gradients) {
    const step = elaborateFor(plan, parameter, 'free', frame)
    if (step === null) return null
    parts.push(step)
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

interface Plan {
  readonly declaration: OptimizerDeclaration
  readonly given: Arguments
  readonly span: Minimize['span']
  readonly target: Target
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

// ── The body, for one parameter ─────────────────────────────────────────────

function elaborateFor(
  { declaration, given, span, target }: Plan,
  { path, leaf, gradient }: Trained,
  options: 'known' | 'free',
  outer: Frame,
): CheckedStep | null {
  const { optimizer, path: file, scope } = declaration
  outer.elaboration.called.add(optimizer)
  const { name, parameters } = optimizer
  const site = { frame: outer, span, name: name.text }
  const given_ = new Scope(scope)
  const signature: Signature = { name: name.text, path: file, scope: given_, parameters }
  const { graph } = outer.elaboration
  const step = graph.leaf({ role: 'option', name: 'step', layout: [], dataType: 'int' })
  const stepTensor = noted(
    outer,
    tensor({ node: step, interval: { lo: 1, hi: Infinity, whole: true } }),
  )
  const provided = {
    parameter: noted(outer, tensor({ node: leaf })),
    gradient,
    step: stepTensor,
  }
  for (const [key, value] of Object.entries(provided)) {
    given_.declare(key, { kind: 'value', value })
  }
  const matched = match(signature, given, site)
  if (matched.errors.length > 0) {
    for (const error of matched.errors) reportDiagnostic(outer, error)
    return null
  }
  const library = isLibrary(file)
    ? { library: { call: locate(outer, span), name: name.text } }
    : { caller: locate(outer, span) }
  const frame: Frame = {
    elaboration: outer.elaboration,
    scope: matched.scope,
    path: file,
    key: `${outer.key}>${target.loss}.${path}`,
    site: new Site(`${target.loss}/${path}`),
    ...library,
  }
  const moduleOptions = bindOptions(optimizer, matched.values, stepTensor, options, frame)
  return executeBody(optimizer, { target, path, leaf, frame, options: moduleOptions })
}

/**
 * Options by name: a schedule's function at this step; a number that may be changed at a call, unless a condition
 * depends on it; anything else as it is.
 */
function bindOptions(
  { parameters, name }: Optimizer,
  values: ReadonlyMap<Optimizer['parameters'][number], Value>,
  step: Tensor,
  options: 'known' | 'free',
  frame: Frame,
): ModuleOption[] {
  const { graph, fixedOptions } = frame.elaboration
  const free: ModuleOption[] = []
  for (const parameter of parameters) {
    const { pattern } = parameter
    const at = locate(frame, parameter.span)
    const given =
      values.get(parameter) ??
      (parameter.default === undefined ? poison : evaluate(parameter.default, frame))
    if (pattern.kind !== 'name') {
      bindPattern(pattern, given, frame)
      continue
    }
    const { text } = pattern.name
    const isSchedule = parameter.type?.alternatives.some(
      (alternative) => alternative.kind === 'kind' && alternative.name.text === 'schedule',
    )
    let value: Value = given
    if (isSchedule === true && isCallable(given)) {
      const argument = { value: step, at, text: 'step' }
      const site = { frame, span: parameter.span, name: text }
      value = invoke(given, { positional: [argument], named: [] }, site)
    } else if (given.kind === 'number' && options === 'known') {
      value = { ...given, options: new Set([text]) }
    } else if (given.kind === 'number' && !fixedOptions.has(text)) {
      const node = graph.leaf({ role: 'option', name: text, layout: [], dataType: 'real' })
      free.push({ name: text, default: given.value })
      value = noted(frame, tensor({ node }))
    }
    frame.scope.declare(text, { kind: 'value', value, at })
  }
  if (free.some(({ name: option }) => option === 'step')) {
    report(frame, 'option-reserved', name.span, { name: 'step' })
  }
  return free
}

interface Body {
  readonly target: Target
  readonly path: string
  readonly leaf: LeafNode
  readonly frame: Frame
  readonly options: readonly ModuleOption[]
}

function executeBody({ statements }: Optimizer, body: Body): CheckedStep {
  const { frame, options } = body
  const slots: ModuleTensor[] = []
  const updates: CheckedStep['updates'][number][] = []
  for (const statement of statements) {
    if (statement.kind === 'let') executeLet(statement, frame)
    else if (statement.kind === 'const') executeConst(statement, frame)
    else if (statement.kind === 'state') {
      const slot = slotOf(statement, body)
      if (slot !== null) slots.push(slot)
    } else if (statement.kind === 'update') {
      const update = updateOf(statement, body, slots)
      const isTwice = updates.some(({ path }) => path === update?.path)
      if (isTwice)
        report(frame, 'updated-twice', statement.name.span, { name: statement.name.text })
      else if (update !== null) updates.push(update)
    } else report(frame, 'statement-misplaced', statement.span, { kind: statement.kind })
  }
  return { options, slots, updates }
}

function slotOf(statement: State, { target, path, leaf, frame }: Body): ModuleTensor | null {
  const initial = initialOf(statement, leaf.layout, frame)
  if (initial === null) {
    declareOnce(frame, statement.name, poison)
    return null
  }
  const { axes, node, dataType } = initial
  const name = `${target.loss}.${path}.${statement.name.text}`
  const slot = frame.elaboration.graph.leaf({ role: 'slot', name, layout: axes, dataType })
  if (!declareOnce(frame, statement.name, noted(frame, tensor({ node: slot })))) return null
  return { path: name, axes, dataType, initial: node, initialiser: wholeTextOf(statement.value) }
}

function updateOf(
  { name, value: expression }: Update,
  { target, path, leaf, frame }: Body,
  slots: readonly ModuleTensor[],
): CheckedStep['updates'][number] | null {
  const value = evaluate(expression, frame)
  if (value.kind === 'poison') return null
  const slot = slots.find((candidate) => candidate.path === `${target.loss}.${path}.${name.text}`)
  const layout: readonly AxisName[] | undefined =
    name.text === 'parameter' ? leaf.layout : slot?.axes
  if (layout === undefined) {
    report(frame, 'not-a-state', name.span, {
      name: name.text,
      isKnown: frame.scope.lookup(name.text) !== undefined,
    })
    return null
  }
  if (!isNumeric(value)) {
    report(frame, 'not-a-number', expression.span, {
      text: textOf(expression),
      noun: nounOf(value),
      isBlock: false,
    })
    return null
  }
  const next = asTensor(frame, value)
  if (!fits(next, layout, textOf(expression), expression.span, frame)) return null
  const node = spreadOver(frame, next, layout).node
  return slot === undefined
    ? { target: 'parameter', path, node, layout }
    : { target: 'slot', path: slot.path, node, layout }
}
