// Kernels of threads have few inputs: of a value that reads more, a part is stored on its own.
import { operandsOf } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import { BeyondTarget } from './program.ts'
import type { Target } from './program.ts'
import { everyOf } from './recurrence.ts'
import { contentOf, reducedAxes } from './value.ts'
import type { Value } from './value.ts'

/** One part to store of each value that reads more buffers than the target's kernels can. */
export function partsOfTooMany(
  values: readonly Value[],
  isStored: (node: Node) => boolean,
  target: Target,
): Node[] {
  // Counting takes a set for each node, which long programs for loops need not pay.
  if (target.maximumInputs === Infinity) return []
  return values.flatMap((value) =>
    // What is carried starts in one kernel, and goes on in another.
    (value.work.kind === 'carry'
      ? contentOf(value).map((node) => [node])
      : [contentOf(value)]
    ).flatMap((content) => partOf(value, content, isStored, target) ?? []),
  )
}

/** The part with the fewest axes, and of those the one that reads most; small enough to be a kernel itself. */
function partOf(
  value: Value,
  content: readonly Node[],
  isStored: (node: Node) => boolean,
  target: Target,
): Node | null {
  const { maximumInputs: maximum } = target
  const roots = new Set(content)
  const inputs = new Map<Node, ReadonlySet<Node>>()
  const all = new Set<Node>()
  let best: Node | null = null
  for (const node of inlinedOrder(value, content, isStored)) {
    const isRead =
      isBuffer(node) || (isStored(node) && !(roots.has(node) && value.work.kind === 'map'))
    const own = isRead ? new Set([node]) : new Set<Node>()
    if (isRead) all.add(node)
    else
      for (const operand of inlinedInto(node))
        for (const input of inputs.get(operand) ?? []) own.add(input)
    inputs.set(node, own)
    if (isRead || own.size < 2 || own.size > maximum || roots.has(node) || isMoved(node)) continue
    const isBetter =
      best === null ||
      node.axes.length < best.axes.length ||
      (node.axes.length === best.axes.length && own.size > (inputs.get(best)?.size ?? 0))
    if (isBetter) best = node
  }
  if (all.size <= maximum) return null
  const root = [...roots][0]
  if (best !== null) return best
  // The operand of a reduction may be all there is.
  if (root !== undefined && reducedAxes(value).length > 0) return root
  // An element at places that many arrays give has no parts.
  throw new BeyondTarget(
    `what reads ${all.size} arrays at once, more than the ${maximum} of a kernel`,
    value.node,
    target,
  )
}

/** A loop's values at all its steps are what its steps give. */
function inlinedInto(node: Node): readonly Node[] {
  return node.kind === 'scan' && node.form === 'every' ? [everyOf(node)] : operandsOf(node)
}

/** What is no work of its own: there is something in it to store instead. */
function isMoved({ kind }: Node): boolean {
  return kind === 'spread' || kind === 'scan'
}

function isBuffer(node: Node): boolean {
  return (node.kind === 'leaf' && node.role !== 'option') || node.kind === 'vector'
}

/** What is inlined into a value, operands first, and where that ends. */
function inlinedOrder(
  value: Value,
  content: readonly Node[],
  isStored: (node: Node) => boolean,
): Node[] {
  const order: Node[] = []
  const entered = new Set<Node>()
  const stack: { readonly node: Node; readonly operands: readonly Node[]; next: number }[] = []
  const enter = (node: Node, isRoot: boolean): void => {
    if (entered.has(node)) return
    entered.add(node)
    const isOpen = !isStored(node) || (isRoot && value.work.kind === 'map')
    stack.push({ node, operands: isOpen ? inlinedInto(node) : [], next: 0 })
  }
  for (const root of content) {
    enter(root, true)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const operand = top.operands[top.next++]
      if (operand === undefined) {
        order.push(top.node)
        stack.pop()
      } else enter(operand, false)
    }
  }
  return order
}
