// Names for buffers, locals and loop variables: the user's where there are any, safe as identifiers, each once.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'

export class Names {
  private readonly counts = new Map<string, number>()
  private readonly outer: Names | null

  /** Names that `outer` has are not given again. */
  constructor(outer: Names | null = null) {
    this.outer = outer
  }

  /** `wanted`, or with a number where that is taken. */
  take(wanted: string): string {
    const base = identifierOf(wanted)
    let count = this.counts.get(base) ?? 0
    let name = base
    do name = count++ === 0 ? base : `${base}_${count}`
    while (this.has(name))
    this.counts.set(base, count)
    if (name !== base) this.counts.set(name, this.counts.get(name) ?? 0)
    return name
  }

  private has(name: string): boolean {
    return this.counts.has(name) || (this.outer?.has(name) ?? false)
  }
}

/** `hidden.weight` is hidden_weight. What a platform's language reserves, its backend avoids. */
function identifierOf(wanted: string): string {
  if (/^[A-Za-z_]\w*$/.test(wanted)) return wanted
  const letters = wanted.replaceAll("'", '_t').replaceAll(/[^A-Za-z0-9_]+/g, '_')
  return /^[A-Za-z_]/.test(letters) ? letters : `_${letters}`
}

/** N gives n, `T'` gives t_t, a local axis `K·3` gives k. */
export function variableFor(axis: AxisName): string {
  return axis.replace(/·.*$/, '').toLowerCase()
}

/** What the user calls a value, if anything. */
export function labelOf(graph: Graph, node: Node): string | null {
  return graph.originOf(node).find((origin) => origin.name !== undefined)?.name ?? null
}

/** The library function whose value it is, else what it does. */
export function callOf(graph: Graph, node: Node): string | null {
  return graph.originOf(node).find((origin) => origin.call !== undefined)?.call ?? null
}
