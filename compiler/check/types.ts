// Written types resolved: kinds and options' ranges, with the axes they name.
import type { AxisName } from '../graph/node.ts'
import { suggest } from '../source/suggest.ts'
import type { Span } from '../source/span.ts'
import type { Name, Type, TypeAlternative } from '../syntax/ast.ts'
import { resolveAxes, resolveAxis } from './axes.ts'
import { evaluateKnownNumber } from './constants.ts'
import { report, type Frame } from './frame.ts'
import type { Meaning } from './value.ts'

/** One alternative of a written type. */
export type Wanted =
  | { readonly kind: 'meaning'; readonly meaning: Meaning; readonly missing?: number }
  /** Of an option: `positive` and `nonnegative` numbers, or a number or function of the step. */
  | { readonly kind: 'positive' | 'nonnegative' | 'schedule' }
  | { readonly kind: 'string'; readonly value: string }

export interface ResolvedType {
  /** Empty: any real tensor. */
  readonly alternatives: readonly Wanted[]
  /** Absent: none were written. */
  readonly axes?: readonly AxisName[]
  readonly span: Span
}

const meanings = ['real', 'logit', 'prob', 'logprob', 'class', 'int', 'bool'] as const
const optionKinds = ['positive', 'nonnegative', 'schedule'] as const

/** Reports what it doesn't know; null then. */
export function resolveType(frame: Frame, type: Type): ResolvedType | null {
  const alternatives = type.alternatives.map((alternative) =>
    resolveAlternative(frame, alternative),
  )
  const axes = type.axes?.map((name) => resolveAxes(frame, name))
  const known = alternatives.filter((alternative) => alternative !== null)
  const knownAxes = axes?.filter((list) => list !== null)
  if (known.length < alternatives.length || knownAxes?.length !== axes?.length) return null
  const flat = knownAxes?.flat()
  if (flat !== undefined) {
    const twice = flat.findIndex((axis, i) => flat.indexOf(axis) < i)
    if (twice >= 0) {
      report(frame, 'axis-twice', type.span, { axis: type.axes?.[twice]?.text ?? '' })
      return null
    }
  }
  return { alternatives: known, span: type.span, ...(flat === undefined ? {} : { axes: flat }) }
}

function resolveAlternative(frame: Frame, alternative: TypeAlternative): Wanted | null {
  if (alternative.kind === 'string') return { kind: 'string', value: alternative.value }
  const { name } = alternative
  const option = optionKinds.find((kind) => kind === name.text)
  if (option !== undefined) return { kind: option }
  const kind = meanings.find((meaning) => meaning === name.text)
  if (kind === undefined) return unknownKind(frame, name)
  const axis = alternative.axis === undefined ? undefined : resolveAxis(frame, alternative.axis)
  if (axis === null) return null
  if (kind === 'class' && axis === undefined) {
    report(frame, 'class-without-axis', alternative.span, {})
    return null
  }
  const missing =
    alternative.missing === undefined
      ? undefined
      : evaluateKnownNumber(frame, alternative.missing, 'a missing label')
  if (missing === null) return null
  if (missing !== undefined && !Number.isInteger(missing)) {
    report(frame, 'missing-not-whole', alternative.span, { value: String(missing) })
    return null
  }
  const meaning: Meaning = {
    kind,
    ...(axis === undefined ? {} : { axis }),
    ...(missing === undefined ? {} : { missing: true }),
  }
  return { kind: 'meaning', meaning, ...(missing === undefined ? {} : { missing }) }
}

function unknownKind(frame: Frame, name: Name): null {
  const near = suggest(name.text, [...meanings, ...optionKinds])
  report(frame, 'unknown-kind', name.span, {
    kind: name.text,
    ...(near === undefined ? {} : { near }),
  })
  return null
}
