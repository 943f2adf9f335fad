// Expressions as fully bracketed text, so that a test can show how they were read.
import type { Expression, Pattern } from '../../compiler/syntax/ast.ts'
import { treeOf } from './trees.ts'

/** How an expression is read: `-x ^ 2` is `-(x ^ 2)`. */
export function shapeOf(text: string): string {
  const [statement] = treeOf(`let it = ${text}`).statements
  return statement?.kind === 'let' ? shape(statement.value) : 'no expression'
}

function shape(node: Expression): string {
  switch (node.kind) {
    case 'number':
      return node.text
    case 'string':
      return `"${node.value}"`
    case 'constant':
    case 'name':
      return node.name
    case 'member':
      return `${inner(node.object)}.${node.member.text}`
    case 'unary':
      return node.operator === '-' ? `-${inner(node.operand)}` : `not ${inner(node.operand)}`
    case 'sum':
      return chain(node.terms)
    case 'product':
      return chain(node.factors)
    case 'power':
      return `${inner(node.base)} ^ ${inner(node.exponent)}`
    case 'comparison':
      return `${inner(node.left)} ${node.operator} ${inner(node.right)}`
    case 'is':
      return `${inner(node.value)} is ${node.what.text}`
    case 'logical':
      return node.operands.map(inner).join(` ${node.operator} `)
    case 'if':
      return `if ${inner(node.condition)} then ${inner(node.consequent)} else ${inner(node.alternative)}`
    case 'pipe':
      return [node.value, ...node.stages].map(inner).join(' |> ')
    case 'instantiate': {
      const entries = node.axes.entries.map(({ from, arrow, to }) =>
        [from?.text, arrow ? '->' : undefined, to?.text].filter(Boolean).join(' '),
      )
      return `${inner(node.callee)}<${entries.join(', ')}>`
    }
    case 'call': {
      const named = node.named.map(({ name, value }) => `${name.text} = ${shape(value)}`)
      return `${inner(node.callee)}(${[...node.positional.map(shape), ...named].join(', ')})`
    }
    case 'index': {
      const entries = node.entries.map((entry) => {
        if (entry.kind === 'spread') return `+${entry.axis.text}`
        if (entry.kind === 'at') return `${entry.axis.text} = ${shape(entry.index)}`
        return [entry.from, entry.to].map((names) => names.map(({ text }) => text)).join(' as ')
      })
      const otherwise = node.otherwise === undefined ? [] : [`else ${shape(node.otherwise)}`]
      return `${inner(node.value)}[${[...entries, ...otherwise].join('; ')}]`
    }
    case 'tuple':
      return `tuple(${node.items.map(shape).join(', ')})`
    case 'list':
      return `list(${node.items.map(shape).join(', ')})`
    case 'over':
      return `${inner(node.value)} over ${node.axis.text}`
    case 'lambda': {
      const statements = node.body.statements.map(({ kind }) => `${kind}; `).join('')
      return `(${node.parameters.map(pattern).join(', ')}) => ${statements}${inner(node.body.result)}`
    }
    case 'missing':
      return '?'
    default:
      return node satisfies never
  }
}

function chain(
  parts: readonly { readonly operator: string; readonly value: Expression }[],
): string {
  return parts
    .map(({ operator, value }, index) => (index === 0 ? '' : ` ${operator} `) + inner(value))
    .join('')
}

function pattern(node: Pattern): string {
  return node.kind === 'name' ? node.name.text : `(${node.items.map(pattern).join(', ')})`
}

/** In brackets, unless nothing could be read differently. */
function inner(node: Expression): string {
  const simple = ['number', 'string', 'constant', 'name', 'tuple', 'list']
  const suffixed = ['member', 'instantiate', 'call', 'index']
  const text = shape(node)
  return simple.includes(node.kind) || suffixed.includes(node.kind) ? text : `{${text}}`
}
