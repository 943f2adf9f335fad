// The statements that hold values: `let`, `const` and `axis`, in files, functions, blocks and optimizers alike.
import { axisSize } from '../graph/size.ts'
import { axisText } from '../graph/sizeText.ts'
import type { AxisName } from '../graph/node.ts'
import type { AxisStatement, Body, Const, Expression, Let, Name, Update } from '../syntax/ast.ts'
import type { Label } from '../source/diagnostic.ts'
import { admit } from './admit.ts'
import { axesText, freshAxis, resolveAxes } from './axes.ts'
import { evaluateSize, use } from './constants.ts'
import { namesIn, textOf } from './describe.ts'
import { evaluate, evaluateArgument } from './evaluate.ts'
import { isLibrary, locate, report, reportDiagnostic, type Frame } from './frame.ts'
import { declareAxes, declareAxis, declareOnce } from './declare.ts'
import { bindPattern } from './patterns.ts'
import { resolveType } from './types.ts'
import { requireAtLeast, settleAxis, originLabels } from './settle.ts'
import { updateState } from './states.ts'
import { constantOf, constantSize } from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { isNumeric, nounOf, poison } from './value.ts'
import type { Value } from './value.ts'

/** A body's statements in turn, then its result. */
export function evaluateBody(body: Body, frame: Frame): Value {
  for (const statement of body.statements) {
    if (statement.kind === 'let') executeLet(statement, frame)
    else if (statement.kind === 'const') executeConst(statement, frame)
    else if (statement.kind === 'axis') executeAxis(statement, frame)
    else if (statement.kind === 'update') executeUpdate(statement, frame)
    else report(frame, 'statement-misplaced', statement.span, { kind: statement.kind })
  }
  return evaluate(body.result, frame)
}

// ── let and const ───────────────────────────────────────────────────────────

export function executeLet(statement: Let, frame: Frame): void {
  const { pattern } = statement
  const value = letValue(statement, frame)
  if (pattern.kind === 'tuple') {
    bindPattern(pattern, value, frame)
    return
  }
  const isNew = declareOnce(frame, pattern.name, value)
  if (isNew && value.kind === 'tensor' && !isLibrary(frame.path)) {
    frame.elaboration.graph.note(value.node, {
      name: pattern.name.text,
      location: locate(frame, pattern.span),
    })
  }
}

function letValue(statement: Let, frame: Frame): Value {
  const inner = statement.pattern.kind === 'name' ? withSite(frame, statement.pattern.name) : frame
  const argument = evaluateArgument(statement.value, inner)
  const { value } = argument
  if (statement.type === undefined || value.kind === 'poison') return value
  const type = resolveType(frame, statement.type)
  if (type === null) return poison
  const name = statement.pattern.kind === 'name' ? statement.pattern.name.text : 'the tuple'
  const admission = admit(frame, { name, of: 'let', type }, argument)
  for (const diagnostic of [...admission.errors, ...admission.warnings]) {
    reportDiagnostic(frame, diagnostic)
  }
  if (admission.errors.length > 0) return poison
  return exactAxes(frame, statement, admission.value, type.axes)
}

/** Unlike a parameter's, the type of a `let` lists all axes. */
function exactAxes(
  frame: Frame,
  statement: Let,
  value: Value,
  axes: readonly AxisName[] | undefined,
): Value {
  if (axes === undefined || value.kind !== 'tensor') return value
  const extra = value.node.axes.find((axis) => !axes.includes(axis))
  if (extra === undefined) return value
  report(frame, 'let-axes-differ', statement.type?.span ?? statement.span, {
    text: textOf(statement.value),
    axes: axesText(frame, value.node.axes),
    wanted: axesText(frame, axes),
  })
  return poison
}

/** Random draws are told apart by the statements that they stand in. */
function withSite(frame: Frame, name: Name): Frame {
  return { ...frame, site: frame.site.next(name.text) }
}

export function executeConst(statement: Const, frame: Frame): void {
  const value = evaluate(statement.value, frame)
  if (isKnownValue(value)) {
    declareOnce(frame, statement.name, value)
    return
  }
  if (value.kind !== 'poison') {
    report(frame, 'not-known', statement.value.span, {
      what: 'a constant',
      found: nounOf(value),
    })
  }
  declareOnce(frame, statement.name, poison)
}

const known: ReadonlySet<Value['kind']> = new Set<Value['kind']>([
  'number',
  'boolean',
  'string',
  'none',
  'size',
])

function isKnownValue(value: Value): boolean {
  return value.kind === 'tuple' ? value.items.every(isKnownValue) : known.has(value.kind)
}

// ── axis ────────────────────────────────────────────────────────────────────

/** In a function or block: axes new at each call, and the sizes of axis parameters. */
export function executeAxis(statement: AxisStatement, frame: Frame): void {
  for (const { name, over, size } of statement.axes) {
    if (over !== undefined) {
      const members = resolveAxes(frame, over)
      if (members === null) continue
      const made = members.map((_, i) => freshAxis(frame, name.text, `${name.span.start}.${i}`))
      if (!declareAxes(frame, name, made)) continue
      for (const [i, axis] of made.entries()) giveSize(frame, name, axis, size, i)
      continue
    }
    const own = frame.scope.own(name.text)
    if (own?.kind === 'axis' && own.at === undefined) giveSize(frame, name, own.axis, size)
    else if (own?.kind === 'axes' && own.at === undefined) {
      for (const [i, axis] of own.axes.entries()) giveSize(frame, name, axis, size, i)
    } else {
      const axis = freshAxis(frame, name.text, String(name.span.start))
      if (own?.kind === 'unsettled') {
        frame.scope.declare(name.text, { kind: 'axis', axis, at: locate(frame, name.span) })
      } else if (!declareAxis(frame, name, axis)) continue
      giveSize(frame, name, axis, size)
    }
  }
}

function giveSize(
  frame: Frame,
  name: Name,
  axis: AxisName,
  expression: AxisStatement['axes'][number]['size'],
  member?: number,
): void {
  if (expression === undefined) return
  const inner = member === undefined ? frame : { ...frame, member }
  const size = evaluateSize(inner, expression, `the size of \`${name.text}\``)
  if (size === null || !isPositive(inner, axis, size, name, expression)) return
  const { sizes } = frame.elaboration.graph
  if (!sizes.isKnown(axis) && sizes.of(axis).key === sizes.resolve(size).key) return
  const maker = frame.library === undefined ? 'the size here' : `\`${frame.library.name}\``
  settleAxis(inner, axis, size, expression.span, maker)
}

/** An axis that a function makes has at least one element: a kernel larger than its image is a mistake. */
function isPositive(
  frame: Frame,
  axis: AxisName,
  size: Size,
  name: Name,
  expression: Expression,
): boolean {
  const { sizes } = frame.elaboration.graph
  // A size that is another axis' own has been looked at there.
  if (size.key === axisSize(axis).key) return true
  const resolved = sizes.resolve(size)
  const text = axisText(axis)
  const of = frame.library?.name ?? name.text
  const message = `\`${of}\` gives ${text} a size that must be at least 1`
  if (requireAtLeast(frame, resolved, constantSize(1), name.span, message)) return true
  const { parts, labels } = partsOf(frame, expression)
  report(
    frame,
    'axis-empty',
    name.span,
    { axis: text, of, size: String(constantOf(resolved)), parts },
    { labels },
  )
  return false
}

/** The numbers that a size is made of, to show how it came about: `H is 2 and kernel is 3`. */
function partsOf(frame: Frame, expression: Expression): { parts: string[]; labels: Label[] } {
  const parts: string[] = []
  const labels: Label[] = []
  for (const name of namesIn(expression)) {
    const entry = frame.scope.lookup(name)
    if (entry?.kind === 'value') {
      const { value } = entry
      const item = value.kind === 'tuple' ? value.items[frame.member ?? 0] : value
      if (item?.kind === 'number') parts.push(`${name} is ${use(frame, item)}`)
      continue
    }
    const axes = entry?.kind === 'axis' ? [entry.axis] : entry?.kind === 'axes' ? entry.axes : []
    const axis = axes.length > 1 ? axes[frame.member ?? 0] : axes[0]
    const size = axis === undefined ? null : constantOf(frame.elaboration.graph.sizes.of(axis))
    if (axis === undefined || size === null) continue
    parts.push(`${axisText(axis)} is ${size}`)
    labels.push(...originLabels(frame, { axis, size: constantSize(size) }))
  }
  return { parts, labels }
}

// ── update ──────────────────────────────────────────────────────────────────

export function executeUpdate(statement: Update, frame: Frame): void {
  const value = evaluate(statement.value, frame)
  if (value.kind === 'poison') return
  if (!isNumeric(value)) {
    report(frame, 'not-a-number', statement.value.span, {
      text: textOf(statement.value),
      noun: nounOf(value),
      isBlock: false,
    })
    return
  }
  updateState(statement, value, frame)
}
