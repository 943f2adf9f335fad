// An expression in a few characters, for messages: as written, with long insides left out.
import type { AxisArguments, Expression } from '../syntax/ast.ts'

const longest = 50

/** An expression is described wherever it is worked out, which for a layer's may be a thousand times. */
const texts = new WeakMap<Expression, string>()

export function textOf(expression: Expression): string {
  const known = texts.get(expression)
  if (known !== undefined) return known
  const text = described(expression)
  texts.set(expression, text)
  return text
}

function described(expression: Expression): string {
  for (const depth of [3, 2, 1]) {
    const text = shortened(expression, depth)
    if (text.length <= longest) return text
  }
  return shortened(expression, 0)
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

const leaves: ReadonlySet<Expression['kind']> = new Set<Expression['kind']>([
  'number',
  'constant',
  'name',
])

/** `depth`: how many levels are written out; of deeper ones, only names and numbers. */
function shortened(expression: Expression, depth: number): string {
  if (depth < 0 && !leaves.has(expression.kind)) return '…'
  const inner = (part: Expression): string => shortened(part, depth - 1)
  const enclosed = (part: Expression, least: number): string => {
    const text = inner(part)
    return bindingOf(part) >= least || text === '…' ? text : `(${text})`
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
        ? `-${enclosed(expression.operand, binding.power)}`
        : `not ${enclosed(expression.operand, binding.not)}`
    case 'sum':
      return expression.terms
        .map(({ operator, value }, i) => {
          const text = enclosed(value, binding.product)
          if (i === 0) return operator === '-' ? `-${text}` : text
          return ` ${operator} ${text}`
        })
        .join('')
    case 'product':
      return expression.factors
        .map(
          ({ operator, value }, i) =>
            (i === 0 ? '' : ` ${operator} `) + enclosed(value, binding.unary),
        )
        .join('')
    case 'power':
      return `${enclosed(expression.base, binding.tight)} ^ ${enclosed(expression.exponent, binding.power)}`
    case 'comparison':
      return `${enclosed(expression.left, binding.sum)} ${expression.operator} ${enclosed(expression.right, binding.sum)}`
    case 'is':
      return `${inner(expression.value)} is ${expression.what.text}`
    case 'logical':
      return expression.operands
        .map((operand) => enclosed(operand, binding.not))
        .join(` ${expression.operator} `)
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
      return `${enclosed(expression.value, binding.tight)}[…]`
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

/** How tightly the kinds of expressions hold together; all others stand for themselves. */
const binding = { loose: 0, logical: 1, not: 2, sum: 4, product: 5, unary: 6, power: 7, tight: 8 }

const bindings: ReadonlyMap<Expression['kind'], number> = new Map<Expression['kind'], number>([
  ['if', binding.loose],
  ['pipe', binding.loose],
  ['lambda', binding.loose],
  ['logical', binding.logical],
  ['comparison', binding.not],
  ['is', binding.not],
  ['sum', binding.sum],
  ['product', binding.product],
  ['unary', binding.unary],
  ['power', binding.power],
])

function bindingOf({ kind }: Expression): number {
  return bindings.get(kind) ?? binding.tight
}
