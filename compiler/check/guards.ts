// Whether conditions really guard the indices that were proved by them: an `if` speaks of the places at which it chooses,
// and what it chooses may look elsewhere, as `sum[N]` does. Looked at in the graph, so that it is the same for functions,
// lambdas and whatever the library makes of an expression.
import { operandsOf, topological } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import { operation } from '../ops/table.ts'
import { and, conjuncts, or } from './conjuncts.ts'
import type { Fact } from './refine.ts'
import type { Proviso, Workspace } from './workspace.ts'

const select = operation('select')

/** A fact that an index rests on, with the names that its axes have by now: renaming moves nothing. */
interface Claim {
  readonly fact: Fact
  readonly axes: readonly AxisName[]
}
/** The facts that are still to be met on the way from an index to a result; none where a condition has met them all. */
type Claims = readonly Claim[]

interface Use {
  readonly user: Node
  readonly position: number
}

/** Reports the indices that some way to a result reaches unguarded. */
export function checkGuards(workspace: Workspace, roots: readonly Node[]): void {
  if (!workspace.hasProvisos()) return
  const reached = topological(roots)
  const uses = new Map<Node, Use[]>(reached.map((node) => [node, []]))
  for (const user of reached) {
    for (const [position, operand] of operandsOf(user).entries()) {
      uses.get(operand)?.push({ user, position })
    }
  }
  const walk = new Walk(workspace, new Set(roots), uses)
  for (const node of reached) {
    const provisos = workspace.provisosOf(node)
    const [first] = provisos
    if (first === undefined) continue
    const moved = walk.unguarded(node, provisos)
    if (moved !== null) first.refuse(moved)
  }
}

class Walk {
  private readonly workspace: Workspace
  private readonly roots: ReadonlySet<Node>
  private readonly uses: ReadonlyMap<Node, readonly Use[]>

  constructor(
    workspace: Workspace,
    roots: ReadonlySet<Node>,
    uses: ReadonlyMap<Node, readonly Use[]>,
  ) {
    this.workspace = workspace
    this.roots = roots
    this.uses = uses
  }

  /** Null where every way is guarded by one proviso or another; else the axes along which the first moves. */
  unguarded(start: Node, provisos: readonly Proviso[]): readonly AxisName[] | null {
    const claims = provisos.map(({ facts }) => facts.map((fact) => ({ fact, axes: fact.axes })))
    const pending: { node: Node; open: readonly Claims[] }[] = [{ node: start, open: claims }]
    const seen = new Set<string>()
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { node, open } = next
      if (this.roots.has(node)) return []
      for (const use of this.uses.get(node) ?? []) {
        for (const { to, moved } of stepsOf(node, use)) {
          const met = open.flatMap((one) => this.passed(one, use, moved))
          if (met.some((one) => one.length === 0)) continue
          if (met.length === 0) return movedAxes(open, moved)
          const key = keyOf(to, met)
          if (!seen.has(key)) pending.push({ node: to, open: met })
          seen.add(key)
        }
      }
    }
    return null
  }

  /** What is left to be met above a use; nothing where the use moves a claim's axes. */
  private passed(claims: Claims, { user, position }: Use, moved: Moved): Claims[] {
    const carried: Claim[] = []
    const said = saidBy(user, position).map((one) => ({
      ...one,
      node: this.workspace.originalOf(one.node),
    }))
    for (const { fact, axes } of claims) {
      const after = axes.map((axis) => moved(axis))
      const isHere = after.every((axis, i) => axis === fact.axes[i])
      const isMet = said.some(
        ({ node, holds }) => holds === fact.holds && node === this.workspace.originalOf(fact.node),
      )
      if (isHere && isMet) continue
      const known = after.filter((axis) => axis !== null)
      if (known.length < after.length) return []
      carried.push({ fact, axes: known })
    }
    return [carried]
  }
}

/** What an axis is called above a use; null where the use looks along it. */
type Moved = (axis: AxisName) => AxisName | null

const still: Moved = (axis) => axis

function along(axes: readonly AxisName[]): Moved {
  return (axis) => (axes.includes(axis) ? null : axis)
}

/** Where a value goes by a use, and how its axes fare. */
function stepsOf(node: Node, { user, position }: Use): { to: Node; moved: Moved }[] {
  switch (user.kind) {
    case 'reduce':
      return [{ to: user, moved: along(user.over) }]
    case 'argsort':
      return [{ to: user, moved: along([user.axis]) }]
    case 'take':
      return [{ to: user, moved: position === 0 ? throughTake(user) : still }]
    case 'gradient':
      // Of the sum over everything.
      return [{ to: user, moved: along(node.axes) }]
    case 'scan': {
      const { axis, carries } = user.loop
      const previous = carries[Math.floor(position / 3)]?.previous
      if (previous === undefined || node === previous) return []
      const moved = along([axis])
      return [user, previous].map((to) => ({ to, moved }))
    }
    case 'map':
    case 'spread':
    case 'mark':
    case 'custom':
      return [{ to: user, moved: still }]
    case 'constant':
    case 'size':
    case 'vector':
    case 'leaf':
    case 'coordinate':
    case 'random':
      return []
    default:
      return user satisfies never
  }
}

function throughTake({ indices }: Node & { kind: 'take' }): Moved {
  return (axis) => {
    const place = indices.find((index) => index.axis === axis)
    if (place === undefined) return axis
    return place.index.kind === 'coordinate' ? place.index.axis : null
  }
}

/** What is so wherever a user looks at an operand. */
function saidBy(user: Node, position: number): ReturnType<typeof conjuncts> {
  if (user.kind !== 'map') return []
  const { operation: row } = user
  const [first, second] = user.operands
  if (first === undefined) return []
  if (row === select && position > 0) return conjuncts(first, position === 1)
  // What stands to the right is asked only where the left leaves it open.
  const isRight = position === 1 && second !== undefined
  return isRight && (row === and || row === or) ? conjuncts(first, row === and) : []
}

function movedAxes(open: readonly Claims[], moved: Moved): readonly AxisName[] {
  const axes = (open[0] ?? []).flatMap((claim) =>
    claim.fact.axes.filter((_, i) => moved(claim.axes[i] ?? '') === null),
  )
  return [...new Set(axes)]
}

function keyOf(node: Node, open: readonly Claims[]): string {
  const texts = open.map((claims) =>
    claims.map(({ fact, axes }) => `${fact.node.id} ${fact.holds} ${axes.join(' ')}`).join(';'),
  )
  return [node.id, ...texts].join('\n')
}
