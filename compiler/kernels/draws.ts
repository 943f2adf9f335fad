// Random numbers as one more input: a device that has no 32-bit integers is given what the generator draws on the host,
// so that the same seed means the same numbers everywhere. From graph to graph.
import type { Graph } from '../graph/graph.ts'
import { rebuildAll, topological } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'

export interface Draw {
  readonly site: string
  readonly lane: 0 | 1
}

export function drawsAsInputs(graph: Graph, roots: readonly Node[]): Node[] {
  return rebuildAll(graph, roots, topological(roots), (node) => {
    if (node.kind !== 'random') return null
    const { layout, dataType } = node
    return graph.leaf({ role: 'input', name: nameOf(node), layout, dataType })
  })
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
