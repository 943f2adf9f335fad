// What is worked out at one place and is alike at others: there it is the same graph over other leaves, with draws of
// its own.
import { substitute, topological } from '../graph/graph.ts'
import type { AxisName, LeafNode, Node, RandomNode } from '../graph/node.ts'
import { raise } from '../graph/raise.ts'
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

  /** The roots as they are below another site, with some leaves replaced. */
  at(site: string, leaves: ReadonlyMap<Node, Node> = new Map()): Node[] {
    const { workspace } = this
    const { graph } = workspace
    const replacements = new Map(leaves)
    for (const draw of this.draws) {
      const own = `${site}${draw.site.slice(this.site.length)}`
      replacements.set(draw, graph.random({ ...draw, site: own }))
    }
    return substitute(
      graph,
      this.roots,
      replacements,
      // What an index rests on is known of the prototype.
      workspace.hasProvisos() ? (made, from) => workspace.noteOriginal(made, from) : undefined,
    )
  }

  /**
   * The same for every place along some axes, the first of them outermost, where what the leaves are replaced by has
   * these axes too.
   */
  along(
    axes: readonly AxisName[],
    site: string,
    leaves: ReadonlyMap<LeafNode, Node> = new Map(),
  ): Node[] {
    const { workspace } = this
    const { graph } = workspace
    const [axis, ...inner] = axes
    if (axis === undefined) return this.at(site, leaves)
    // Inner axes first, with leaves that stand for what is given.
    const standIns = [...leaves].map(([leaf, given]): [LeafNode, LeafNode, Node] => [
      leaf,
      graph.leaf({ ...leaf, layout: [...inner, ...leaf.layout] }),
      given,
    ])
    const roots = this.along(inner, site, new Map(standIns.map(([leaf, own]) => [leaf, own])))
    const [first] = topological(roots).sort((a, b) => a.id - b.id)
    if (first === undefined) return []
    const raised = raise(graph, roots, axis, {
      replaced: new Map<Node, Node>(standIns.map(([, own, given]) => [own, given])),
      first,
      draws: (node) => node.site.startsWith(`${site}/`),
      labelOf: (wrt) => workspace.markLabel(`${site}|${axis}|${wrt.id}`),
      note: (made, from) => workspace.noteOriginal(made, from),
    })
    return raised.map((node) => (node.axes.includes(axis) ? node : graph.spread(node, axis)))
  }
}
