// An index along an axis: a whole number that is proved to lie inside, checked when sizes are bound, or needs `else`.
import type { AxisName } from '../graph/node.ts'
import { addSizes, constantSize } from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { axisText, sizeText } from '../graph/sizeText.ts'
import type { Location } from '../source/span.ts'
import type { Expression, IndexEntry } from '../syntax/ast.ts'
import { textOf } from './describe.ts'
import { evaluate } from './evaluate.ts'
import { locate, report, type Frame } from './frame.ts'
import { boundSize, isInside, type Bound, type Interval } from './intervals.ts'
import { narrowest } from './refine.ts'
import { requireAtLeast } from './settle.ts'
import { apply, asTensor } from './tensors.ts'
import { isNumeric, nounOf } from './value.ts'
import type { Tensor } from './value.ts'
import type { Proviso } from './workspace.ts'

/** The place along an axis of the operand. */
export interface Place {
  readonly axis: AxisName
  readonly index: Tensor
  /** Proved, or checked when sizes are bound. */
  readonly isInside: boolean
  /** A missing label lies outside, and reads 0 without `else`. */
  readonly fillsMissing: boolean
  /** Proved by the conditions around. */
  readonly proviso?: Proviso
  readonly at: Location
  readonly text: string
}

/** `T = expr`; one place for each axis, where T is a list. `mustLieInside`: there is no `else`. */
export function placesFor(
  entry: IndexEntry & { kind: 'at' },
  axes: readonly AxisName[],
  mustLieInside: boolean,
  frame: Frame,
): readonly Place[] | null {
  const places = axes.map((axis, member) =>
    placeAlong(axis, entry, mustLieInside, axes.length > 1 ? { ...frame, member } : ofOne(frame)),
  )
  const known = places.filter((place) => place !== null)
  return known.length < places.length ? null : known
}

/** A list of one axis has a member too, so that tuples of one option for each axis work. */
function ofOne(frame: Frame): Frame {
  return frame.member === undefined ? { ...frame, member: 0 } : frame
}

function placeAlong(
  axis: AxisName,
  { index: expression, span }: IndexEntry & { kind: 'at' },
  mustLieInside: boolean,
  frame: Frame,
): Place | null {
  const { graph } = frame.elaboration
  const size = graph.sizes.of(axis)
  const place = { axis, at: locate(frame, expression.span), text: textOf(expression) }
  const end = literalFromEnd(expression)
  if (end !== null) {
    const fits = needLength(frame, axis, constantSize(end), expression)
    if (!fits && mustLieInside) return null
    const index = addSizes(size, constantSize(-end))
    const node = asTensor(frame, { kind: 'size', size: graph.sizes.resolve(index) })
    return { ...place, index: node, isInside: fits, fillsMissing: false }
  }
  const value = evaluate(expression, { ...frame, isIndex: true })
  if (value.kind === 'poison') return null
  if (!isNumeric(value)) {
    report(frame, 'index-not-whole', expression.span, {
      text: place.text,
      noun: nounOf(value),
      axis: axisText(axis),
    })
    return null
  }
  const index = wholeIndex(asTensor(frame, value), frame)
  if (index === null) {
    report(frame, 'index-not-whole', expression.span, {
      text: place.text,
      noun: value.kind === 'tensor' ? value.meaning.kind : `the number ${place.text}`,
      axis: axisText(axis),
    })
    return null
  }
  const { meaning } = index
  const isLabel = meaning.kind === 'class' && meaning.missing === true
  // A label is checked when it enters the module; a missing one is outside by agreement.
  const labelled = ({ lo, ...rest }: Interval): Interval => ({ ...rest, lo: isLabel ? 0 : lo })
  const interval = labelled(index.interval)
  const isIn = (known: Interval): boolean => isInside(graph.sizes, known, index.node.axes, size)
  const inside = { ...place, index, isInside: !isLabel, fillsMissing: isLabel }
  if (isIn(interval)) return inside
  if (!mustLieInside) return { ...place, index, isInside: false, fillsMissing: false }
  const { narrowed } = index
  const range = { text: place.text, axis: axisText(axis), size: sizeText(size) }
  const refuse = (known: Interval, moved?: readonly string[]): void =>
    report(
      frame,
      'index-outside',
      span,
      {
        ...range,
        low: boundText(known.lo),
        high: boundText(known.hi),
        mayBeEmpty:
          place.text.includes(`size(${axisText(axis)})`) && !graph.sizes.proveAtLeast(size, 1),
        ...(moved && { moved }),
      },
      {
        fix: {
          message: 'read 0 outside',
          edits: [{ path: frame.path, span: { start: span.end, end: span.end }, text: ', else 0' }],
        },
      },
    )
  if (narrowed !== undefined && isIn(labelled(narrowed.interval))) {
    const { facts } = narrowed
    return {
      ...inside,
      proviso: { facts, refuse: (moved) => refuse(interval, moved.map(axisText)) },
    }
  }
  const bound = index.node.axes.length === 0 ? constantPlace(index) : null
  if (bound !== null) {
    const isChecked =
      requireBound(frame, axis, bound, expression) &&
      needLength(frame, axis, addSizes(bound, constantSize(1)), expression)
    return isChecked ? { ...place, index, isInside: true, fillsMissing: false } : null
  }
  refuse(narrowest(index).interval)
  return null
}

/** `-1` counts from the end, as nothing but a literal does. */
function literalFromEnd(expression: Expression): number | null {
  if (expression.kind !== 'unary' || expression.operator !== '-') return null
  const { operand } = expression
  return operand.kind === 'number' && operand.whole && operand.value > 0 ? operand.value : null
}

function wholeIndex(index: Tensor, frame: Frame): Tensor | null {
  if (index.node.dataType === 'int') return index
  if (index.node.dataType !== 'bool') return null
  // A truth value counts as 0 or 1.
  return apply(frame, 'add', [index, asTensor(frame, { kind: 'number', value: 0, whole: true })])
}

/** The one place that an index without axes names, if that is a matter of sizes. */
function constantPlace({ interval, node }: Tensor): Size | null {
  if (node.kind !== 'constant' && node.kind !== 'size') return null
  return boundSize(interval.lo)
}

function requireBound(frame: Frame, axis: AxisName, place: Size, expression: Expression): boolean {
  const text = textOf(expression)
  const message = `the index ${text} of ${axisText(axis)} is ${sizeText(place)}, which must not be negative`
  if (requireAtLeast(frame, place, constantSize(0), expression.span, message)) return true
  report(frame, 'index-negative', expression.span, { text, axis: axisText(axis) })
  return false
}

function needLength(frame: Frame, axis: AxisName, least: Size, expression: Expression): boolean {
  const { sizes } = frame.elaboration.graph
  const size = sizes.of(axis)
  const text = textOf(expression)
  const name = axisText(axis)
  const message = `the index ${text} needs ${name} to be at least ${sizeText(least)}`
  if (requireAtLeast(frame, size, least, expression.span, message)) return true
  report(frame, 'index-beyond', expression.span, { text, axis: name, size: sizeText(size) })
  return false
}

function boundText(bound: Bound): string {
  if (typeof bound !== 'number') return sizeText(bound)
  return bound === Infinity ? 'any number' : bound === -Infinity ? 'any number' : String(bound)
}
