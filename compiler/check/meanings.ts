// What kinds follow from kinds: the rules of section 4, for operations of the table and for what passes values on.
import type { AxisName, DataType, ReductionName } from '../graph/node.ts'
import type { Probabilities, ScalarOperation } from '../graph/operation.ts'
import { axisText } from '../graph/sizeText.ts'
import type { Location } from '../source/span.ts'
import type { Meaning, Passage, Tensor } from './value.ts'

export function meaningOfType(dataType: DataType): Meaning {
  return { kind: dataType }
}

/** `class(C)`, `prob`, `logit`. */
export function meaningText({ kind, axis }: Meaning): string {
  return axis === undefined ? kind : `${kind}(${axisText(axis)})`
}

export function isProbability({ kind }: Meaning): boolean {
  return kind === 'prob'
}

/** The result of an operation: as its row says, a plain number where it says nothing. */
export function meaningOfMap(
  { probabilities }: ScalarOperation,
  operands: readonly Tensor[],
  dataType: DataType,
): Meaning {
  const meaning = probabilities === undefined ? undefined : follow(probabilities, operands)
  return meaning ?? meaningOfType(dataType)
}

function follow(
  { makes, turns, complements, keeps, chooses }: Probabilities,
  operands: readonly Tensor[],
): Meaning | undefined {
  const [first, second] = operands
  if (makes !== undefined) return { kind: makes }
  if (chooses === true) return joined(operands.slice(1))
  if (first === undefined) return undefined
  if (keeps !== undefined) return keeps === 'meaning' ? first.meaning : withoutAxis(first.meaning)
  if (turns?.from === first.meaning.kind) return renamed(first.meaning, turns.to)
  const isComplement = complements === true && isOne(first) && second?.meaning.kind === 'prob'
  return isComplement ? { kind: 'prob' } : undefined
}

/** Of values put side by side or chosen from: the same kind where they share one. */
export function joined(values: readonly Tensor[]): Meaning | undefined {
  const [first, ...others] = values
  if (first === undefined) return undefined
  const { kind, axis } = first.meaning
  if (others.some(({ meaning }) => meaning.kind !== kind)) return undefined
  const sameAxis = others.every(({ meaning }) => meaning.axis === axis)
  const missing = values.some(({ meaning }) => meaning.missing === true)
  if (kind === 'class') {
    if (!sameAxis || axis === undefined) return undefined
    return missing ? { kind, axis, missing } : { kind, axis }
  }
  return sameAxis && axis !== undefined ? { kind, axis } : { kind }
}

/** Of a mean: an average of probabilities is one; it sums to 1 over C as long as C is not averaged over. */
export function averaged({ meaning }: Tensor, over: readonly AxisName[]): Meaning | undefined {
  const { kind, axis } = meaning
  if (kind !== 'prob') return undefined
  return axis === undefined || over.includes(axis) ? { kind } : { kind, axis }
}

/** Of values picked along some axes: what summed to 1 over one of them no longer does. */
export function picked(meaning: Meaning, along: readonly AxisName[]): Meaning {
  const { kind, axis } = meaning
  return kind !== 'class' && axis !== undefined && along.includes(axis) ? { kind } : meaning
}

function withoutAxis(meaning: Meaning): Meaning | undefined {
  return meaning.kind === 'prob' || meaning.kind === 'logprob' ? { kind: meaning.kind } : undefined
}

function renamed({ axis }: Meaning, kind: Meaning['kind']): Meaning {
  return axis === undefined ? { kind } : { kind, axis }
}

function isOne({ node }: Tensor): boolean {
  return node.kind === 'constant' && node.value === 1
}

// ── Passages ────────────────────────────────────────────────────────────────

export function passageOfMap(
  { name, probabilities = {} }: ScalarOperation,
  operands: readonly Tensor[],
  call: Called | undefined,
): Passage | undefined {
  const { makes, turns, rescales, chooses } = probabilities
  if (makes !== undefined) return passageThrough(name, call)
  if (chooses === true) return firstPassage(operands.slice(1))
  if (turns !== undefined && turns.from === operands[0]?.meaning.kind) return firstPassage(operands)
  if (rescales !== true) return undefined
  const [changing, ...others] = operands.filter(({ node }) => !isKnownNode(node.kind))
  if (changing === undefined || others.length === 0) return changing?.passage
  // An average of two softmaxes, as of an ensemble; a difference of logarithms may be a score again.
  const arePassed = [changing, ...others].every(
    (one) => one.passage !== undefined && isBounded(one),
  )
  return arePassed ? changing.passage : undefined
}

/** An extreme is one of the values, and a sum a multiple of their mean: of experts, weighted by a softmax. */
export function passageOfReduction(name: ReductionName, operand: Tensor): Passage | undefined {
  const isKept = name === 'max' || name === 'min' || (name === 'sum' && isBounded(operand))
  return isKept ? operand.passage : undefined
}

function isBounded({ interval: { lo, hi } }: Tensor): boolean {
  return lo !== -Infinity && hi !== Infinity
}

/** Where a function was called, and where its first argument stands. */
export interface Called {
  readonly at: Location
  readonly of: Location | undefined
}

function passageThrough(name: string, call: Called | undefined): Passage | undefined {
  if (call === undefined) return undefined
  const { at, of } = call
  return { through: name, at, ...(of === undefined ? {} : { of }) }
}

export function firstPassage(values: readonly Tensor[]): Passage | undefined {
  return values.find(({ passage }) => passage !== undefined)?.passage
}

function isKnownNode(kind: Tensor['node']['kind']): boolean {
  return kind === 'constant' || kind === 'size'
}
