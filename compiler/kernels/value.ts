// A stored value: what loops compute. Whether it ends as a buffer, a row or a local is decided later.
import type { AxisName, Node, ReductionName } from '../graph/node.ts'
import type { Result } from '../lower/entry.ts'
import type { Contraction } from './contraction.ts'
import type { ElementType } from './program.ts'
import type { Recurrence } from './recurrence.ts'
import type { Scatter } from './scatter.ts'

export interface Value {
  /** Its place among the values. */
  readonly id: number
  readonly name: string
  /** The user's name for it. */
  readonly label: string | null
  readonly node: Node
  readonly work: Work
  /** Its axes, outermost first, as it lies where it is stored whole. */
  readonly layout: readonly AxisName[]
  readonly type: ElementType
  /** Why its readers don't compute it themselves. */
  readonly reason: string
  /** The caller's memory that it is computed into. */
  readonly result: Result | null
  /** Those whose steps compute it, outermost first. */
  readonly recurrences: readonly Recurrence[]
}

export type Work =
  | { readonly kind: 'map' }
  /** Copies or computes `node` into a result; nobody reads it from there. */
  | { readonly kind: 'deliver' }
  | {
      readonly kind: 'reduce'
      readonly reduction: Reduction
      readonly over: readonly AxisName[]
      readonly operand: Node
      readonly contraction: Contraction | null
    }
  | { readonly kind: 'scatter'; readonly over: readonly AxisName[]; readonly scatter: Scatter }
  /** What a recurrence carries: `start` before its first step, `next` after each; the node is what a step finds. */
  | { readonly kind: 'carry'; readonly axis: AxisName; readonly start: Node; readonly next: Node }
  /** Whole rows at a time; the operand lies in a buffer. */
  | {
      readonly kind: 'sort'
      readonly operand: Node
      readonly axis: AxisName
      readonly descending: boolean
    }

export type Reduction = Exclude<ReductionName, 'logsumexp'>

/** Axes that its loops reduce over. */
export function reducedAxes({ work }: Value): readonly AxisName[] {
  switch (work.kind) {
    case 'map':
    case 'deliver':
    case 'sort':
      return []
    case 'reduce':
    case 'scatter':
      return work.over
    case 'carry':
      return [work.axis]
    default:
      return work satisfies never
  }
}

/** Axes that it has and that a loop runs along: all but those that a scatter computes, or that are put in order. */
export function freeAxes({ work, layout }: Value): readonly AxisName[] {
  if (work.kind === 'sort') return layout.filter((axis) => axis !== work.axis)
  if (work.kind !== 'scatter') return layout
  return layout.filter((axis) => !work.scatter.targets.some((target) => target.axis === axis))
}

/** The nodes that are evaluated at each point. */
export function contentOf({ work, node }: Value): readonly Node[] {
  switch (work.kind) {
    case 'map':
    case 'deliver':
      return [node]
    case 'reduce':
    case 'sort':
      return [work.operand]
    case 'scatter': {
      const { targets, conditions, value } = work.scatter
      return [...targets.map(({ index }) => index), ...conditions, value]
    }
    case 'carry':
      return [work.next, work.start]
    default:
      return work satisfies never
  }
}

/** Results that replace a tensor which the same computation reads. */
export function isInPlace(result: Result | null): boolean {
  if (result === null) return false
  const { kind } = result.target
  return kind === 'parameter' || kind === 'state' || kind === 'slot'
}

/** A scatter sums. */
export function reductionOf({ work, name }: Value): Reduction {
  if (work.kind === 'reduce') return work.reduction
  if (work.kind === 'scatter') return 'sum'
  throw new Error(`${name} reduces nothing`)
}

/** What an accumulator starts from; that of positions starts at the first. */
export function neutralOf(reduction: Reduction): number {
  switch (reduction) {
    case 'sum':
    case 'any':
    case 'argmax':
    case 'argmin':
      return 0
    case 'prod':
    case 'all':
      return 1
    case 'max':
      return -Infinity
    case 'min':
      return Infinity
    default:
      return reduction satisfies never
  }
}
