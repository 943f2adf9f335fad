// Instances of blocks: parameters, states and instances of their own, made where the instance is first called.
import type { Node } from '../graph/node.ts'
import type { Location } from '../source/span.ts'
import { suggest } from '../source/suggest.ts'
import type { Name, Statement, Use } from '../syntax/ast.ts'
import { invoke } from './evaluate.ts'
import type { CallSite } from './builtins/builtin.ts'
import { templateOf } from './chain.ts'
import type { StateRecord } from './elaboration.ts'
import { callFrame } from './callFrame.ts'
import { isActive, isLibrary, locate, report, reportDiagnostic, type Frame } from './frame.ts'
import { signatureText } from './axisArguments.ts'
import { match, renamedBack, take, type Match, type Signature } from './matching.ts'
import { declareOnce } from './declare.ts'
import { executeParam } from './parameters.ts'
import { callRepeat, pathOfCopies, repeatInstance, type RepeatInstance } from './repeat.ts'
import { Site } from './site.ts'
import { evaluateBody, executeAxis, executeConst, executeLet, executeUpdate } from './statements.ts'
import { executeState } from './states.ts'
import { noted } from './tensors.ts'
import { poison } from './value.ts'
import type {
  Arguments,
  BlockDeclaration,
  Callable,
  ChainPart,
  ChainValue,
  TemplateValue,
  Value,
} from './value.ts'

export type Instance = BlockInstance | ChainInstance | RepeatInstance

export interface BlockInstance {
  readonly kind: 'block'
  readonly path: string
  readonly root: string
  readonly declaration: BlockDeclaration
  readonly matched: Match
  readonly site: CallSite
  /** The block's scope, once its body has been worked out. */
  frame?: Frame
}

export interface ChainInstance {
  readonly kind: 'chain'
  readonly path: string
  readonly parts: readonly (Instance | Callable)[]
}

/** `use hidden = Linear[D -> H]`. */
export function executeUse(statement: Use, path: string, root: string, frame: Frame): void {
  const template = templateOf(statement.value, frame)
  const instance = template === null ? null : instantiate(template, path, root, frame)
  declareOnce(frame, statement.name, instance === null ? poison : { kind: 'instance', instance })
}

function instantiate(
  template: TemplateValue | ChainValue,
  path: string,
  root: string,
  frame: Frame,
): Instance | null {
  if (template.kind === 'chain') return instantiateChain(template, path, root, frame)
  const { declaration, given, at } = template
  const { block } = declaration
  const site: CallSite = { frame, span: at.span, name: block.name.text }
  if (given.axes === undefined && block.axes !== undefined) {
    const { text: name } = block.name
    const written = signatureText(block.axes, name)
    report(frame, 'block-without-axes', at.span, { name, written })
    return null
  }
  const matched = match(signatureOf(declaration), given, site)
  if (matched.errors.length > 0) {
    for (const error of matched.errors) reportDiagnostic(frame, error)
    return null
  }
  return { kind: 'block', path, root, declaration, matched, site }
}

function instantiateChain(
  { parts, copies }: ChainValue,
  path: string,
  root: string,
  frame: Frame,
): Instance | null {
  const { workspace } = frame.elaboration
  const makePart = (part: ChainPart, at: string): Instance | Callable | null =>
    part.kind === 'template' || part.kind === 'chain' ? instantiate(part, at, root, frame) : part
  const inRow = (): Instance | null => {
    const all = Array.from({ length: copies ?? 1 }, () => parts).flat()
    const made: (Instance | Callable)[] = []
    for (const [i, part] of all.entries()) {
      const one = makePart(part, `${path}.${i}`)
      if (one === null) return null
      made.push(one)
    }
    return { kind: 'chain', path, parts: made }
  }
  const [repeated] = parts
  const isLoop = copies !== undefined && copies >= workspace.loopFrom
  if (isLoop && repeated !== undefined && !workspace.isWrittenOut(path)) {
    const copy = makePart(repeated, pathOfCopies(path))
    if (copy === null) return null
    const callee: Callable = isInstance(copy) ? { kind: 'instance', instance: copy } : copy
    return repeatInstance({ path, copies, copy: callee, makeRow: inRow }, frame)
  }
  return inRow()
}

function signatureOf({ block, scope, path }: BlockDeclaration): Signature {
  const { name, axes, parameters } = block
  return { name: name.text, path, scope, parameters, ...(axes === undefined ? {} : { axes }) }
}

// ── The body ────────────────────────────────────────────────────────────────

/** The scope of an instance, with its parameters; worked out once. */
function opened(instance: BlockInstance, at: Location): Frame {
  if (instance.frame !== undefined) return instance.frame
  const { declaration, matched, path, site } = instance
  const { block } = declaration
  site.frame.elaboration.called.add(block)
  const called = { ...site, frame: { ...site.frame, site: new Site(path) } }
  const outer = callFrame(called, {
    path: declaration.path,
    scope: matched.scope,
    declaration: block,
  })
  // Sizes are settled by the first call, so that is where their mistakes are told.
  const library = isLibrary(declaration.path) ? { call: at, name: block.name.text } : outer.library
  const frame: Frame = {
    ...outer,
    key: `instance ${path}`,
    site: new Site(path),
    ...(library === undefined ? {} : { library }),
  }
  instance.frame = frame
  take(matched, site, frame)
  for (const statement of block.statements) execute(statement, instance, frame)
  return frame
}

function execute(statement: Statement, instance: BlockInstance, frame: Frame): void {
  const { path, root } = instance
  const { kind } = statement
  if (kind === 'param') executeParam(statement, `${path}.${statement.name.text}`, root, frame)
  else if (kind === 'state') executeState(statement, `${path}.${statement.name.text}`, root, frame)
  else if (kind === 'use') executeUse(statement, `${path}.${statement.name.text}`, root, frame)
  else if (kind === 'let') executeLet(statement, frame)
  else if (kind === 'const') executeConst(statement, frame)
  else if (kind === 'axis') executeAxis(statement, frame)
  // Updates run with each call.
  else if (kind !== 'update') report(frame, 'statement-misplaced', statement.span, { kind })
}

// ── Calls ───────────────────────────────────────────────────────────────────

export function callInstance(instance: Instance, given: Arguments, site: CallSite): Value {
  switch (instance.kind) {
    case 'block':
      return callBlock(instance, given, site)
    case 'chain':
      return callChain(instance, given, site)
    case 'repeat':
      return callCopies(instance, given, site)
    default:
      return instance satisfies never
  }
}

function callCopies(instance: RepeatInstance, given: Arguments, site: CallSite): Value {
  const { workspace } = site.frame.elaboration
  if (!workspace.isWrittenOut(instance.path)) {
    const value = callRepeat(instance, given, site)
    if (value !== null) return value
    workspace.writeOut(instance.path)
    if (workspace.isTrying()) return poison
  }
  const row = instance.inRow()
  return row === null ? poison : callInstance(row, given, site)
}

function callBlock(instance: BlockInstance, given: Arguments, site: CallSite): Value {
  const { declaration } = instance
  const { block, path } = declaration
  if (isActive(site.frame, instance)) {
    report(site.frame, 'recursion', site.span, { name: block.name.text })
    return poison
  }
  const frame = opened(instance, site.frame.library?.call ?? locate(site.frame, site.span))
  const { parameters, body } = block.apply
  const signature = {
    name: site.name,
    path,
    scope: frame.scope,
    parameters,
    made: instance.matched.made,
  }
  const matched = match(signature, given, site)
  if (matched.errors.length > 0) {
    for (const error of matched.errors) reportDiagnostic(site.frame, error)
    return poison
  }
  const named = { ...site, name: instance.path }
  const called = callFrame(named, { path, scope: matched.scope, declaration: instance })
  const inner: Frame = {
    ...called,
    ...(called.library === undefined
      ? {}
      : { library: { ...called.library, name: site.frame.library?.name ?? block.name.text } }),
  }
  take(matched, site, inner)
  const states = statesOf(instance, inner)
  const before = states.map(({ updates }) => updates.length)
  const value = renamedBack(instance.matched, evaluateBody(body, inner), inner, body.span)
  for (const statement of block.statements) {
    if (statement.kind === 'update') executeUpdate(statement, inner)
  }
  return states.length === 0 ? value : triggering(value, instance, states, before, inner)
}

/**
 * What a call updates runs in the step of a loss that reaches the call's value, or a part of it. Each bears the instance's mark, since
 * another instance may give the same, or a call its argument.
 */
function triggering(
  value: Value,
  { path }: BlockInstance,
  states: readonly StateRecord[],
  before: readonly number[],
  frame: Frame,
): Value {
  const { graph, workspace } = frame.elaboration
  const triggers: Node[] = []
  const mark = (part: Value): Value => {
    if (part.kind === 'tuple') return { ...part, items: part.items.map(mark) }
    if (part.kind !== 'tensor') return part
    const node = graph.mark(part.node, workspace.callLabel(path))
    triggers.push(node)
    return noted(frame, { ...part, node })
  }
  const marked = mark(value)
  if (triggers.length === 0) return marked
  for (const [i, { updates }] of states.entries()) {
    for (const [at, { next }] of updates.entries()) {
      if (at >= (before[i] ?? 0)) updates[at] = { triggers, next }
    }
  }
  return marked
}

/** The states of the block itself; those of instances inside it belong to their own calls. */
function statesOf({ declaration, path }: BlockInstance, frame: Frame): StateRecord[] {
  return declaration.block.statements.flatMap((statement) => {
    if (statement.kind !== 'state') return []
    const record = frame.elaboration.states.get(`${path}.${statement.name.text}`)
    return record === undefined ? [] : [record]
  })
}

/** Its parts in turn: the first takes the arguments, each other what the one before it gives. */
function callChain(chain: ChainInstance, given: Arguments, site: CallSite): Value {
  let current = given
  let value: Value = poison
  for (const [i, part] of chain.parts.entries()) {
    const frame = { ...site.frame, key: `${site.frame.key}.${i}` }
    const inner = { ...site, frame, name: nameOfPart(part, site) }
    value = isInstance(part) ? callInstance(part, current, inner) : invoke(part, current, inner)
    if (value.kind === 'poison') return poison
    const argument = { value, at: locate(site.frame, site.span), text: `${chain.path}.${i}` }
    current = { positional: [argument], named: [] }
  }
  return value
}

function isInstance(part: Instance | Callable): part is Instance {
  return part.kind === 'block' || part.kind === 'chain' || part.kind === 'repeat'
}

function nameOfPart(part: Instance | Callable, site: CallSite): string {
  switch (part.kind) {
    case 'functions':
      return part.name
    case 'builtin':
      return part.builtin.name
    case 'partial':
      return nameOfPart(part.callee, site)
    case 'block':
      return part.declaration.block.name.text
    case 'lambda':
    case 'instance':
    case 'chain':
    case 'repeat':
      return site.name
    default:
      return part satisfies never
  }
}

// ── Members ─────────────────────────────────────────────────────────────────

/** `hidden.weight`, `embed.0`: a parameter, a state or an instance inside. */
export function memberOf(instance: Instance, member: Name, frame: Frame): Value {
  if (instance.kind === 'repeat') {
    frame.elaboration.workspace.writeOut(instance.path)
    const row = instance.inRow()
    return row === null ? poison : memberOf(row, member, frame)
  }
  const found = membersOf(instance, locate(frame, member.span))
  const value = found.get(member.text)
  if (value !== undefined) return value
  const near = suggest(member.text, found.keys())
  report(frame, 'unknown-member', member.span, {
    member: member.text,
    of: instance.path,
    known: [...found.keys()],
    ...(near === undefined ? {} : { near }),
  })
  return poison
}

function membersOf(
  instance: BlockInstance | ChainInstance,
  at: Location,
): ReadonlyMap<string, Value> {
  if (instance.kind === 'chain') {
    return new Map(
      instance.parts.flatMap((part, i): [string, Value][] =>
        isInstance(part) ? [[String(i), { kind: 'instance', instance: part }]] : [],
      ),
    )
  }
  const { scope } = opened(instance, at)
  const names = instance.declaration.block.statements.flatMap((statement) =>
    statement.kind === 'param' || statement.kind === 'state' || statement.kind === 'use'
      ? [statement.name.text]
      : [],
  )
  return new Map(
    names.flatMap((name): [string, Value][] => {
      const entry = scope.own(name)
      return entry?.kind === 'value' ? [[name, entry.value]] : []
    }),
  )
}
