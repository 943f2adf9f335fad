// Proving that a size is never negative: by subtracting from it, one after another, things that are not negative.
import {
  addSizes,
  atomSize,
  divideAtoms,
  fromTerms,
  multiplySizes,
  one,
  scaleSize,
  subtractSizes,
} from './sizeAlgebra.ts'
import type { Atom, Size, Term } from './sizeAlgebra.ts'

/** Depths tried in turn, so that short proofs are found before long ways are gone. Convolutions take about five. */
const depths = [3, 6, 12]
/** How many steps may be tried at each depth. */
const budget = 300

/**
 * Whether `goal` ≥ 0 for all lengths ≥ 0, given that each of `facts` is. Sound, not complete.
 *
 * A term that may be negative must be outweighed by a fact. So each step takes one such term, finds a fact with the
 * same sign at the same atoms (perhaps after multiplying it by others), and subtracts enough of it to cancel the
 * term: goal = c · fact + rest, and the rest is the next goal. What is left in the end has only terms ≥ 0.
 */
export function proveNonNegative(goal: Size, facts: readonly Size[]): boolean {
  const prover = new Prover(facts)
  return depths.some((depth) => prover.within(goal, depth))
}

interface KnownOfFloor {
  readonly isSigned: boolean
  readonly bounds: Size[]
}

class Prover {
  private readonly facts: readonly Size[]
  private readonly floors = new Map<string, KnownOfFloor>()
  private readonly failed = new Set<string>()
  private steps = 0

  constructor(facts: readonly Size[]) {
    this.facts = facts
  }

  within(goal: Size, depth: number): boolean {
    this.failed.clear()
    this.steps = 0
    return this.prove(goal, depth)
  }

  private prove(goal: Size, depth: number): boolean {
    const doubtful = goal.terms.filter((term) => !this.isNonNegative(term))
    if (doubtful.length === 0) return true
    if (depth === 0 || this.steps >= budget || this.failed.has(goal.key)) return false
    this.failed.add(goal.key)
    this.steps++
    return this.nextGoals(goal, doubtful).some((rest) => this.prove(primitive(rest), depth - 1))
  }

  /** If any of these is ≥ 0, so is the goal. */
  private nextGoals(goal: Size, doubtful: readonly Term[]): Size[] {
    const target = doubtful.find((term) => term.atoms.length > 0) ?? doubtful[0]
    if (target === undefined) return []
    const withoutProducts: Size[] = []
    const withProducts: Size[] = []
    for (const fact of this.usable(goal)) {
      for (const term of fact.terms) {
        if (Math.sign(term.coefficient) !== Math.sign(target.coefficient)) continue
        if (term.atoms.length === 0 && target.atoms.length > 0) continue
        const factor = divideAtoms(target, term)
        if (factor === null || !this.isNonNegative(factor)) continue
        const scaled = scaleSize(goal, Math.abs(term.coefficient))
        const times = { coefficient: Math.abs(target.coefficient), atoms: factor.atoms }
        const rest = subtractSizes(scaled, multiplySizes(fact, fromTerms([times])))
        if (factor.atoms.length === 0) withoutProducts.push(rest)
        else withProducts.push(rest)
      }
    }
    return [...withoutFloors(goal), ...withoutProducts, ...withProducts]
  }

  private usable(goal: Size): Size[] {
    const floors = [goal, ...this.facts].flatMap(floorsOf)
    const distinct = new Map(floors.map((floor) => [floor.key, floor]))
    return [...this.facts, ...[...distinct.values()].flatMap((floor) => this.floor(floor).bounds)]
  }

  private isNonNegative(term: Term): boolean {
    const signed = term.atoms.filter((atom) => atom.kind === 'floor' && this.floor(atom).isSigned)
    const isSquare = signed.every(
      (atom) => signed.filter(({ key }) => key === atom.key).length % 2 === 0,
    )
    return term.coefficient >= 0 && isSquare
  }

  /** e - d·⌊e/d⌋ ≥ 0 and d·⌊e/d⌋ - e + d - 1 ≥ 0; and the floor's sign, from e's. */
  private floor(floor: Floor): KnownOfFloor {
    const known = this.floors.get(floor.key)
    if (known !== undefined) return known
    const { numerator, divisor } = floor
    if (!isNeverNegative(divisor)) return this.remember(floor, { isSigned: true, bounds: [] })
    const gap = subtractSizes(numerator, multiplySizes(divisor, atomSize(floor)))
    const bounds = [gap, subtractSizes(subtractSizes(divisor, one), gap)]
    // From facts without floors, so that the search for signs does not go in circles.
    const isSigned = !proveNonNegative(
      numerator,
      this.facts.filter((fact) => floorsOf(fact).length === 0),
    )
    return this.remember(floor, { isSigned, bounds })
  }

  private remember(floor: Floor, found: KnownOfFloor): KnownOfFloor {
    this.floors.set(floor.key, found)
    return found
  }
}

/** A floor has the bounds of a quotient only by what is positive: of `N div (K - 3)` nothing is known. */
function isNeverNegative(divisor: Size): boolean {
  return divisor.terms.every(
    ({ coefficient, atoms }) => coefficient > 0 && atoms.every(({ kind }) => kind === 'axis'),
  )
}

/**
 * For whole q: q - ⌊e/d⌋ ≥ 0 exactly when e < d · (q + 1), and q + ⌊e/d⌋ ≥ 0 exactly when e + q · d ≥ 0.
 * This sees that wholes lie apart by one, which the bounds of a floor do not.
 */
function withoutFloors(goal: Size): Size[] {
  return goal.terms.flatMap((term) => {
    const [floor, second] = term.atoms
    if (floor?.kind !== 'floor' || second !== undefined || Math.abs(term.coefficient) !== 1)
      return []
    const { numerator, divisor } = floor
    if (!isNeverNegative(divisor)) return []
    const others = subtractSizes(goal, fromTerms([term]))
    if (floorsOf(others).some(({ key }) => key === floor.key)) return []
    if (term.coefficient > 0) return [addSizes(numerator, multiplySizes(others, divisor))]
    const beyond = multiplySizes(addSizes(others, one), divisor)
    return [subtractSizes(subtractSizes(beyond, one), numerator)]
  })
}

type Floor = Extract<Atom, { kind: 'floor' }>

function floorsOf(size: Size): Floor[] {
  return size.terms
    .flatMap((term) => term.atoms)
    .filter((atom): atom is Floor => atom.kind === 'floor')
    .flatMap((floor) => [floor, ...floorsOf(floor.numerator), ...floorsOf(floor.divisor)])
}

/** Divided by the greatest number that divides every coefficient; keeps numbers small over many steps. */
function primitive(size: Size): Size {
  const shared = size.terms.reduce((g, { coefficient }) => gcd(g, Math.abs(coefficient)), 0)
  if (shared <= 1) return size
  return fromTerms(
    size.terms.map(({ coefficient, atoms }) => ({ coefficient: coefficient / shared, atoms })),
  )
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}
