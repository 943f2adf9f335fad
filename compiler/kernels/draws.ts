// Random numbers as one more input: a device that has no 32-bit integers is given what the generator draws on the host,
// so that the same seed means the same numbers everywhere. From graph to graph.
import type { Graph } from '../graph/graph.ts'
import { operandsOf, topological, withOperands } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'

export interface Draw {
  readonly site: string
  readonly lane: 0 | 1
}

export function drawsAsInputs(graph: Graph, roots: readonly Node[]): Node[] {
  const results = new Map<Node, Node>()
  const resultOf = (node: Node): Node => {
    const result = results.get(node)
    if (result === undefined) throw new Error('operands come before their node')
    return result
  }
  for (const node of topological(roots)) {
    if (node.kind === 'random') {
      const { layout, dataType } = node
      results.set(node, graph.leaf({ role: 'input', name: nameOf(node), layout, dataType }))
    } else results.set(node, withOperands(graph, node, operandsOf(node).map(resultOf)))
  }
  return roots.map(resultOf)
}

/** What an input's buffer holds, where that is draws. */
export function drawOf(input: string): Draw | null {
  const [, lane, site] = /^draws ([01]) (.*)$/s.exec(input) ?? []
  return site === undefined ? null : { site, lane: lane === '0' ? 0 : 1 }
}

/** With spaces, so that no input of the user's is called the same. */
function nameOf({ site, lane }: Draw): string {
  return `draws ${lane} ${site}`
}
