// An expression in a few characters, for messages: as written, with long insides left out.
import type { AxisArguments, Expression } from '../syntax/ast.ts'

const longest = 40

export function textOf(expression: Expression): string {
  const text = shortened(expression, 3)
  return text.length <= longest ? text : shortened(expression, 1)
}

/** The names in an expression of sizes, each once, in order. */
export function namesIn(expression: Expression): readonly string[] {
  const found = new Set<string>()
  const pending = [expression]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'name') found.add(next.name)
    pending.push(...[...partsOf(next)].reverse())
  }
  return [...found]
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'sum':
      return expression.terms.map(({ value }) => value)
    case 'product':
      return expression.factors.map(({ value }) => value)
    case 'unary':
      return [expression.operand]
    case 'power':
      return [expression.base, expression.exponent]
    case 'if':
      return [expression.consequent, expression.alternative]
    case 'call':
      return expression.positional
    case 'number':
    case 'string':
    case 'constant':
    case 'name':
    case 'member':
    case 'comparison':
    case 'is':
    case 'logical':
    case 'pipe':
    case 'instantiate':
    case 'index':
    case 'tuple':
    case 'list':
    case 'over':
    case 'lambda':
    case 'missing':
      return []
    default:
      return expression satisfies never
  }
}

/** The whole of it, as an initialiser is told. */
export function wholeTextOf(expression: Expression): string {
  return shortened(expression, Infinity)
}

/** `depth`: how many levels are written out; deeper ones are `…`. */
function shortened(expression: Expression, depth: number): string {
  if (depth < 0) return '…'
  const inner = (part: Expression): string => shortened(part, depth - 1)
  const enclosed = (part: Expression): string => {
    const text = inner(part)
    return isTight(part) || text === '…' ? text : `(${text})`
  }
  switch (expression.kind) {
    case 'number':
      return expression.text
    case 'string':
      return `"${expression.value}"`
    case 'constant':
      return expression.name
    case 'name':
      return expression.name
    case 'member':
      return `${inner(expression.object)}.${expression.member.text}`
    case 'unary':
      return expression.operator === '-'
        ? `-${enclosed(expression.operand)}`
        : `not ${enclosed(expression.operand)}`
    case 'sum':
      return expression.terms
        .map(({ operator, value }, i) => {
          if (i === 0) return operator === '-' ? `-${inner(value)}` : inner(value)
          return ` ${operator} ${inner(value)}`
        })
        .join('')
    case 'product':
      return expression.factors
        .map(({ operator, value }, i) => (i === 0 ? '' : ` ${operator} `) + enclosed(value))
        .join('')
    case 'power':
      return `${enclosed(expression.base)} ^ ${enclosed(expression.exponent)}`
    case 'comparison':
      return `${inner(expression.left)} ${expression.operator} ${inner(expression.right)}`
    case 'is':
      return `${inner(expression.value)} is ${expression.what.text}`
    case 'logical':
      return expression.operands.map(inner).join(` ${expression.operator} `)
    case 'if':
      return `if ${inner(expression.condition)} then … else …`
    case 'pipe':
      return [expression.value, ...expression.stages].map(inner).join(' |> ')
    case 'instantiate':
      return `${inner(expression.callee)}[${axesText(expression.axes)}]`
    case 'call': {
      const given = [
        ...expression.positional.map(inner),
        ...expression.named.map(({ name, value }) => `${name.text} = ${inner(value)}`),
      ]
      return `${inner(expression.callee)}(${given.join(', ')})`
    }
    case 'index':
      return `${enclosed(expression.value)}[…]`
    case 'tuple':
      return `(${expression.items.map(inner).join(', ')})`
    case 'list':
      return `[${expression.items.map(inner).join(', ')}]`
    case 'over':
      return `${inner(expression.value)} over ${expression.axis.text}`
    case 'lambda':
      return '(…) => …'
    case 'missing':
      return '…'
    default:
      return expression satisfies never
  }
}

export function axesText(axes: AxisArguments): string {
  return axes.entries
    .map(({ from, arrow, to }) =>
      [from?.text ?? '', arrow ? '->' : '', to?.text ?? ''].filter((part) => part !== '').join(' '),
    )
    .join(', ')
}

const loose: ReadonlySet<Expression['kind']> = new Set<Expression['kind']>([
  'sum',
  'product',
  'power',
  'comparison',
  'is',
  'logical',
  'if',
  'pipe',
  'unary',
  'lambda',
])

function isTight({ kind }: Expression): boolean {
  return !loose.has(kind)
}
