// Writes the loop nests of one kernel: values at their points, accumulators around the loops that they reduce over.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import { constantSize, divideSizesExactly } from '../graph/size.ts'
import { blockAxis, rowOfBlock, rowsAtOnce, writeProduct } from './block.ts'
import type { ProductRows } from './block.ts'
import type { PointExpression } from './expression.ts'
import { onlyValue } from './fuse.ts'
import type { Loop, Step } from './fuse.ts'
import type { Inliner } from './inline.ts'
import { Names, variableFor } from './names.ts'
import type { LoopOrder } from './order.ts'
import { pointOf } from './point.ts'
import type { Buffer, Expression, Statement } from './program.ts'
import { Scopes } from './scope.ts'
import { accumulatesInBuffer } from './shrink.ts'
import type { Storage } from './shrink.ts'
import { freeAxes, neutralOf, reducedAxes, reductionOf } from './value.ts'
import type { Reduction, Value } from './value.ts'
import { add, atMost, both, lessThan } from './vocabulary.ts'

// Note [Order of summation]
// A sum runs in f64 in the order of its loops, in a local or a row of `wide` numbers; a block adds four terms before it
// adds them to its row. So the order depends on the kernel and its sizes, never on how many threads share a loop: a loop
// that sums is not `parallel`. At 2^20 terms the error of an f64 sum is some 1e-10, so nests need no chunks; threads sum
// in f32 and get theirs from stage.ts.

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

export function writeNest(steps: readonly Step[], context: NestContext): Statement[] {
  return new NestWriter(context).write(steps)
}

class NestWriter {
  private readonly context: NestContext
  private readonly names: Names
  private readonly scopes: Scopes
  private readonly variables = new Map<Loop, string>()
  private readonly points = new Map<Value, readonly PointExpression[]>()
  private readonly places = new Map<Value, ReadonlyMap<AxisName, PointExpression>>()
  /** Reductions whose outermost reduction loop this is. */
  private readonly starts = new Map<Loop, Value[]>()
  /** Those that collect in a local from this loop on, and add it to their buffer after it. */
  private readonly partials = new Map<Loop, Value[]>()
  private readonly sequential = new Set<Loop>()
  private readonly locals = new Map<Value, string>()
  /**
   * What recurrences in here carry on, and how many of them do. It is not rounded as others read it: a long sum would lose
   * as many units as it has steps.
   */
  private readonly carried = new Map<Node, number>()
  /** Their locals before these are rounded. */
  private readonly exact = new Map<Value, string>()
  /** Loops over the rows of blocked products, and these. */
  private readonly blocks = new Map<Loop, Block>()
  /** Which row of its block a blocked product is read at. */
  private readonly slots = new Map<Value, Expression>()
  private readonly open = new Set<AxisName>()
  /** Values whose local can be seen from here; and in the order in which they came into sight. */
  private readonly visible = new Set<Value>()
  private readonly shown: Value[] = []

  constructor(context: NestContext) {
    this.context = context
    this.names = new Names(context.names)
    this.scopes = new Scopes(
      this.names,
      (read, indexOf) => this.spellRead(read, indexOf),
      (axis) => context.graph.sizes.of(axis).key,
    )
  }

  write(steps: readonly Step[]): Statement[] {
    this.prepare(steps, [], 0)
    return this.scopes.branch(() => this.steps(steps))
  }

  /** Names loops, and works out every point, before anything is written: what is shared must be known. */
  private prepare(steps: readonly Step[], path: readonly Loop[], level: number): void {
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

  private steps(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.kind === 'loop') this.loop(step)
      else this.point(step.value)
    }
  }

  private loop(loop: Loop): void {
    const starts = this.starts.get(loop) ?? []
    const partials = this.partials.get(loop) ?? []
    for (const value of starts) this.start(value)
    for (const value of partials) this.startLocal(value, `${value.name}_part`)
    const outside = this.shown.length
    this.open.add(loop.axis)
    const block = this.blocks.get(loop)
    if (block === undefined) {
      const body = this.scopes.body(() => this.steps(loop.body))
      this.scopes.push({
        kind: 'loop',
        axis: loop.axis,
        variable: this.variableOf(loop),
        extent: this.context.graph.sizes.of(loop.axis),
        ...(loop.reversed ? { reversed: true } : {}),
        parallel: !this.sequential.has(loop),
        body,
      })
    } else this.blockedLoop(loop, block)
    this.open.delete(loop.axis)
    for (const value of this.shown.splice(outside)) this.visible.delete(value)
    for (const value of partials) this.addTo(value, { kind: 'local', name: this.localOf(value) })
    for (const value of starts) this.finish(value)
  }

  /** Blocks of rows: their product, then row by row what else happens to them. */
  private blockedLoop(loop: Loop, { value, rest }: Block): void {
    const { graph, inliner } = this.context
    const { expressions } = inliner
    const size = graph.sizes.of(loop.axis)
    const target = this.rowsOf(value)
    const rows = rowsAtOnce(target, size)
    const variable = this.names.take(`${variableFor(loop.axis)}_block`)
    this.scopes.declare(variable, this.scopes.level + 1, size.key)
    const first = expressions.variable(variable)
    const body = this.scopes.body(() => {
      writeProduct({ ...this.context, scopes: this.scopes, names: this.names }, target, first, rows)
      if (rest.length > 0) this.eachRow(loop, first, rows, value, rest)
    })
    this.scopes.push({
      kind: 'loop',
      axis: loop.axis,
      variable,
      extent: size,
      ...(rows === 1 ? {} : { step: rows }),
      parallel: !this.sequential.has(loop),
      body,
    })
  }

  private eachRow(
    loop: Loop,
    first: PointExpression,
    rows: number,
    value: Value,
    rest: readonly Step[],
  ): void {
    const { graph, inliner } = this.context
    const { expressions } = inliner
    const size = graph.sizes.of(loop.axis)
    const variable = this.names.take('row')
    this.scopes.declare(variable, this.scopes.level + 1, `${rows} rows`)
    const row = expressions.variable(variable)
    const body = this.scopes.body(() => {
      const local = this.variableOf(loop)
      const place = expressions.operation(add, [first, row], 'int')
      this.scopes.push({ kind: 'let', local, type: 'int', value: this.scopes.value(place) })
      this.slots.set(value, this.scopes.value(row))
      const isInside = [expressions.variable(local), expressions.size(size)]
      if (divideSizesExactly(size, constantSize(rows)) !== null) this.steps(rest)
      else {
        const condition = expressions.operation(lessThan, isInside, 'bool')
        this.scopes.when(this.scopes.value(condition), () => this.steps(rest))
      }
    })
    this.scopes.push({
      kind: 'loop',
      axis: blockAxis(loop.axis),
      variable,
      extent: constantSize(rows),
      parallel: false,
      body,
    })
  }

  private rowsOf(value: Value): ProductRows {
    const order = this.context.orders.get(value)
    if (order?.product == null) throw new Error(`${value.name} is no product`)
    return {
      value,
      order,
      product: order.product,
      buffer: this.requireBuffer(value),
      places: this.placesOf(value),
    }
  }

  private start(value: Value): void {
    if (value.work.kind === 'carry') {
      this.startCarry(value, value.work.start)
      return
    }
    if (!this.isInBuffer(value)) {
      const { buffer } = this.storageOf(value)
      this.startLocal(value, buffer === null ? value.name : `${value.name}_at`)
      return
    }
    this.fill(value, this.requireBuffer(value))
  }

  private startLocal(value: Value, name: string): void {
    const local = name === value.name ? name : this.names.take(name)
    this.locals.set(value, local)
    this.scopes.push({ kind: 'accumulator', local, reduction: reductionOf(value) })
  }

  /** From here on the steps find it, and then what follows their loop. */
  private startCarry(value: Value, start: Node): void {
    const { inliner } = this.context
    const places = new Map([...this.placesOf(value)].filter(([axis]) => this.open.has(axis)))
    if (this.isInBuffer(value)) {
      const buffer = this.requireBuffer(value)
      this.writeAll(buffer, places, (all) => {
        const content = inliner.valueAt(start, inliner.environment(all))
        const indices = buffer.axes.map((axis) => this.scopes.value(placeOn(all, axis)))
        const expression = this.scopes.value(content)
        this.scopes.push({ kind: 'store', buffer, indices, value: expression })
      })
      return
    }
    const { buffer } = this.storageOf(value)
    const local = buffer === null ? value.name : this.names.take(`${value.name}_at`)
    const content = inliner.valueAt(start, inliner.environment(places))
    const expression = this.scopes.value(content)
    this.scopes.push({ kind: 'carry', local, type: value.type, value: expression })
    this.locals.set(value, local)
    this.show(value)
  }

  /** Loops over the axes of a buffer that have no place yet. */
  private writeAll(
    buffer: Buffer,
    places: ReadonlyMap<AxisName, PointExpression>,
    write: (all: ReadonlyMap<AxisName, PointExpression>) => void,
  ): void {
    const axis = buffer.axes.find((own) => !places.has(own))
    if (axis === undefined) {
      write(places)
      return
    }
    const extent = this.context.graph.sizes.of(axis)
    const variable = this.names.take(variableFor(axis))
    this.scopes.declare(variable, this.scopes.level + 1, extent.key)
    const place = this.context.inliner.expressions.variable(variable)
    const body = this.scopes.body(() =>
      this.writeAll(buffer, new Map([...places, [axis, place]]), write),
    )
    this.scopes.push({ kind: 'loop', axis, variable, extent, parallel: true, body })
  }

  /** Only the part that belongs to the open loops, where the buffer has more. */
  private fill(value: Value, buffer: Buffer): void {
    const neutral = neutralOf(reductionOf(value))
    const places = new Map([...this.placesOf(value)].filter(([axis]) => this.open.has(axis)))
    if (!buffer.axes.some((axis) => places.has(axis))) {
      this.scopes.push({ kind: 'fill', buffer, value: neutral })
      return
    }
    this.writeAll(buffer, places, (all) => {
      const indices = buffer.axes.map((axis) => this.scopes.value(placeOn(all, axis)))
      const start: Expression = { kind: 'number', value: neutral }
      this.scopes.push({ kind: 'store', buffer, indices, value: start })
    })
  }

  private finish(value: Value): void {
    if (this.isInBuffer(value)) return
    const { buffer, isLocal } = this.storageOf(value)
    this.show(value)
    if (buffer === null) return
    const whole: Expression = { kind: 'local', name: this.localOf(value) }
    if (!isLocal || buffer.type !== 'real' || !this.context.compared.has(value)) {
      this.store(value, whole)
      return
    }
    const local = this.names.take(`${value.name}_kept`)
    this.scopes.push({ kind: 'let', local, type: buffer.type, value: whole, stored: true })
    this.locals.set(value, local)
    this.store(value, { kind: 'local', name: local })
  }

  private point(value: Value): void {
    const [content] = this.points.get(value) ?? []
    if (content === undefined) throw new Error(`${value.name} has nothing to compute`)
    const { work } = value
    switch (work.kind) {
      case 'map':
      case 'deliver':
        this.define(value, content)
        return
      case 'reduce':
        this.accumulate(value, content, work.reduction, work.over)
        return
      case 'scatter':
        this.scatter(value)
        return
      case 'carry':
        this.carryOn(value, content)
        return
      case 'sort':
        this.sort(value, work, content)
        return
      default:
        work satisfies never
    }
  }

  private define(value: Value, content: PointExpression): void {
    const { buffer, isLocal } = this.storageOf(value)
    if (!isLocal) {
      this.store(value, this.scopes.value(content))
      return
    }
    const local = buffer === null ? value.name : this.names.take(`${value.name}_at`)
    let expression = this.scopes.value(content)
    const isCarried = buffer !== null && value.type === 'real' && this.carried.has(value.node)
    const isOnlyCarried = isCarried && this.readersOf(value) === this.carried.get(value.node)
    if (isCarried && !isOnlyCarried) {
      const exact = this.names.take(`next_${value.name}`)
      this.scopes.push({ kind: 'let', local: exact, type: 'wide', value: expression })
      this.exact.set(value, exact)
      expression = { kind: 'local', name: exact }
    }
    const isRounded = buffer !== null && !isOnlyCarried && this.context.compared.has(value)
    const stored = isRounded ? ({ stored: true } as const) : {}
    this.scopes.push({ kind: 'let', local, type: value.type, value: expression, ...stored })
    this.scopes.name(content, local)
    this.locals.set(value, local)
    this.show(value)
    if (buffer !== null) this.store(value, { kind: 'local', name: local })
  }

  /** How many read it right here. */
  private readersOf(value: Value): number {
    const { inliner } = this.context
    const read = inliner.valueAt(value.node, inliner.environment(this.placesOf(value)))
    return this.scopes.usesOf(read)
  }

  private carryOn(value: Value, next: PointExpression): void {
    const { work } = value
    const from = work.kind === 'carry' ? this.context.valueOf.get(work.next) : undefined
    const exact = from !== undefined && this.visible.has(from) ? this.exact.get(from) : undefined
    const expression: Expression =
      exact === undefined ? this.scopes.value(next) : { kind: 'local', name: exact }
    const local = this.locals.get(value)
    if (local === undefined) this.store(value, expression)
    else this.scopes.push({ kind: 'assign', local, value: expression })
  }

  private show(value: Value): void {
    if (this.visible.has(value)) return
    this.visible.add(value)
    this.shown.push(value)
  }

  private accumulate(
    value: Value,
    content: PointExpression,
    reduction: Reduction,
    over: readonly AxisName[],
  ): void {
    const term = this.scopes.value(content)
    const local = this.locals.get(value)
    if (local === undefined) {
      this.addTo(value, term)
      return
    }
    const [axis] = over
    const needsPosition = reduction === 'argmax' || reduction === 'argmin'
    if (needsPosition && axis === undefined) throw new Error(`${reduction} is over one axis`)
    const position =
      needsPosition && axis !== undefined ? { position: this.indexOf(value, axis) } : {}
    this.scopes.push({ kind: 'accumulate', local, reduction, value: term, ...position })
  }

  private addTo(value: Value, term: Expression): void {
    const reduction = reductionOf(value)
    if (reduction !== 'sum' && reduction !== 'prod' && reduction !== 'max' && reduction !== 'min') {
      throw new Error(`${reduction} runs in a local`)
    }
    const buffer = this.requireBuffer(value)
    const indices = buffer.axes.map((axis) => this.indexOf(value, axis))
    this.scopes.push({ kind: 'store', buffer, indices, value: term, accumulate: reduction })
  }

  private scatter(value: Value): void {
    if (value.work.kind !== 'scatter') throw new Error(`${value.name} is no scatter`)
    const { targets } = value.work.scatter
    const [condition, term] = (this.points.get(value) ?? []).slice(targets.length)
    if (condition === undefined || term === undefined) throw new Error('a scatter lacks its value')
    const indices = targets.map((_, i) => this.points.get(value)?.[i])
    const test = this.scopes.value(condition)
    const body = this.scopes.branch(() => {
      const buffer = this.requireBuffer(value)
      const places = buffer.axes.map((axis) => {
        const index = indices[targets.findIndex((target) => target.axis === axis)]
        return index === undefined ? this.indexOf(value, axis) : this.scopes.value(index)
      })
      const added = this.scopes.value(term)
      this.scopes.push({ kind: 'store', buffer, indices: places, value: added, accumulate: 'sum' })
    })
    this.scopes.push({ kind: 'when', condition: test, body })
  }

  private sort(value: Value, { axis, descending }: Sort, first: PointExpression): void {
    const place = (index: PointExpression): Expression => this.scopes.value(index)
    const keys = first.kind === 'read' ? this.spellRead(first, place) : null
    if (keys?.kind !== 'load') throw new Error(`the keys of ${value.name} lie in no buffer`)
    const buffer = this.requireBuffer(value)
    const indices = buffer.axes.map((own): Expression =>
      own === axis ? { kind: 'number', value: 0 } : this.indexOf(value, own),
    )
    this.scopes.push({ kind: 'sort', axis, buffer, indices, keys, descending })
  }

  private store(value: Value, expression: Expression): void {
    const buffer = this.requireBuffer(value)
    const indices = buffer.axes.map((axis) => this.indexOf(value, axis))
    this.scopes.push({ kind: 'store', buffer, indices, value: expression })
  }

  private spellRead(
    { node, indices }: Extract<PointExpression, { kind: 'read' }>,
    indexOf: (index: PointExpression) => Expression,
  ): Expression {
    const value = this.context.valueOf.get(node)
    if (value !== undefined && this.visible.has(value)) {
      return { kind: 'local', name: this.localOf(value) }
    }
    const buffer = this.context.bufferOf(node)
    const places = buffer.axes.map((axis): Expression => {
      const slot =
        value === undefined || rowOfBlock(axis) === null ? undefined : this.slots.get(value)
      if (slot !== undefined) return slot
      const index = indices[node.axes.indexOf(axis)]
      if (index === undefined) throw new Error(`${buffer.name} is read without ${axis}`)
      return indexOf(index)
    })
    return { kind: 'load', buffer, indices: places }
  }

  private indexOf(value: Value, axis: AxisName): Expression {
    const place = this.places.get(value)?.get(axis)
    if (place?.kind !== 'variable') throw new Error(`${value.name} has no loop along ${axis}`)
    return this.scopes.variable(place.name)
  }

  private placesOf(value: Value): ReadonlyMap<AxisName, PointExpression> {
    return this.places.get(value) ?? new Map<AxisName, PointExpression>()
  }

  private isInBuffer(value: Value): boolean {
    return accumulatesInBuffer(value, this.context.orders)
  }

  private storageOf(value: Value): Storage {
    const { storages, into } = this.context
    const storage = storages.get(into.get(value) ?? value)
    if (storage === undefined) throw new Error(`${value.name} was given no storage`)
    return storage
  }

  private requireBuffer(value: Value): Buffer {
    const buffer = this.context.resultOf(value)
    if (buffer === null) throw new Error(`${value.name} has no buffer`)
    return buffer
  }

  private localOf(value: Value): string {
    const local = this.locals.get(value)
    if (local === undefined) throw new Error(`${value.name} has no local`)
    return local
  }

  private variableOf(loop: Loop): string {
    const variable = this.variables.get(loop)
    if (variable === undefined) throw new Error(`the loop over ${loop.axis} has no variable`)
    return variable
  }
}

type Sort = Extract<Value['work'], { kind: 'sort' }>

interface Block {
  readonly value: Value
  /** What else the rows' loop has. */
  readonly rest: readonly Step[]
}

function placeOn(places: ReadonlyMap<AxisName, PointExpression>, axis: AxisName): PointExpression {
  const place = places.get(axis)
  if (place === undefined) throw new Error(`no loop runs along ${axis}`)
  return place
}

function append<K, V>(map: Map<K, V[]>, key: K, item: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [item])
  else list.push(item)
}
