// An optimizer's body: worked out once for all parameters of a layout, and each parameter's step made of that.
import type { AxisName, LeafNode, Node } from '../graph/node.ts'
import { ownAxes, type ModuleOption, type ModuleTensor } from '../lower/entry.ts'
import type { Span } from '../source/span.ts'
import type { Optimizer, State, Update } from '../syntax/ast.ts'
import { declareOnce } from './declare.ts'
import { wholeTextOf } from './describe.ts'
import { evaluate, invoke } from './evaluate.ts'
import { isLibrary, locate, report, reportDiagnostic, type Frame } from './frame.ts'
import type { Trained } from './gradients.ts'
import { match, type Signature } from './matching.ts'
import { bindPattern } from './patterns.ts'
import type { CheckedStep } from './program.ts'
import { Prototype } from './prototype.ts'
import { Scope } from './scope.ts'
import { Site } from './site.ts'
import { executeConst, executeLet } from './statements.ts'
import { initialOf, tensorWithin } from './states.ts'
import { noted, spreadOver, tensor } from './tensors.ts'
import { isCallable, poison } from './value.ts'
import type { Arguments, OptimizerDeclaration, Tensor, Value } from './value.ts'

/** An optimizer with its arguments, as a statement names it. */
export interface Plan {
  readonly declaration: OptimizerDeclaration
  readonly given: Arguments
  readonly span: Span
  readonly loss: string
}

/** For a parameter that stands for all of its layout; gradients differ in nothing else. */
export interface OptimizerBody {
  readonly standIn: { readonly leaf: LeafNode; readonly gradient: LeafNode }
  readonly options: readonly ModuleOption[]
  readonly slots: readonly Slot[]
  readonly updates: readonly SlotUpdate[]
  /** What the slots start from, then what they and the parameter become. */
  readonly prototype: Prototype
}

interface Slot extends Omit<ModuleTensor, 'path'> {
  readonly name: string
  readonly leaf: LeafNode
}

interface SlotUpdate {
  /** None: the parameter. */
  readonly slot?: Slot
  readonly node: Node
  readonly layout: readonly AxisName[]
}

/** No parameter has this path. */
const standInPath = '?'

/** Of one copy alone: an optimizer that sums over a parameter sums over that. */
export function layoutOfEach({ leaf, copies }: Trained): readonly AxisName[] {
  return ownAxes({ axes: leaf.layout, copies })
}

/** `known`: numbers among the options are not yet ones that a call may change. */
export function bodyFor(
  { declaration, given, span, loss }: Plan,
  like: Trained,
  options: 'known' | 'free',
  outer: Frame,
): OptimizerBody | null {
  const { optimizer, path: file, scope } = declaration
  const { graph, workspace, called } = outer.elaboration
  called.add(optimizer)
  const { name, parameters } = optimizer
  const site = { frame: outer, span, name: name.text }
  const given_ = new Scope(scope)
  const signature: Signature = { name: name.text, path: file, scope: given_, parameters }
  const step = graph.leaf({ role: 'option', name: 'step', layout: [], dataType: 'int' })
  const stepTensor = noted(
    outer,
    tensor({ node: step, interval: { lo: 1, hi: Infinity, whole: true } }),
  )
  const layout = layoutOfEach(like)
  const standing = (path: string): LeafNode =>
    graph.leaf({ role: 'parameter', name: path, layout, dataType: 'real' })
  const standIn = { leaf: standing(standInPath), gradient: standing(`${standInPath}.gradient`) }
  const provided = {
    parameter: noted(outer, tensor({ node: standIn.leaf })),
    gradient: noted(outer, { ...like.gradient, node: standIn.gradient }),
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
    key: `${outer.key}>${loss}[${layout.join(', ')}]`,
    site: new Site(siteOf(loss, standInPath)),
    ...library,
  }
  const free = bindOptions(optimizer, matched.values, stepTensor, options, frame)
  const { slots, updates } = execute(optimizer, { loss, layout, frame })
  const roots = [...slots.map(({ initial }) => initial), ...updates.map(({ node }) => node)]
  const prototype = new Prototype(workspace, roots, frame.site.name)
  return { standIn, options: free, slots, updates, prototype }
}

export function stepOfParameter(
  { standIn, options, slots, updates, prototype }: OptimizerBody,
  { path, leaf, copies, gradient }: Trained,
  loss: string,
  { elaboration: { graph } }: Frame,
): CheckedStep {
  const slotLeaf = ({ name, leaf: slot }: Slot): LeafNode =>
    graph.leaf({
      ...slot,
      name: slotPath(loss, path, name),
      layout: [...copies, ...slot.layout],
    })
  const nodes = prototype.along(
    copies,
    siteOf(loss, path),
    new Map<LeafNode, Node>([
      [standIn.leaf, leaf],
      [standIn.gradient, gradient.node],
      ...slots.map((slot) => [slot.leaf, slotLeaf(slot)] as const),
    ]),
  )
  const ofCopies = copies.length === 0 ? {} : { copies }
  const initials = nodes.slice(0, slots.length)
  const nexts = nodes.slice(slots.length)
  return {
    options,
    slots: slots.map(({ name, axes, dataType, initial, initialiser }, i) => ({
      path: slotPath(loss, path, name),
      axes: [...copies, ...axes],
      ...ofCopies,
      dataType,
      initial: initials[i] ?? initial,
      initialiser,
    })),
    updates: updates.map(({ slot, node, layout }, i) => ({
      ...(slot === undefined
        ? { target: 'parameter', path }
        : { target: 'slot', path: slotPath(loss, path, slot.name) }),
      node: nexts[i] ?? node,
      layout: [...copies, ...layout],
    })),
  }
}

function siteOf(loss: string, path: string): string {
  return `${loss}/${path}`
}

function slotPath(loss: string, path: string, name: string): string {
  return `${loss}.${path}.${name}`
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

// ── Its statements ──────────────────────────────────────────────────────────

interface Place {
  readonly loss: string
  readonly layout: readonly AxisName[]
  readonly frame: Frame
}

function execute(
  { statements }: Optimizer,
  place: Place,
): Pick<OptimizerBody, 'slots' | 'updates'> {
  const { frame } = place
  const slots: Slot[] = []
  const updates: SlotUpdate[] = []
  for (const statement of statements) {
    if (statement.kind === 'let') executeLet(statement, frame)
    else if (statement.kind === 'const') executeConst(statement, frame)
    else if (statement.kind === 'state') {
      const slot = slotOf(statement, place)
      if (slot !== null) slots.push(slot)
    } else if (statement.kind === 'update') {
      const update = updateOf(statement, place, slots)
      if (update === null) continue
      const isTwice = updates.some(({ slot }) => slot === update.slot)
      if (isTwice)
        report(frame, 'updated-twice', statement.name.span, { name: statement.name.text })
      else updates.push(update)
    } else report(frame, 'statement-misplaced', statement.span, { kind: statement.kind })
  }
  return { slots, updates }
}

function slotOf(statement: State, { loss, layout, frame }: Place): Slot | null {
  const initial = initialOf(statement, layout, frame)
  if (initial === null) {
    declareOnce(frame, statement.name, poison)
    return null
  }
  const { axes, node, dataType } = initial
  const { text: name } = statement.name
  const path = slotPath(loss, standInPath, name)
  const leaf = frame.elaboration.graph.leaf({ role: 'slot', name: path, layout: axes, dataType })
  if (!declareOnce(frame, statement.name, noted(frame, tensor({ node: leaf })))) return null
  return { name, leaf, axes, dataType, initial: node, initialiser: wholeTextOf(statement.value) }
}

function updateOf(
  { name, value: expression }: Update,
  { layout: own, frame }: Place,
  slots: readonly Slot[],
): SlotUpdate | null {
  const value = evaluate(expression, frame)
  if (value.kind === 'poison') return null
  const slot = slots.find((candidate) => candidate.name === name.text)
  const layout: readonly AxisName[] | undefined = name.text === 'parameter' ? own : slot?.axes
  if (layout === undefined) {
    report(frame, 'not-a-state', name.span, {
      name: name.text,
      isKnown: frame.scope.lookup(name.text) !== undefined,
    })
    return null
  }
  const next = tensorWithin(value, layout, expression, frame)
  if (next === null) return null
  const node = spreadOver(frame, next, layout).node
  return slot === undefined ? { node, layout } : { slot, node, layout }
}
