// Where the values of a graph came from. It stands beside the graph: equal values are one node, whatever their origins.
import type { Location } from '../source/span.ts'
import type { Node } from './node.ts'
import { NodeMap } from './nodeMap.ts'

export interface Origin {
  readonly location?: Location
  /** The user's name for the value. */
  readonly name?: string
  /** The library function whose body made it. */
  readonly call?: string
}

export class Origins {
  private readonly table = new NodeMap<readonly Origin[]>()

  /** In order of noting; the same origin once. */
  note(node: Node, origin: Origin): void {
    const known = this.of(node)
    if (!known.some((other) => isSame(other, origin))) this.table.set(node, [...known, origin])
  }

  of(node: Node): readonly Origin[] {
    return this.table.get(node) ?? []
  }

  /** A node that has an origin of its own keeps that alone. */
  derived(node: Node, from: Node): void {
    const origins = this.of(from)
    if (origins.length > 0 && !this.table.has(node)) this.table.set(node, origins)
  }
}

function isSame(a: Origin, b: Origin): boolean {
  return (
    a.name === b.name &&
    a.call === b.call &&
    a.location?.path === b.location?.path &&
    a.location?.span.start === b.location?.span.start &&
    a.location?.span.end === b.location?.span.end
  )
}
