// The order in which values run: what they need first, and updates right after everything has read the old tensor, so
// that a weight's gradient and the optimizer's update can share loops, and gradients don't wait for each other.
import type { Dependency } from './point.ts'
import { isInPlace } from './value.ts'
import type { Value } from './value.ts'

export type Schedule =
  | { readonly kind: 'order'; readonly values: readonly Value[] }
  /** A tensor can't be overwritten before its old value was read elsewhere, nor after. */
  | { readonly kind: 'conflict'; readonly update: Value }

export function schedule(
  values: readonly Value[],
  dependencies: ReadonlyMap<Value, readonly Dependency[]>,
): Schedule {
  const waits = values.map((value) => new Set((dependencies.get(value) ?? []).map(({ on }) => on)))
  const late = lateValues(values, waits)
  for (const [value, tensors] of late) {
    for (const update of tensors) {
      for (const { on, kind } of dependencies.get(update) ?? []) {
        if (kind === 'overwrites' && !late.has(on)) waits[value.id]?.add(on)
      }
    }
  }
  return sort(values, waits, late)
}

/**
 * What only updates in place need, straight or elementwise, with those updates. Nothing else waits for it, so it can
 * wait for all readers of the tensors that will be overwritten.
 */
function lateValues(
  values: readonly Value[],
  waits: readonly ReadonlySet<Value>[],
): Map<Value, Set<Value>> {
  const readers = values.map((): Value[] => [])
  for (const value of values) {
    for (const on of waits[value.id] ?? []) readers[on.id]?.push(value)
  }
  const late = new Map<Value, Set<Value>>()
  for (const value of [...values].reverse()) {
    if (isInPlace(value.result)) {
      late.set(value, new Set([value]))
      continue
    }
    const consumers = readers[value.id] ?? []
    const isLate =
      value.result === null &&
      consumers.length > 0 &&
      consumers.every((consumer) => late.has(consumer) && isElementwise(consumer))
    if (isLate)
      late.set(value, new Set(consumers.flatMap((consumer) => [...(late.get(consumer) ?? [])])))
  }
  return late
}

function isElementwise({ work }: Value): boolean {
  return work.kind === 'map' || work.kind === 'deliver'
}

function sort(
  values: readonly Value[],
  waits: readonly ReadonlySet<Value>[],
  late: ReadonlyMap<Value, unknown>,
): Schedule {
  const waiting = waits.map((set) => set.size)
  const followers = values.map((): Value[] => [])
  for (const value of values) {
    for (const on of waits[value.id] ?? []) followers[on.id]?.push(value)
  }
  const ready = { late: new Queue(), other: new Queue() }
  const queueOf = (value: Value): Queue => (late.has(value) ? ready.late : ready.other)
  for (const value of values) if (waiting[value.id] === 0) queueOf(value).push(value.id)
  const order: Value[] = []
  for (;;) {
    const id = ready.late.pop() ?? ready.other.pop()
    const value = id === undefined ? undefined : values[id]
    if (value === undefined) break
    order.push(value)
    for (const follower of followers[value.id] ?? []) {
      const left = (waiting[follower.id] ?? 0) - 1
      waiting[follower.id] = left
      if (left === 0) queueOf(follower).push(follower.id)
    }
  }
  if (order.length === values.length) return { kind: 'order', values: order }
  const update = values.find(({ id, result }) => isInPlace(result) && (waiting[id] ?? 0) > 0)
  if (update === undefined) throw new Error('values wait for each other in a circle')
  return { kind: 'conflict', update }
}

/** Smallest number first: a binary heap. */
class Queue {
  private readonly heap: number[] = []

  push(item: number): void {
    let at = this.heap.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.at(parent) <= item) break
      this.heap[at] = this.at(parent)
      at = parent
    }
    this.heap[at] = item
  }

  pop(): number | undefined {
    const [first] = this.heap
    const last = this.heap.pop()
    if (first === undefined || last === undefined || this.heap.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.heap.length) break
      if (child + 1 < this.heap.length && this.at(child + 1) < this.at(child)) child++
      if (last <= this.at(child)) break
      this.heap[at] = this.at(child)
      at = child
    }
    this.heap[at] = last
    return first
  }

  private at(i: number): number {
    return this.heap[i] ?? Infinity
  }
}
