// Recognises products: a sum over axes that both factors have, where each has free axes of its own. A matrix product,
// batched or not, a convolution, an attention score.
import type { AxisName, Node } from '../graph/node.ts'
import { multiply } from './vocabulary.ts'

export interface Contraction {
  readonly left: Side
  readonly right: Side
}
export interface Side {
  readonly factors: readonly Node[]
  /** Free axes of the result that the other side does not have. */
  readonly own: readonly AxisName[]
}

/** `steps`: axes along which there is one place at a time. */
export function contractionOf(node: Node, steps: readonly AxisName[] = []): Contraction | null {
  if (node.kind !== 'reduce' || node.reduction !== 'sum') return null
  const factors = factorsOf(node.operand)
  if (factors.length < 2) return null
  const free = (factor: Node): AxisName[] =>
    factor.axes.filter((axis) => node.axes.includes(axis) && !steps.includes(axis))
  // The factor with the most axes leads one side; the other side is led by who has something that this one lacks.
  const [first, ...others] = factors.sort((a, b) => b.axes.length - a.axes.length || a.id - b.id)
  if (first === undefined) return null
  const lead = others.find(
    (factor) => lacks(free(first), free(factor)) && lacks(free(factor), free(first)),
  )
  if (lead === undefined) return null
  const left = [first]
  const right = [lead]
  for (const factor of others) {
    if (factor === lead) continue
    const fits = (side: Node): boolean => factor.axes.every((axis) => side.axes.includes(axis))
    if (fits(lead) || !fits(first)) right.push(factor)
    else left.push(factor)
  }
  const axesOf = (side: readonly Node[]): AxisName[] => [...new Set(side.flatMap(free))]
  const own = (side: readonly Node[], other: readonly Node[]): AxisName[] =>
    axesOf(side).filter((axis) => !axesOf(other).includes(axis))
  const sides = {
    left: { factors: left, own: own(left, right) },
    right: { factors: right, own: own(right, left) },
  }
  return sides.left.own.length > 0 && sides.right.own.length > 0 ? sides : null
}

function factorsOf(product: Node): Node[] {
  const factors: Node[] = []
  const stack = [product]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'map' && node.operation === multiply)
      stack.push(...[...node.operands].reverse())
    else factors.push(node)
  }
  return factors
}

/** Whether `other` has an axis that `axes` have not. */
function lacks(axes: readonly AxisName[], other: readonly AxisName[]): boolean {
  return other.some((axis) => !axes.includes(axis))
}
