// How large whole numbers get between what is given and what comes out, for targets that have them as floats: from the
// operations' own intervals, with sizes and the largest numbers of inputs as symbols that a call has numbers for.
import type { Graph } from '../graph/graph.ts'
import { intervalArithmetic } from '../graph/interval.ts'
import type { Bound, Interval, IntervalArithmetic } from '../graph/interval.ts'
import type { AxisName, Carry, Loop, Node } from '../graph/node.ts'
import {
  addSizes,
  axisSize,
  constantSize,
  multiplySizes,
  scaleSize,
  substituteSizes,
  subtractSizes,
} from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { fromTerms } from '../graph/sizeAlgebra.ts'
import { BeyondTarget } from './program.ts'
import type { Buffer, Target } from './program.ts'
import { add } from './vocabulary.ts'

/** f32 has all whole numbers up to here. */
const largest = 2 ** 24
/** Long sums are in blocks of so many terms. */
const block = 256
/** A quotient that is not exact is still rounded down to the right number where the dividend is this much smaller. */
const room = 4

/** The greatest magnitude among an input's or an option's numbers, as a symbol among sizes. */
export interface Magnitude {
  readonly key: AxisName
  readonly kind: 'input' | 'option'
  readonly name: string
}

/** No axis is named so. */
function magnitudeOf(kind: Magnitude['kind'], name: string): Size {
  return axisSize(`|${kind} ${name}`)
}

export function magnitudeIn(key: AxisName): Magnitude | null {
  const [, kind, name] = /^\|(input|option) (.*)$/.exec(key) ?? []
  if (name === undefined) return null
  return { key, kind: kind === 'input' ? 'input' : 'option', name }
}

/**
 * What must not exceed 2^24 for all whole numbers to be exact, but for what the lengths of `buffers` tell already.
 * Whole numbers that reals were rounded to are as exact as these, and a state's are not known: they bound nothing.
 */
export function wholeNumbersIn(
  graph: Graph,
  nodes: readonly Node[],
  buffers: readonly Buffer[],
  target: Target,
): Size[] {
  const found = new Map<string, Size>()
  const require = (node: Node, bound: Bound, times: number): void => {
    if (typeof bound !== 'number') {
      const size = scaleSize(bound, times)
      // What is given is looked at when it is sent.
      if (magnitudeIn(size.key) === null) found.set(size.key, size)
    } else if (bound * times > largest) {
      const what = bound === Infinity ? 'that nothing bounds' : `up to ${bound}`
      throw new BeyondTarget(`whole numbers ${what}, which are exact below 2^24`, node, target)
    }
  }
  const known = rangesOf(graph, nodes)
  const requireAll = (node: Node, times: number): void => {
    const range = known.get(node)
    if (range === undefined || range.isFree) return
    require(node, range.hi, times)
    require(node, typeof range.lo === 'number' ? -range.lo : scaleSize(range.lo, -1), times)
  }
  for (const node of nodes) {
    if (node.dataType !== 'int') continue
    requireAll(node, 1)
    const divided = node.kind === 'map' && node.operation.divisor !== undefined
    if (divided && node.operands[0] !== undefined) requireAll(node.operands[0], room)
  }
  return withoutCovered(graph, [...found.values()], buffers)
}

/**
 * Arrays have at most 2^24 numbers, and those that are written a fourth, so that a division finds the row of each place.
 * What is a little longer, as an axis in whole blocks, is beyond the array's end however it is rounded.
 */
function withoutCovered(graph: Graph, bounds: readonly Size[], buffers: readonly Buffer[]): Size[] {
  const lengths = new Map<string, Size>()
  for (const { extents, place } of buffers) {
    const length = multiplySizes(constantSize(1), ...extents)
    const isWritten = place.kind === 'temporary' || place.kind === 'result'
    const whole = addSizes(isWritten ? scaleSize(length, room) : length, constantSize(block))
    lengths.set(whole.key, whole)
  }
  // Where an axis has no element, nothing is computed along it.
  const longer = (size: Size): Size =>
    substituteSizes(graph.sizes.resolve(size), (axis) => addSizes(axisSize(axis), constantSize(1)))
  const isAtMost = (a: Size, b: Size): boolean =>
    graph.sizes.proveAtLeast(subtractSizes(longer(b), longer(a)), 0)
  const open = bounds.filter(
    (bound) => ![...lengths.values()].some((size) => isAtMost(bound, size)),
  )
  return open.filter(
    (bound, i) =>
      !open.some(
        (other, k) => k !== i && isAtMost(bound, other) && (k < i || !isAtMost(other, bound)),
      ),
  )
}

/** `isFree`: no whole number that must be exact; its ends may be infinite. */
type Range = Interval & { readonly isFree: boolean }

function rangesOf(graph: Graph, nodes: readonly Node[]): ReadonlyMap<Node, Range> {
  const arithmetic = whollyFinite(intervalArithmetic(graph.sizes))
  const rangesWith = (assumed: ReadonlyMap<Node, Range>): Map<Node, Range> => {
    const ranges = new Map<Node, Range>()
    for (const node of nodes) {
      const range = assumed.get(node) ?? rangeOf(graph, arithmetic, node, ranges)
      if (range !== null) ranges.set(node, range)
    }
    return ranges
  }
  const unbounded: Range = { ...arithmetic.real, isFree: false }
  const carried = carriesIn(nodes)
  const assumed = new Map<Node, Range>(carried.map(({ carry }) => [carry.previous, unbounded]))
  let ranges = rangesWith(assumed)
  const others = carried.filter(({ carry, loop }) => {
    const sum = runningSum(graph, arithmetic, carry, loop, ranges)
    if (sum !== null) assumed.set(carry.previous, sum)
    return sum === null
  })
  if (carried.length === 0) return ranges
  // What is carried stays where it starts, or where one step takes it; or nothing is known of it.
  for (const withStep of [false, true]) {
    for (const { carry } of others) {
      const [start, next] = [carry.start, carry.next].map((node) => ranges.get(node) ?? unbounded)
      if (start === undefined || next === undefined) continue
      assumed.set(carry.previous, withStep ? joined(arithmetic, start, next) : start)
    }
    ranges = rangesWith(assumed)
  }
  const left = others.filter(({ carry }) => {
    const [own, next] = [ranges.get(carry.previous), ranges.get(carry.next)]
    return own === undefined || next === undefined || !arithmetic.contains(own, next)
  })
  if (left.length === 0) return ranges
  for (const { carry } of others) assumed.set(carry.previous, unbounded)
  return rangesWith(assumed)
}

function carriesIn(nodes: readonly Node[]): { readonly carry: Carry; readonly loop: Loop }[] {
  const loops = new Set(nodes.flatMap((node) => (node.kind === 'scan' ? [node.loop] : [])))
  return [...loops].flatMap((loop) =>
    loop.carries
      .filter(({ previous }) => previous.dataType === 'int')
      .map((carry) => ({ carry, loop })),
  )
}

/** Null where it is none, or one of terms of which nothing is known: such as are made of the sum. */
function runningSum(
  graph: Graph,
  arithmetic: IntervalArithmetic,
  { previous, start, next }: Carry,
  { axis }: Loop,
  ranges: ReadonlyMap<Node, Range>,
): Range | null {
  if (next.kind !== 'map' || next.operation !== add) return null
  const [term, ...others] = next.operands.filter((operand) => operand !== previous)
  const [from, step] = [ranges.get(start), term === undefined ? undefined : ranges.get(term)]
  if (others.length > 0 || from === undefined || step === undefined) return null
  if (!isFinite(from) || !isFinite(step)) return null
  const zero = arithmetic.point(0)
  const steps = arithmetic.mul(arithmetic.join(step, zero), arithmetic.point(graph.sizes.of(axis)))
  return { ...arithmetic.add(from, steps), isFree: false }
}

function joined(arithmetic: IntervalArithmetic, a: Range, b: Range): Range {
  const interval = arithmetic.join(a, b)
  return { ...interval, isFree: !isFinite(interval) && (a.isFree || b.isFree) }
}

/** Null where it is no whole number. */
function rangeOf(
  graph: Graph,
  arithmetic: IntervalArithmetic,
  node: Node,
  ranges: ReadonlyMap<Node, Range>,
): Range | null {
  if (node.dataType === 'bool') return { ...arithmetic.of(0, 1, true), isFree: false }
  const everything: Range = { ...arithmetic.real, isFree: true }
  if (node.dataType === 'real') return null
  const of = (operand: Node): Range => ranges.get(operand) ?? everything
  const made = (interval: Interval, ...from: readonly Node[]): Range => {
    const isBounded = isFinite(interval)
    return { ...interval, isFree: !isBounded && from.some((operand) => of(operand).isFree) }
  }
  switch (node.kind) {
    case 'constant':
      return { ...arithmetic.point(node.value), isFree: !Number.isFinite(node.value) }
    case 'size':
      return made(arithmetic.point(graph.sizes.resolve(node.size)))
    case 'vector':
      return made(arithmetic.of(Math.min(...node.values), Math.max(...node.values), true))
    case 'coordinate':
    case 'argsort':
      return made(arithmetic.coordinate(node.axis))
    case 'leaf': {
      if (node.role !== 'input' && node.role !== 'option') return everything
      const most = magnitudeOf(node.role, node.name)
      return made(arithmetic.of(scaleSize(most, -1), most, true))
    }
    case 'map':
      return made(node.operation.interval(arithmetic, ...node.operands.map(of)), ...node.operands)
    case 'spread':
    case 'mark':
      return of(node.operand)
    case 'custom':
      return of(node.value)
    case 'take':
      return made(
        node.fill === null
          ? of(node.operand)
          : arithmetic.join(of(node.operand), arithmetic.point(node.fill)),
        node.operand,
      )
    case 'reduce': {
      const { operand, over, reduction } = node
      const count = multiplySizes(constantSize(1), ...over.map((axis) => graph.sizes.of(axis)))
      if (reduction === 'argmax' || reduction === 'argmin')
        return made(arithmetic.of(0, count, true))
      if (reduction === 'sum')
        return made(
          arithmetic.mul(
            arithmetic.join(of(operand), arithmetic.point(0)),
            arithmetic.point(count),
          ),
          operand,
        )
      if (reduction === 'max' || reduction === 'min') return of(operand)
      return { ...arithmetic.real, isFree: of(operand).isFree }
    }
    case 'scan': {
      const carry = node.loop.carries[node.index]
      return carry === undefined ? everything : joined(arithmetic, of(carry.start), of(carry.next))
    }
    case 'gradient':
    case 'random':
      return everything
    default:
      return node satisfies never
  }
}

function isFinite({ lo, hi }: Interval): boolean {
  return [lo, hi].every((bound) => typeof bound !== 'number' || Number.isFinite(bound))
}

/** Whole numbers that are not infinite stay so where symbols do not compare: then magnitudes add up, or multiply. */
function whollyFinite(plain: IntervalArithmetic): IntervalArithmetic {
  const magnitude = (a: Interval): Interval => {
    const found = plain.abs(a)
    if (isFinite(found)) return found
    return plain.add(plain.point(farthest(a.lo)), plain.point(farthest(a.hi)))
  }
  const around = ({ hi }: Interval): Interval => ({
    ...plain.neg(plain.of(hi, hi)),
    hi,
    whole: true,
  })
  const summed =
    <Operands extends Interval[]>(operation: (...operands: Operands) => Interval) =>
    (...operands: Operands): Interval => {
      const found = operation(...operands)
      if (isFinite(found) || !operands.every((operand) => operand.whole)) return found
      return around(operands.map(magnitude).reduce((a, b) => plain.add(a, b)))
    }
  // A number is worth more than a symbol that may be anything, where both are bounds.
  const max = (a: Interval, b: Interval): Interval => {
    const found = summed(plain.max)(a, b)
    const lows = [a.lo, b.lo].flatMap((bound) =>
      typeof bound === 'number' && bound > -Infinity ? [bound] : [],
    )
    return typeof found.lo === 'number' || lows.length === 0
      ? found
      : { ...found, lo: Math.max(...lows) }
  }
  const min = (a: Interval, b: Interval): Interval => plain.neg(max(plain.neg(a), plain.neg(b)))
  return {
    ...plain,
    abs: summed(plain.abs),
    join: summed(plain.join),
    min,
    max,
    clamp: (a, lo, hi) => min(max(a, lo), hi),
    floorDiv: summed(plain.floorDiv),
    mod: summed(plain.mod),
    mul(a, b) {
      const found = plain.mul(a, b)
      if (isFinite(found) || !isFinite(a) || !isFinite(b)) return found
      return around(plain.mul(magnitude(a), magnitude(b)))
    },
  }
}

/** At least the magnitude, whatever the lengths. */
function farthest(bound: Bound): Bound {
  if (typeof bound === 'number') return Math.abs(bound)
  const terms = bound.terms.map((term) => ({ ...term, coefficient: Math.abs(term.coefficient) }))
  return fromTerms(terms)
}
