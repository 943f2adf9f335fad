// Kernels that are the same loops over other buffers, as the layers of a deep net have them, are written once. What a
// kernel is made of is told by a list of whole numbers, in which buffers, nodes and values are numbered as they are met;
// where two kernels have the same list, they differ in nothing that the writing of loops could see.
import type { Graph } from '../graph/graph.ts'
import { Keys } from '../graph/keys.ts'
import type { Node } from '../graph/node.ts'
import type { ScalarOperation } from '../graph/operation.ts'
import { expressionsIn } from './expression.ts'
import type { PointExpression } from './expression.ts'
import type { Step } from './fuse.ts'
import type { LoopOrder } from './order.ts'
import type { Buffer, Expression, Statement } from './program.ts'
import type { Storage } from './shrink.ts'
import type { Value, Work } from './value.ts'

export interface Form {
  /** The same for kernels that are the same loops. */
  readonly number: number
  /** In the order of their numbers: those of such kernels stand in each other's place. */
  readonly buffers: readonly Buffer[]
}

export interface FormContext {
  readonly graph: Graph
  readonly orders: ReadonlyMap<Value, LoopOrder>
  readonly storages: ReadonlyMap<Value, Storage>
  readonly compared: ReadonlySet<Value>
  /** What happens at a point of each value's loops, each loop's variable named as its axis. */
  readonly points: ReadonlyMap<Value, readonly PointExpression[]>
  readonly valueOf: ReadonlyMap<Node, Value>
  readonly bufferOf: (node: Node) => Buffer
  readonly resultOf: (value: Value) => Buffer | null
}

/** Texts and operations have numbers that hold for all kernels of a program. */
export class Forms {
  private readonly context: FormContext
  private readonly keys = new Keys()
  private readonly operations = new Map<ScalarOperation, number>()

  constructor(context: FormContext) {
    this.context = context
  }

  of(steps: readonly Step[]): Form {
    const writer = new FormWriter(this.context, this.keys, this.operations)
    writer.steps(steps)
    return { number: this.keys.number(writer.key), buffers: [...writer.buffers.keys()] }
  }
}

/** What the next numbers are about; where there is a choice. */
const codes = { loop: 0, end: 1, point: 2, value: 3, buffer: 4, nothing: 5 } as const

class FormWriter {
  readonly key: number[] = []
  readonly buffers = new Map<Buffer, number>()
  private readonly context: FormContext
  private readonly keys: Keys
  private readonly operations: Map<ScalarOperation, number>
  private readonly nodes = new Map<Node, number>()
  private readonly values = new Map<Value, number>()
  private readonly expressions = new Map<PointExpression, number>()

  constructor(context: FormContext, keys: Keys, operations: Map<ScalarOperation, number>) {
    this.context = context
    this.keys = keys
    this.operations = operations
  }

  steps(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.kind === 'point') {
        this.point(step.value)
        continue
      }
      this.key.push(codes.loop, Number(step.reversed))
      this.text(step.axis)
      this.steps(step.body)
      this.key.push(codes.end)
    }
  }

  private point(value: Value): void {
    const { orders, points } = this.context
    const order = orders.get(value)
    const roots = points.get(value)
    if (order === undefined || roots === undefined) throw new Error(`${value.name} has no loops`)
    this.key.push(codes.point)
    this.node(value.node)
    this.value(value)
    this.texts(order.axes)
    const { product } = order
    if (product === null) this.key.push(codes.nothing)
    else {
      this.texts([product.form, product.row, product.column])
      this.key.push(Number(product.isBlocked))
    }
    this.work(value.work)
    const parts = expressionsIn(roots)
    this.key.push(parts.length)
    this.key.push(parts.filter((part) => !this.expressions.has(part)).length)
    for (const expression of parts) this.expression(expression)
    this.all(roots)
  }

  private work(work: Work): void {
    this.text(work.kind)
    switch (work.kind) {
      case 'map':
      case 'deliver':
        return
      case 'reduce':
        this.text(work.reduction)
        this.texts(work.over)
        return
      case 'scatter': {
        const { targets, conditions } = work.scatter
        this.texts(work.over)
        this.texts(targets.map(({ axis }) => axis))
        this.key.push(conditions.length)
        return
      }
      case 'carry':
        this.text(work.axis)
        this.node(work.next)
        return
      case 'sort':
        this.text(work.axis)
        this.key.push(Number(work.descending))
        return
      default:
        work satisfies never
    }
  }

  /** Told in full where it is met first, like values and buffers. */
  private node(node: Node): void {
    if (this.isKnown(node, this.nodes)) return
    this.text(node.dataType)
    this.texts(node.axes)
    const { valueOf, bufferOf } = this.context
    const value = valueOf.get(node)
    const isInMemory = node.kind === 'vector' || (node.kind === 'leaf' && node.role !== 'option')
    if (value !== undefined) {
      this.key.push(codes.value)
      this.value(value)
    } else if (isInMemory) this.buffer(bufferOf(node))
    else this.key.push(codes.nothing)
  }

  private value(value: Value): void {
    if (this.isKnown(value, this.values)) return
    const { storages, compared, resultOf } = this.context
    this.text(value.type)
    this.texts(value.layout)
    this.key.push(Number(storages.get(value)?.isLocal === true), Number(compared.has(value)))
    const buffer = resultOf(value)
    if (buffer === null) this.key.push(codes.nothing)
    else this.buffer(buffer)
  }

  private buffer(buffer: Buffer): void {
    this.key.push(codes.buffer)
    if (this.isKnown(buffer, this.buffers)) return
    this.text(buffer.type)
    this.texts(buffer.axes)
  }

  private expression(expression: PointExpression): void {
    if (this.isKnown(expression, this.expressions)) return
    this.text(expression.kind)
    this.text(expression.type)
    switch (expression.kind) {
      case 'number':
        this.text(Object.is(expression.value, -0) ? '-0' : String(expression.value))
        return
      case 'size':
        this.text(expression.size.key)
        return
      case 'variable':
      case 'option':
        this.text(expression.name)
        return
      case 'read':
        this.node(expression.node)
        this.all(expression.indices)
        return
      case 'random':
        this.key.push(expression.lane)
        this.text(expression.site)
        this.all([expression.element])
        return
      case 'operation':
        this.key.push(this.numberOf(expression.operation))
        this.all(expression.operands)
        return
      default:
        expression satisfies never
    }
  }

  /** Tells its number; if it has none yet, gives it the next. */
  private isKnown<T>(item: T, numbers: Map<T, number>): boolean {
    const known = numbers.get(item)
    this.key.push(known ?? numbers.size)
    if (known === undefined) numbers.set(item, numbers.size)
    return known !== undefined
  }

  private all(expressions: readonly PointExpression[]): void {
    this.key.push(expressions.length)
    for (const expression of expressions) this.key.push(this.expressions.get(expression) ?? -1)
  }

  private texts(texts: readonly string[]): void {
    this.key.push(texts.length)
    for (const text of texts) this.text(text)
  }

  private text(text: string): void {
    this.key.push(this.keys.text(text))
  }

  private numberOf(operation: ScalarOperation): number {
    const number = this.operations.get(operation) ?? this.operations.size
    this.operations.set(operation, number)
    return number
  }
}

/** The same statements, with other buffers. */
export function withBuffers(
  statements: readonly Statement[],
  replaced: (buffer: Buffer) => Buffer,
): Statement[] {
  const within = (expression: Expression): Expression => {
    switch (expression.kind) {
      case 'number':
      case 'size':
      case 'variable':
      case 'local':
      case 'option':
        return expression
      case 'load':
        return load(expression)
      case 'operation':
        return { ...expression, operands: expression.operands.map(within) }
      case 'random':
        return { ...expression, element: within(expression.element) }
      default:
        return expression satisfies never
    }
  }
  const load = (expression: Load): Load => ({
    ...expression,
    buffer: replaced(expression.buffer),
    indices: expression.indices.map(within),
  })
  const rewritten = (statement: Statement): Statement => {
    switch (statement.kind) {
      case 'loop':
        return { ...statement, body: statement.body.map(rewritten) }
      case 'when':
        return {
          ...statement,
          condition: within(statement.condition),
          body: statement.body.map(rewritten),
        }
      case 'let':
      case 'carry':
      case 'assign':
        return { ...statement, value: within(statement.value) }
      case 'accumulator':
        return statement
      case 'accumulate': {
        const { value, position } = statement
        const at = position === undefined ? {} : { position: within(position) }
        return { ...statement, value: within(value), ...at }
      }
      case 'store':
        return {
          ...statement,
          buffer: replaced(statement.buffer),
          indices: statement.indices.map(within),
          value: within(statement.value),
        }
      case 'sort':
        return {
          ...statement,
          buffer: replaced(statement.buffer),
          indices: statement.indices.map(within),
          keys: load(statement.keys),
        }
      case 'fill':
        return { ...statement, buffer: replaced(statement.buffer) }
      default:
        return statement satisfies never
    }
  }
  return statements.map(rewritten)
}

type Load = Extract<Expression, { kind: 'load' }>
