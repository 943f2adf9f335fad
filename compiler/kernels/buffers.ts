// Where everything lies: the caller's memory, and one arena per element type whose places are used again once their
// last reader has run. Sizes are symbols, so that a place is shared only where one size provably covers the other.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, LeafNode, Node, VectorNode } from '../graph/node.ts'
import { addSizes, axesOfSize, constantSize, multiplySizes, subtractSizes } from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { blockOf, rowOfBlock } from './block.ts'
import { Names } from './names.ts'
import type { Buffer, BufferPlace, ElementType } from './program.ts'
import type { Storage, StoredBuffer } from './shrink.ts'
import { elementType } from './store.ts'
import type { Value } from './value.ts'

const zero = constantSize(0)

export interface Buffers {
  ofNode(node: LeafNode | VectorNode): Buffer
  readonly ofValue: (value: Value) => Buffer | null
  readonly arena: { readonly [type in ElementType]: Size }
}

export function planBuffers(
  graph: Graph,
  nodes: readonly Node[],
  storages: ReadonlyMap<Value, Storage>,
  names: Names,
): Buffers {
  const extents = (axes: readonly AxisName[]): Size[] => axes.map((axis) => extentOf(graph, axis))
  const given = new Map<Node, Buffer>()
  const tensors = new Map<string, Buffer>()
  for (const node of nodes) {
    if (node.kind !== 'leaf' && node.kind !== 'vector') continue
    // What a recurrence carries is a value.
    if (node.kind === 'leaf' && (node.role === 'option' || node.role === 'placeholder')) continue
    const buffer =
      node.kind === 'leaf' ? leafBuffer(node, extents, names) : vectorBuffer(node, extents, names)
    given.set(node, buffer)
    tensors.set(placeKey(buffer.place), buffer)
  }
  const { offsets, arena } = layOut(graph, storages)
  const owned = new Map<Value, Buffer>()
  for (const [value, { buffer }] of storages) {
    if (buffer === null) continue
    const place = resultPlace(value) ?? { kind: 'temporary', offset: offsets.get(value) ?? zero }
    const { axes, type, reason, steps } = buffer
    const optional = {
      ...(value.label === null ? {} : { label: value.label }),
      ...(steps === undefined ? {} : { steps }),
    }
    const own = { name: value.name, type, axes, extents: extents(axes), place, reason, ...optional }
    // What is updated in place is the tensor that others read.
    owned.set(value, tensors.get(placeKey(place)) ?? own)
  }
  return {
    ofNode(node) {
      const buffer = given.get(node)
      if (buffer === undefined) throw new Error(`${node.kind} ${node.id} lies nowhere`)
      return buffer
    },
    ofValue: (value) => owned.get(value) ?? null,
    arena,
  }
}

function leafBuffer(
  { role, name, layout, dataType }: LeafNode,
  extents: (axes: readonly AxisName[]) => Size[],
  names: Names,
): Buffer {
  const common = {
    name: names.take(name),
    type: elementType(dataType),
    axes: layout,
    extents: extents(layout),
    label: name,
  }
  switch (role) {
    case 'input':
      return { ...common, place: { kind: 'input', name }, reason: 'given with the call' }
    case 'parameter':
    case 'state':
    case 'slot':
      return { ...common, place: { kind: role, path: name }, reason: 'the model’s' }
    case 'option':
    case 'placeholder':
      throw new Error(`${role} ${name} lies in no buffer`)
    default:
      return role satisfies never
  }
}

function vectorBuffer(
  { axis, values, dataType }: VectorNode,
  extents: (axes: readonly AxisName[]) => Size[],
  names: Names,
): Buffer {
  return {
    name: names.take('table'),
    type: elementType(dataType),
    axes: [axis],
    extents: extents([axis]),
    place: { kind: 'constant', values },
    reason: 'numbers in the source',
  }
}

function resultPlace({ result }: Value): BufferPlace | null {
  if (result === null) return null
  const { target } = result
  switch (target.kind) {
    case 'value':
    case 'gradient':
      return { kind: 'result', target }
    case 'parameter':
    case 'state':
    case 'slot':
      return { kind: target.kind, path: target.path }
    default:
      return target satisfies never
  }
}

function placeKey(place: BufferPlace): string {
  switch (place.kind) {
    case 'parameter':
    case 'state':
    case 'slot':
      return `${place.kind} ${place.path}`
    case 'input':
    case 'result':
    case 'temporary':
    case 'constant':
      return place.kind
    default:
      return place satisfies never
  }
}

/** A block's axis is as long as the block, any other as long as it is. */
function extentOf(graph: Graph, axis: AxisName): Size {
  const row = rowOfBlock(axis)
  return row === null ? graph.sizes.of(axis) : constantSize(blockOf(graph.sizes.of(row)))
}

interface Slot {
  size: Size
  readonly number: number
}

/** First come, first served: a free place of the same size, or one that is provably larger, or can be made so. */
function layOut(
  graph: Graph,
  storages: ReadonlyMap<Value, Storage>,
): { offsets: Map<Value, Size>; arena: Record<ElementType, Size> } {
  const arena: Record<ElementType, Size> = { real: zero, wide: zero, int: zero, bool: zero }
  const offsets = new Map<Value, Size>()
  for (const type of ['real', 'wide', 'int', 'bool'] as const) {
    const temporaries = [...storages].flatMap(([value, { buffer }]) =>
      buffer !== null && buffer.type === type && value.result === null ? [{ value, buffer }] : [],
    )
    const { slots, slotOf } = assign(graph, temporaries)
    const starts: Size[] = []
    for (const { size } of slots) {
      starts.push(arena[type])
      arena[type] = addSizes(arena[type], size)
    }
    for (const [value, { number }] of slotOf) offsets.set(value, starts[number] ?? zero)
  }
  return { offsets, arena }
}

function assign(
  graph: Graph,
  temporaries: readonly { readonly value: Value; readonly buffer: StoredBuffer }[],
): { slots: Slot[]; slotOf: Map<Value, Slot> } {
  const slots: Slot[] = []
  const slotOf = new Map<Value, Slot>()
  const free: Slot[] = []
  const covers = comparison(graph)
  const byFirst = [...temporaries].sort((a, b) => a.buffer.first - b.buffer.first)
  const byLast = [...temporaries].sort((a, b) => a.buffer.last - b.buffer.last)
  let released = 0
  for (const { value, buffer } of byFirst) {
    for (
      let next = byLast[released];
      next !== undefined && next.buffer.last < buffer.first;
      next = byLast[released]
    ) {
      const slot = slotOf.get(next.value)
      if (slot !== undefined) free.push(slot)
      released++
    }
    const size = multiplySizes(...buffer.axes.map((axis) => extentOf(graph, axis)))
    let at = free.findIndex((slot) => slot.size.key === size.key)
    if (at < 0) at = free.findIndex((slot) => covers(slot.size, size))
    if (at < 0) at = free.findIndex((slot) => covers(size, slot.size))
    const [found] = at < 0 ? [] : free.splice(at, 1)
    const slot = found ?? { size, number: slots.length }
    if (found === undefined) slots.push(slot)
    if (!covers(slot.size, size)) slot.size = size
    slotOf.set(value, slot)
  }
  return { slots, slotOf }
}

/**
 * Whether one size is at least another, whatever the lengths. Not asked where the smaller one has axes that the larger
 * lacks, since nothing bounds these; and remembered: few sizes, many buffers.
 */
function comparison(graph: Graph): (larger: Size, smaller: Size) => boolean {
  const known = new Map<string, boolean>()
  const axes = new Map<string, ReadonlySet<AxisName>>()
  const axesOf = (size: Size): ReadonlySet<AxisName> => {
    const found = axes.get(size.key) ?? new Set(axesOfSize(size))
    axes.set(size.key, found)
    return found
  }
  return (larger, smaller) => {
    const bounded = axesOf(larger)
    for (const axis of axesOf(smaller)) if (!bounded.has(axis)) return false
    const key = `${larger.key} ≥ ${smaller.key}`
    const answer = known.get(key) ?? graph.sizes.proveAtLeast(subtractSizes(larger, smaller), 0)
    known.set(key, answer)
    return answer
  }
}
