// The graph as text: its axes, one numbered line for each node, its results. `readGraph` reads it back.
//
//   axis C = 10
//   axis N
//    %1  real[C, N]  input scores[N, C]
//    %2  real[C, N]  exp(%1)
//    %3  real[N]     sum[C] %2           // total
//   results %3
import type { Graph } from './graph.ts'
import type { AxisName, Node } from './node.ts'
import type { Origin } from './origin.ts'
import { axesOfSize, sizeText } from './size.ts'
import { topological } from './walk.ts'

export function printGraph(graph: Graph, roots: readonly Node[]): string {
  const nodes = topological(roots)
  const lines = nodes.filter((node) => node.kind !== 'constant')
  const numbers = new Map(lines.map((node, i) => [node, i + 1]))
  const refer = (node: Node): string =>
    node.kind === 'constant'
      ? constantText(node.value, node.dataType)
      : `%${numbers.get(node) ?? 0}`
  const rows = lines.map((node) => ({
    number: refer(node),
    type: `${node.dataType}[${node.axes.join(', ')}]`,
    value: nodeText(node, refer),
    comment: commentText(graph.originOf(node)),
  }))
  const widest = (column: 'number' | 'type' | 'value'): number =>
    Math.min(
      60,
      rows.reduce((most, row) => Math.max(most, row[column].length), 0),
    )
  const [numberWidth, typeWidth, valueWidth] = [widest('number'), widest('type'), widest('value')]
  const body = rows.map(({ number, type, value, comment }) => {
    const start = `${number.padStart(numberWidth)}  ${type.padEnd(typeWidth)}  `
    return start + (comment === '' ? value : `${value.padEnd(valueWidth)}  // ${comment}`)
  })
  const results = `results ${roots.map(refer).join(', ')}`
  return [...axisLines(graph, nodes), ...body, results].join('\n') + '\n'
}

/** The axes that occur, those of their sizes before them, in order of declaration. */
function axisLines(graph: Graph, nodes: readonly Node[]): string[] {
  const used = new Set<AxisName>()
  const use = (axis: AxisName): void => {
    for (const free of axesOfSize(graph.sizes.of(axis))) used.add(free)
    used.add(axis)
  }
  for (const node of nodes) {
    for (const axis of node.axes) use(axis)
    if (node.kind === 'reduce') for (const axis of node.over) use(axis)
    if (node.kind === 'size') for (const axis of axesOfSize(node.size)) use(axis)
  }
  const order = new Map(graph.sizes.axes().map((axis, i) => [axis, i]))
  const place = (axis: AxisName): number => order.get(axis) ?? order.size
  const sorted = [...used].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
  const isDerived = (axis: AxisName): boolean => graph.sizes.isKnown(axis)
  // A definition may name an axis that was declared after it.
  return [...sorted.filter((axis) => !isDerived(axis)), ...sorted.filter(isDerived)].map((axis) =>
    isDerived(axis)
      ? `axis ${axis} = ${sizeText(graph.sizes.of(axis), (name) => name)}`
      : `axis ${axis}`,
  )
}

function nodeText(node: Node, refer: (node: Node) => string): string {
  const list = (nodes: readonly Node[]): string => `(${nodes.map(refer).join(', ')})`
  switch (node.kind) {
    case 'constant':
      return constantText(node.value, node.dataType)
    case 'size':
      return `size ${sizeText(node.size, (axis) => axis)}`
    case 'vector':
      return `vector ${node.values.map((value) => constantText(value, node.dataType)).join(', ')}`
    case 'leaf':
      return `${node.role} ${nameText(node.name)}[${node.layout.join(', ')}]`
    case 'coordinate':
      return `coordinate ${node.axis}`
    case 'map':
      return operationText(node.operation, node.operands.map(refer))
    case 'reduce':
      return `${node.reduction}[${node.over.join(', ')}] ${refer(node.operand)}`
    case 'take': {
      const indices = node.indices.map(({ axis, index }) => `${axis} = ${refer(index)}`)
      const fill = node.fill === null ? '' : ` else ${numberText(node.fill)}`
      return `${refer(node.operand)}[${indices.join(', ')}]${fill}`
    }
    case 'spread':
      return `${refer(node.operand)}[+${node.axis}]`
    case 'mark':
      return `mark ${node.label} ${refer(node.operand)}`
    case 'gradient':
      return `gradient ${refer(node.of)} wrt ${refer(node.wrt)}`
    case 'custom': {
      const { value, inputs, cotangent, pullbacks } = node
      const derivative = `${refer(cotangent)} => ${list(pullbacks)}`
      return `custom ${refer(value)} of ${list(inputs)} derivative ${derivative}`
    }
    case 'random':
      return `random ${nameText(node.site)}[${node.layout.join(', ')}] lane ${node.lane}`
    case 'argsort':
      return `argsort[${node.axis}] ${refer(node.operand)}${node.descending ? ' descending' : ''}`
    case 'scan': {
      const { axis, reversed, carries } = node.loop
      const rows = carries.map(
        ({ previous, start, next }) => `${refer(previous)} from ${refer(start)} to ${refer(next)}`,
      )
      const along = `${node.form} ${node.index} along ${axis}${reversed ? ' reversed' : ''}`
      return `scan ${along} of (${rows.join(', ')})`
    }
    default:
      return node satisfies never
  }
}

function operationText(
  operation: Extract<Node, { kind: 'map' }>['operation'],
  operands: readonly string[],
): string {
  const { infix, prefix } = operation.notation ?? {}
  if (infix !== undefined) return operands.join(` ${infix} `)
  if (prefix !== undefined) return prefix + operands.join(', ')
  return `${operation.name}(${operands.join(', ')})`
}

/** Tells the data type: `2` is whole, `2.0` real, `true` a truth value. */
export function constantText(value: number, dataType: Node['dataType']): string {
  if (dataType === 'bool') return value === 0 ? 'false' : 'true'
  const text = numberText(value)
  return dataType === 'int' || /[.ena]/.test(text) ? text : `${text}.0`
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (Math.abs(value) === Infinity) return value < 0 ? '-inf' : 'inf'
  return Object.is(value, -0) ? '-0' : String(value)
}

/** Plain where it has only letters, digits, points and the like. */
function nameText(name: string): string {
  return /^[\p{L}\p{N}_.·'-]+$/u.test(name) ? name : JSON.stringify(name)
}

/** What the user calls it, and the library function that made it. */
function commentText(origins: readonly Origin[]): string {
  const names = origins.flatMap(({ name }) => (name === undefined ? [] : [name]))
  const calls = origins.flatMap(({ call }) => (call === undefined ? [] : [call]))
  const from = calls.length === 0 ? [] : [`in ${[...new Set(calls)].join(', ')}`]
  return [...new Set(names), ...from].join(' ').replaceAll('\n', ' ')
}
