// The statements of a file, in order, in one elaboration: what is declared, and what is exported.
import { constantSize, zero } from '../graph/size.ts'
import { suggest } from '../source/suggest.ts'
import type { AxisStatement, File, Fn, Name, Statement } from '../syntax/ast.ts'
import { evaluateSize } from './constants.ts'
import { declareAxis, declareFunction, declareOnce } from './declare.ts'
import type { Elaboration } from './elaboration.ts'
import { declareExport, executeOutput, executeScalar } from './exports.ts'
import type { Elaborated, FileState, GivenSizes } from './fileState.ts'
import { locate, report, type Frame } from './frame.ts'
import { executeImport } from './imports.ts'
import { executeInput } from './inputs.ts'
import { executeUse } from './instance.ts'
import { executeParam } from './parameters.ts'
import { Scope } from './scope.ts'
import { requireAtLeast, requireEqual } from './settle.ts'
import { Site } from './site.ts'
import { executeConst, executeLet, executeUpdate } from './statements.ts'
import { executeState } from './states.ts'

export function elaborateFile(file: File, elaboration: Elaboration, given: GivenSizes): Elaborated {
  const scope = new Scope(elaboration.standard, true)
  const frame: Frame = {
    elaboration,
    scope,
    path: file.path,
    key: '',
    site: new Site(''),
  }
  const state: FileState = {
    frame,
    given,
    documentation: fileDocumentation(file),
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

/** Above a first line that declares several axes stands what the file is about. */
function fileDocumentation({ statements: [first] }: File): string | undefined {
  return first?.kind === 'axis' && first.axes.length > 1 ? first.documentation : undefined
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

function execute(statement: Statement, state: FileState): void {
  const { frame, roots } = state
  const { path } = frame
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

// ── Axes ────────────────────────────────────────────────────────────────────

function executeFileAxis(statement: AxisStatement, state: FileState): void {
  const { frame, given: sizesGiven } = state
  const { sizes } = frame.elaboration.graph
  for (const { name, over, size } of statement.axes) {
    const { text } = name
    if (over !== undefined) report(frame, 'over-in-file', over.span, { axis: text })
    if (!declareAxis(frame, name, text)) continue
    // Above several axes at once it tells of no single one of them.
    const documentation = statement.axes.length === 1 ? statement.documentation : undefined
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
function checkGivenSizes({ frame, given }: FileState): void {
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

function executeFunction(statement: Fn, state: FileState): void {
  const { frame } = state
  if (statement.exported) {
    if (!declareExport(statement.name, state)) return
    state.functions.push(statement)
  }
  declareFunction(statement, frame)
}
