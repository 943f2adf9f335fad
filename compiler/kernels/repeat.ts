// Kernels that are the same loops over other buffers, as the layers of a deep net have them, are written once. What a
// kernel is made of has a text in which buffers, nodes and values are numbered as they are met; where two kernels have
// the same text, they differ in nothing that the writing of loops could see.
import type { Graph } from '../graph/graph.ts'
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
  readonly text: string
  /** In the order of their numbers: those of a kernel with the same text stand in each other's place. */
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

/** Gives operations numbers that hold for all kernels of a program. */
export class Forms {
  private readonly context: FormContext
  private readonly operations = new Map<ScalarOperation, number>()

  constructor(context: FormContext) {
    this.context = context
  }

  of(steps: readonly Step[]): Form {
    const writer = new FormWriter(this.context, this.operations)
    writer.steps(steps)
    return { text: writer.parts.join('\n'), buffers: [...writer.buffers.keys()] }
  }
}

class FormWriter {
  readonly parts: string[] = []
  readonly buffers = new Map<Buffer, number>()
  private readonly context: FormContext
  private readonly operations: Map<ScalarOperation, number>
  private readonly nodes = new Map<Node, number>()
  private readonly values = new Map<Value, number>()
  private readonly expressions = new Map<PointExpression, number>()

  constructor(context: FormContext, operations: Map<ScalarOperation, number>) {
    this.context = context
    this.operations = operations
  }

  steps(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.kind === 'point') {
        this.point(step.value)
        continue
      }
      this.parts.push(`loop ${step.axis}${step.reversed ? ' reversed' : ''}`)
      this.steps(step.body)
      this.parts.push('end')
    }
  }

  private point(value: Value): void {
    const { orders, points } = this.context
    const order = orders.get(value)
    const roots = points.get(value)
    if (order === undefined || roots === undefined) throw new Error(`${value.name} has no loops`)
    const { product } = order
    const form =
      product === null
        ? ''
        : `${product.form} ${product.row}, ${product.column} ${product.isBlocked ? 'by blocks' : ''}`
    this.parts.push(
      `${this.node(value.node)} ${this.value(value)} over ${order.axes.join(', ')} ${form}`,
      this.work(value.work),
    )
    for (const expression of expressionsIn(roots)) this.expression(expression)
    this.parts.push(`is ${roots.map((root) => this.expressions.get(root)).join(' ')}`)
  }

  private work(work: Work): string {
    switch (work.kind) {
      case 'map':
      case 'deliver':
        return work.kind
      case 'reduce':
        return `${work.reduction} over ${work.over.join(', ')}`
      case 'scatter': {
        const { targets, conditions } = work.scatter
        const along = targets.map(({ axis }) => axis).join(', ')
        return `scatter over ${work.over.join(', ')} along ${along} on ${conditions.length}`
      }
      case 'carry':
        return `carry along ${work.axis} of ${this.node(work.next)}`
      case 'sort':
        return `sort along ${work.axis} ${work.descending ? 'descending' : ''}`
      default:
        return work satisfies never
    }
  }

  private node(node: Node): string {
    const known = this.nodes.get(node)
    if (known !== undefined) return `node ${known}`
    const number = this.nodes.size
    this.nodes.set(node, number)
    const { valueOf, bufferOf } = this.context
    const value = valueOf.get(node)
    const isInMemory = node.kind === 'vector' || (node.kind === 'leaf' && node.role !== 'option')
    const at =
      value !== undefined ? this.value(value) : isInMemory ? this.buffer(bufferOf(node)) : ''
    return `node ${number} ${node.dataType} [${node.axes.join(', ')}] ${at}`
  }

  private value(value: Value): string {
    const known = this.values.get(value)
    if (known !== undefined) return `value ${known}`
    const number = this.values.size
    this.values.set(value, number)
    const { storages, compared, resultOf } = this.context
    const isLocal = storages.get(value)?.isLocal === true ? ' local' : ''
    const isCompared = compared.has(value) ? ' compared' : ''
    const buffer = resultOf(value)
    const at = buffer === null ? 'nowhere' : this.buffer(buffer)
    return `value ${number} ${value.type} [${value.layout.join(', ')}]${isLocal}${isCompared} ${at}`
  }

  private buffer(buffer: Buffer): string {
    const known = this.buffers.get(buffer)
    if (known !== undefined) return `buffer ${known}`
    const number = this.buffers.size
    this.buffers.set(buffer, number)
    return `buffer ${number} ${buffer.type} [${buffer.axes.join(', ')}]`
  }

  private expression(expression: PointExpression): void {
    if (this.expressions.has(expression)) return
    this.parts.push(this.textOf(expression))
    this.expressions.set(expression, this.expressions.size)
  }

  private textOf(expression: PointExpression): string {
    const { type } = expression
    switch (expression.kind) {
      case 'number':
        return `${type} ${Object.is(expression.value, -0) ? '-0' : expression.value}`
      case 'size':
        return `size ${expression.size.key}`
      case 'variable':
      case 'option':
        return `${expression.kind} ${expression.name}`
      case 'read':
        return `${this.node(expression.node)} at ${this.numbers(expression.indices)}`
      case 'random':
        return `random ${expression.lane} ${this.numbers([expression.element])} ${expression.site}`
      case 'operation':
        return `${type} f${this.numberOf(expression.operation)} ${this.numbers(expression.operands)}`
      default:
        return expression satisfies never
    }
  }

  private numbers(expressions: readonly PointExpression[]): string {
    return expressions.map((expression) => this.expressions.get(expression)).join(' ')
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
