// Recognises sums that only collect: `sum[N](if V == word then g else 0)` touches one V for each N, so it is a fill with
// 0 and an addition at computed places, O(N) where the sum as written is O(N·V).
import type { AxisName, Node } from '../graph/node.ts'
import { both, equal, select } from './vocabulary.ts'

export interface Scatter {
  /** Where along each of these axes of the result the value goes; nowhere, if outside. */
  readonly targets: readonly { readonly axis: AxisName; readonly index: Node }[]
  /** What else must hold. */
  readonly conditions: readonly Node[]
  readonly value: Node
}

export function scatterOf(node: Node): Scatter | null {
  if (node.kind !== 'reduce' || node.reduction !== 'sum') return null
  const { operand } = node
  if (operand.kind !== 'map' || operand.operation !== select) return null
  const [condition, value, otherwise] = operand.operands
  if (condition === undefined || value === undefined) return null
  if (otherwise?.kind !== 'constant' || otherwise.value !== 0) return null
  const targets: { axis: AxisName; index: Node }[] = []
  const conditions: Node[] = []
  for (const part of conjuncts(condition)) {
    const target = targetOf(part)
    if (target !== null && !targets.some(({ axis }) => axis === target.axis)) targets.push(target)
    else conditions.push(part)
  }
  const scattered = targets.map(({ axis }) => axis)
  const remaining = [...targets.map(({ index }) => index), ...conditions, value]
  const isSolved =
    targets.some(({ index }) => node.over.some((axis) => index.axes.includes(axis))) &&
    scattered.every((axis) => node.axes.includes(axis)) &&
    remaining.every(({ axes }) => !axes.some((axis) => scattered.includes(axis)))
  return isSolved ? { targets, conditions, value } : null
}

function conjuncts(condition: Node): Node[] {
  const parts: Node[] = []
  const stack = [condition]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'map' && node.operation === both) stack.push(...[...node.operands].reverse())
    else parts.push(node)
  }
  return parts
}

/** `V == index`, either way round, with an index from data: one that moves with coordinates is a shift. */
function targetOf(condition: Node): { axis: AxisName; index: Node } | null {
  if (condition.kind !== 'map' || condition.operation !== equal) return null
  const [a, b] = condition.operands
  if (a === undefined || b === undefined) return null
  if (a.kind === 'coordinate' && b.dataType === 'int') return { axis: a.axis, index: b }
  if (b.kind === 'coordinate' && a.dataType === 'int') return { axis: b.axis, index: a }
  return null
}
