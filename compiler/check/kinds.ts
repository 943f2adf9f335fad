// The warnings of section 4: values passed as a kind that they are not, or are not known to be.
import type { AxisName } from '../graph/node.ts'
import { constantOf } from '../graph/size.ts'
import { axisText } from '../graph/sizeText.ts'
import { diagnose } from '../source/catalogue.ts'
import { isDeclaration } from '../source/catalogue/kinds.ts'
import type { Diagnostic, Fix, Label } from '../source/diagnostic.ts'
import { originOf, type Slot } from './slot.ts'
import type { Frame } from './frame.ts'
import { arithmetic, notPositive, unit } from './intervals.ts'
import { narrowest } from './refine.ts'
import { meaningText } from './meanings.ts'
import type { Argument, Meaning, Passage, Tensor } from './value.ts'

/** What speaks against taking a tensor as the kind that a signature names. */
export function mismatchOfMeaning(
  frame: Frame,
  slot: Slot,
  wanted: Meaning,
  argument: Argument,
  value: Tensor,
): readonly Diagnostic[] {
  if (value.meaning.kind === 'class') {
    const { from } = value
    const labels = originOf(argument)
    return [
      diagnose('class-as-quantity', argument.at, { text: from?.name ?? argument.text }, { labels }),
    ]
  }
  if (wanted.kind === 'logit') return normalisedTwice(frame, slot, argument, value)
  if (wanted.kind === 'prob' && !isWithin(frame, value, 'prob')) {
    return [notProbable(slot, argument, value)]
  }
  if (wanted.kind === 'logprob' && !isWithin(frame, value, 'logprob')) {
    return [notLogProbable(slot, argument, value)]
  }
  return wanted.kind === 'prob' || wanted.kind === 'logprob'
    ? normalisedElsewhere(slot, argument, value)
    : []
}

/** It sums to 1 along one axis, and is taken for something that does along another: the only one that the slot names. */
function normalisedElsewhere(slot: Slot, argument: Argument, value: Tensor): readonly Diagnostic[] {
  const [, several] = slot.type?.axes ?? []
  const axis = summedAxis(slot) ?? (several === undefined ? declaredAxis(slot) : undefined)
  const own = value.meaning.axis
  if (axis === undefined || own === undefined || own === axis) return []
  const facts = {
    ...slotNames(slot),
    text: argument.text,
    found: axisText(own),
    wanted: axisText(axis),
    ...wayOf(value),
  }
  return [diagnose('normalised-elsewhere', argument.at, facts, { labels: originOf(argument) })]
}

function isWithin(frame: Frame, value: Tensor, kind: 'prob' | 'logprob'): boolean {
  const range = kind === 'prob' ? unit : notPositive
  return value.meaning.kind === kind || arithmetic(frame).contains(range, narrowest(value).interval)
}

/** Scores are wanted, and what comes has been through a softmax or a sigmoid. */
function normalisedTwice(
  frame: Frame,
  slot: Slot,
  argument: Argument,
  value: Tensor,
): readonly Diagnostic[] {
  const { meaning, passage } = value
  const isNormalised = meaning.kind === 'prob' || meaning.kind === 'logprob'
  if (!isNormalised && passage === undefined) return []
  const labels: Label[] = [...originOf(argument)]
  if (passage !== undefined && !isSamePlace(passage.at, argument)) {
    labels.unshift({ ...passage.at, message: `it goes through \`${passage.through}\` here` })
  }
  const through = passage?.through
  const facts = {
    name: slot.name,
    of: slot.of,
    text: argument.text,
    kind: isNormalised ? meaningText(meaning) : 'real',
    ...(through === undefined ? {} : { through }),
    ...consequence(frame, slot, value),
  }
  const fix = passage === undefined ? undefined : withoutCall(passage, argument)
  const more = fix === undefined ? { labels } : { labels, fix }
  return [diagnose('normalised-twice', argument.at, facts, more)]
}

/** `softmax[C](scores)` becomes `scores`, where it stands as the argument itself: a `let` may serve others too. */
function withoutCall({ at, of, through }: Passage, argument: Argument): Fix | undefined {
  if (of === undefined || !isSamePlace(at, argument) || of.path !== at.path) return undefined
  const { path, span } = at
  if (of.span.start < span.start || of.span.end > span.end) return undefined
  const edits = [
    { path, span: { start: span.start, end: of.span.start }, text: '' },
    { path, span: { start: of.span.end, end: span.end }, text: '' },
  ]
  return { message: `leave \`${through}\` out`, edits }
}

function isSamePlace(at: Argument['at'], argument: Argument): boolean {
  return (
    at.path === argument.at.path &&
    at.span.start === argument.at.span.start &&
    at.span.end === argument.at.span.end
  )
}

/**
 * What is lost: with scores within [a, b] over C classes, softmax gives no class more than
 * 1 / (1 + (C - 1)·exp(a - b)), so that no cross-entropy is below log(1 + (C - 1)·exp(a - b)); without an axis, the
 * sigmoid of a score stays between those of a and b. What a declaration's scores are for is not known.
 */
function consequence(frame: Frame, slot: Slot, { meaning, interval }: Tensor): { lost?: string } {
  if (isDeclaration(slot.of)) return {}
  const within = meaning.kind === 'prob' ? arithmetic(frame).meet(interval, unit) : interval
  const { lo, hi } = within
  if (typeof lo !== 'number' || typeof hi !== 'number') return {}
  if (!Number.isFinite(lo) || !Number.isFinite(hi)) return {}
  const [axis, second] = slot.type?.axes ?? []
  const range = `between ${round(lo)} and ${round(hi)}`
  if (axis === undefined) {
    const ends = [lo, hi].map((z) => round(1 / (1 + Math.exp(-z))))
    return { lost: `the sigmoid of numbers ${range} stays between ${ends.join(' and ')}` }
  }
  if (second !== undefined) return {}
  const { sizes } = frame.elaboration.graph
  const classes = constantOf(sizes.of(axis))
  if (classes === null) {
    const power = hi - lo === 1 ? 'e' : `e^${round(hi - lo)}`
    const sum = `1 + (size(${axisText(axis)}) - 1)/${power}`
    return {
      lost: givesProbabilities(slot)
        ? `the softmax of numbers ${range} is at most 1/(${sum})`
        : `for scores ${range} a cross-entropy can reach nothing below log(${sum})`,
    }
  }
  const share = (z: number): number => 1 / (1 + (classes - 1) * Math.exp(z))
  const [least, most] = [share(hi - lo), share(lo - hi)]
  return {
    lost: givesProbabilities(slot)
      ? `the softmax of ${classes} numbers ${range} stays between ${round(least)} and ${round(most)}`
      : `for scores ${range} over ${classes} classes a cross-entropy can reach nothing below ${Math.log(1 / most).toFixed(3)}`,
  }
}

/** Or their logarithms; as against a loss, which compares them with labels. */
function givesProbabilities({ result }: Slot): boolean {
  const names = result?.alternatives.map((each) => (each.kind === 'kind' ? each.name.text : ''))
  return names?.some((name) => name === 'prob' || name === 'logprob') ?? false
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function notProbable(slot: Slot, argument: Argument, value: Tensor): Diagnostic {
  return diagnose(
    'not-a-probability',
    argument.at,
    {
      ...slotNames(slot),
      text: argument.text,
      kind: meaningText(value.meaning),
      isLogarithm: value.meaning.kind === 'logprob',
      ...wayOf(value),
    },
    { labels: originOf(argument) },
  )
}

function wayOf({ passage }: Tensor): { through?: string } {
  return passage === undefined ? {} : { through: passage.through }
}

/** The axis over which the slot's kind sums, `C` of `logprob(C)[T, C]`, or else the first that it lists. */
function declaredAxis(slot: Slot): AxisName | undefined {
  return summedAxis(slot) ?? slot.type?.axes?.[0]
}

function summedAxis({ type }: Slot): AxisName | undefined {
  const kinds = type?.alternatives ?? []
  const own = kinds.find((wanted) => wanted.kind === 'meaning' && wanted.meaning.axis !== undefined)
  return own?.kind === 'meaning' ? own.meaning.axis : undefined
}

function notLogProbable(slot: Slot, argument: Argument, value: Tensor): Diagnostic {
  const axis = declaredAxis(slot)
  const isProbability = value.meaning.kind === 'prob'
  const fix = logarithmOf(axis, argument, value)
  return diagnose(
    'not-a-log-probability',
    argument.at,
    {
      ...slotNames(slot),
      text: argument.text,
      kind: meaningText(value.meaning),
      isProbability,
      ...wayOf(value),
      ...(axis === undefined ? {} : { axis: axisText(axis) }),
    },
    {
      labels: originOf(argument),
      ...(fix === undefined ? {} : { fix }),
    },
  )
}

/** A probability wants its logarithm, a score all of log_softmax; what was changed in between, another thought. */
function logarithmOf(
  axis: AxisName | undefined,
  { at: { path, span } }: Argument,
  { meaning, passage }: Tensor,
): Fix | undefined {
  const isProbability = meaning.kind === 'prob'
  if (!isProbability && (axis === undefined || passage !== undefined)) return undefined
  const call = isProbability || axis === undefined ? 'log' : `log_softmax[${axisText(axis)}]`
  const edits = [
    { path, span: { start: span.start, end: span.start }, text: `${call}(` },
    { path, span: { start: span.end, end: span.end }, text: ')' },
  ]
  return { message: `write \`${call}(…)\``, edits }
}

function slotNames({ name, of }: Slot): { name: string; of: string } {
  return { name, of }
}
