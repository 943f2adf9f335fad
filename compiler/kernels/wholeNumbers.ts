// How large whole numbers get between what is given and what comes out, for targets that have them as floats: from the
// operations' own intervals, with sizes and the largest numbers of inputs as symbols that a call has numbers for.
import type { Graph } from '../graph/graph.ts'
import type { Bound, Interval, IntervalArithmetic } from '../graph/interval.ts'
import type { AxisName, Carry, Loop, Node, ReduceNode } from '../graph/node.ts'
import { axisSize, constantSize, multiplySizes, scaleSize } from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { BeyondTarget } from './program.ts'
import type { Buffer, Target } from './program.ts'
import { hasEnds, isAtMost, termwiseIntervals } from './termwise.ts'
import { add } from './vocabulary.ts'

/** f32 has all whole numbers up to here. */
const largest = 2 ** 24
/** The next whole quotient times the divisor has to be exact, too, which is at most so many times the dividend. */
const room = 2
/** What is made of bounds of more terms than this, or of a higher degree, is bounded by what theirs are checked against. */
const mostTerms = 16
const mostDegree = 6

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

/** An input's own numbers are looked at when they are sent. */
function isInput({ terms: [term, ...others] }: Size): boolean {
  if (term === undefined || others.length > 0 || term.coefficient !== 1) return false
  const [atom, ...factors] = term.atoms
  return factors.length === 0 && atom?.kind === 'axis' && magnitudeIn(atom.axis)?.kind === 'input'
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
      if (!isInput(size)) found.set(size.key, size)
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
  return withoutCovered([...found.values()], buffers)
}

/** Arrays have at most 2^24 numbers. */
function withoutCovered(bounds: readonly Size[], buffers: readonly Buffer[]): Size[] {
  const lengths = buffers.map(({ extents }) => multiplySizes(constantSize(1), ...extents))
  const open = bounds.filter((bound) => !lengths.some((length) => isAtMost(bound, length)))
  return open.filter((bound) => !open.some((other) => other !== bound && isAtMost(bound, other)))
}

/** `isFree`: no whole number that must be exact; its ends may be infinite. */
type Range = Interval & { readonly isFree: boolean }

function rangesOf(graph: Graph, nodes: readonly Node[]): ReadonlyMap<Node, Range> {
  const arithmetic = termwiseIntervals(graph.sizes)
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
    const [own, ...taken] = [carry.previous, carry.start, carry.next].map((node) =>
      ranges.get(node),
    )
    return taken.some(
      (range) => own === undefined || range === undefined || !arithmetic.contains(own, range),
    )
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
  if (!hasEnds(from) || !hasEnds(step)) return null
  const zero = arithmetic.point(0)
  const steps = arithmetic.mul(arithmetic.join(step, zero), arithmetic.point(graph.sizes.of(axis)))
  return { ...arithmetic.add(from, steps), isFree: false }
}

function reduced(
  graph: Graph,
  arithmetic: IntervalArithmetic,
  { reduction, over }: ReduceNode,
  operand: Interval,
): Interval {
  const count = multiplySizes(constantSize(1), ...over.map((axis) => graph.sizes.of(axis)))
  switch (reduction) {
    case 'sum': {
      const some = arithmetic.join(operand, arithmetic.point(0))
      return arithmetic.mul(some, arithmetic.point(count))
    }
    case 'max':
    case 'min':
      return operand
    case 'argmax':
    case 'argmin':
      return arithmetic.of(-1, count, true)
    case 'prod': {
      const isSmall = arithmetic.contains(arithmetic.of(-1, 1), operand)
      return isSmall ? arithmetic.join(operand, arithmetic.point(1)) : arithmetic.real
    }
    case 'any':
    case 'all':
    case 'logsumexp':
      return arithmetic.real
    default:
      return reduction satisfies never
  }
}

/** Where a number is worked out at all, its bound is at most 2^24. */
function simplified(arithmetic: IntervalArithmetic, range: Range): Range {
  const isLong = (bound: Bound): boolean =>
    typeof bound !== 'number' &&
    (bound.terms.length > mostTerms || bound.terms.some(({ atoms }) => atoms.length > mostDegree))
  if (![range.lo, range.hi].some(isLong)) return range
  const lo = isLong(range.lo) ? -largest : range.lo
  return { ...range, ...arithmetic.of(lo, isLong(range.hi) ? largest : range.hi, range.whole) }
}

function joined(arithmetic: IntervalArithmetic, a: Range, b: Range): Range {
  const interval = arithmetic.join(a, b)
  return { ...interval, isFree: !hasEnds(interval) && (a.isFree || b.isFree) }
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
  const whole = (operand: Node): Range => ranges.get(operand) ?? everything
  const of = (operand: Node): Range => simplified(arithmetic, whole(operand))
  const made = (interval: Interval, ...from: readonly Node[]): Range => {
    const isBounded = hasEnds(interval)
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
      return whole(node.operand)
    case 'custom':
      return whole(node.value)
    case 'take':
      return node.fill === null
        ? whole(node.operand)
        : made(arithmetic.join(of(node.operand), arithmetic.point(node.fill)), node.operand)
    case 'reduce':
      return made(reduced(graph, arithmetic, node, of(node.operand)), node.operand)
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
