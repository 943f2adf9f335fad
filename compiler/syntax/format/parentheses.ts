// How tightly each expression binds, which decides where the printed text needs parentheses.
import type { Expression } from '../ast.ts'

/** From loosest to tightest. An operand needs parentheses where it binds more loosely than its place wants. */
export const TIGHTNESS = {
  anything: 0,
  pipe: 1,
  or: 2,
  and: 3,
  not: 4,
  comparison: 5,
  sum: 6,
  product: 7,
  sign: 8,
  power: 9,
  suffix: 10,
} as const

export function tightnessOf(expression: Expression): number {
  switch (expression.kind) {
    case 'if':
    case 'lambda':
      return TIGHTNESS.anything
    case 'pipe':
      return TIGHTNESS.pipe
    case 'logical':
      return expression.operator === 'or' ? TIGHTNESS.or : TIGHTNESS.and
    case 'unary':
      return expression.operator === 'not' ? TIGHTNESS.not : TIGHTNESS.sign
    case 'comparison':
    case 'is':
      return TIGHTNESS.comparison
    case 'sum':
      return TIGHTNESS.sum
    case 'product':
      return TIGHTNESS.product
    case 'power':
      return TIGHTNESS.power
    case 'number':
    case 'string':
    case 'constant':
    case 'name':
    case 'member':
    case 'instantiate':
    case 'call':
    case 'index':
    case 'tuple':
    case 'list':
    case 'over':
    case 'missing':
      return TIGHTNESS.suffix
    default:
      return expression satisfies never
  }
}

/** Where the first character of an expression stands, but for parentheses, which the tree doesn't have. */
export function startOf(expression: Expression): number {
  let first = expression
  for (;;) {
    const next = leftmostOf(first)
    if (next === undefined) return first.span.start
    first = next
  }
}

/** The part that the expression starts with; none where it starts with a word or mark of its own. */
function leftmostOf(expression: Expression): Expression | undefined {
  switch (expression.kind) {
    case 'sum':
      return expression.terms[0]?.value
    case 'product':
      return expression.factors[0]?.value
    case 'logical':
      return expression.operands[0]
    case 'comparison':
      return expression.left
    case 'power':
      return expression.base
    case 'is':
    case 'pipe':
    case 'index':
    case 'over':
      return expression.value
    case 'member':
      return expression.object
    case 'call':
    case 'instantiate':
      return expression.callee
    case 'if':
    case 'lambda':
    case 'unary':
    case 'number':
    case 'string':
    case 'constant':
    case 'name':
    case 'tuple':
    case 'list':
    case 'missing':
      return undefined
    default:
      return expression satisfies never
  }
}
