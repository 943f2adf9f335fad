// What is known of a kernel's loops before they are written: their variables, every value at its point, and which reductions
// begin and end around which of them.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import type { PointExpression } from './expression.ts'
import { onlyValue } from './fuse.ts'
import type { Loop, Step } from './fuse.ts'
import type { Inliner } from './inline.ts'
import { append } from './multimap.ts'
import { variableFor } from './names.ts'
import type { Names } from './names.ts'
import type { LoopOrder } from './order.ts'
import { pointOf } from './point.ts'
import type { Buffer } from './program.ts'
import type { Scopes } from './scope.ts'
import { accumulatesInBuffer } from './shrink.ts'
import type { Storage } from './shrink.ts'
import { freeAxes, reducedAxes } from './value.ts'
import type { Value } from './value.ts'
import { atMost, both, lessThan } from './vocabulary.ts'

export interface NestContext {
  readonly graph: Graph
  readonly inliner: Inliner
  readonly orders: ReadonlyMap<Value, LoopOrder>
  readonly storages: ReadonlyMap<Value, Storage>
  /** Of values that are written to where others lie, these. */
  readonly into: ReadonlyMap<Value, Value>
  /** Whose locals are rounded as their buffers are. */
  readonly compared: ReadonlySet<Value>
  readonly valueOf: ReadonlyMap<Node, Value>
  /** Of a leaf, a vector or a stored value. */
  readonly bufferOf: (node: Node) => Buffer
  readonly resultOf: (value: Value) => Buffer | null
  readonly names: Names
}

export interface Block {
  readonly value: Value
  /** What else the rows' loop has. */
  readonly rest: readonly Step[]
}

export class NestPlan {
  readonly points = new Map<Value, readonly PointExpression[]>()
  readonly places = new Map<Value, ReadonlyMap<AxisName, PointExpression>>()
  /** Reductions whose outermost reduction loop this is. */
  readonly starts = new Map<Loop, Value[]>()
  /** Those that collect in a local from this loop on, and add it to their buffer after it. */
  readonly partials = new Map<Loop, Value[]>()
  readonly sequential = new Set<Loop>()
  /** Loops over the rows of blocked products, and these. */
  readonly blocks = new Map<Loop, Block>()
  /**
   * What recurrences in here carry on, and how many of them do. It is not rounded as others read it: a long sum would lose
   * as many units as it has steps.
   */
  readonly carried = new Map<Node, number>()
  private readonly variables = new Map<Loop, string>()
  private readonly context: NestContext
  private readonly names: Names
  private readonly scopes: Scopes

  constructor(context: NestContext, names: Names, scopes: Scopes) {
    this.context = context
    this.names = names
    this.scopes = scopes
  }

  /** Names loops, and works out every point, before anything is written: what is shared must be known. */
  prepare(steps: readonly Step[], path: readonly Loop[] = [], level = 0): void {
    for (const step of steps) {
      if (step.kind === 'point') this.preparePoint(step.value, path)
      else this.prepareLoop(step, path, level)
    }
  }

  private prepareLoop(loop: Loop, path: readonly Loop[], level: number): void {
    const variable = this.names.take(variableFor(loop.axis))
    this.variables.set(loop, variable)
    const block = this.blockIn(loop)
    const extent = this.context.graph.sizes.of(loop.axis).key
    if (block === null) {
      this.scopes.declare(variable, level + 1, extent)
      this.prepare(loop.body, [...path, loop], level + 1)
      return
    }
    // A loop over blocks, and in it one over the rows of a block: the variable is a local there.
    this.blocks.set(loop, block)
    this.scopes.declare(variable, level + 2, extent, true)
    this.places.set(block.value, this.placesOn(path))
    this.prepare(block.rest, [...path, loop], level + 2)
  }

  private preparePoint(value: Value, path: readonly Loop[]): void {
    const { inliner } = this.context
    const places = this.placesOn(path)
    const point = pointOf(value, inliner, inliner.environment(this.withFirst(value, places)))
    this.places.set(value, places)
    if (value.work.kind === 'carry') {
      const { next } = value.work
      this.carried.set(next, (this.carried.get(next) ?? 0) + 1)
    }
    this.points.set(value, value.work.kind === 'scatter' ? this.guardScatter(value, point) : point)
    this.scopes.announce(this.points.get(value) ?? [])
    this.prepareReduction(value, path)
  }

  /** A row that is put in order is told by its first element. */
  private withFirst(
    { work }: Value,
    places: ReadonlyMap<AxisName, PointExpression>,
  ): ReadonlyMap<AxisName, PointExpression> {
    if (work.kind !== 'sort') return places
    return new Map([...places, [work.axis, this.context.inliner.expressions.number(0, 'int')]])
  }

  private placesOn(path: readonly Loop[]): Map<AxisName, PointExpression> {
    const { expressions } = this.context.inliner
    return new Map(path.map((loop) => [loop.axis, expressions.variable(this.variableOf(loop))]))
  }

  /** The blocked product whose rows the loop runs over, and its own loops inside. */
  private blockIn(loop: Loop): Block | null {
    for (const step of loop.body) {
      const value = step.kind === 'loop' ? onlyValue(step) : null
      const product = value === null ? null : this.context.orders.get(value)?.product
      if (value === null || product?.isBlocked !== true || product.row !== loop.axis) continue
      // It needs nothing of the same row, so it can come before the others.
      return { value, rest: loop.body.filter((other) => other !== step) }
    }
    return null
  }

  private prepareReduction(value: Value, path: readonly Loop[]): void {
    const over = reducedAxes(value)
    const first = path.findIndex(({ axis }) => over.includes(axis))
    for (const loop of path) if (over.includes(loop.axis)) this.sequential.add(loop)
    const outermost = path[first]
    if (outermost === undefined) return
    append(this.starts, outermost, value)
    if (value.work.kind !== 'reduce' || !this.isInBuffer(value)) return
    const free = freeAxes(value)
    const innermost = path.findLastIndex(({ axis }) => free.includes(axis))
    const partial = path[innermost + 1]
    if (partial !== undefined) append(this.partials, partial, value)
  }

  /** Targets, then conditions in one, then the value: as for any point, but that targets must lie inside. */
  private guardScatter(value: Value, point: readonly PointExpression[]): PointExpression[] {
    if (value.work.kind !== 'scatter') throw new Error(`${value.name} is no scatter`)
    const { expressions } = this.context.inliner
    const { targets } = value.work.scatter
    const indices = point.slice(0, targets.length)
    const bounds = targets.flatMap(({ axis }, i) => {
      const index = indices[i] ?? expressions.number(0, 'int')
      const size = expressions.size(this.context.graph.sizes.of(axis))
      return [
        expressions.operation(atMost, [expressions.number(0, 'int'), index], 'bool'),
        expressions.operation(lessThan, [index, size], 'bool'),
      ]
    })
    const conditions = [...bounds, ...point.slice(targets.length, -1)]
    const condition = conditions.reduce((all, next) =>
      expressions.operation(both, [all, next], 'bool'),
    )
    return [...indices, condition, ...point.slice(-1)]
  }

  variableOf(loop: Loop): string {
    const variable = this.variables.get(loop)
    if (variable === undefined) throw new Error(`the loop over ${loop.axis} has no variable`)
    return variable
  }

  placesOf(value: Value): ReadonlyMap<AxisName, PointExpression> {
    return this.places.get(value) ?? new Map<AxisName, PointExpression>()
  }

  isInBuffer(value: Value): boolean {
    return accumulatesInBuffer(value, this.context.orders)
  }
}
