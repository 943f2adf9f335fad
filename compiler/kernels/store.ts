// What is stored, and as which value; all other nodes are inlined into their readers as index expressions.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, DataType, Node, ScanNode } from '../graph/node.ts'
import { NodeList } from '../graph/nodeMap.ts'
import type { Result } from '../lower/entry.ts'
import { contractionOf } from './contraction.ts'
import { callOf, labelOf } from './names.ts'
import type { Names } from './names.ts'
import { BeyondTarget } from './program.ts'
import type { ElementType, Target } from './program.ts'
import type { Ranks } from './rank.ts'
import { isGiven, reasonsToStore } from './reasons.ts'
import { everyOf, nestingOf } from './recurrence.ts'
import type { Nesting } from './recurrence.ts'
import { scatterOf } from './scatter.ts'
import { isInPlace } from './value.ts'
import type { Reduction, Value, Work } from './value.ts'

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
  const list = new NodeList(nodes)
  const reasons = reasonsToStore({ graph, list, results, direct, ranks, apart, nesting })
  const values: Value[] = []
  const of = new Map<Node, Value>()
  for (const node of nodes) {
    if (node.kind === 'scan') {
      storeCarries(node, values, of, { ranks, names, hints, nesting, target })
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
      layout: result?.layout ?? layoutOf(node, target, nesting, ranks),
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
    target,
  }: Pick<Choices, 'ranks' | 'names' | 'hints' | 'target'> & { nesting: Nesting },
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
      layout: layoutOf(previous, target, nesting, ranks).filter((axis) => axis !== loop.axis),
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

/** Where the host runs steps, each fills a part of its own: the axes of steps are outermost. */
function layoutOf(node: Node, { style }: Target, nesting: Nesting, ranks: Ranks): AxisName[] {
  const sorted = ranks.sorted(node.axes)
  if (style === 'nest') return sorted
  const along = nesting.around(node).map(({ axis }) => axis)
  const steps = along.filter((axis) => sorted.includes(axis))
  return [...steps, ...sorted.filter((axis) => !steps.includes(axis))]
}

/** Computed right where the caller gets them. Reductions are delivered apart: their accumulators are wider. */
function directResults(
  results: readonly Result[],
  target: Target,
  nesting: Nesting,
): Map<Node, Result> {
  const direct = new Map<Node, Result>()
  for (const result of results) {
    // Where the host runs steps, what they give is put together afterwards.
    const node = target.style === 'thread' ? result.node : stepOf(result.node, nesting)
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

function workOf(node: Node, target: Target, nesting: Nesting): Work {
  if (node.kind === 'argsort') {
    const { operand, axis, descending } = node
    if (target.style !== 'nest') throw new BeyondTarget('sorting', node, target)
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
