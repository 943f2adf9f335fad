// Why nodes are stored: what a reader would compute again, or cannot compute by itself.
import type { Graph } from '../graph/graph.ts'
import { operandsOf } from '../graph/graph.ts'
import type { AxisName, Node, TakeNode } from '../graph/node.ts'
import type { NodeList, NodeTable } from '../graph/nodeMap.ts'
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
  /** Its node's number, or what it is where that has others too. */
  readonly key: number | string
  /** All that its loops run over. */
  readonly axes: readonly AxisName[]
  readonly isContraction: boolean
  /** Those of its axes along which it runs step by step, whatever runs inside. */
  readonly steps: readonly AxisName[]
}

export interface StoreContext {
  readonly graph: Graph
  /** All that the results reach, operands first. */
  readonly list: NodeList
  readonly results: readonly Result[]
  /** Nodes that are computed right into a result. */
  readonly direct: ReadonlyMap<Node, Result>
  readonly ranks: Ranks
  /** What must be stored for other reasons, and these. */
  readonly apart: ReadonlyMap<Node, string>
  readonly nesting: Nesting
}

/**
 * Reductions always; a dear value that several read, or that one would compute again and again; what a product would
 * compute again for each of its free axes. What is decided first makes others cheaper, so it is decided twice.
 */
export function reasonsToStore(context: StoreContext): NodeTable<string> {
  const { list, nesting } = context
  const known = {
    ownPrices: ownPricesOf(list),
    tails: tailsOf(list),
    contractions: contractionsIn(list.nodes, nesting),
  }
  const first = decide(context, known, list.table())
  return decide(context, known, first)
}

interface Known {
  readonly ownPrices: NodeTable<number>
  readonly tails: NodeTable<true>
  readonly contractions: ReadonlySet<Node>
}

function contractionsIn(nodes: readonly Node[], nesting: Nesting): Set<Node> {
  return new Set(
    nodes.filter((node) => node.kind === 'reduce' && contractionOf(node, stepsOf(node, nesting))),
  )
}

function stepsOf(node: Node, nesting: Nesting): readonly AxisName[] {
  return nesting.around(node).map(({ axis }) => axis)
}

/** `before`: what was stored when it was decided last. */
function decide(
  { graph, list, results, direct, ranks, apart, nesting }: StoreContext,
  { ownPrices, tails, contractions }: Known,
  before: NodeTable<string>,
): NodeTable<string> {
  const prices = pricesOf(list, ownPrices, before)
  const reasons = list.table<string>()
  const readings = list.table<Reading[]>()
  const keys = new Set<Node>()
  const read = (node: Node, reading: Reading): void => {
    const known = readings.get(node)
    if (known === undefined) readings.set(node, [reading])
    // Three tell all there is to tell: that there are several.
    else if (known.length < 3 && !known.some((other) => isSame(other, reading))) known.push(reading)
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
  for (const node of list.nodes.toReversed()) {
    if (isGiven(node) && node.kind !== 'random' && !keys.has(node)) continue
    let readers = readings.get(node) ?? []
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
      const axes = node.kind === 'reduce' ? [...node.axes, ...node.over] : node.axes
      const consumer = { key: node.id, axes, isContraction, steps: stepsOf(node, nesting) }
      readers = [{ consumer, axes, via: '', grows: false }]
    }
    for (const reading of readers) {
      for (const operand of operandsOf(node)) read(operand, through(graph, node, operand, reading))
    }
    readings.set(node, undefined)
  }
  return reasons
}

function isSame(a: Reading, b: Reading): boolean {
  return a.consumer.key === b.consumer.key && a.via === b.via
}

function through(graph: Graph, node: Node, operand: Node, reading: Reading): Reading {
  const isIndexed = node.kind === 'take' && operand === node.operand
  if (!isIndexed) {
    const isMoved = reading.via !== '' || reading.axes === operand.axes
    if (isMoved) return reading
    const { consumer, via, grows } = reading
    return { consumer, axes: operand.axes, via, grows }
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
  tails: NodeTable<true>,
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
function tailsOf(list: NodeList): NodeTable<true> {
  const { nodes } = list
  const readers = list.table<number>()
  for (const node of nodes) {
    for (const operand of operandsOf(node)) readers.set(operand, (readers.get(operand) ?? 0) + 1)
  }
  const tails = list.table<true>()
  for (const node of nodes) {
    if (node.kind !== 'map') continue
    const isTail = node.operands.some(
      (operand) =>
        (operand.kind === 'reduce' || tails.has(operand)) &&
        readers.get(operand) === 1 &&
        operand.axes.length === node.axes.length,
    )
    if (isTail) tails.set(node, true)
  }
  return tails
}

/** In multiply-adds: about what a store and a load cost. */
const dear = 4

/** Of evaluating a node once, with all that is inlined into it: an estimate from above, shared parts count again. */
function pricesOf(
  list: NodeList,
  ownPrices: NodeTable<number>,
  stored: NodeTable<string>,
): NodeTable<number> {
  const prices = list.table<number>()
  for (const node of list.nodes) {
    const inlined =
      node.kind !== 'scan' ? operandsOf(node) : node.form === 'every' ? [everyOf(node)] : []
    let price = ownPrices.get(node) ?? 0
    for (const operand of inlined) if (!stored.has(operand)) price += prices.get(operand) ?? 0
    prices.set(node, Math.min(price, 1e9))
  }
  return prices
}

/** What is looked up by data lies anywhere: dearer to read than an element next to the one before. */
function ownPricesOf(list: NodeList): NodeTable<number> {
  const prices = list.table<number>()
  const coordinates = list.table<true>()
  for (const node of list.nodes) {
    if (isOfCoordinates(node, coordinates)) coordinates.set(node, true)
    const isLookup =
      node.kind === 'take' && node.indices.some(({ index }) => !coordinates.has(index))
    prices.set(node, isLookup ? 1 : ownPrice(node))
  }
  return prices
}

/** Made of coordinates, sizes and numbers only, as the windows of a convolution are. */
function isOfCoordinates(node: Node, coordinates: NodeTable<true>): boolean {
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
