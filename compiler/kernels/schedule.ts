// The order in which values run: what they need first, and updates right after everything has read the old tensor, so
// that a weight's gradient and the optimizer's update can share loops, and gradients don't wait for each other.
import type { AxisName } from '../graph/node.ts'
import type { LoopOrder } from './order.ts'
import type { Dependency } from './point.ts'
import { isInPlace } from './value.ts'
import type { Value } from './value.ts'

export type Schedule =
  | {
      readonly kind: 'order'
      readonly values: readonly Value[]
      /** With what was added, so that late values also stand in later loops. */
      readonly dependencies: ReadonlyMap<Value, readonly Dependency[]>
    }
  /** Among these is a tensor that can't be overwritten before its old value was read elsewhere, nor after. */
  | { readonly kind: 'conflict'; readonly updates: readonly Value[] }

export function schedule(
  values: readonly Value[],
  given: ReadonlyMap<Value, readonly Dependency[]>,
  orders: ReadonlyMap<Value, LoopOrder>,
): Schedule {
  const late = lateValues(values, given)
  const outermost = (value: Value): AxisName | undefined => orders.get(value)?.axes[0]
  const dependencies = new Map(given)
  for (const [value, updates] of late) {
    const patience = [...updates]
      .filter((update) => update !== value && outermost(update) === outermost(value))
      .flatMap((update) => given.get(update) ?? [])
      .filter(({ on, kind }) => kind === 'overwrites' && !late.has(on))
    dependencies.set(value, [...(given.get(value) ?? []), ...patience])
  }
  return sort(values, dependencies, late)
}

/**
 * What only updates in place need, straight or elementwise, with those updates. Nothing else waits for it, so it can
 * wait for all readers of the tensors that will be overwritten, to share loops with the update.
 */
function lateValues(
  values: readonly Value[],
  dependencies: ReadonlyMap<Value, readonly Dependency[]>,
): Map<Value, Set<Value>> {
  const readers = values.map((): Value[] => [])
  for (const value of values) {
    for (const { on, kind } of dependencies.get(value) ?? []) {
      if (kind === 'reads') readers[on.id]?.push(value)
    }
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
  dependencies: ReadonlyMap<Value, readonly Dependency[]>,
  late: ReadonlyMap<Value, unknown>,
): Schedule {
  const waits = values.map((value) => new Set((dependencies.get(value) ?? []).map(({ on }) => on)))
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
  if (order.length === values.length) return { kind: 'order', values: order, dependencies }
  const updates = values.filter(({ id, result }) => isInPlace(result) && (waiting[id] ?? 0) > 0)
  if (updates.length === 0) throw new Error('values wait for each other in a circle')
  return { kind: 'conflict', updates }
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
