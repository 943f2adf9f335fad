// Why nodes are stored: what a reader would compute again, or cannot compute by itself.
import type { Graph } from '../graph/graph.ts'
import { operandsOf } from '../graph/graph.ts'
import type { AxisName, Node, TakeNode } from '../graph/node.ts'
import { axesOfSize, axisSize, constantSize, multiplySizes, subtractSizes } from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { axisText } from '../graph/sizeText.ts'
import type { Result } from '../lower/entry.ts'
import { contractionOf } from './contraction.ts'
import { randomPrice } from './cost.ts'
import type { Ranks } from './rank.ts'
import { everyOf } from './recurrence.ts'
import type { Nesting } from './recurrence.ts'

const one = constantSize(1)

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
export function reasonsToStore(
  graph: Graph,
  nodes: readonly Node[],
  results: readonly Result[],
  direct: ReadonlyMap<Node, Result>,
  ranks: Ranks,
  apart: ReadonlyMap<Node, string>,
  nesting: Nesting,
): Map<Node, string> {
  const known = { tails: tailsOf(nodes), contractions: contractionsIn(nodes, nesting) }
  let reasons = new Map<Node, string>()
  for (let round = 0; round < 2; round++) {
    const prices = pricesOf(nodes, reasons)
    reasons = decide(graph, nodes, results, direct, ranks, apart, nesting, { ...known, prices })
  }
  return reasons
}

interface Known {
  readonly tails: ReadonlySet<Node>
  readonly contractions: ReadonlySet<Node>
  readonly prices: ReadonlyMap<Node, number>
}

function contractionsIn(nodes: readonly Node[], nesting: Nesting): Set<Node> {
  return new Set(
    nodes.filter((node) => node.kind === 'reduce' && contractionOf(node, stepsOf(node, nesting))),
  )
}

function stepsOf(node: Node, nesting: Nesting): readonly AxisName[] {
  return nesting.around(node).map(({ axis }) => axis)
}

function decide(
  graph: Graph,
  nodes: readonly Node[],
  results: readonly Result[],
  direct: ReadonlyMap<Node, Result>,
  ranks: Ranks,
  apart: ReadonlyMap<Node, string>,
  nesting: Nesting,
  { tails, contractions, prices }: Known,
): Map<Node, string> {
  const reasons = new Map<Node, string>()
  const readings = new Map<Node, Reading[]>()
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
  for (const node of nodes.toReversed()) {
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
    const isContraction = contractions.has(node)
    const reason =
      node.kind === 'reduce'
        ? `a ${isContraction ? 'product, summed' : node.reduction} over ${node.over.join(', ') || 'nothing'}`
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
        isContraction,
        steps: stepsOf(node, nesting),
      }
      readers.length = 0
      readers.push({ consumer, axes: consumer.axes, via: '', grows: false })
    }
    const operands = operandsOf(node)
    for (const reading of readers) {
      for (const operand of operands) read(operand, through(graph, node, operand, reading))
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
  for (const node of nodes) {
    for (const operand of operandsOf(node)) readers.set(operand, (readers.get(operand) ?? 0) + 1)
  }
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
  const coordinates = new Set<Node>()
  const isLookup = (node: Node): boolean =>
    node.kind === 'take' && node.indices.some(({ index }) => !coordinates.has(index))
  for (const node of nodes) {
    if (isOfCoordinates(node, coordinates)) coordinates.add(node)
    const inlined =
      node.kind !== 'scan' ? operandsOf(node) : node.form === 'every' ? [everyOf(node)] : []
    const inner = inlined.reduce((sum, operand) => sum + priceOf(operand), 0)
    // What is looked up by data lies anywhere: dearer to read than an element next to the one before.
    const own = isLookup(node) ? 1 : ownPrice(node)
    prices.set(node, Math.min(own + inner, 1e9))
  }
  return prices
}

/** Made of coordinates, sizes and numbers only, as the windows of a convolution are. */
function isOfCoordinates(node: Node, coordinates: ReadonlySet<Node>): boolean {
  const isOpaque = node.kind === 'leaf' || node.kind === 'random' || node.kind === 'vector'
  return !isOpaque && operandsOf(node).every((operand) => coordinates.has(operand))
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

export function isGiven(node: Node): boolean {
  return liesInMemory(node) || operandsOf(node).length === 0
}

function liesInMemory({ kind }: Node): boolean {
  return kind === 'leaf' || kind === 'vector'
}
