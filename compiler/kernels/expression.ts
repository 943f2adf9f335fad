// What is computed at one point of a loop nest, before it is known where values lie: reads name the node they read.
// Hash-consed like the graph, so that what two values share is computed once.
import { Keys } from '../graph/keys.ts'
import type { DataType, Node } from '../graph/node.ts'
import type { ScalarOperation } from '../graph/operation.ts'
import { addSizes, constantOf, constantSize, multiplySizes, subtractSizes } from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { add, multiply, subtract } from './vocabulary.ts'

interface Base {
  readonly id: number
  readonly type: DataType
}
export type PointExpression =
  | (Base & { readonly kind: 'number'; readonly value: number })
  | (Base & { readonly kind: 'size'; readonly size: Size })
  /** A loop's variable, or a local that stands for one. */
  | (Base & { readonly kind: 'variable'; readonly name: string })
  | (Base & { readonly kind: 'option'; readonly name: string })
  /** One index for each of `node.axes`. */
  | (Base & {
      readonly kind: 'read'
      readonly node: Node
      readonly indices: readonly PointExpression[]
    })
  | (Base & {
      readonly kind: 'random'
      readonly site: string
      readonly lane: 0 | 1
      readonly element: PointExpression
    })
  | (Base & {
      readonly kind: 'operation'
      readonly operation: ScalarOperation
      readonly operands: readonly PointExpression[]
    })

/** What a key begins with. */
const codes = {
  number: 0,
  size: 1,
  variable: 2,
  option: 3,
  read: 4,
  random: 5,
  operation: 6,
} as const satisfies Record<PointExpression['kind'], number>

export class Expressions {
  /** The key of each expression has the expression's number. */
  private readonly keys = new Keys()
  private readonly made: PointExpression[] = []
  private readonly operations = new Map<ScalarOperation, number>()

  number(value: number, type: DataType = 'real'): PointExpression {
    const written = Object.is(value, -0) ? '-0' : String(value)
    const key = [codes.number, this.keys.text(type), this.keys.text(written)]
    return this.intern(key, (id) => ({ id, type, kind: 'number', value }))
  }

  size(size: Size): PointExpression {
    const value = constantOf(size)
    if (value !== null) return this.number(value, 'int')
    const key = [codes.size, this.keys.text(size.key)]
    return this.intern(key, (id) => ({ id, type: 'int', kind: 'size', size }))
  }

  variable(name: string): PointExpression {
    const key = [codes.variable, this.keys.text(name)]
    return this.intern(key, (id) => ({ id, type: 'int', kind: 'variable', name }))
  }

  option(name: string, type: DataType): PointExpression {
    const key = [codes.option, this.keys.text(name)]
    return this.intern(key, (id) => ({ id, type, kind: 'option', name }))
  }

  read(node: Node, indices: readonly PointExpression[]): PointExpression {
    const key = [codes.read, node.id]
    for (const { id } of indices) key.push(id)
    return this.intern(key, (id) => ({ id, type: node.dataType, kind: 'read', node, indices }))
  }

  random(site: string, lane: 0 | 1, element: PointExpression): PointExpression {
    const key = [codes.random, lane, element.id, this.keys.text(site)]
    return this.intern(key, (id) => ({ id, type: 'real', kind: 'random', site, lane, element }))
  }

  operation(
    operation: ScalarOperation,
    operands: readonly PointExpression[],
    type: DataType,
  ): PointExpression {
    const folded = this.folded(operation, operands, type)
    if (folded !== null) return folded
    const key = [codes.operation, this.numberOf(operation), this.keys.text(type)]
    for (const { id } of operands) key.push(id)
    return this.intern(key, (id) => ({ id, type, kind: 'operation', operation, operands }))
  }

  /** Index arithmetic folds: numbers and sizes are one normal form, and 0 and 1 vanish. */
  private folded(
    operation: ScalarOperation,
    operands: readonly PointExpression[],
    type: DataType,
  ): PointExpression | null {
    if (type !== 'int') return null
    const [a, b] = operands
    if (a === undefined || b === undefined || a.type !== 'int' || b.type !== 'int') return null
    const [left, right] = [sizeOf(a), sizeOf(b)]
    if (operation === add) {
      if (left !== null && right !== null) return this.size(addSizes(left, right))
      if (left?.key === '0') return b
      if (right?.key === '0') return a
    } else if (operation === subtract) {
      if (left !== null && right !== null) return this.size(subtractSizes(left, right))
      if (right?.key === '0') return a
    } else if (operation === multiply) {
      if (left !== null && right !== null) return this.size(multiplySizes(left, right))
      if (left?.key === '1') return b
      if (right?.key === '1') return a
    }
    return null
  }

  private numberOf(operation: ScalarOperation): number {
    const number = this.operations.get(operation) ?? this.operations.size
    this.operations.set(operation, number)
    return number
  }

  private intern(key: readonly number[], make: (id: number) => PointExpression): PointExpression {
    const number = this.keys.number(key)
    const known = this.made[number]
    if (known !== undefined) return known
    const made = make(number)
    this.made.push(made)
    return made
  }
}

export function operandsOfExpression(expression: PointExpression): readonly PointExpression[] {
  switch (expression.kind) {
    case 'number':
    case 'size':
    case 'variable':
    case 'option':
      return []
    case 'read':
      return expression.indices
    case 'random':
      return [expression.element]
    case 'operation':
      return expression.operands
    default:
      return expression satisfies never
  }
}

/** Everything that the roots are made of, operands first, each once. */
export function expressionsIn(roots: readonly PointExpression[]): PointExpression[] {
  const order: PointExpression[] = []
  const entered = new Set<PointExpression>()
  const stack: { readonly expression: PointExpression; next: number }[] = []
  const enter = (expression: PointExpression): void => {
    if (entered.has(expression)) return
    entered.add(expression)
    stack.push({ expression, next: 0 })
  }
  for (const root of roots) {
    enter(root)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const operand = operandsOfExpression(top.expression)[top.next++]
      if (operand === undefined) {
        order.push(top.expression)
        stack.pop()
      } else enter(operand)
    }
  }
  return order
}

function sizeOf(expression: PointExpression): Size | null {
  if (expression.kind === 'size') return expression.size
  if (expression.kind !== 'number' || !Number.isSafeInteger(expression.value)) return null
  return constantSize(expression.value)
}
