// Values beside nodes, found by the nodes' numbers: for what passes over a whole graph, where hashing would be most of the work.
import type { Node } from './node.ts'

/** Of the nodes of one graph. */
export class NodeMap<V> {
  private readonly values: (V | undefined)[] = []

  get(node: Node): V | undefined {
    return this.values[node.id]
  }

  has(node: Node): boolean {
    return this.values[node.id] !== undefined
  }

  set(node: Node, value: V): void {
    const { id } = node
    // Without gaps, so that it stays a plain list.
    while (this.values.length < id) this.values.push(undefined)
    this.values[id] = value
  }
}

/** Nodes by their places in a list, for values beside those of one computation: a graph may have many more. */
export class NodeList {
  readonly nodes: readonly Node[]
  /** By the nodes' numbers, counted from 1; 0: not in the list. */
  private readonly places: Int32Array

  constructor(nodes: readonly Node[]) {
    this.nodes = nodes
    this.places = new Int32Array(nodes.reduce((most, { id }) => Math.max(most, id + 1), 0))
    for (const [i, { id }] of nodes.entries()) this.places[id] = i + 1
  }

  table<V>(): NodeTable<V> {
    const values = this.nodes.map((): V | undefined => undefined)
    const placeOf = ({ id }: Node): number => (this.places[id] ?? 0) - 1
    return {
      get: (node) => values[placeOf(node)],
      has: (node) => values[placeOf(node)] !== undefined,
      set(node, value) {
        const place = placeOf(node)
        if (place < 0) throw new Error(`${node.kind} ${node.id} is not in the list`)
        values[place] = value
      },
    }
  }
}

export interface NodeTable<V> {
  readonly get: (node: Node) => V | undefined
  readonly has: (node: Node) => boolean
  readonly set: (node: Node, value: V | undefined) => void
}

/** The nodes that one walk has met. One after the other, walks can share one: each begins with `clear`. */
export class NodeMarks {
  private stamps = new Uint32Array(1 << 10)
  private stamp = 0

  clear(): void {
    this.stamp += 1
    if (this.stamp < 2 ** 32) return
    this.stamps.fill(0)
    this.stamp = 1
  }

  /** False where it was marked already. */
  add({ id }: Node): boolean {
    if (this.stamps[id] === this.stamp) return false
    if (id >= this.stamps.length) {
      const larger = new Uint32Array(Math.max(id + 1, 2 * this.stamps.length))
      larger.set(this.stamps)
      this.stamps = larger
    }
    this.stamps[id] = this.stamp
    return true
  }
}
