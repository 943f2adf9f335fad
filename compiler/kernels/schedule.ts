// The order in which values run: what they need first, and updates right after everything has read the old tensor, so
// that a weight's gradient and the optimizer's update can share loops, and gradients don't wait for each other. The steps
// of a recurrence run as one.
import type { AxisName } from '../graph/node.ts'
import type { LoopOrder } from './order.ts'
import type { Dependency } from './point.ts'
import type { Recurrence } from './recurrence.ts'
import { isInPlace } from './value.ts'
import type { Value } from './value.ts'

export type Item =
  | { readonly kind: 'value'; readonly value: Value }
  /** What happens in each step, in order. */
  | { readonly kind: 'steps'; readonly recurrence: Recurrence; readonly items: readonly Item[] }

export type Schedule =
  | {
      readonly kind: 'order'
      readonly items: readonly Item[]
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
      value.recurrences.length === 0 &&
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
  const { items, waiting } = sortLevel(values, 0, dependencies, late)
  if (waiting.length === 0) return { kind: 'order', items, dependencies }
  const updates = waiting.filter(({ result }) => isInPlace(result))
  if (updates.length === 0) throw new Error('values wait for each other in a circle')
  return { kind: 'conflict', updates }
}

/** What runs as one: a value, or all that the steps of a recurrence compute. */
interface Unit {
  readonly number: number
  readonly recurrence: Recurrence | null
  readonly values: Value[]
  /** Each once. */
  readonly followers: Unit[]
  waits: number
}

/** `values`: all within the same `depth` recurrences. Also tells who waits in vain. */
function sortLevel(
  values: readonly Value[],
  depth: number,
  dependencies: ReadonlyMap<Value, readonly Dependency[]>,
  late: ReadonlyMap<Value, unknown>,
): { items: Item[]; waiting: Value[] } {
  const units: Unit[] = []
  const unitOf = new Map<Value | Recurrence, Unit>()
  for (const value of values) {
    const recurrence = value.recurrences[depth] ?? null
    let unit = recurrence === null ? undefined : unitOf.get(recurrence)
    if (unit === undefined) {
      unit = { number: units.length, recurrence, values: [], followers: [], waits: 0 }
      units.push(unit)
    }
    unit.values.push(value)
    unitOf.set(value, unit)
    if (recurrence !== null) unitOf.set(recurrence, unit)
  }
  for (const unit of units) {
    for (const { on } of unit.values.flatMap((value) => dependencies.get(value) ?? [])) {
      const before = unitOf.get(on)
      // Units come one by one, so that one that follows already is the last who does.
      if (before === undefined || before.followers.at(-1) === unit) continue
      // A value that waits for itself waits in vain; in a recurrence that is a matter of its steps.
      if (before === unit && unit.recurrence !== null) continue
      before.followers.push(unit)
      unit.waits++
    }
  }
  const ready = { late: new Queue(), other: new Queue() }
  const enter = (unit: Unit): void => {
    const isLate = unit.values.some((value) => late.has(value))
    ;(isLate ? ready.late : ready.other).push(unit.number)
  }
  for (const unit of units) if (unit.waits === 0) enter(unit)
  const items: Item[] = []
  for (;;) {
    const unit = units[ready.late.pop() ?? ready.other.pop() ?? -1]
    if (unit === undefined) break
    const [value] = unit.values
    if (unit.recurrence !== null) {
      const inner = sortLevel(unit.values, depth + 1, dependencies, late)
      if (inner.waiting.length > 0) throw new Error('steps wait for each other in a circle')
      items.push({ kind: 'steps', recurrence: unit.recurrence, items: inner.items })
    } else if (value !== undefined) items.push({ kind: 'value', value })
    for (const follower of unit.followers) if (--follower.waits === 0) enter(follower)
  }
  return { items, waiting: units.flatMap((unit) => (unit.waits > 0 ? unit.values : [])) }
}

/** All of the values in it. */
export function valuesIn(item: Item): readonly Value[] {
  return item.kind === 'value' ? [item.value] : item.items.flatMap(valuesIn)
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
