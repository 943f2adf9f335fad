// The maximum of nothing has no value. Told when sizes are bound, where a result would need one.
import { topological } from '../../compiler/graph/walk.ts'
import type { AxisName, ReductionName } from '../../compiler/graph/node.ts'
import { axesOfSize, constantOf, type Size } from '../../compiler/graph/size.ts'
import { axisText } from '../../compiler/graph/sizeText.ts'
import type { Computation } from '../../compiler/lower/entry.ts'

export interface EmptyReduction {
  readonly reduction: ReductionName
  readonly axis: string
  readonly size: Size
  /** Of what one value of the reduction is made for; where any of them is 0, nobody asks. */
  readonly others: readonly Size[]
}

/**
 * From the graph as the user wrote it: the kernels hold maxima of their own (a softmax's), for which nothing is fine.
 * `sizeOf` gives null for an axis that is gone.
 */
export function emptyReductions(
  computation: Computation,
  sizeOf: (axis: AxisName) => Size | null,
): EmptyReduction[] {
  const found = new Map<string, EmptyReduction>()
  for (const node of topological(computation.results.map((result) => result.node))) {
    if (node.kind !== 'reduce' || !needsAnElement.has(node.reduction)) continue
    const others = node.axes.map(sizeOf)
    for (const axis of node.over) {
      const size = sizeOf(axis)
      if (size === null || (constantOf(size) ?? 0) > 0) continue
      const known = others.filter((other): other is Size => other !== null)
      if (known.length < others.length) continue
      const check = {
        reduction: node.reduction,
        axis: axisText(axis),
        size,
        others: known.filter((other) => axesOfSize(other).length > 0),
      }
      found.set([node.reduction, axis, ...known.map(({ key }) => key)].join(' '), check)
    }
  }
  return [...found.values()]
}

const needsAnElement: ReadonlySet<ReductionName> = new Set(['max', 'min', 'argmax', 'argmin'])
