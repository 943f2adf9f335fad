// From one step of a loop to all of them: values of a step become values along the loop's axis; see Note [Loops].
import type { Graph } from './graph.ts'
import { axesMixedBy } from './loop.ts'
import type { AxisName, LeafNode, Node, RandomNode } from './node.ts'
import { operandsOf, walk, withOperands } from './walk.ts'

export interface Step {
  /** What stands in a step for something along the axis: the place, an element, a carry; and what it stands for. */
  readonly replaced: ReadonlyMap<Node, Node>
  /** Made before everything of the step. */
  readonly first: Node
  /** Whether numbers are drawn in the step: then each step draws its own. */
  readonly draws: (node: RandomNode) => boolean
  /** Tells apart what gradients inside are taken with respect to. */
  readonly labelOf: (wrt: Node) => number
  /** Told what stands for which value of the step. */
  readonly note: (raised: Node, from: Node) => void
}

/** What of the roots changes from step to step, operands first. */
export function variablesOf(roots: readonly Node[], step: Step): Set<Node> {
  const below = (node: Node): readonly Node[] =>
    node.id < step.first.id || step.replaced.has(node) ? [] : operandsOf(node)
  const order = walk(roots, below)
  const variable = new Set<Node>()
  // What is bound inside, and what depends on that, shows only once its binder is known to change.
  for (let before = -1; before !== variable.size;) {
    before = variable.size
    for (const node of order) {
      const isDrawn = node.kind === 'random' && step.draws(node)
      const isChanging = below(node).some((operand) => variable.has(operand))
      if (!step.replaced.has(node) && !isDrawn && !isChanging) continue
      variable.add(node)
      for (const leaf of boundBy(node)) variable.add(leaf)
    }
  }
  return variable
}

/** Whether a value of the step uses the axis itself, so that the loop needs a twin of it. */
export function usesAxis(variable: ReadonlySet<Node>, axis: AxisName, step: Step): boolean {
  const isAlong = (node: Node): boolean =>
    node.axes.includes(axis) || (!step.replaced.has(node) && axesMixedBy(node).includes(axis))
  // What leads from something shared to a gradient by it gets the axis too, wherever it was made.
  const isLedAlong = (node: Node): boolean => {
    if (node.kind !== 'gradient' || variable.has(node.wrt)) return false
    const { wrt } = node
    const leading = variablesOf([node.of], sharing(step, wrt, wrt))
    return [...leading].some((each) => each !== wrt && !variable.has(each) && isAlong(each))
  }
  return [...variable].some((node) => isAlong(node) || isLedAlong(node))
}

/** The roots at all places along the axis. */
export function raise(graph: Graph, roots: readonly Node[], axis: AxisName, step: Step): Node[] {
  const variable = variablesOf(roots, step)
  const results = new Map(step.replaced)
  const resultOf = (node: Node): Node => results.get(node) ?? node
  const below = (node: Node): readonly Node[] =>
    variable.has(node) && !results.has(node) ? operandsOf(node) : []
  const along = (leaf: LeafNode): Node =>
    leaf.axes.includes(axis) ? leaf : graph.leaf({ ...leaf, layout: [axis, ...leaf.layout] })
  for (const node of variable) {
    for (const leaf of boundBy(node)) results.set(leaf, along(leaf))
    if (node.kind === 'random' && step.draws(node)) {
      results.set(node, graph.random({ ...node, layout: [axis, ...node.layout] }))
    }
  }
  for (const node of walk(roots, below)) {
    if (!variable.has(node) || results.has(node)) continue
    const operands = operandsOf(node).map(resultOf)
    const [first] = operands
    if (node.kind === 'gradient' && !variable.has(node.wrt)) {
      results.set(node, gradientOfStep(graph, resultOf(node.of), node.wrt, axis, step))
    } else if (
      node.kind === 'spread' &&
      node.axis === axis &&
      first?.axes.includes(axis) === true
    ) {
      // Shared by all steps for an inner gradient, each step's own for an outer one.
      results.set(node, first)
    } else results.set(node, withOperands(graph, node, operands))
    step.note(resultOf(node), node)
  }
  return roots.map(resultOf)
}

/** With respect to something that all steps share: of each step by itself, so that each gets one of its own. */
function gradientOfStep(graph: Graph, of: Node, wrt: Node, axis: AxisName, step: Step): Node {
  const own = graph.mark(graph.spread(wrt, axis), step.labelOf(wrt))
  const [raised = of] = raise(graph, [of], axis, sharing(step, wrt, own))
  return graph.gradient(raised, own)
}

/** The step for something that all steps share. */
function sharing(step: Step, wrt: Node, own: Node): Step {
  return { ...step, replaced: new Map([[wrt, own]]), first: wrt, draws: () => false }
}

function boundBy(node: Node): readonly LeafNode[] {
  if (node.kind === 'scan') return node.loop.carries.map(({ previous }) => previous)
  return node.kind === 'custom' ? [node.cotangent] : []
}
