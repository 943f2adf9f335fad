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
