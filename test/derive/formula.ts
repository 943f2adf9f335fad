// A graph on one line, for comparing with what is expected: `sum[K](g[P = H - K + 1, else 0])`.
import type { Node } from '../../compiler/graph/node.ts'
import { sizeText } from '../../compiler/graph/size.ts'

export function formula(node: Node): string {
  switch (node.kind) {
    case 'constant':
      return String(node.value)
    case 'size':
      return `size(${sizeText(node.size, (axis) => axis)})`
    case 'vector':
      return `[${node.values.join(', ')}]`
    case 'leaf':
      return node.name
    case 'coordinate':
      return node.axis
    case 'random':
      return node.site
    case 'map': {
      const infix = node.operation.notation?.infix
      const prefix = node.operation.notation?.prefix
      const own = tightness(node)
      if (infix !== undefined) {
        const [left, right] = node.operands
        const parts = [left, right].map((operand, i) =>
          operand === undefined ? '' : inside(operand, own + i),
        )
        return parts.join(` ${infix} `)
      }
      if (prefix !== undefined)
        return prefix + node.operands.map((each) => inside(each, 9)).join('')
      return `${node.operation.name}(${node.operands.map(formula).join(', ')})`
    }
    case 'reduce':
      return `${node.reduction}[${node.over.join(', ')}](${formula(node.operand)})`
    case 'take': {
      const indices = node.indices.map(({ axis, index }) => `${axis} = ${formula(index)}`)
      const fill = node.fill === null ? [] : [`else ${node.fill}`]
      return `${inside(node.operand)}[${[...indices, ...fill].join(', ')}]`
    }
    case 'spread':
      return `${inside(node.operand)}[+${node.axis}]`
    case 'mark':
      return `mark(${formula(node.operand)})`
    case 'gradient':
      return `grad(${formula(node.of)}, ${formula(node.wrt)})`
    case 'custom':
      return formula(node.value)
    case 'argsort':
      return `argsort[${node.axis}](${formula(node.operand)})`
    case 'scan':
      return `scan[${node.loop.axis}](${node.loop.carries.map(({ next }) => formula(next)).join(', ')})`
    default:
      return node satisfies never
  }
}

/** In brackets if it binds less tightly than that. */
function inside(node: Node, least = 9): string {
  return tightness(node) < least ? `(${formula(node)})` : formula(node)
}

const levels: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', 'div', '%'],
]

function tightness(node: Node): number {
  const infix = node.kind === 'map' ? node.operation.notation?.infix : undefined
  const level = levels.findIndex((level) => infix !== undefined && level.includes(infix))
  return level < 0 ? levels.length + 10 : level
}
