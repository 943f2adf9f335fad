// Pieces of JavaScript text that know their precedence, so that they join with no parentheses to spare.

export interface Js {
  readonly text: string
  readonly precedence: number
  /** What the text is at run time: truth values are JS booleans until something counts or stores them. */
  readonly type: 'number' | 'truth'
  /** The same comparison turned round, where that is exact: `!==` for `===`. */
  readonly opposite?: string
}

/** JavaScript's levels, tighter is higher. */
export const level = {
  conditional: 3,
  or: 4,
  and: 5,
  equality: 9,
  relation: 10,
  sum: 12,
  product: 13,
  unary: 15,
  primary: 18,
} as const

export function atom(text: string, type: Js['type'] = 'number'): Js {
  return { text, precedence: level.primary, type }
}

/** A number that reads back as the same double: -0, NaN and infinities included. */
export function numberLiteral(value: number): Js {
  const text = Object.is(value, -0) ? '-0' : String(value)
  return { text, precedence: text.startsWith('-') ? level.unary : level.primary, type: 'number' }
}

export function call(name: string, operands: readonly Js[]): Js {
  return atom(`${name}(${operands.map((operand) => asNumber(operand).text).join(', ')})`)
}

export const add = (a: Js, b: Js): Js => infix('+', level.sum, a, b)
export const subtract = (a: Js, b: Js): Js => infix('-', level.sum, a, b)
export const multiply = (a: Js, b: Js): Js => infix('*', level.product, a, b)
export const divide = (a: Js, b: Js): Js => infix('/', level.product, a, b)
export const remainder = (a: Js, b: Js): Js => infix('%', level.product, a, b)

export function negate(a: Js): Js {
  const operand = asNumber(a)
  // `--x` would be a decrement.
  const inner = /^[-+]/.test(operand.text) ? `(${operand.text})` : within(operand, level.unary)
  return { text: `-${inner}`, precedence: level.unary, type: 'number' }
}

export function compare(operator: '<' | '<=' | '===' | '!==', a: Js, b: Js): Js {
  if (operator === '<' || operator === '<=') {
    return { ...infix(operator, level.relation, a, b), type: 'truth' }
  }
  const opposite = infix(operator === '===' ? '!==' : '===', level.equality, a, b).text
  return { ...infix(operator, level.equality, a, b), type: 'truth', opposite }
}

export function and(a: Js, b: Js): Js {
  return join('&&', level.and, asTruth(a), asTruth(b))
}

export function or(a: Js, b: Js): Js {
  return join('||', level.or, asTruth(a), asTruth(b))
}

/** `!(a < b)` stays: `b <= a` is something else for NaN. */
export function not(a: Js): Js {
  const truth = asTruth(a)
  const { opposite } = truth
  if (opposite !== undefined) return { ...truth, text: opposite, opposite: truth.text }
  return { text: `!${within(truth, level.unary)}`, precedence: level.unary, type: 'truth' }
}

/** `c ? yes : no`: only the side taken is evaluated, which guards loads. */
export function choose(condition: Js, yes: Js, no: Js): Js {
  const type = yes.type === 'truth' && no.type === 'truth' ? 'truth' : 'number'
  const side = type === 'truth' ? asTruth : asNumber
  const test = within(asTruth(condition), level.conditional + 1)
  const text = `${test} ? ${within(side(yes), level.conditional + 1)} : ${within(side(no), level.conditional)}`
  return { text, precedence: level.conditional, type }
}

/** `+(a < b)`: 1 or 0, without a branch. */
export function asNumber(a: Js): Js {
  if (a.type === 'number') return a
  return { text: `+${within(a, level.primary)}`, precedence: level.unary, type: 'number' }
}

export function asTruth(a: Js): Js {
  return a.type === 'truth' ? a : compare('!==', a, numberLiteral(0))
}

/** The text, in parentheses where it binds less tightly than its place asks for. */
export function within(a: Js, precedence: number): string {
  return a.precedence < precedence ? `(${a.text})` : a.text
}

/** Floating-point sums don't associate, so the right operand keeps its parentheses. */
function infix(operator: string, precedence: number, a: Js, b: Js): Js {
  const left = within(asNumber(a), precedence)
  const right = within(asNumber(b), precedence + 1)
  return { text: `${left} ${operator} ${right}`, precedence, type: 'number' }
}

function join(operator: '&&' | '||', precedence: number, a: Js, b: Js): Js {
  const text = `${within(a, precedence)} ${operator} ${within(b, precedence)}`
  return { text, precedence, type: 'truth' }
}
