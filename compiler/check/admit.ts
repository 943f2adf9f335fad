// Whether an argument may stand for a parameter: its kind, its range, its axes. Says what is wrong, and what is doubtful.
import { axisSize } from '../graph/size.ts'
import { axisText } from '../graph/sizeText.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import { diagnose } from '../source/catalogue.ts'
import type { Expression } from '../syntax/ast.ts'
import { axesText } from './axes.ts'
import type { Frame } from './frame.ts'
import { arithmetic, isInside, notPositive, unit } from './intervals.ts'
import { narrowest } from './refine.ts'
import { originOf, type Slot } from './slot.ts'
import { mismatchOfMeaning } from './kinds.ts'
import { meaningText } from './meanings.ts'
import { asTensor, spreadOver } from './tensors.ts'
import type { Wanted } from './types.ts'
import { isCallable, isNumeric, nounOf } from './value.ts'
import type { Argument, Tensor, Value } from './value.ts'

export interface Admission {
  readonly value: Value
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

export function admit(frame: Frame, slot: Slot, argument: Argument): Admission {
  const { type } = slot
  if (type === undefined) return admitUntyped(slot, argument)
  const attempts = type.alternatives.map((wanted) => admitAs(frame, slot, wanted, argument))
  const kind =
    attempts.find(({ errors, warnings }) => errors.length + warnings.length === 0) ??
    attempts.find(({ errors }) => errors.length === 0) ??
    refusal(slot, argument, attempts) ??
    admitReal(frame, slot, argument)
  return kind.errors.length > 0 ? kind : withAxes(frame, slot, argument, kind)
}

/** The words for an argument that none of several alternatives takes. */
function refusal(
  slot: Slot,
  argument: Argument,
  attempts: readonly Admission[],
): Admission | undefined {
  const { type } = slot
  if (type === undefined || attempts.length < 2) return attempts[0]
  const allowed = type.alternatives.map(wantedText)
  return refuse(
    argument,
    diagnose('option-not-allowed', argument.at, {
      ...named(slot),
      found: foundText(argument),
      allowed,
    }),
  )
}

/** A default says what an option without a type is like. */
function admitUntyped(slot: Slot, argument: Argument): Admission {
  const { value } = argument
  const wanted = wantedByDefault(slot.default, value)
  if (wanted === undefined) return accept(value)
  return refuse(
    argument,
    diagnose('option-kind', argument.at, { ...named(slot), wanted, found: foundText(argument) }),
  )
}

function wantedByDefault(expression: Expression | undefined, value: Value): string | undefined {
  if (expression === undefined || value.kind === 'none') return undefined
  if (expression.kind === 'constant' && /true|false/.test(expression.name)) {
    const fits =
      value.kind === 'boolean' || (value.kind === 'tensor' && value.node.dataType === 'bool')
    return fits ? undefined : '`true` or `false`'
  }
  if (expression.kind === 'number') {
    return isNumeric(value) || value.kind === 'tuple' ? undefined : 'a number'
  }
  if (expression.kind === 'lambda') return isCallable(value) ? undefined : 'a function'
  return undefined
}

// ── Kinds ───────────────────────────────────────────────────────────────────

function admitAs(frame: Frame, slot: Slot, wanted: Wanted, argument: Argument): Admission {
  const { value } = argument
  switch (wanted.kind) {
    case 'string':
      return value.kind === 'string' && value.value === wanted.value
        ? accept(value)
        : refuseKind(slot, argument, wanted)
    case 'schedule':
      return isNumeric(value) || isCallable(value)
        ? accept(value)
        : refuseKind(slot, argument, wanted)
    case 'positive':
      return admitNumber(slot, argument, wanted, (number) => number > 0)
    case 'nonnegative':
      return admitNumber(slot, argument, wanted, (number) => number >= 0)
    case 'meaning':
      return admitMeaning(frame, slot, wanted, argument)
    default:
      return wanted satisfies never
  }
}

function admitMeaning(
  frame: Frame,
  slot: Slot,
  wanted: Wanted & { kind: 'meaning' },
  argument: Argument,
): Admission {
  const { value } = argument
  const { meaning } = wanted
  switch (meaning.kind) {
    case 'int':
      return admitWhole(slot, argument, wanted)
    case 'bool': {
      const isTruth =
        value.kind === 'boolean' || (value.kind === 'tensor' && value.node.dataType === 'bool')
      return isTruth ? accept(value) : refuseKind(slot, argument, wanted)
    }
    case 'class':
      return admitClass(frame, slot, wanted, argument)
    case 'prob':
    case 'logprob': {
      const isProbability = meaning.kind === 'prob'
      if (value.kind === 'number' || value.kind === 'tuple') {
        return admitNumber(slot, argument, wanted, (number) =>
          isProbability ? number >= 0 && number <= 1 : number <= 0,
        )
      }
      if (value.kind === 'tensor' && value.meaning.kind === 'class') {
        return refuseKind(slot, argument, wanted)
      }
      return withMeaning(frame, slot, wanted, argument)
    }
    case 'real':
    case 'logit':
      return withMeaning(frame, slot, wanted, argument)
    default:
      return meaning.kind satisfies never
  }
}

/** Numbers as they are; tensors with the kind that the signature says, and what speaks against it. */
function withMeaning(
  frame: Frame,
  slot: Slot,
  wanted: Wanted & { kind: 'meaning' },
  argument: Argument,
): Admission {
  const { value } = argument
  if (!isNumeric(value)) return refuseKind(slot, argument, wanted)
  if (value.kind !== 'tensor') return accept(value)
  const { meaning } = wanted
  const warnings = mismatchOfMeaning(frame, slot, meaning, argument, value)
  if (meaning.kind === 'real') return accept(value, warnings)
  const { passage: _, ...plain } = value
  const within = meaning.kind === 'prob' ? unit : meaning.kind === 'logprob' ? notPositive : null
  const interval = within === null ? value.interval : arithmetic(frame).meet(value.interval, within)
  // Inside, it is what the signature says, and has been warned of: nothing is said twice.
  return accept({ ...plain, meaning, interval }, warnings)
}

function admitReal(frame: Frame, slot: Slot, argument: Argument): Admission {
  return withMeaning(frame, slot, { kind: 'meaning', meaning: { kind: 'real' } }, argument)
}

function admitWhole(slot: Slot, argument: Argument, wanted: Wanted): Admission {
  const { value } = argument
  const items = value.kind === 'tuple' ? value.items : [value]
  const isWhole = (item: Value): boolean =>
    (item.kind === 'number' && Number.isInteger(item.value)) ||
    item.kind === 'size' ||
    (item.kind === 'tensor' && item.node.dataType === 'int')
  return items.every(isWhole) ? accept(value) : refuseKind(slot, argument, wanted)
}

/** A number, or one for each axis, in a range. Tensors are let in: what they hold is known only when they come. */
function admitNumber(
  slot: Slot,
  argument: Argument,
  wanted: Wanted,
  isAllowed: (number: number) => boolean,
): Admission {
  const { value } = argument
  const items = value.kind === 'tuple' ? value.items : [value]
  if (!items.every(isNumeric)) return refuseKind(slot, argument, wanted)
  const outside = items.find((item) => item.kind === 'number' && !isAllowed(item.value))
  if (outside?.kind !== 'number') return accept(value)
  const facts = { ...named(slot), value: String(outside.value), range: wantedText(wanted) }
  return refuse(argument, diagnose('option-out-of-range', argument.at, facts))
}

function admitClass(
  frame: Frame,
  slot: Slot,
  wanted: Wanted & { kind: 'meaning' },
  argument: Argument,
): Admission {
  const { value } = argument
  const { axis } = wanted.meaning
  const isClass = value.kind === 'tensor' && value.meaning.kind === 'class'
  if (isClass && (axis === undefined || value.meaning.axis === axis)) return accept(value)
  if (isClass && axis !== undefined) {
    return refuse(argument, classDiffers(frame, slot, axis, argument, value))
  }
  const number = isNumeric(value) ? asTensor(frame, value) : undefined
  if (number !== undefined && axis !== undefined && number.node.dataType === 'int') {
    const { sizes } = frame.elaboration.graph
    const { interval } = narrowest(number)
    if (isInside(sizes, interval, number.node.axes, axisSize(axis))) {
      return accept({ ...number, meaning: { kind: 'class', axis } })
    }
  }
  return refuse(
    argument,
    diagnose(
      'class-wanted',
      argument.at,
      {
        ...named(slot),
        text: argument.text,
        found: foundText(argument),
        axis: axis === undefined ? 'C' : axisText(axis),
      },
      { labels: originOf(argument) },
    ),
  )
}

function classDiffers(
  frame: Frame,
  slot: Slot,
  axis: string,
  argument: Argument,
  value: Tensor,
): Diagnostic {
  const { workspace } = frame.elaboration
  const labels = originOf(argument)
  const origin = workspace.originOf(axis)
  return diagnose(
    'class-differs',
    argument.at,
    {
      ...named(slot),
      text: argument.text,
      wanted: axisText(axis),
      found: axisText(value.meaning.axis ?? ''),
    },
    {
      labels:
        origin === undefined ? labels : [...labels, { ...origin.at, message: origin.message }],
    },
  )
}

// ── Axes ────────────────────────────────────────────────────────────────────

function withAxes(frame: Frame, slot: Slot, argument: Argument, kind: Admission): Admission {
  const axes = slot.type?.axes ?? []
  const { value } = kind
  if (axes.length === 0 || !isNumeric(value)) return kind
  if (value.kind !== 'tensor') {
    // A number stands for itself everywhere.
    return { ...kind, value: spreadOver(frame, asTensor(frame, value), axes) }
  }
  const missing = axes.find((axis) => !value.node.axes.includes(axis))
  if (missing === undefined) return kind
  frame.elaboration.workspace.noteLacking([missing])
  const facts = {
    ...named(slot),
    text: argument.text,
    axis: axisText(missing),
    axes: axesText(frame, value.node.axes),
  }
  return refuse(
    argument,
    diagnose('argument-lacks-axis', argument.at, facts, { labels: originOf(argument) }),
  )
}

// ── Words ───────────────────────────────────────────────────────────────────

function accept(value: Value, warnings: readonly Diagnostic[] = []): Admission {
  return { value, errors: [], warnings }
}

function refuse({ value }: Argument, error: Diagnostic): Admission {
  return { value, errors: [error], warnings: [] }
}

function refuseKind(slot: Slot, argument: Argument, wanted: Wanted): Admission {
  return refuse(
    argument,
    diagnose(
      'option-kind',
      argument.at,
      {
        ...named(slot),
        wanted: wantedText(wanted),
        found: foundText(argument),
        ...(argument.value.kind === 'tensor' ? declarable(wanted) : {}),
      },
      { labels: originOf(argument) },
    ),
  )
}

/** A kind that an input's declaration would have said. */
function declarable(wanted: Wanted): { kind?: 'int' | 'bool' } {
  if (wanted.kind !== 'meaning') return {}
  const { kind } = wanted.meaning
  return kind === 'int' || kind === 'bool' ? { kind } : {}
}

function named({ name, of }: Slot): { name: string; of: string } {
  return { name, of }
}

function foundText({ value }: Argument): string {
  if (value.kind === 'string') return `"${value.value}"`
  if (value.kind === 'number' || value.kind === 'boolean') return `\`${value.value}\``
  return value.kind === 'tensor' ? meaningText(value.meaning) : nounOf(value)
}

function wantedText(wanted: Wanted): string {
  switch (wanted.kind) {
    case 'string':
      return `"${wanted.value}"`
    case 'positive':
      return 'a positive number'
    case 'nonnegative':
      return 'a number that is not negative'
    case 'schedule':
      return 'a number or a function of the step'
    case 'meaning':
      return meaningWords[wanted.meaning.kind]
    default:
      return wanted satisfies never
  }
}

const meaningWords = {
  real: 'a real tensor',
  logit: 'scores',
  prob: 'a number between 0 and 1',
  logprob: 'a number that is not positive',
  class: 'class numbers',
  int: 'a whole number',
  bool: '`true` or `false`',
} as const
