// Writes the loop nests of one kernel: values at their points, accumulators around the loops that they reduce over.
import type { AxisName, Node } from '../graph/node.ts'
import { constantSize, divideSizesExactly } from '../graph/size.ts'
import { blockAxis, rowOfBlock, rowsAtOnce, writeProduct } from './block.ts'
import type { ProductRows } from './block.ts'
import type { PointExpression } from './expression.ts'
import type { Loop, Step } from './fuse.ts'
import { Names, variableFor } from './names.ts'
import { NestPlan } from './nestPlan.ts'
import type { Block, NestContext } from './nestPlan.ts'
import type { Buffer, Expression, Statement } from './program.ts'
import { Scopes } from './scope.ts'
import type { Storage } from './shrink.ts'
import { neutralOf, reductionOf } from './value.ts'
import type { Reduction, Value } from './value.ts'
import { add, lessThan } from './vocabulary.ts'

// Note [Order of summation]
// A sum runs in f64 in the order of its loops, in a local or a row of `wide` numbers; a block adds four terms before it
// adds them to its row. So the order depends on the kernel and its sizes, never on how many threads share a loop: a loop
// that sums is not `parallel`. At 2^20 terms the error of an f64 sum is some 1e-10, so nests need no chunks; threads sum
// in f32 and get theirs from stage.ts.

export function writeNest(steps: readonly Step[], context: NestContext): Statement[] {
  return new NestWriter(context).write(steps)
}

class NestWriter {
  private readonly context: NestContext
  private readonly names: Names
  private readonly scopes: Scopes
  private readonly plan: NestPlan
  private readonly locals = new Map<Value, string>()
  /** Their locals before these are rounded. */
  private readonly exact = new Map<Value, string>()
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
    this.plan = new NestPlan(context, this.names, this.scopes)
  }

  write(steps: readonly Step[]): Statement[] {
    this.plan.prepare(steps)
    return this.scopes.branch(() => this.steps(steps))
  }

  private steps(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.kind === 'loop') this.loop(step)
      else this.point(step.value)
    }
  }

  private loop(loop: Loop): void {
    const starts = this.plan.starts.get(loop) ?? []
    const partials = this.plan.partials.get(loop) ?? []
    for (const value of starts) this.start(value)
    for (const value of partials) this.startLocal(value, `${value.name}_part`)
    const outside = this.shown.length
    this.open.add(loop.axis)
    const block = this.plan.blocks.get(loop)
    if (block === undefined) {
      const body = this.scopes.body(() => this.steps(loop.body))
      this.scopes.push({
        kind: 'loop',
        axis: loop.axis,
        variable: this.plan.variableOf(loop),
        extent: this.context.graph.sizes.of(loop.axis),
        ...(loop.reversed ? { reversed: true } : {}),
        parallel: !this.plan.sequential.has(loop),
        body,
      })
    } else this.blockedLoop(loop, block)
    this.open.delete(loop.axis)
    for (const value of this.shown.splice(outside)) this.visible.delete(value)
    for (const value of partials) this.addTo(value, this.localOf(value))
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
      parallel: !this.plan.sequential.has(loop),
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
      const local = this.plan.variableOf(loop)
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
      places: this.plan.placesOf(value),
    }
  }

  private start(value: Value): void {
    if (value.work.kind === 'carry') {
      this.startCarry(value, value.work.start)
      return
    }
    if (!this.plan.isInBuffer(value)) {
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
    const places = new Map([...this.plan.placesOf(value)].filter(([axis]) => this.open.has(axis)))
    if (this.plan.isInBuffer(value)) {
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
    const neutral = asStored(buffer, neutralOf(reductionOf(value)))
    const places = new Map([...this.plan.placesOf(value)].filter(([axis]) => this.open.has(axis)))
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
    if (this.plan.isInBuffer(value)) return
    const { buffer, isLocal } = this.storageOf(value)
    this.show(value)
    if (buffer === null) return
    const whole = this.localOf(value)
    if (!isLocal || buffer.type !== 'real' || !this.context.compared.has(value)) {
      this.store(value, whole)
      return
    }
    const local = this.names.take(`${value.name}_kept`)
    this.scopes.push({ kind: 'let', local, type: buffer.type, value: whole, stored: true })
    this.locals.set(value, local)
    this.store(value, this.localOf(value))
  }

  private point(value: Value): void {
    const [content] = this.plan.points.get(value) ?? []
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
    const isCarried = buffer !== null && value.type === 'real' && this.plan.carried.has(value.node)
    const isOnlyCarried = isCarried && this.readersOf(value) === this.plan.carried.get(value.node)
    if (isCarried && !isOnlyCarried) {
      const exact = this.names.take(`next_${value.name}`)
      this.scopes.push({ kind: 'let', local: exact, type: 'wide', value: expression })
      this.exact.set(value, exact)
      expression = { kind: 'local', name: exact, type: 'wide' }
    }
    const isRounded = buffer !== null && !isOnlyCarried && this.context.compared.has(value)
    const stored = isRounded ? ({ stored: true } as const) : {}
    this.scopes.push({ kind: 'let', local, type: value.type, value: expression, ...stored })
    this.scopes.name(content, local)
    this.locals.set(value, local)
    this.show(value)
    if (buffer !== null) this.store(value, this.localOf(value))
  }

  /** How many read it right here. */
  private readersOf(value: Value): number {
    const { inliner } = this.context
    const read = inliner.valueAt(value.node, inliner.environment(this.plan.placesOf(value)))
    return this.scopes.usesOf(read)
  }

  private carryOn(value: Value, next: PointExpression): void {
    const { work } = value
    const from = work.kind === 'carry' ? this.context.valueOf.get(work.next) : undefined
    const exact = from !== undefined && this.visible.has(from) ? this.exact.get(from) : undefined
    const expression: Expression =
      exact === undefined ? this.scopes.value(next) : { kind: 'local', name: exact, type: 'wide' }
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
    const [condition, term] = (this.plan.points.get(value) ?? []).slice(targets.length)
    if (condition === undefined || term === undefined) throw new Error('a scatter lacks its value')
    const indices = targets.map((_, i) => this.plan.points.get(value)?.[i])
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
    if (value !== undefined && this.visible.has(value)) return this.localOf(value)
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
    const place = this.plan.places.get(value)?.get(axis)
    if (place?.kind !== 'variable') throw new Error(`${value.name} has no loop along ${axis}`)
    return this.scopes.variable(place.name)
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

  private localOf(value: Value): Expression {
    const local = this.locals.get(value)
    if (local === undefined) throw new Error(`${value.name} has no local`)
    return { kind: 'local', name: local, type: value.type }
  }
}

type Sort = Extract<Value['work'], { kind: 'sort' }>

function placeOn(places: ReadonlyMap<AxisName, PointExpression>, axis: AxisName): PointExpression {
  const place = places.get(axis)
  if (place === undefined) throw new Error(`no loop runs along ${axis}`)
  return place
}

/** Whole numbers have no infinities: there the first and the last that they have. */
function asStored({ type }: Buffer, neutral: number): number {
  if (type !== 'int') return neutral
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, neutral))
}
