// The value of an input that is left out, as a function of the sizes that fills its array.
import type { AxisName, Node } from '../../compiler/graph/node.ts'
import type { ModuleInput } from '../../compiler/lower/entry.ts'
import { topological } from '../../compiler/graph/walk.ts'
import { sizeOverRecord, type Axes } from './axes.ts'
import { indented } from './blocks.ts'
import { atom, numberLiteral, type Js } from './js.ts'
import { Code } from './literal.ts'
import { createScope } from './names.ts'
import type { Operations } from './operations.ts'
import { axisText } from '../../compiler/graph/sizeText.ts'

/** A default is made of numbers, sizes and coordinates, element by element. */
export function defaultFunction(input: ModuleInput, axes: Axes, operations: Operations): Code {
  const root = input.default
  if (root === undefined) throw new Error(`${input.name} has no default`)
  if (root.kind === 'constant') {
    return new Code(`(s, data) => data.fill(${numberLiteral(root.value).text})`)
  }
  const names = createScope(['s', 'data', 'at'])
  const variables = new Map<AxisName, string>(
    input.axes.map((axis) => [axis, names.take(axisText(axis).toLowerCase())]),
  )
  const values = new Map<Node, Js>()
  const lines: string[] = []
  const valueOf = (node: Node): Js => {
    const value = values.get(node)
    if (value === undefined) throw new Error('operands come before their node')
    return value
  }
  for (const node of topological([root])) {
    values.set(node, nodeJs(node, valueOf, axes, operations, variables))
    if (node.kind !== 'map') continue
    const name = names.take('v')
    lines.push(`const ${name} = ${valueOf(node).text}`)
    values.set(node, atom(name, valueOf(node).type))
  }
  const open = input.axes.map((axis) => {
    const variable = variables.get(axis)
    const size = sizeOverRecord(axes.sizeOf(axis)).text
    return `for (let ${variable} = 0; ${variable} < ${size}; ${variable}++) {`
  })
  const body = ['let at = 0', ...open, ...lines, `data[at++] = ${valueOf(root).text}`]
  const close = [...open.map(() => '}'), 'return data']
  return new Code(
    ['(s, data) => {', ...indented(indented(indented([...body, ...close]))), '    }'].join('\n'),
  )
}

function nodeJs(
  node: Node,
  valueOf: (node: Node) => Js,
  axes: Axes,
  operations: Operations,
  variables: ReadonlyMap<AxisName, string>,
): Js {
  switch (node.kind) {
    case 'constant':
      return numberLiteral(node.value)
    case 'size':
      return atom(`(${sizeOverRecord(axes.resolve(node.size)).text})`)
    case 'coordinate':
      return atom(variableOf(node.axis, variables))
    case 'vector':
      return atom(`[${node.values.map(String).join(', ')}][${variableOf(node.axis, variables)}]`)
    case 'map':
      return operations.apply(node.operation, node.operands.map(valueOf))
    case 'spread':
    case 'mark':
      return valueOf(node.operand)
    case 'leaf':
    case 'reduce':
    case 'take':
    case 'gradient':
    case 'custom':
    case 'random':
    case 'argsort':
    case 'scan':
      throw new Error(`an input's default cannot be made of ${node.kind}`)
    default:
      return node satisfies never
  }
}

function variableOf(axis: AxisName, variables: ReadonlyMap<AxisName, string>): string {
  const variable = variables.get(axis)
  if (variable === undefined) throw new Error(`a default varies along ${axis}, its input does not`)
  return variable
}
