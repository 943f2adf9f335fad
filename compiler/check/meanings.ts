// What kinds follow from kinds: the rules of section 4, for operations of the table and for what passes values on.
import type { AxisName, DataType, ReductionName } from '../graph/node.ts'
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

type Rule = (operands: readonly Tensor[]) => Meaning | undefined

/** Operations whose result means something; all others give plain numbers. */
const rules: Readonly<Record<string, Rule>> = {
  sigmoid: () => ({ kind: 'prob' }),
  logsigmoid: () => ({ kind: 'logprob' }),
  exp: ([x]) => (x?.meaning.kind === 'logprob' ? renamed(x.meaning, 'prob') : undefined),
  log: ([p]) => (p?.meaning.kind === 'prob' ? renamed(p.meaning, 'logprob') : undefined),
  // A complement: 1 - p.
  sub: ([one, p]) =>
    one !== undefined && isOne(one) && p?.meaning.kind === 'prob' ? { kind: 'prob' } : undefined,
  clamp: ([x]) => (x === undefined ? undefined : withoutAxis(x.meaning)),
  stop_gradient: ([x]) => x?.meaning,
  select: ([, yes, no]) => (yes === undefined || no === undefined ? undefined : joined([yes, no])),
}

export function meaningOfMap(
  name: string,
  operands: readonly Tensor[],
  dataType: DataType,
): Meaning {
  const meaning = Object.hasOwn(rules, name) ? rules[name]?.(operands) : undefined
  return meaning ?? meaningOfType(dataType)
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

/** These make probabilities out of anything. */
const normalising = new Set(['sigmoid', 'logsigmoid'])
/** These keep a value recognisable when all their other operands are constants. */
const scaling = new Set(['add', 'sub', 'mul', 'div', 'neg', 'clamp', 'min', 'max', 'stop_gradient'])

export function passageOfMap(
  name: string,
  operands: readonly Tensor[],
  call: Called | undefined,
): Passage | undefined {
  if (normalising.has(name)) return passageThrough(name, call)
  if (name === 'select') return firstPassage(operands.slice(1))
  if (name === 'exp' && operands[0]?.meaning.kind === 'logprob') return firstPassage(operands)
  if (name === 'log' && operands[0]?.meaning.kind === 'prob') return firstPassage(operands)
  if (!scaling.has(name)) return undefined
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
