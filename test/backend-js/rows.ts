// A few scalar operations, enough to write kernels by hand.
import type { Core } from '../../compiler/graph/core.ts'
import type { ScalarOperation } from '../../compiler/graph/operation.ts'
import type { Expression } from '../../compiler/kernels/program.ts'

function row(
  name: string,
  arity: 1 | 2 | 3,
  expand: <T>(core: Core<T>, ...operands: T[]) => T,
  price = 1,
): ScalarOperation {
  return {
    name,
    arity,
    meaning: name,
    callable: false,
    derivative: () => [],
    evaluate: () => NaN,
    expand,
    interval: (_, first) => {
      if (first === undefined) throw new Error('no operand')
      return first
    },
    domain: [],
    price,
  }
}

const binary = (name: string, instruction: 'add' | 'sub' | 'mul' | 'div' | 'lt' | 'le' | 'eq') =>
  row(name, 2, (core, x, y) => {
    if (x === undefined || y === undefined) throw new Error('two operands')
    return core[instruction](x, y)
  })

export const rows = {
  add: binary('add', 'add'),
  subtract: binary('subtract', 'sub'),
  multiply: binary('multiply', 'mul'),
  divide: binary('divide', 'div'),
  less: binary('less', 'lt'),
  equal: binary('equal', 'eq'),
  select: row('select', 3, (core, c, x, y) => {
    if (c === undefined || x === undefined || y === undefined) throw new Error('three operands')
    return core.select(c, x, y)
  }),
  square: row('square', 1, (core, x) => {
    if (x === undefined) throw new Error('an operand')
    const once = core.let(x)
    return core.mul(once, once)
  }),
  exp: row('exp', 1, (core, x) => core.sqrt(x ?? core.constant(NaN)), 10),
  log: row('log', 1, (core, x) => core.sqrt(x ?? core.constant(NaN)), 10),
}

const apply =
  (operation: ScalarOperation, type: 'real' | 'int' | 'bool') =>
  (...operands: Expression[]): Expression => ({ kind: 'operation', operation, operands, type })

export const add = apply(rows.add, 'real')
export const addInt = apply(rows.add, 'int')
export const subtract = apply(rows.subtract, 'real')
export const multiply = apply(rows.multiply, 'real')
export const multiplyInt = apply(rows.multiply, 'int')
export const divide = apply(rows.divide, 'real')
export const less = apply(rows.less, 'bool')
export const equal = apply(rows.equal, 'bool')
export const select = apply(rows.select, 'real')
export const square = apply(rows.square, 'real')
export const exp = apply(rows.exp, 'real')
export const log = apply(rows.log, 'real')
export const number = (value: number): Expression => ({ kind: 'number', value })
export const variable = (name: string): Expression => ({ kind: 'variable', name })
export const local = (name: string): Expression => ({ kind: 'local', name, type: 'real' })
export const option = (name: string): Expression => ({ kind: 'option', name, type: 'real' })
