// The adjoint of a loop: a loop in the other direction.
//
// Note [Adjoint of a loop]. With λ[t] the cotangent of the carry after step t, g[t] what arrives from outside, and μ[t]
// what arrives from step t + 1,
//
//   c[t] = f(c[t - 1], e[t])               the loop; c[-1] is its start
//   λ[t] = g[t] + μ[t]                     μ at the last place is the cotangent of the last carry
//   μ[t - 1] = (∂f/∂c)ᵀ λ[t]               the steps of the adjoint, whose last carry is the cotangent of the start
//   ē[t] = (∂f/∂e)ᵀ λ[t]                   outside of it, for all t at once
//
// One walk back through a step, from a placeholder for λ, gives the formulas of both transposes. In them c[t - 1] becomes
// the stored carries, shifted by one; everything else that a step computes is computed again from these. The cotangent
// of a weight is thereby one product over batch and time, outside of any loop.
import { substitute } from '../graph/graph.ts'
import type { Graph } from '../graph/graph.ts'
import { partsOf } from '../graph/loop.ts'
import type { Carry, LeafNode, Loop, Node, ScanNode } from '../graph/node.ts'
import { foldingAlgebra } from '../rewrite/fold.ts'
import type { Cotangent, Cotangents } from './cotangent.ts'
import { placeholder, shifted } from './recurrence.ts'

/** One walk back: what arrives at nodes of the order is passed on; returns what arrived at each node, and at others. */
export type WalkBack = (
  order: readonly Node[],
  arriving: Map<Node, Cotangent[]>,
  active: ReadonlySet<Node>,
) => ReadonlyMap<Node, Cotangent>

/** The targets, and the nodes of an order that lead to one of them. */
export type Reaching = (order: readonly Node[], targets: ReadonlySet<Node>) => ReadonlySet<Node>

export interface LoopContext {
  readonly graph: Graph
  readonly cotangents: Cotangents
  readonly walkBack: WalkBack
  readonly reaching: Reaching
  /** What outside leads to something asked for. */
  readonly active: ReadonlySet<Node>
}

/** What each node outside gets of the cotangents that arrived at a loop's scan nodes. */
export function throughLoop(
  loop: Loop,
  arrived: ReadonlyMap<ScanNode, Cotangent>,
  context: LoopContext,
): (readonly [operand: Node, cotangent: Cotangent])[] {
  const { graph, cotangents } = context
  const active = activeCarries(loop, context)
  if (active.carries.size === 0) return []
  const build = foldingAlgebra(graph)
  const zero = build.constant(0)
  const of = (form: ScanNode['form'], index: number): Node | null => {
    const cotangent = arrived.get(graph.scan(loop, index, form))
    return cotangent === undefined ? null : cotangents.node(cotangent)
  }

  // One step back, from a placeholder for what arrives at each carry.
  const lambdas = new Map([...active.carries].map((carry) => [carry, twinOf(graph, carry, 'λ')]))
  const arriving = new Map<Node, Cotangent[]>()
  for (const [{ next }, lambda] of lambdas) {
    if (!active.leading.has(next)) continue
    // Where it is 0 nothing flows, whatever the derivatives of the step are there; see Note [Guards].
    const support = build.op('ne', lambda, zero)
    // The carry is spread from what the step gives: along the loop itself, where all steps give the same.
    const lacking = lambda.axes.filter((axis) => !next.axes.includes(axis))
    const contribution = cotangents.summed({ value: lambda, guards: [], support }, lacking)
    arriving.set(next, [...(arriving.get(next) ?? []), contribution])
  }
  const { inside, outside } = partsOf(loop)
  const found = context.walkBack(inside, arriving, active.leading)

  // The adjoint loop.
  const stored = storedCarries(graph, loop)
  const carries: Carry[] = []
  const indices = new Map<Carry, number>()
  const mus = new Map([...active.carries].map((carry) => [carry, twinOf(graph, carry, 'μ')]))
  const inLoop = new Map(stored)
  for (const [i, carry] of loop.carries.entries()) {
    const [lambda, mu] = [lambdas.get(carry), mus.get(carry)]
    if (lambda === undefined || mu === undefined) continue
    const every = of('every', i)
    inLoop.set(lambda, every === null ? mu : build.add(mu, every))
  }
  for (const [i, carry] of loop.carries.entries()) {
    const mu = mus.get(carry)
    if (mu === undefined) continue
    const cotangent = found.get(carry.previous)
    const formula = cotangent === undefined ? zero : cotangents.node(cotangent)
    const [next = zero] = substitute(graph, [formula], inLoop)
    indices.set(carry, carries.length)
    carries.push({ previous: mu, start: of('last', i) ?? zero, next })
  }
  const adjoint: Loop = { axis: loop.axis, reversed: !loop.reversed, carries }

  // What flows out of it, at all places at once.
  const everywhere = new Map(stored)
  for (const [i, carry] of loop.carries.entries()) {
    const [lambda, index] = [lambdas.get(carry), indices.get(carry)]
    if (lambda === undefined || index === undefined) continue
    const [every, mu] = [of('every', i), shifted(graph, adjoint, index)]
    everywhere.set(lambda, every === null ? mu : build.add(mu, every))
  }
  const put = (node: Node): Node => substitute(graph, [node], everywhere)[0] ?? node
  const results: (readonly [Node, Cotangent])[] = []
  for (const node of outside) {
    const cotangent = found.get(node)
    if (cotangent === undefined || !context.active.has(node)) continue
    const guards = cotangent.guards.map(({ condition, holds, oneHot }) => ({
      condition: put(condition),
      holds,
      ...(oneHot === undefined ? {} : { oneHot: { ...oneHot, index: put(oneHot.index) } }),
    }))
    const support = cotangent.support === null ? null : put(cotangent.support)
    results.push([node, { value: put(cotangent.value), guards, support }])
  }
  for (const [carry, index] of indices) {
    const { start, previous } = carry
    if (!context.active.has(start)) continue
    const first = cotangents.plain(graph.scan(adjoint, index, 'last'))
    const lacking = previous.axes.filter((axis) => axis !== loop.axis && !start.axes.includes(axis))
    results.push([start, cotangents.summed(first, lacking)])
  }
  return results
}

/** Carries that depend on something asked for, if only through each other, and all that leads there. */
function activeCarries(
  loop: Loop,
  { active, reaching }: LoopContext,
): { carries: ReadonlySet<Carry>; leading: ReadonlySet<Node> } {
  const { inside } = partsOf(loop)
  const real = loop.carries.filter(({ previous }) => previous.dataType === 'real')
  let carries = new Set(real.filter(({ start, next }) => active.has(start) || active.has(next)))
  for (;;) {
    const targets = new Set([...active, ...[...carries].map(({ previous }) => previous)])
    const leading = reaching(inside, targets)
    const more = real.filter((carry) => carries.has(carry) || leading.has(carry.next))
    if (more.length === carries.size) return { carries, leading }
    carries = new Set(more)
  }
}

/** What steps found and made, from the carries as the loop stored them, unless these are spread from it. */
function storedCarries(graph: Graph, loop: Loop): Map<Node, Node> {
  const inside = new Set(partsOf(loop).inside)
  const stored = new Map<Node, Node>()
  for (const [i, { previous, next }] of loop.carries.entries()) {
    const isWhole = next.axes.length === previous.axes.length
    if (isWhole && inside.has(next)) stored.set(next, graph.scan(loop, i, 'every'))
  }
  for (const [i, { previous }] of loop.carries.entries()) {
    stored.set(previous, shifted(graph, loop, i))
  }
  return stored
}

/** A placeholder with the axes of a carry. */
function twinOf(graph: Graph, { previous }: Carry, letter: string): LeafNode {
  return placeholder(graph, previous.layout, (n) => `${letter}${n} of ${previous.name}`)
}
