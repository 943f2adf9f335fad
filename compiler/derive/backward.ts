// One walk backwards: the gradients of one value with respect to several others.
import type { Graph } from '../graph/graph.ts'
import { evaluationOrder, partsOf } from '../graph/loop.ts'
import type { AxisName, CustomNode, Loop, MapNode, Node, ScanNode } from '../graph/node.ts'
import type { Algebra } from '../graph/operation.ts'
import { choiceOf, isDisjoint, isWithin } from '../rewrite/pattern.ts'
import { foldingAlgebra } from '../rewrite/fold.ts'
import { Cotangents } from './cotangent.ts'
import type { Cotangent } from './cotangent.ts'
import { pullBack } from './custom.ts'
import { throughLoop } from './loop.ts'
import { isRegular } from './regular.ts'
import { throughReduction } from './reductions.ts'
import { throughTake } from './take.ts'

type Contribution = readonly [operand: Node, cotangent: Cotangent]

export class Backward {
  private readonly graph: Graph
  private readonly build: Algebra
  private readonly cotangents: Cotangents

  constructor(graph: Graph) {
    this.graph = graph
    this.build = foldingAlgebra(graph)
    this.cotangents = new Cotangents(graph, this.build)
  }

  /** d sum(of) / d wrt for each of them, with wrt's axes; zeros where `of` does not depend on it. */
  gradients(of: Node, wrts: readonly Node[]): Node[] {
    const order = evaluationOrder([of])
    const active = reaching(order, new Set(wrts))
    const arriving = new Map<Node, Cotangent[]>()
    if (of.dataType === 'real' && active.has(of)) {
      arriving.set(of, [this.cotangents.plain(this.graph.constant(1))])
    }
    const found = this.walkBack(order, arriving, active)
    return wrts.map((wrt) => {
      const cotangent = found.get(wrt)
      const value =
        cotangent === undefined ? this.graph.constant(0) : this.cotangents.node(cotangent)
      return wrt.axes
        .filter((axis) => !value.axes.includes(axis))
        .reduce((node: Node, axis) => this.graph.spread(node, axis), value)
    })
  }

  /** What arrives at each node, when it arrives at some. Operands that the order lacks keep what arrives. */
  private walkBack(
    order: readonly Node[],
    arriving: Map<Node, Cotangent[]>,
    active: ReadonlySet<Node>,
  ): Map<Node, Cotangent> {
    const found = new Map<Node, Cotangent>()
    const loops = new Loops(order)
    const pass = (contributions: readonly Contribution[]): void => {
      for (const [operand, contribution] of contributions) {
        requireAxes(operand, contribution)
        const others = arriving.get(operand)
        if (others === undefined) arriving.set(operand, [contribution])
        else others.push(contribution)
      }
    }
    for (const node of order.toReversed()) {
      const contributions = arriving.get(node)
      if (contributions !== undefined) {
        arriving.delete(node)
        const cotangent = this.cotangents.total(contributions)
        found.set(node, cotangent)
        if (node.kind === 'scan') loops.hold(node, cotangent)
        else pass(this.transpose(node, cotangent, active))
      }
      const held = node.kind === 'scan' ? loops.complete(node) : undefined
      if (node.kind === 'scan' && held !== undefined)
        pass(this.throughLoop(node.loop, held, active))
    }
    for (const [node, contributions] of arriving) {
      found.set(node, this.cotangents.total(contributions))
    }
    return found
  }

  private throughLoop(
    loop: Loop,
    arrived: ReadonlyMap<ScanNode, Cotangent>,
    active: ReadonlySet<Node>,
  ): readonly Contribution[] {
    const walkBack = this.walkBack.bind(this)
    const { graph, cotangents } = this
    return throughLoop(loop, arrived, { graph, cotangents, walkBack, reaching, active })
  }

  /** What each operand gets of a node's cotangent; only those that lead to something asked for. */
  private transpose(
    node: Node,
    cotangent: Cotangent,
    active: ReadonlySet<Node>,
  ): readonly Contribution[] {
    switch (node.kind) {
      case 'constant':
      case 'size':
      case 'vector':
      case 'leaf':
      case 'coordinate':
      case 'random':
      case 'argsort':
        return []
      case 'scan':
        throw new Error('a loop is transposed as a whole')
      case 'gradient':
        throw new Error('inner gradients are worked out first')
      case 'mark':
        return active.has(node.operand) ? [[node.operand, cotangent]] : []
      case 'spread':
        return active.has(node.operand)
          ? [[node.operand, this.cotangents.summed(cotangent, [node.axis])]]
          : []
      case 'map':
        return this.throughMap(node, cotangent, active)
      case 'reduce': {
        if (!active.has(node.operand)) return []
        const contribution = throughReduction(this.graph, this.cotangents, node, cotangent)
        return contribution === null ? [] : [[node.operand, contribution]]
      }
      case 'take':
        return active.has(node.operand)
          ? [[node.operand, throughTake(this.graph, this.cotangents, node, cotangent)]]
          : []
      case 'custom':
        return this.throughCustom(node, cotangent, active)
      default:
        return node satisfies never
    }
  }

  private throughMap(
    node: MapNode,
    arrived: Cotangent,
    active: ReadonlySet<Node>,
  ): readonly Contribution[] {
    const chosen = this.throughChoice(node, arrived, active)
    if (chosen !== null) return chosen
    const regular = isRegular(node.operation)
    const cotangent = regular ? arrived : this.cotangents.enforced(arrived)
    return node.operands.flatMap((operand, i): Contribution[] => {
      if (!active.has(operand)) return []
      const lacking = node.axes.filter((axis) => !operand.axes.includes(axis))
      const contribution = this.throughOperand(node, i, cotangent, lacking, regular)
      return contribution === null ? [] : [[operand, this.cotangents.summed(contribution, lacking)]]
    })
  }

  /**
   * A guard that a sum will take in goes around the cotangent, where the derivative brings new axes, so that what is
   * summed stays a product of two operands; else around the product, which withstands infinite derivatives.
   */
  private throughOperand(
    node: MapNode,
    i: number,
    cotangent: Cotangent,
    lacking: readonly AxisName[],
    regular: boolean,
  ): Cotangent | null {
    const lazy = this.derivative(node, i, cotangent.value)
    if (lazy === null) return null
    const crossing = cotangent.guards.filter(
      ({ condition }) => !isDisjoint(condition.axes, lacking),
    )
    const there = [cotangent.value, ...crossing.map(({ condition }) => condition)]
    const bringsAxes = !isWithin(
      lazy.axes,
      there.flatMap(({ axes }) => axes),
    )
    if (!regular || crossing.length === 0 || !bringsAxes) return { ...cotangent, value: lazy }
    const settled = this.cotangents.settled(cotangent, crossing)
    const eager = this.derivative(node, i, settled.value)
    return eager === null ? null : { ...settled, value: eager }
  }

  private derivative(node: MapNode, i: number, g: Node): Node | null {
    const { build } = this
    return node.operation.derivative({ g, x: node.operands, y: node, build })[i] ?? null
  }

  /** `if` carries its condition beside the cotangent of either side; see Note [Guards]. */
  private throughChoice(
    node: MapNode,
    cotangent: Cotangent,
    active: ReadonlySet<Node>,
  ): readonly Contribution[] | null {
    const choice = choiceOf(node)
    if (choice === null) return null
    const { condition, yes, no } = choice
    const side = (operand: Node, holds: boolean): Contribution[] => {
      if (!active.has(operand)) return []
      const lacking = node.axes.filter((axis) => !operand.axes.includes(axis))
      const guarded = this.cotangents.guarded(cotangent, { condition, holds })
      return [[operand, this.cotangents.summed(guarded, lacking)]]
    }
    return [...side(yes, true), ...side(no, false)]
  }

  private throughCustom(
    node: CustomNode,
    cotangent: Cotangent,
    active: ReadonlySet<Node>,
  ): readonly Contribution[] {
    return node.inputs.flatMap((input, i): Contribution[] => {
      const pullback = node.pullbacks[i]
      if (pullback === undefined || !active.has(input)) return []
      const enforced = this.cotangents.enforced(cotangent)
      const pulled = pullBack(this.graph, this.cotangents, node, pullback, enforced)
      const lacking = node.axes.filter((axis) => !input.axes.includes(axis))
      const further = pullback.axes.filter(
        (axis) => !input.axes.includes(axis) && !lacking.includes(axis),
      )
      return [[input, this.cotangents.summed(pulled, [...lacking, ...further])]]
    })
  }
}

/** The scan nodes of a loop wait for each other: none is an operand of another, and the loop is transposed once. */
class Loops {
  private readonly firsts = new Map<Loop, ScanNode>()
  private readonly held = new Map<Loop, Map<ScanNode, Cotangent>>()

  constructor(order: readonly Node[]) {
    for (const node of order) {
      if (node.kind === 'scan' && !this.firsts.has(node.loop)) this.firsts.set(node.loop, node)
    }
  }

  hold(node: ScanNode, cotangent: Cotangent): void {
    const held = this.held.get(node.loop) ?? new Map<ScanNode, Cotangent>()
    this.held.set(node.loop, held.set(node, cotangent))
  }

  /** All that arrived, once the node is the last of its loop on the way back. */
  complete(node: ScanNode): ReadonlyMap<ScanNode, Cotangent> | undefined {
    return this.firsts.get(node.loop) === node ? this.held.get(node.loop) : undefined
  }
}

/** A cotangent lies along its node's axes; anything else would be summed over too often, or not at all. */
function requireAxes(node: Node, { value, guards }: Cotangent): void {
  for (const { axes } of [value, ...guards.map(({ condition }) => condition)]) {
    const added = axes.filter((axis) => !node.axes.includes(axis))
    if (added.length > 0) throw new Error(`the cotangent of a ${node.kind} has ${added.join(', ')}`)
  }
}

/** The targets, and the real nodes of the order that lead to one of them. */
function reaching(order: readonly Node[], targets: ReadonlySet<Node>): Set<Node> {
  const active = new Set(targets)
  for (const node of order) {
    if (node.dataType !== 'real') continue
    if (differentiableOperands(node).some((operand) => active.has(operand))) active.add(node)
  }
  return active
}

/** The operands that a cotangent may reach. */
function differentiableOperands(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'map':
      return node.operands
    case 'custom':
      return node.inputs
    case 'scan':
      return partsOf(node.loop).outside
    case 'reduce':
    case 'take':
    case 'spread':
    case 'mark':
      return [node.operand]
    case 'constant':
    case 'size':
    case 'vector':
    case 'leaf':
    case 'coordinate':
    case 'random':
    case 'argsort':
    case 'gradient':
      return []
    default:
      return node satisfies never
  }
}
