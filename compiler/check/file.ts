// The statements of a file, in order, in one elaboration: what is declared, and what is exported.
import { constantSize, zero } from '../graph/size.ts'
import { axisText } from '../graph/sizeText.ts'
import type { AxisName } from '../graph/node.ts'
import { suggest } from '../source/suggest.ts'
import type {
  AxisStatement,
  Expression,
  File,
  Fn,
  Loss,
  Metric,
  Minimize,
  Name,
  Output,
  Statement,
} from '../syntax/ast.ts'
import { admit } from './admit.ts'
import { axesText } from './axes.ts'
import { evaluateSize } from './constants.ts'
import { textOf } from './describe.ts'
import type { Elaboration } from './elaboration.ts'
import { evaluateArgument } from './evaluate.ts'
import { locate, report, reportDiagnostic, type Frame } from './frame.ts'
import { executeImport } from './imports.ts'
import { executeInput } from './inputs.ts'
import { executeUse } from './instance.ts'
import { layoutOf } from './layout.ts'
import { executeParam } from './parameters.ts'
import { Scope } from './scope.ts'
import { requireAtLeast, requireEqual } from './settle.ts'
import { Site } from './site.ts'
import { declareAxis, declareFunction, declareOnce, reportTwice } from './declare.ts'
import { executeConst, executeLet, executeUpdate } from './statements.ts'
import { executeState } from './states.ts'
import { asTensor } from './tensors.ts'
import { resolveType, type ResolvedType } from './types.ts'
import { isNumeric, nounOf, poison } from './value.ts'
import type { Argument, Tensor, Value } from './value.ts'

/** An exported value, in one of the two modes. Absent: it could not be worked out. */
export interface Exported<S extends Output | Loss | Metric> {
  readonly statement: S
  readonly value?: Tensor
  /** Of an output. */
  readonly layout: readonly AxisName[]
}

export interface Elaborated {
  readonly frame: Frame
  readonly axes: readonly { readonly name: Name; readonly documentation?: string }[]
  readonly outputs: readonly Exported<Output>[]
  readonly losses: readonly Exported<Loss>[]
  readonly metrics: readonly Exported<Metric>[]
  readonly minimized: readonly Minimize[]
  readonly functions: readonly Fn[]
  /** The names of statements, in order: what is declared in them is listed so. */
  readonly roots: readonly string[]
}

/** Sizes given to axes by the caller. */
type GivenSizes = Readonly<Record<string, number>>

export function elaborateFile(file: File, elaboration: Elaboration, given: GivenSizes): Elaborated {
  const scope = new Scope(elaboration.standard, true)
  const frame: Frame = {
    elaboration,
    scope,
    path: file.path,
    key: '',
    site: new Site(''),
  }
  const state: State = {
    frame,
    given,
    axes: [],
    outputs: [],
    losses: [],
    metrics: [],
    minimized: [],
    functions: [],
    roots: [],
    exported: new Map(),
  }
  for (const statement of file.statements) announce(statement, frame)
  for (const statement of file.statements) execute(statement, state)
  checkGivenSizes(state)
  return state
}

interface State extends Elaborated {
  readonly given: GivenSizes
  readonly axes: { readonly name: Name; readonly documentation?: string }[]
  readonly outputs: Exported<Output>[]
  readonly losses: Exported<Loss>[]
  readonly metrics: Exported<Metric>[]
  readonly minimized: Minimize[]
  readonly functions: Fn[]
  readonly roots: string[]
  readonly exported: Map<string, Name>
}

/** Names declared further down are known, so that a use before the definition is told as what it is. */
function announce(statement: Statement, frame: Frame): void {
  const say = (name: Name): void => frame.scope.announce(name.text, locate(frame, name.span))
  switch (statement.kind) {
    case 'axis':
      for (const { name } of statement.axes) say(name)
      return
    case 'let':
      if (statement.pattern.kind === 'name') say(statement.pattern.name)
      return
    case 'const':
    case 'input':
    case 'param':
    case 'state':
    case 'use':
    case 'fn':
    case 'block':
    case 'optimizer':
      return say(statement.name)
    case 'import':
      for (const { name, alias } of statement.names) say(alias ?? name)
      return
    case 'update':
    case 'output':
    case 'loss':
    case 'metric':
    case 'minimize':
      return
    default:
      statement satisfies never
  }
}

function execute(statement: Statement, state: State): void {
  const { frame, roots } = state
  const path = file(frame)
  switch (statement.kind) {
    case 'import':
      return executeImport(statement, frame)
    case 'axis':
      return executeFileAxis(statement, state)
    case 'const':
      return executeConst(statement, frame)
    case 'input':
      return executeInput(statement, frame)
    case 'param':
      roots.push(statement.name.text)
      return executeParam(statement, statement.name.text, statement.name.text, frame)
    case 'state':
      roots.push(statement.name.text)
      return executeState(statement, statement.name.text, statement.name.text, frame)
    case 'update':
      return executeUpdate(statement, frame)
    case 'use':
      roots.push(statement.name.text)
      return executeUse(statement, statement.name.text, statement.name.text, frame)
    case 'let':
      return executeLet(statement, frame)
    case 'output':
      return executeOutput(statement, state)
    case 'loss':
      return executeScalar(statement, state, state.losses)
    case 'metric':
      return executeScalar(statement, state, state.metrics)
    case 'minimize':
      state.minimized.push(statement)
      return
    case 'fn':
      return executeFunction(statement, state)
    case 'block':
      declareOnce(frame, statement.name, {
        kind: 'block',
        declaration: { block: statement, scope: frame.scope, path },
      })
      return
    case 'optimizer':
      declareOnce(frame, statement.name, {
        kind: 'optimizer',
        declaration: { optimizer: statement, scope: frame.scope, path },
      })
      return
    default:
      statement satisfies never
  }
}

function file(frame: Frame): string {
  return frame.path
}

// ── Axes ────────────────────────────────────────────────────────────────────

function executeFileAxis(statement: AxisStatement, state: State): void {
  const { frame, given: sizesGiven } = state
  const { sizes } = frame.elaboration.graph
  for (const { name, over, size } of statement.axes) {
    const { text } = name
    if (over !== undefined) report(frame, 'over-in-file', over.span, { axis: text })
    if (!declareAxis(frame, name, text)) continue
    const { documentation } = statement
    state.axes.push({ name, ...(documentation === undefined ? {} : { documentation }) })
    if (!sizes.isDeclared(text)) sizes.declare(text)
    const given = Object.hasOwn(sizesGiven, text) ? sizesGiven[text] : undefined
    const at = locate(frame, size?.span ?? name.span)
    const known = size === undefined ? null : evaluateSize(frame, size, `the size of \`${text}\``)
    if (known !== null) {
      frame.elaboration.workspace.noteOrigin(text, {
        at: { ...at, span: { start: name.span.start, end: at.span.end } },
        message: `\`${text}\` is declared here`,
      })
    }
    const message = `${text} must not be negative`
    if (known !== null && !requireAtLeast(frame, known, zero, at.span, message)) {
      report(frame, 'size-negative', at.span, { axis: text })
    } else if (known !== null && !sizes.isKnown(text)) {
      if (sizes.dependsOn(known, text)) {
        report(frame, 'size-of-itself', at.span, { axis: text })
      } else sizes.define(text, known)
    }
    if (given !== undefined && isSize(given)) giveFromOutside(name, given, frame)
  }
}

function giveFromOutside(name: Name, given: number, frame: Frame): void {
  const { sizes } = frame.elaboration.graph
  const { text } = name
  if (!sizes.isKnown(text)) {
    sizes.define(text, constantSize(given))
    return
  }
  const sized = { size: constantSize(given), maker: 'the size given for it' }
  requireEqual(frame, { axis: text, size: sizes.of(text) }, sized, name.span)
}

function isSize(given: number): boolean {
  return Number.isSafeInteger(given) && given >= 0
}

/** A size for an axis that the file doesn't have, or that is no size. */
function checkGivenSizes({ frame, given }: State): void {
  const names = frame.elaboration.graph.sizes.axes()
  for (const [axis, size] of Object.entries(given)) {
    const start = { start: 0, end: 0 }
    if (!isSize(size)) report(frame, 'given-size', start, { axis, size: String(size) })
    else if (frame.scope.own(axis)?.kind !== 'axis') {
      const near = suggest(axis, names)
      report(frame, 'given-axis', start, { axis, ...(near === undefined ? {} : { near }) })
    }
  }
}

// ── Functions ───────────────────────────────────────────────────────────────

function executeFunction(statement: Fn, state: State): void {
  const { frame } = state
  if (statement.exported) {
    if (!declareExport(statement.name, state)) return
    state.functions.push(statement)
  }
  declareFunction(statement, frame)
}

// ── Exports ─────────────────────────────────────────────────────────────────

/** What JavaScript reserves in modules, and what a module exports besides. */
const reservedNames = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export ' +
    'extends false finally for function if implements import in instanceof interface let new null package ' +
    'private protected public return static super switch this throw true try typeof undefined var void while ' +
    'with yield NaN Infinity init signature ShapeError'
  ).split(' '),
)

/** Exports have names of their own: `output y` may stand beside `input y`. */
function declareExport(name: Name, { frame, exported }: State): boolean {
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

function executeScalar<S extends Loss | Metric>(
  statement: S,
  state: State,
  list: Exported<S>[],
): void {
  const { frame } = state
  const { name } = statement
  const isNew = declareExport(name, state)
  const { value } = exportedValue(name, statement.value, frame)
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

function executeOutput(statement: Output, state: State): void {
  const { frame } = state
  const { name } = statement
  const isNew = declareExport(name, state)
  const { value, argument } = exportedValue(name, statement.value, frame)
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
  state: State,
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
