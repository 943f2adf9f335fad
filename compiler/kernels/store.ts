// Which nodes are stored, and why; all others are inlined into their readers as index expressions.
import type { Graph } from '../graph/graph.ts'
import { operandsOf } from '../graph/graph.ts'
import type { AxisName, DataType, Node, ScanNode, TakeNode } from '../graph/node.ts'
import { axesOfSize, axisSize, constantSize, multiplySizes, subtractSizes } from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { axisText } from '../graph/sizeText.ts'
import type { Result } from '../lower/entry.ts'
import { contractionOf } from './contraction.ts'
import { randomPrice } from './cost.ts'
import { callOf, labelOf } from './names.ts'
import type { Names } from './names.ts'
import { BeyondTarget } from './program.ts'
import type { ElementType, Target } from './program.ts'
import type { Ranks } from './rank.ts'
import { everyOf, nestingOf } from './recurrence.ts'
import type { Nesting } from './recurrence.ts'
import { scatterOf } from './scatter.ts'
import { isInPlace } from './value.ts'
import type { Reduction, Value, Work } from './value.ts'

const one = constantSize(1)

export interface Stored {
  /** In an order in which they can be computed; deliveries last. */
  readonly values: readonly Value[]
  readonly of: ReadonlyMap<Node, Value>
}

export interface Choices {
  readonly ranks: Ranks
  readonly target: Target
  /** Nodes that must be stored, and why: what inlining can't do shows only later. */
  readonly apart: ReadonlyMap<Node, string>
  readonly names: Names
  /** What to call values that the user has no name for. */
  readonly hints: ReadonlyMap<Node, string>
}

/**
 * `nodes`: all that `results` reach, operands first, with no gradient, custom, mark or logsumexp among them.
 */
export function chooseStored(
  graph: Graph,
  nodes: readonly Node[],
  results: readonly Result[],
  { ranks, target, apart, names, hints }: Choices,
): Stored {
  const nesting = nestingOf(nodes)
  const direct = directResults(results, target, nesting)
  const reasons = reasonsToStore(graph, nodes, results, direct, ranks, apart, nesting)
  const values: Value[] = []
  const of = new Map<Node, Value>()
  for (const node of nodes) {
    if (node.kind === 'scan') {
      storeCarries(node, values, of, { ranks, names, hints, nesting })
      continue
    }
    const reason = reasons.get(node)
    if (reason === undefined) continue
    const result = direct.get(node) ?? null
    const label = labelOf(graph, node)
    const work = workOf(node, target, nesting)
    const value: Value = {
      id: values.length,
      name: names.take(
        label ??
          (result === null
            ? (hints.get(node) ?? callOf(graph, node) ?? nameFor(node, work))
            : resultName(result)),
      ),
      label,
      node,
      work,
      layout: result?.layout ?? ranks.sorted(node.axes),
      type: elementType(result?.dataType ?? node.dataType),
      reason,
      result,
      recurrences: nesting.around(node),
    }
    values.push(value)
    of.set(node, value)
  }
  const isDirect = new Set(direct.values())
  for (const result of results) {
    if (isDirect.has(result)) continue
    values.push({
      id: values.length,
      name: names.take(resultName(result)),
      label: labelOf(graph, result.node),
      node: result.node,
      work: { kind: 'deliver' },
      layout: result.layout,
      type: elementType(result.dataType ?? result.node.dataType),
      reason: 'a result',
      result,
      recurrences: [],
    })
  }
  return { values, of }
}

/** With the first scan node of a recurrence come its carries: what they start from and become is there by then. */
function storeCarries(
  scan: ScanNode,
  values: Value[],
  of: Map<Node, Value>,
  {
    ranks,
    names,
    hints,
    nesting,
  }: Pick<Choices, 'ranks' | 'names' | 'hints'> & { nesting: Nesting },
): void {
  const { loop, index, form } = scan
  for (const { previous, start, next } of loop.carries) {
    if (of.has(previous)) break
    if (!nesting.isCarried(previous)) continue
    const value: Value = {
      id: values.length,
      name: names.take(hints.get(previous) ?? previous.name),
      label: null,
      node: previous,
      work: { kind: 'carry', axis: loop.axis, start, next },
      layout: ranks.sorted(previous.axes.filter((axis) => axis !== loop.axis)),
      type: elementType(previous.dataType),
      reason: `carried from step to step along ${loop.axis}`,
      result: null,
      recurrences: nesting.around(previous),
    }
    values.push(value)
    of.set(previous, value)
  }
  const carry = loop.carries[index]
  const value = carry === undefined ? undefined : of.get(carry.previous)
  // What is left after the last step is what the recurrence ends with.
  if (form === 'last' && value !== undefined) of.set(scan, value)
}

/** Computed right where the caller gets them. Reductions are delivered apart: their accumulators are wider. */
function directResults(
  results: readonly Result[],
  target: Target,
  nesting: Nesting,
): Map<Node, Result> {
  const direct = new Map<Node, Result>()
  for (const result of results) {
    const node = stepOf(result.node, nesting)
    if (isInPlace(result) || direct.has(node) || isGiven(node) || node.kind === 'scan') continue
    if (node.kind === 'argsort' && (result.dataType ?? 'int') !== 'int') continue
    const isLocal = node.kind === 'reduce' && workOf(node, target, nesting).kind === 'reduce'
    if (isLocal && target.style === 'nest') continue
    direct.set(node, result)
  }
  return direct
}

/** What is carried after each step is computed by the steps. */
function stepOf(node: Node, nesting: Nesting): Node {
  if (node.kind !== 'scan' || node.form !== 'every') return node
  const next = everyOf(node)
  return nesting.isNext(next) ? next : node
}

function isGiven(node: Node): boolean {
  return liesInMemory(node) || operandsOf(node).length === 0
}

function liesInMemory({ kind }: Node): boolean {
  return kind === 'leaf' || kind === 'vector'
}

function workOf(node: Node, target: Target, nesting: Nesting): Work {
  if (node.kind === 'argsort') {
    const { operand, axis, descending } = node
    if (target.style !== 'nest') throw new BeyondTarget('sorting', target)
    return { kind: 'sort', operand, axis, descending }
  }
  if (node.kind !== 'reduce') return { kind: 'map' }
  const { reduction, over, operand } = node
  if (reduction === 'logsumexp') throw new Error('logsumexp is expanded before scheduling')
  // A thread computes one element of the result, so it cannot choose which.
  const steps = nesting.around(node).map(({ axis }) => axis)
  const found = target.style === 'nest' ? scatterOf(node) : null
  // Nor can a step choose which step it is.
  const scatter = found?.targets.some(({ axis }) => steps.includes(axis)) === true ? null : found
  if (scatter !== null) return { kind: 'scatter', over, scatter }
  return {
    kind: 'reduce',
    reduction: reduction satisfies Reduction,
    over,
    operand,
    contraction: contractionOf(node, steps),
  }
}

/** Who reads a node, through which indices, if it is inlined. */
interface Reading {
  readonly consumer: Consumer
  /** The consumer's axes that the value depends on. */
  readonly axes: readonly AxisName[]
  /** Tells the indices apart; '' where each axis is read at its own place. */
  readonly via: string
  /** Whether it is read at more places than it has. */
  readonly grows: boolean
}
interface Consumer {
  readonly key: string
  /** All that its loops run over. */
  readonly axes: readonly AxisName[]
  readonly isContraction: boolean
  /** Those of its axes along which it runs step by step, whatever runs inside. */
  readonly steps: readonly AxisName[]
}

/**
 * Reductions always; a dear value that several read, or that one would compute again and again; what a product would
 * compute again for each of its free axes. What is decided first makes others cheaper, so it is decided twice.
 */
function reasonsToStore(
  graph: Graph,
  nodes: readonly Node[],
  results: readonly Result[],
  direct: ReadonlyMap<Node, Result>,
  ranks: Ranks,
  apart: ReadonlyMap<Node, string>,
  nesting: Nesting,
): Map<Node, string> {
  let reasons = new Map<Node, string>()
  for (let round = 0; round < 2; round++) {
    const prices = pricesOf(nodes, reasons)
    reasons = decide(graph, nodes, results, direct, ranks, apart, nesting, prices)
  }
  return reasons
}

function decide(
  graph: Graph,
  nodes: readonly Node[],
  results: readonly Result[],
  direct: ReadonlyMap<Node, Result>,
  ranks: Ranks,
  apart: ReadonlyMap<Node, string>,
  nesting: Nesting,
  prices: ReadonlyMap<Node, number>,
): Map<Node, string> {
  const reasons = new Map<Node, string>()
  const readings = new Map<Node, Reading[]>()
  const tails = tailsOf(nodes)
  const keys = new Set<Node>()
  const read = (node: Node, reading: Reading): void => {
    const list = readings.get(node) ?? []
    // Three tell all there is to tell: that there are several.
    if (list.length === 3) return
    const isKnown = list.some(
      ({ consumer, via }) => consumer.key === reading.consumer.key && via === reading.via,
    )
    if (!isKnown) list.push(reading)
    readings.set(node, list)
  }
  const isDirect = new Set(direct.values())
  for (const [i, result] of results.entries()) {
    if (isDirect.has(result)) continue
    const { node } = result
    const consumer = { key: `result ${i}`, axes: node.axes, isContraction: false, steps: [] }
    read(node, { consumer, axes: node.axes, via: '', grows: false })
  }
  const carry = (node: Node, key: string, axes: readonly AxisName[]): void => {
    const consumer = { key, axes, isContraction: false, steps: [] }
    read(node, { consumer, axes: node.axes, via: '', grows: false })
  }
  for (const node of [...nodes].reverse()) {
    if (isGiven(node) && node.kind !== 'random' && !keys.has(node)) continue
    const readers = readings.get(node) ?? []
    if (node.kind === 'scan') {
      for (const { previous, start, next } of node.loop.carries) {
        if (!nesting.isCarried(previous)) continue
        carry(start, `start ${previous.id}`, start.axes)
        carry(next, `next ${previous.id}`, next.axes)
      }
      if (node.form === 'last') continue
      const next = everyOf(node)
      if (keys.has(node) && !liesInMemory(next)) keys.add(next)
      for (const reading of readers) read(next, reading)
      continue
    }
    const steps = nesting.around(node).map(({ axis }) => axis)
    const reason =
      node.kind === 'reduce'
        ? `a ${contractionOf(node, steps) === null ? node.reduction : 'product, summed'} over ${node.over.join(', ') || 'nothing'}`
        : direct.has(node)
          ? 'a result'
          : node.kind === 'argsort'
            ? `positions in order along ${axisText(node.axis)}`
            : nesting.isNext(node)
              ? 'what the next step finds'
              : (apart.get(node) ??
                (keys.has(node) ? 'put in order' : null) ??
                reasonToStore(node, prices.get(node) ?? 0, readers, tails, ranks))
    if (node.kind === 'argsort' && !liesInMemory(node.operand)) keys.add(node.operand)
    if (reason !== null) {
      reasons.set(node, reason)
      const over = node.kind === 'reduce' ? node.over : []
      const consumer = {
        key: `node ${node.id}`,
        axes: [...node.axes, ...over],
        isContraction: contractionOf(node, steps) !== null,
        steps,
      }
      readers.length = 0
      readers.push({ consumer, axes: consumer.axes, via: '', grows: false })
    }
    for (const reading of readers) {
      for (const operand of operandsOf(node)) read(operand, through(graph, node, operand, reading))
    }
    readings.delete(node)
  }
  return reasons
}

function through(graph: Graph, node: Node, operand: Node, reading: Reading): Reading {
  const isIndexed = node.kind === 'take' && operand === node.operand
  if (!isIndexed) {
    const isMoved = reading.via !== '' || reading.axes === operand.axes
    return isMoved ? reading : { ...reading, axes: operand.axes }
  }
  return {
    ...reading,
    via: `${reading.via}/${node.id}`,
    grows: reading.grows || mayGrow(graph, node),
  }
}

/** Whether a take may have more elements than what it takes from. */
function mayGrow(graph: Graph, { axes, operand }: TakeNode): boolean {
  const elements = (names: readonly AxisName[]): Size =>
    multiplySizes(...names.map((axis) => graph.sizes.of(axis)))
  const spare = subtractSizes(
    elements(operand.axes.filter((axis) => !axes.includes(axis))),
    elements(axes.filter((axis) => !operand.axes.includes(axis))),
  )
  const lengths = axesOfSize(spare).map((axis) => subtractSizes(axisSize(axis), one))
  return !graph.sizes.proveAtLeast(spare, 0, lengths)
}

function reasonToStore(
  node: Node,
  price: number,
  readings: readonly Reading[],
  tails: ReadonlySet<Node>,
  ranks: Ranks,
): string | null {
  if (readings.length > 1 && tails.has(node)) return 'the end of a reduction, read more than once'
  if (node.kind === 'spread' || price < 1) return null
  for (const { consumer, axes, grows } of readings) {
    const again = consumer.axes.filter((axis) => !axes.includes(axis))
    const isRepeated =
      again.length > 0 &&
      (consumer.isContraction ||
        again.some((axis) => consumer.steps.includes(axis)) ||
        !ranks.isPrefix(axes, consumer.axes))
    if (isRepeated && (consumer.isContraction || price >= dear)) {
      return `else computed again along ${ranks.sorted(again).join(', ')}`
    }
    if (grows && price >= dear) return 'read at more places than it has'
  }
  if (readings.length > 1 && price >= dear) return 'dear, and read more than once'
  return null
}

/**
 * Elementwise work that is all that becomes of a reduction, over the same axes: a bias after a product. To store it in
 * place of the reduction costs nothing.
 */
function tailsOf(nodes: readonly Node[]): Set<Node> {
  const readers = new Map<Node, number>()
  for (const operand of nodes.flatMap(operandsOf))
    readers.set(operand, (readers.get(operand) ?? 0) + 1)
  const tails = new Set<Node>()
  for (const node of nodes) {
    if (node.kind !== 'map') continue
    const isTail = node.operands.some(
      (operand) =>
        (operand.kind === 'reduce' || tails.has(operand)) &&
        readers.get(operand) === 1 &&
        operand.axes.length === node.axes.length,
    )
    if (isTail) tails.add(node)
  }
  return tails
}

/** In multiply-adds: about what a store and a load cost. */
const dear = 4

/** Of evaluating a node once, with all that is inlined into it: an estimate from above, shared parts count again. */
function pricesOf(nodes: readonly Node[], stored: ReadonlyMap<Node, string>): Map<Node, number> {
  const prices = new Map<Node, number>()
  const priceOf = (node: Node): number => (stored.has(node) ? 0 : (prices.get(node) ?? 0))
  for (const node of nodes) {
    const inlined =
      node.kind !== 'scan' ? operandsOf(node) : node.form === 'every' ? [everyOf(node)] : []
    const inner = inlined.reduce((sum, operand) => sum + priceOf(operand), 0)
    prices.set(node, Math.min(ownPrice(node) + inner, 1e9))
  }
  return prices
}

function ownPrice(node: Node): number {
  switch (node.kind) {
    case 'map':
      return node.dataType === 'int' ? 0 : node.operation.price
    case 'random':
    case 'argsort':
      return randomPrice
    case 'take':
    case 'constant':
    case 'size':
    case 'vector':
    case 'leaf':
    case 'coordinate':
    case 'reduce':
    case 'spread':
    case 'mark':
    case 'gradient':
    case 'custom':
    case 'scan':
      return 0
    default:
      return node satisfies never
  }
}

export function elementType(dataType: DataType): ElementType {
  return dataType
}

function nameFor(node: Node, work: Work): string {
  switch (work.kind) {
    case 'map':
    case 'deliver':
      return node.kind === 'map' ? node.operation.name : node.kind
    case 'reduce':
      return work.contraction === null ? work.reduction : 'product'
    case 'scatter':
      return 'scattered'
    case 'carry':
      return 'carry'
    case 'sort':
      return 'order'
    default:
      return work satisfies never
  }
}

function resultName({ target }: Result): string {
  switch (target.kind) {
    case 'value':
      return 'value'
    case 'gradient':
      return `d_${target.name}`
    case 'parameter':
    case 'state':
    case 'slot':
      return `new_${target.path}`
    default:
      return target satisfies never
  }
}
