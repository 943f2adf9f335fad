// What a kernel costs, as formulas in the sizes: operations in multiply-adds, elements loaded and stored.
import {
  addSizes,
  constantSize,
  floorDivideSizes,
  multiplySizes,
  subtractSizes,
  sumOfSizes,
} from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import type { Expression, Kernel, Statement } from './program.ts'

const one = constantSize(1)
const zero = constantSize(0)

export type Cost = Kernel['cost']

const nothing: Cost = { operations: zero, loads: zero, stores: zero }

/** Branches count in full: an estimate from above. */
export function costOf(statements: readonly Statement[]): Cost {
  return sum(statements.map(costOfStatement))
}

function costOfStatement(statement: Statement): Cost {
  switch (statement.kind) {
    case 'loop':
      return times(costOf(statement.body), iterations(statement))
    case 'when':
      return sum([costOfExpression(statement.condition), costOf(statement.body)])
    case 'let':
    case 'carry':
    case 'assign':
      return costOfExpression(statement.value)
    case 'accumulator':
      return nothing
    case 'accumulate':
      return sum([costOfExpression(statement.value), { ...nothing, operations: one }])
    case 'store': {
      const isSum = statement.accumulate !== undefined
      const own: Cost = { operations: isSum ? one : zero, loads: isSum ? one : zero, stores: one }
      return sum([own, ...[statement.value, ...statement.indices].map(costOfExpression)])
    }
    case 'sort': {
      const { buffer, axis } = statement
      const length = buffer.extents[buffer.axes.indexOf(axis)] ?? zero
      const each = { operations: constantSize(sortPrice), loads: one, stores: one }
      return times(each, length)
    }
    case 'fill':
      return { ...nothing, stores: multiplySizes(...statement.buffer.extents) }
    default:
      return statement satisfies never
  }
}

function iterations({ from = zero, extent, step = 1 }: Extract<Statement, { kind: 'loop' }>): Size {
  const length = subtractSizes(extent, from)
  if (step === 1) return length
  return floorDivideSizes(addSizes(length, constantSize(step - 1)), constantSize(step))
}

function costOfExpression(expression: Expression): Cost {
  let operations = 0
  let loads = 0
  const stack = [expression]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    switch (next.kind) {
      case 'number':
      case 'size':
      case 'variable':
      case 'local':
      case 'option':
        break
      case 'load':
        loads += 1
        stack.push(...next.indices)
        break
      case 'operation':
        if (next.type !== 'int') operations += next.operation.price
        stack.push(...next.operands)
        break
      case 'random':
        operations += randomPrice
        stack.push(next.element)
        break
      default:
        next satisfies never
    }
  }
  return {
    operations: constantSize(Math.ceil(operations)),
    loads: constantSize(loads),
    stores: zero,
  }
}

/** Twenty rounds of two additions, a rotation and an exclusive or. */
export const randomPrice = 60

/** Of one element: some twenty levels of merging, as a row of a million has. */
const sortPrice = 40

function sum(costs: readonly Cost[]): Cost {
  return {
    operations: sumOfSizes(costs.map(({ operations }) => operations)),
    loads: sumOfSizes(costs.map(({ loads }) => loads)),
    stores: sumOfSizes(costs.map(({ stores }) => stores)),
  }
}

function times(cost: Cost, count: Size): Cost {
  return {
    operations: multiplySizes(cost.operations, count),
    loads: multiplySizes(cost.loads, count),
    stores: multiplySizes(cost.stores, count),
  }
}
