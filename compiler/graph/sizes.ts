// The axes of one compilation and their sizes; comparing sizes, and proving bounds of them.
import type { AxisName } from './node.ts'
import { proveNonNegative } from './prove.ts'
import {
  addSizes,
  atomSize,
  axesOfSize,
  axisSize,
  constantOf,
  constantSize,
  multiplySizes,
  one,
  subtractSizes,
  substituteSizes,
  zero,
} from './sizeAlgebra.ts'
import type { Atom, Size, Term } from './sizeAlgebra.ts'

/**
 * `different`: unequal whatever the lengths (at least 1) are; `independent`: equal only for particular lengths;
 * `undecided`: only a division stands between, so that it is told when lengths are bound.
 */
export type Comparison = 'equal' | 'different' | 'independent' | 'undecided'

export class Sizes {
  private readonly declared = new Set<AxisName>()
  private readonly definitions = new Map<AxisName, Size>()
  private readonly resolved = new Map<AxisName, Size>()
  private readonly locals = new Map<string, number>()

  /** Makes an axis known by name. Without a size it is free, until `define`. */
  declare(axis: AxisName, size?: Size): void {
    this.declared.add(axis)
    if (size !== undefined) this.define(axis, size)
  }

  /** A local axis of its own, `K·3`, for one call of a function. */
  fresh(name: string, size?: Size): AxisName {
    const count = (this.locals.get(name) ?? 0) + 1
    this.locals.set(name, count)
    const axis = `${name}·${count}`
    this.declare(axis, size)
    return axis
  }

  /** Gives a free axis its size; what was resolved before changes accordingly. Cycles are the caller's fault. */
  define(axis: AxisName, size: Size): void {
    if (this.definitions.has(axis)) throw new Error(`the size of ${axis} is defined twice`)
    if (this.dependsOn(size, axis)) throw new Error(`the size of ${axis} depends on itself`)
    this.declared.add(axis)
    this.definitions.set(axis, size)
    this.resolved.clear()
  }

  isDeclared(axis: AxisName): boolean {
    return this.declared.has(axis)
  }

  /** Whether the axis has a size given by others, or a number; a free axis has not. */
  isKnown(axis: AxisName): boolean {
    return this.definitions.has(axis)
  }

  /** All axes, in order of declaration. */
  axes(): AxisName[] {
    return [...this.declared]
  }

  dependsOn(size: Size, axis: AxisName): boolean {
    return axesOfSize(this.resolve(size)).includes(axis)
  }

  /** The size of an axis in free axes only. */
  of(axis: AxisName): Size {
    const known = this.resolved.get(axis)
    if (known !== undefined) return known
    const definition = this.definitions.get(axis)
    const size = definition === undefined ? axisSize(axis) : this.resolve(definition)
    this.resolved.set(axis, size)
    return size
  }

  resolve(size: Size): Size {
    return substituteSizes(size, (axis) => (this.definitions.has(axis) ? this.of(axis) : null))
  }

  compare(a: Size, b: Size): Comparison {
    const difference = subtractSizes(this.resolve(a), this.resolve(b))
    if (difference.terms.length === 0) return 'equal'
    if (constantOf(difference) !== null) return 'different'
    const longer = positiveLengths(difference)
    if (proveNonNegative(subtractSizes(difference, one), longer)) return 'different'
    if (proveNonNegative(subtractSizes(subtractSizes(zero, difference), one), longer)) {
      return 'different'
    }
    return isApartByDivision(difference) ? 'undecided' : 'independent'
  }

  /**
   * Whether `size` ≥ `bound` for all lengths ≥ 0, given that each of `facts` is ≥ 0. A variable that is no axis (a
   * coordinate) may stand in as `axisSize` of a name of its own; it counts as ≥ 0 too. False: not proved.
   */
  proveAtLeast(size: Size, bound: number, facts: readonly Size[] = []): boolean {
    const goal = subtractSizes(this.resolve(size), constantSize(bound))
    return proveNonNegative(
      goal,
      facts.map((fact) => this.resolve(fact)),
    )
  }
}

function positiveLengths(size: Size): Size[] {
  return axesOfSize(size).map((axis) => subtractSizes(axisSize(axis), one))
}

/**
 * Whether the difference vanishes, but for what floors cut off: with d · ⌊e / d⌋ = e - r, nothing remains but r's,
 * numbers, and terms in the divisors.
 */
function isApartByDivision(difference: Size): boolean {
  let rest = difference
  const divisors = new Set<AxisName>()
  let floor = outermostFloor(rest)
  if (floor === null) return false
  for (; floor !== null; floor = outermostFloor(rest)) {
    for (const axis of axesOfSize(floor.divisor)) divisors.add(axis)
    rest = eliminate(rest, floor)
  }
  return axesOfSize(rest).every((axis) => divisors.has(axis))
}

type Floor = Extract<Atom, { kind: 'floor' }>

/** The floor with the longest key: none of the others holds it. */
function outermostFloor(size: Size): Floor | null {
  const floors = size.terms
    .flatMap((term) => term.atoms)
    .filter((atom): atom is Floor => atom.kind === 'floor')
  return floors.reduce<Floor | null>(
    (longest, floor) =>
      longest === null || floor.key.length > longest.key.length ? floor : longest,
    null,
  )
}

/** Multiplies by the floor's divisor until every occurrence of the floor is its numerator. */
function eliminate(size: Size, floor: Floor): Size {
  const power = Math.max(...size.terms.map((term) => countOf(term, floor)))
  return addSizes(
    ...size.terms.map((term) => {
      const count = countOf(term, floor)
      const others = term.atoms.filter(({ key }) => key !== floor.key)
      return multiplySizes(
        constantSize(term.coefficient),
        ...others.map(atomSize),
        ...Array.from({ length: power }, (_, i) => (i < count ? floor.numerator : floor.divisor)),
      )
    }),
  )
}

function countOf(term: Term, atom: Atom): number {
  return term.atoms.filter(({ key }) => key === atom.key).length
}
