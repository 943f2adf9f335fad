// A value at other places: coordinates replaced where it is made of them, a take where it is not.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'

/**
 * The node with an index in place of the coordinate of each axis. Indices lie inside, or it does not matter what comes
 * out for those outside: then `fill` is a number.
 */
export function reindexed(
  graph: Graph,
  node: Node,
  indices: ReadonlyMap<AxisName, Node>,
  fill: number | null = null,
): Node {
  const results = new Map<Node, Node>()
  const stack = [node]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (results.has(top)) {
      stack.pop()
      continue
    }
    const operands = top.kind === 'map' && isTouched(top, indices) ? top.operands : []
    const missing = operands.filter((operand) => !results.has(operand))
    if (missing.length > 0) {
      stack.push(...missing)
      continue
    }
    results.set(top, moved(graph, top, indices, fill, results))
    stack.pop()
  }
  return results.get(node) ?? node
}

function isTouched(node: Node, indices: ReadonlyMap<AxisName, Node>): boolean {
  return node.axes.some((axis) => indices.has(axis))
}

function moved(
  graph: Graph,
  node: Node,
  indices: ReadonlyMap<AxisName, Node>,
  fill: number | null,
  results: ReadonlyMap<Node, Node>,
): Node {
  if (!isTouched(node, indices)) return node
  if (node.kind === 'coordinate') return indices.get(node.axis) ?? node
  if (node.kind === 'map') {
    return graph.map(
      node.operation,
      node.operands.map((operand) => results.get(operand) ?? operand),
    )
  }
  const present = [...indices].filter(([axis]) => node.axes.includes(axis))
  return graph.take(
    node,
    present.map(([axis, index]) => ({ axis, index })),
    fill,
  )
}
