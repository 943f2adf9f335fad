// What is worked out at one place and is alike at others: there it is the same graph over other leaves, with draws of
// its own.
import { substitute, topological } from '../graph/graph.ts'
import type { AxisName, Node, RandomNode } from '../graph/node.ts'
import type { Workspace } from './workspace.ts'

export class Prototype {
  private readonly workspace: Workspace
  private readonly roots: readonly Node[]
  /** The name of the site below which it was worked out. */
  private readonly site: string
  private readonly draws: readonly RandomNode[]

  constructor(workspace: Workspace, roots: readonly Node[], site: string) {
    this.workspace = workspace
    this.roots = roots
    this.site = site
    this.draws = topological(roots).filter(
      (node): node is RandomNode => node.kind === 'random' && node.site.startsWith(`${site}/`),
    )
  }

  /**
   * The roots as they are below another site, with some leaves replaced; for each place along some more axes, by
   * which the leaves are replaced too.
   */
  at(
    site: string,
    leaves: ReadonlyMap<Node, Node> = new Map(),
    along: readonly AxisName[] = [],
  ): Node[] {
    const { workspace } = this
    const { graph } = workspace
    const replacements = new Map(leaves)
    for (const draw of this.draws) {
      const own = `${site}${draw.site.slice(this.site.length)}`
      const layout = [...along, ...draw.layout]
      replacements.set(draw, graph.random({ ...draw, site: own, layout }))
    }
    const roots = substitute(
      graph,
      this.roots,
      replacements,
      // What an index rests on is known of the prototype.
      workspace.hasProvisos() ? (made, from) => workspace.noteOriginal(made, from) : undefined,
    )
    const spread = (node: Node, axis: AxisName): Node =>
      node.axes.includes(axis) ? node : graph.spread(node, axis)
    return along.length === 0 ? roots : roots.map((root) => along.reduce(spread, root))
  }
}
