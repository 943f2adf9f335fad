// What flows backwards through the graph: a value, and the conditions without which it is exactly zero.
//
// Note [Guards]. `if` promises that a branch not taken contributes exactly zero, even where its derivative is infinite
// or NaN. So `if c then g else 0` is not multiplied by derivatives, which would give 0 * inf: the condition is carried
// beside the value, which may be anything where the condition is false, and put around it as late as possible. A sum
// over axes that the condition lacks leaves it outside (a masked row divided by its own norm). Where a sum takes in
// only some of the elements, what is left is a computed zero, good for products but not against 1 / 0; the condition
// under which it is more than that is kept as `support`, and becomes a guard again where a derivative may be infinite.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import type { Algebra } from '../graph/operation.ts'
import { isDisjoint } from '../rewrite/pattern.ts'
import { sizeNode } from '../rewrite/affine.ts'

/** Stands for `value` where all guards hold, and for 0 elsewhere. An axis that it lacks is one along which it is constant. */
export interface Cotangent {
  readonly value: Node
  readonly guards: readonly Guard[]
  /** Where this is false, the value is a computed zero. Null: not known. */
  readonly support: Node | null
}

export interface Guard {
  readonly condition: Node
  /** What the condition has to be. */
  readonly holds: boolean
  /** The condition is `coordinate(axis) == index`: at most one place along the axis. */
  readonly oneHot?: OneHot
}

export interface OneHot {
  readonly axis: AxisName
  readonly index: Node
  /** Whether the index is known to lie within the axis. */
  readonly isInside: boolean
}

/** More guards than this are merged into one, so that a long chain of `if`s takes linear time. */
const maximumGuards = 4

export class Cotangents {
  private readonly graph: Graph
  private readonly build: Algebra

  constructor(graph: Graph, build: Algebra) {
    this.graph = graph
    this.build = build
  }

  plain(value: Node): Cotangent {
    return { value, guards: [], support: null }
  }

  guarded(cotangent: Cotangent, guard: Guard): Cotangent {
    const known = cotangent.guards.some((other) => isSameGuard(other, guard))
    if (known) return cotangent
    const guards = [...cotangent.guards, guard]
    if (guards.length <= maximumGuards) return { ...cotangent, guards }
    const merged = { condition: this.conjunction(guards), holds: true }
    return { ...cotangent, guards: [merged] }
  }

  /** A computed zero becomes one that withstands infinite derivatives. */
  enforced(cotangent: Cotangent): Cotangent {
    const { support } = cotangent
    if (support === null) return cotangent
    return this.guarded({ ...cotangent, support: null }, { condition: support, holds: true })
  }

  /** Some of the guards put around the value. */
  settled(cotangent: Cotangent, guards: readonly Guard[] = cotangent.guards): Cotangent {
    if (guards.length === 0) return cotangent
    const left = cotangent.guards.filter((guard) => !guards.includes(guard))
    const held = this.conjunction(guards)
    const support = cotangent.support === null ? held : this.and(cotangent.support, held)
    return { value: this.under(guards, cotangent.value), guards: left, support }
  }

  node(cotangent: Cotangent): Node {
    return this.under(cotangent.guards, cotangent.value)
  }

  /** The sum of several; guards that all of them share stay outside. */
  total(cotangents: readonly Cotangent[]): Cotangent {
    const [first, ...others] = cotangents
    if (first === undefined) return this.plain(this.graph.constant(0))
    if (others.length === 0) return first
    const shared = first.guards.filter((guard) =>
      others.every(({ guards }) => guards.some((other) => isSameGuard(other, guard))),
    )
    const isShared = (guard: Guard): boolean => shared.some((other) => isSameGuard(other, guard))
    const settled = cotangents.map((cotangent) =>
      this.settled(
        cotangent,
        cotangent.guards.filter((guard) => !isShared(guard)),
      ),
    )
    const value = settled.map((cotangent) => cotangent.value).reduce((a, b) => this.build.add(a, b))
    const supports = settled.map(({ support }) => support)
    const support = supports.reduce((a, b) => (a === null || b === null ? null : this.or(a, b)))
    return { value, guards: shared, support }
  }

  /** Summed over axes, whether the value has them or is constant along them. */
  summed(cotangent: Cotangent, over: readonly AxisName[]): Cotangent {
    if (over.length === 0) return cotangent
    const picked = cotangent.guards.find(
      ({ oneHot }) =>
        oneHot !== undefined &&
        over.includes(oneHot.axis) &&
        !oneHot.index.axes.includes(oneHot.axis),
    )
    if (picked?.oneHot !== undefined) {
      const rest = over.filter((axis) => axis !== picked.oneHot?.axis)
      return this.summed(this.picked(cotangent, picked, picked.oneHot), rest)
    }
    const crossing = cotangent.guards.filter(({ condition }) => !isDisjoint(condition.axes, over))
    const { value, guards, support } = this.settled(cotangent, crossing)
    const present = over.filter((axis) => value.axes.includes(axis))
    const absent = over.filter((axis) => !value.axes.includes(axis))
    let sum = present.length === 0 ? value : this.graph.reduce('sum', present, value)
    for (const axis of absent) {
      sum = this.build.mul(sum, sizeNode(this.graph, this.graph.sizes.of(axis)))
    }
    return { value: sum, guards, support: support === null ? null : this.anywhere(support, over) }
  }

  /** The value and the conditions at other places along some axes; zero outside, unless known to be inside. */
  moved(
    cotangent: Cotangent,
    indices: readonly {
      readonly axis: AxisName
      readonly index: Node
      readonly isInside: boolean
    }[],
  ): Cotangent {
    const at = (node: Node): Node => {
      const present = indices.filter(({ axis }) => node.axes.includes(axis))
      if (present.length === 0) return node
      return this.graph.take(node, present, present.every(({ isInside }) => isInside) ? null : 0)
    }
    const guards: Guard[] = cotangent.guards.map(({ condition, holds, oneHot }) =>
      at(condition) === condition
        ? { condition, holds, ...(oneHot === undefined ? {} : { oneHot }) }
        : // A place outside reads false, so that what must not hold is asked for the other way round.
          { condition: at(holds ? condition : this.not(condition)), holds: true },
    )
    const support = cotangent.support === null ? null : at(cotangent.support)
    const result = { value: at(cotangent.value), guards, support }
    const mentions = [cotangent.value, ...cotangent.guards.map(({ condition }) => condition)]
    const isMentioned = (axis: AxisName): boolean =>
      mentions.some(({ axes }) => axes.includes(axis))
    return indices
      .filter(({ axis, isInside }) => !isInside && !isMentioned(axis))
      .reduce(
        (left: Cotangent, { axis, index }) => this.guarded(left, this.inside(index, axis)),
        result,
      )
  }

  /** The sum over the axis along which only one place counts. */
  private picked(cotangent: Cotangent, guard: Guard, { axis, index, isInside }: OneHot): Cotangent {
    const guards = cotangent.guards.filter((other) => other !== guard)
    return this.moved({ ...cotangent, guards }, [{ axis, index, isInside }])
  }

  private inside(index: Node, axis: AxisName): Guard {
    const size = sizeNode(this.graph, this.graph.sizes.of(axis))
    const least = this.build.op('ge', index, this.graph.constant(0, 'int'))
    return { condition: this.and(least, this.build.op('lt', index, size)), holds: true }
  }

  /** One-hot conditions stand outermost, where they are recognised as gathers and scatters. */
  private under(guards: readonly Guard[], value: Node): Node {
    const zero = this.graph.constant(0)
    if (guards.length === 0 || value === zero) return value
    const picks = guards.filter(({ oneHot }) => oneHot !== undefined)
    const others = guards.filter(({ oneHot }) => oneHot === undefined)
    let result = value
    const [only, second] = others
    if (only !== undefined) {
      const condition = second === undefined ? only.condition : this.conjunction(others)
      result =
        second !== undefined || only.holds
          ? this.build.select(condition, result, zero)
          : this.build.select(condition, zero, result)
    }
    for (const { condition, holds } of picks) {
      result = holds
        ? this.build.select(condition, result, zero)
        : this.build.select(condition, zero, result)
    }
    return result
  }

  private conjunction(guards: readonly Guard[]): Node {
    return guards
      .map(({ condition, holds }) => (holds ? condition : this.not(condition)))
      .reduce((a, b) => this.and(a, b))
  }

  private anywhere(condition: Node, over: readonly AxisName[]): Node {
    const present = over.filter((axis) => condition.axes.includes(axis))
    return present.length === 0 ? condition : this.graph.reduce('any', present, condition)
  }

  private and(a: Node, b: Node): Node {
    return a === b ? a : this.build.op('and', a, b)
  }

  private or(a: Node, b: Node): Node {
    return a === b ? a : this.build.op('or', a, b)
  }

  private not(a: Node): Node {
    return this.build.op('not', a)
  }
}

function isSameGuard(a: Guard, b: Guard): boolean {
  return a.condition === b.condition && a.holds === b.holds
}
