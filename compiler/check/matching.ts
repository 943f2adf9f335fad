// Arguments matched with parameters: by position, then by name; axis parameters inferred from kinds where left out.
import type { AxisName } from '../graph/node.ts'
import { axisText } from '../graph/sizeText.ts'
import { diagnose } from '../source/catalogue.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { Location, Span } from '../source/span.ts'
import { suggest } from '../source/suggest.ts'
import { count } from '../source/words.ts'
import type { AxisParameters, Parameter, Type } from '../syntax/ast.ts'
import { admit } from './admit.ts'
import { originOf } from './slot.ts'
import { freshAxis } from './axes.ts'
import { bindAxes, unsettledAxes } from './axisArguments.ts'
import type { CallSite } from './builtins/builtin.ts'
import { evaluate } from './evaluate.ts'
import { locate, report, reportDiagnostic, type Frame } from './frame.ts'
import { bindPattern } from './patterns.ts'
import { fromElsewhere } from './refine.ts'
import { meaningText } from './meanings.ts'
import { Scope } from './scope.ts'
import { asTensor, noted, spreadOver } from './tensors.ts'
import { resolveType } from './types.ts'
import { isNumeric, poison } from './value.ts'
import type { Argument, Arguments, Value } from './value.ts'

/** What is called: a function, a block's options, an `apply`. */
export interface Signature {
  readonly name: string
  readonly path: string
  readonly scope: Scope
  readonly axes?: AxisParameters
  readonly parameters: readonly Parameter[]
  readonly result?: Type
  /** What a block's brackets name right of the arrow: its `apply` makes these axes. */
  readonly made?: readonly AxisName[]
}

export interface Match {
  readonly signature: Signature
  /** Axes and given arguments; defaults come when the match is taken. */
  readonly scope: Scope
  readonly values: ReadonlyMap<Parameter, Value>
  /** Twins that stand for axes on the right of the arrow, with the axes that the result has in their place. */
  readonly renamed: ReadonlyMap<AxisName, AxisName>
  /** Axes that the brackets name right of the arrow alone. */
  readonly made: readonly AxisName[]
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
  /** How many arguments have a kind that their parameter names. */
  readonly kindsMet: number
}

export function match(signature: Signature, given: Arguments, site: CallSite): Match {
  const at = locate(site.frame, site.span)
  const errors: Diagnostic[] = []
  const warnings: Diagnostic[] = []
  const scope = new Scope(signature.scope)
  const { arguments: assigned, errors: misfits } = assign(signature, given, at)
  errors.push(...misfits)

  const axes =
    given.axes === undefined
      ? {
          names: unsettledAxes(signature.axes, signature.name),
          renamed: new Map<string, string>(),
          made: [],
        }
      : bindAxes(signature.axes, given.axes, signature.name, (axis) => twinFor(axis, site))
  if (axes.problem !== undefined) {
    errors.push(
      diagnose('axes-do-not-fit', given.axes?.at ?? at, {
        of: signature.name,
        problem: axes.problem,
        ...(axes.missing === undefined ? {} : { made: axes.missing }),
      }),
    )
  }
  for (const [name, meant] of axes.names) scope.declare(name, meant)
  for (const [parameter, argument] of assigned) {
    errors.push(...inferAxes(signature, parameter, argument, scope))
  }
  for (const name of axes.names.keys()) {
    const entry = scope.own(name)
    // A list that nothing settles is empty; a single axis is asked for where it is needed.
    if (entry?.kind === 'unsettled' && entry.isList) {
      scope.declare(name, { kind: 'axes', axes: [] })
    }
  }

  const frame = { ...site.frame, scope, path: signature.path }
  const { renamed } = axes
  const made = [...(signature.made ?? []), ...axes.made]
  const values = new Map<Parameter, Value>()
  if (errors.length === 0) {
    for (const [parameter, argument] of assigned) {
      const admission = admitParameter(frame, signature, parameter, argument)
      errors.push(...admission.errors, ...madeTwice(frame, signature, parameter, argument, made))
      warnings.push(...admission.warnings)
      values.set(parameter, admission.value)
    }
  }
  const kindsMet = [...assigned].filter(([{ type }, argument]) => hasKindOf(type, argument)).length
  return { signature, scope, values, renamed, made, errors, warnings, kindsMet }
}

function hasKindOf(type: Type | undefined, { value }: Argument): boolean {
  const alternatives = type?.alternatives ?? []
  return (
    value.kind === 'tensor' &&
    alternatives.some((one) => one.kind === 'kind' && one.name.text === value.meaning.kind)
  )
}

/** Another axis of the same size, for this call alone. */
function twinFor(axis: AxisName, { frame, span }: CallSite): AxisName {
  const { sizes } = frame.elaboration.graph
  const twin = freshAxis(frame, `${axisText(axis)}'`, `${span.start} beside ${axis}`)
  if (!sizes.isKnown(twin)) sizes.define(twin, sizes.of(axis))
  return twin
}

/** The result, with the names of the axes as the caller gave them. */
export function renamedBack({ renamed }: Match, value: Value, frame: Frame, span: Span): Value {
  if (value.kind !== 'tensor') return value
  const { graph } = frame.elaboration
  const { axes } = value.node
  const twins = [...renamed].filter(([twin]) => axes.includes(twin))
  if (twins.length === 0) return value
  const present = twins.find(([, axis]) => axes.includes(axis))
  if (present !== undefined) {
    const [twin, axis] = present
    const facts = { text: 'the result', axis: axisText(axis), from: axisText(twin) }
    report(frame, 'rename-to-present', span, facts)
    return poison
  }
  const indices = twins.map(([twin, axis]) => ({ axis: twin, index: graph.coordinate(axis) }))
  const elsewhere = fromElsewhere(
    value,
    twins.map(([twin]) => twin),
  )
  return noted(frame, { ...elsewhere, node: graph.take(value.node, indices) })
}

/** Makes a match the one that counts: says what is doubtful, gives names to arguments, works out the defaults. */
export function take(match: Match, site: CallSite, frame: Frame): void {
  for (const diagnostic of [...match.errors, ...match.warnings]) {
    reportDiagnostic(site.frame, diagnostic)
  }
  for (const parameter of match.signature.parameters) {
    const value = match.values.get(parameter)
    const at = locate(frame, parameter.span)
    if (value !== undefined) bindArgument(parameter, value, at, frame)
    else if (parameter.default !== undefined) {
      bindArgument(parameter, defaultValue(parameter, match.signature, frame), at, frame)
    }
  }
}

/** The argument keeps the name that it has at the user's. */
function bindArgument(parameter: Parameter, value: Value, at: Location, frame: Frame): void {
  const { pattern } = parameter
  if (pattern.kind === 'name' && value.kind === 'tensor' && value.from !== undefined) {
    frame.scope.declare(pattern.name.text, { kind: 'value', value, at })
  } else bindPattern(pattern, value, frame)
}

function defaultValue(parameter: Parameter, signature: Signature, frame: Frame): Value {
  if (parameter.default === undefined) return poison
  const value = evaluate(parameter.default, frame)
  if (!isNumeric(value) || parameter.type?.axes === undefined) return value
  if (parameter.type.axes.length === 0 || isUnsettled(parameter.type, frame.scope)) return value
  const type = resolveType(frame, parameter.type)
  if (type === null) return poison
  return spreadOver(frame, asTensor(frame, value), type.axes ?? [])
}

// ── Positions and names ─────────────────────────────────────────────────────

function assign(
  { name: of, parameters }: Signature,
  given: Arguments,
  at: Location,
): { arguments: Map<Parameter, Argument>; errors: Diagnostic[] } {
  const errors: Diagnostic[] = []
  const assigned = new Map<Parameter, Argument>()
  for (const [i, argument] of given.positional.entries()) {
    const parameter = parameters[i]
    if (parameter !== undefined) assigned.set(parameter, argument)
  }
  if (given.positional.length > parameters.length) {
    const extra = given.positional[parameters.length]
    const facts = {
      of,
      wanted: count(parameters.length, 'argument'),
      given: given.positional.length,
    }
    errors.push(diagnose('argument-count', extra?.at ?? at, facts))
  }
  for (const argument of given.named) {
    const parameter = parameters.find((candidate) => nameOf(candidate) === argument.name)
    if (parameter === undefined) errors.push(unknownOption(of, parameters, argument))
    else if (assigned.has(parameter)) {
      errors.push(diagnose('argument-twice', argument.nameAt, { name: argument.name }))
    } else assigned.set(parameter, argument)
  }
  const missing = parameters.filter(
    (parameter) => parameter.default === undefined && !assigned.has(parameter),
  )
  if (missing.length > 0) {
    const names = missing.map((parameter) => nameOf(parameter) ?? 'a tuple')
    errors.push(diagnose('argument-missing', at, { of, names }))
  }
  return { arguments: assigned, errors }
}

function unknownOption(
  of: string,
  parameters: readonly Parameter[],
  { name, nameAt }: Arguments['named'][number],
): Diagnostic {
  const names = parameters.flatMap((parameter) => nameOf(parameter) ?? [])
  const near = suggest(name, names)
  if (near === undefined) return diagnose('unknown-option', nameAt, { name, of, known: names })
  const fix = { message: `write \`${near}\``, edits: [{ ...nameAt, text: near }] }
  return diagnose('unknown-option', nameAt, { name, of, near, known: names }, { fix })
}

function nameOf({ pattern }: Parameter): string | undefined {
  return pattern.kind === 'name' ? pattern.name.text : undefined
}

// ── Kinds and axes ──────────────────────────────────────────────────────────

/** `class(C)` for a `class(K)` makes C stand for K; `[...A]` alone takes all axes of its argument. */
function inferAxes(
  { name: of }: Signature,
  parameter: Parameter,
  argument: Argument,
  scope: Scope,
): Diagnostic[] {
  const { type } = parameter
  const { value } = argument
  if (type === undefined) return []
  const [only, second] = type.axes ?? []
  if (only !== undefined && second === undefined && value.kind === 'tensor') {
    const entry = scope.own(only.text)
    if (entry?.kind === 'unsettled' && entry.isList) {
      scope.declare(only.text, { kind: 'axes', axes: value.node.axes })
    }
  }
  for (const alternative of type.alternatives) {
    if (alternative.kind !== 'kind' || alternative.axis === undefined) continue
    const { text } = alternative.axis
    if (scope.own(text)?.kind !== 'unsettled') continue
    const axis = kindAxis(value)
    if (axis !== undefined) scope.declare(text, { kind: 'axis', axis })
    else if (alternative.name.text === 'class') {
      return [wantsClass(of, parameter, argument, text)]
    } else {
      const facts = { of, axis: text, name: nameOf(parameter) ?? '' }
      return [diagnose('axis-not-inferred', argument.at, facts, { labels: originOf(argument) })]
    }
  }
  return []
}

function kindAxis(value: Value): AxisName | undefined {
  return value.kind === 'tensor' ? value.meaning.axis : undefined
}

function wantsClass(
  of: string,
  parameter: Parameter,
  argument: Argument,
  axis: string,
): Diagnostic {
  const { value } = argument
  const found = value.kind === 'tensor' ? meaningText(value.meaning) : 'no tensor of them'
  return diagnose(
    'class-wanted',
    argument.at,
    { name: nameOf(parameter) ?? '', of, text: argument.text, found, axis },
    { labels: originOf(argument) },
  )
}

function admitParameter(
  frame: Frame,
  signature: Signature,
  parameter: Parameter,
  argument: Argument,
): ReturnType<typeof admit> {
  const slot = {
    name: nameOf(parameter) ?? 'the argument',
    of: signature.name,
    ...(parameter.default === undefined ? {} : { default: parameter.default }),
    ...(signature.result === undefined ? {} : { result: signature.result }),
  }
  const { type } = parameter
  if (type === undefined) return admit(frame, slot, argument)
  const settled = isUnsettled(type, frame.scope) ? withoutAxes(type) : type
  const resolved = resolveType(frame, settled)
  if (resolved === null) return { value: poison, errors: [], warnings: [] }
  return admit(frame, { ...slot, type: resolved }, argument)
}

/** An axis that the call makes, on an argument whose parameter does not name it: the two would be one, a diagonal. */
function madeTwice(
  frame: Frame,
  { name: of }: Signature,
  { type }: Parameter,
  argument: Argument,
  made: readonly AxisName[],
): readonly Diagnostic[] {
  const { value } = argument
  if (type === undefined || value.kind !== 'tensor') return []
  const present = made.find((axis) => value.node.axes.includes(axis))
  if (present === undefined || isUnsettled(type, frame.scope)) return []
  const named = resolveType(frame, type)?.axes ?? []
  if (named.includes(present)) return []
  const facts = { text: argument.text, axis: axisText(present), of }
  return [diagnose('made-axis-present', argument.at, facts, { labels: originOf(argument) })]
}

function isUnsettled(type: Type, scope: Scope): boolean {
  return (type.axes ?? []).some(({ text }) => {
    const found = scope.lookup(text)
    return found?.kind === 'unsettled'
  })
}

/** The kind alone, where the axes are not known. */
function withoutAxes({ alternatives, span }: Type): Type {
  return { alternatives, span }
}
