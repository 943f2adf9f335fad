// One order of all axes, by which loops nest and temporaries lie: loops that agree from the outside in can be shared.
import type { AxisName, Node } from '../graph/node.ts'
import type { Result } from '../lower/entry.ts'

export interface Ranks {
  /** The same axes, outermost first. */
  sorted(axes: readonly AxisName[]): AxisName[]
  /** Whether `outer` are the outermost of `all`. */
  isPrefix(outer: readonly AxisName[], all: readonly AxisName[]): boolean
}

/**
 * Data come first, as they lie: a batch axis is outermost. Then parameters, results and the axes that temporaries have;
 * last those that are only ever reduced over (the window of a pooling).
 */
export function rankAxes(nodes: readonly Node[], results: readonly Result[]): Ranks {
  const data: Layouts = new Map()
  const tensors: Layouts = new Map()
  const draws: Layouts = new Map()
  const delivered: Layouts = new Map()
  const reduced = new Set<AxisName>()
  const remaining = new Set<AxisName>()
  for (const node of nodes) {
    for (const axis of node.axes) remaining.add(axis)
    if (node.kind === 'leaf' && node.role !== 'placeholder')
      note(node.role === 'input' ? data : tensors, node.layout)
    else if (node.kind === 'random') note(draws, node.layout)
    else if (node.kind === 'reduce') for (const axis of node.over) reduced.add(axis)
  }
  for (const { layout } of results) note(delivered, layout)
  const order: AxisName[] = []
  for (const layouts of [data, tensors, delivered, draws]) {
    for (const layout of layouts.values()) merge(order, layout)
  }
  for (const axis of order) remaining.delete(axis)
  order.push(...[...remaining].filter((axis) => !reduced.has(axis)))
  order.push(...[...remaining].filter((axis) => reduced.has(axis)))

  const ranks = new Map(order.map((axis, i) => [axis, i]))
  const rankOf = (axis: AxisName): number => ranks.get(axis) ?? order.length
  const sorted = (axes: readonly AxisName[]): AxisName[] =>
    [...axes].sort((a, b) => rankOf(a) - rankOf(b))
  return {
    sorted,
    isPrefix(outer, all) {
      const first = sorted(all).slice(0, outer.length)
      return outer.every((axis) => first.includes(axis))
    },
  }
}

/** Each once, in order: thousands of tensors have few layouts. */
type Layouts = Map<string, readonly AxisName[]>

function note(layouts: Layouts, layout: readonly AxisName[]): void {
  const key = layout.join(' ')
  if (!layouts.has(key)) layouts.set(key, layout)
}

/** A new axis goes in front of the known one that follows it in the layout: [N, D] and [H, D] give N, H, D. */
function merge(order: AxisName[], layout: readonly AxisName[]): void {
  const known = new Set(order)
  for (const [i, axis] of layout.entries()) {
    if (known.has(axis)) continue
    known.add(axis)
    const next = layout.slice(i + 1).find((later) => order.includes(later))
    order.splice(next === undefined ? order.length : order.indexOf(next), 0, axis)
  }
}
