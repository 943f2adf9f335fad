// Symbolic sizes in a normal form: polynomials with whole coefficients over axes' lengths and floors of quotients.
// Two sizes are equal for all lengths that the normal form sees through exactly when their keys are.
import type { AxisName } from './node.ts'

export interface Size {
  /** Sorted by `compareTerms`, no coefficient 0; nothing at all is the size 0. */
  readonly terms: readonly Term[]
  readonly key: string
}

/** coefficient · atom · atom · …; without atoms, the constant. */
export interface Term {
  readonly coefficient: number
  /** Sorted by key; a power repeats its atom. */
  readonly atoms: readonly Atom[]
}

export type Atom =
  | { readonly kind: 'axis'; readonly axis: AxisName; readonly key: string }
  /** ⌊numerator / divisor⌋; the divisor is taken to be at least 1. */
  | {
      readonly kind: 'floor'
      readonly numerator: Size
      readonly divisor: Size
      readonly key: string
    }

export function constantSize(value: number): Size {
  if (!Number.isSafeInteger(value)) throw new Error(`a size must be a whole number, not ${value}`)
  return fromTerms([{ coefficient: value, atoms: [] }])
}

export function axisSize(axis: AxisName): Size {
  return atomSize({ kind: 'axis', axis, key: axis })
}

export function addSizes(...sizes: readonly Size[]): Size {
  return sumOfSizes(sizes)
}

/** Of any number: there may be more than a call can have arguments. */
export function sumOfSizes(sizes: readonly Size[]): Size {
  const others = sizes.filter(({ terms }) => terms.length > 0)
  const [first, second] = others
  if (first === undefined) return zero
  return second === undefined ? first : fromTerms(others.flatMap((size) => size.terms))
}

export function subtractSizes(a: Size, b: Size): Size {
  return addSizes(a, scaleSize(b, -1))
}

export function multiplySizes(...sizes: readonly Size[]): Size {
  return sizes.reduce((a, b) => {
    if (a.key === one.key) return b
    if (b.key === one.key) return a
    return fromTerms(a.terms.flatMap((s) => b.terms.map((t) => multiplyTerms(s, t))))
  }, one)
}

export function scaleSize(size: Size, factor: number): Size {
  return fromTerms(
    size.terms.map(({ coefficient, atoms }) => ({ coefficient: coefficient * factor, atoms })),
  )
}

/** ⌊a / b⌋: what divides goes out of the floor, so (2 * H + 1) div 2 is H, and (H - 1) div 2 is (H + 1) div 2 - 1. */
export function floorDivideSizes(a: Size, b: Size): Size {
  if (b.terms.length === 0) return floorAtom(a, b)
  // What is known of floors is known for divisors that are not negative: ⌊a / -b⌋ = ⌊-a / b⌋.
  if (b.terms.every(({ coefficient }) => coefficient < 0)) {
    return floorDivideSizes(scaleSize(a, -1), scaleSize(b, -1))
  }
  const { quotient, remainder } = divide(a, b)
  return addSizes(quotient, floorOfReduced(remainder, b))
}

/** a - b * ⌊a / b⌋: has the sign of b, as `%` of the language. */
export function moduloSizes(a: Size, b: Size): Size {
  return subtractSizes(a, multiplySizes(b, floorDivideSizes(a, b)))
}

/** a / b where that is a size, else null. */
export function divideSizesExactly(a: Size, b: Size): Size | null {
  if (b.terms.length === 0) return null
  const { quotient, remainder } = divide(a, b)
  return remainder.terms.length === 0 ? quotient : null
}

export function constantOf(size: Size): number | null {
  const [first, second] = size.terms
  if (first === undefined) return 0
  return second === undefined && first.atoms.length === 0 ? first.coefficient : null
}

/** Every axis that the size depends on, each once, in order of first mention. */
export function axesOfSize(size: Size): AxisName[] {
  const found = new Set<AxisName>()
  const visit = (inner: Size): void => {
    for (const atom of inner.terms.flatMap((term) => term.atoms)) {
      if (atom.kind === 'axis') found.add(atom.axis)
      else {
        visit(atom.numerator)
        visit(atom.divisor)
      }
    }
  }
  visit(size)
  return [...found]
}

/** Puts a size in place of each axis that `lookup` knows, and brings the result to normal form. */
export function substituteSizes(
  size: Size,
  lookup: (axis: AxisName) => Size | null | undefined,
): Size {
  const replace = (atom: Atom): Size =>
    atom.kind === 'axis'
      ? (lookup(atom.axis) ?? atomSize(atom))
      : floorDivideSizes(
          substituteSizes(atom.numerator, lookup),
          substituteSizes(atom.divisor, lookup),
        )
  return addSizes(
    ...size.terms.map(({ coefficient, atoms }) =>
      multiplySizes(constantSize(coefficient), ...atoms.map(replace)),
    ),
  )
}

/** The number that a size is for given lengths; NaN or an infinity where it divides by 0. */
export function evaluateSize(size: Size, lookup: (axis: AxisName) => number): number {
  let sum = 0
  for (const { coefficient, atoms } of size.terms) {
    let product = coefficient
    for (const atom of atoms) {
      product *=
        atom.kind === 'axis'
          ? lookup(atom.axis)
          : Math.floor(evaluateSize(atom.numerator, lookup) / evaluateSize(atom.divisor, lookup))
    }
    sum += product
  }
  return sum
}

/** The size that one atom is. */
export function atomSize(atom: Atom): Size {
  return fromTerms([{ coefficient: 1, atoms: [atom] }])
}

export function multiplyTerms(s: Term, t: Term): Term {
  const atoms = [...s.atoms, ...t.atoms].sort((a, b) => compareKeys(a.key, b.key))
  return { coefficient: s.coefficient * t.coefficient, atoms }
}

/** s / t as a term, where t's atoms are among s's; the coefficient is left to the caller and comes out as 1. */
export function divideAtoms(s: Term, t: Term): Term | null {
  const atoms = [...s.atoms]
  for (const atom of t.atoms) {
    const at = atoms.findIndex(({ key }) => key === atom.key)
    if (at < 0) return null
    atoms.splice(at, 1)
  }
  return { coefficient: 1, atoms }
}

export function atomsKey({ atoms }: Term): string {
  const [first, second] = atoms
  if (first === undefined) return ''
  return second === undefined ? first.key : atoms.map(({ key }) => key).join('*')
}

/** Brings terms in any order, with any repetitions, to normal form. */
export function fromTerms(terms: readonly Term[]): Size {
  const [first] = terms
  // Most sizes are one axis or a number.
  if (first !== undefined && terms.length === 1 && first.coefficient !== 0) {
    return { terms, key: keyOf(terms) }
  }
  const sums = new Map<string, Term>()
  for (const term of terms) {
    const key = atomsKey(term)
    const coefficient = term.coefficient + (sums.get(key)?.coefficient ?? 0)
    if (coefficient === 0) sums.delete(key)
    else sums.set(key, { coefficient, atoms: term.atoms })
  }
  const sorted = [...sums.values()].sort(compareTerms)
  return { terms: sorted, key: keyOf(sorted) }
}

function keyOf(terms: readonly Term[]): string {
  if (terms.length === 0) return '0'
  return terms
    .map((term) =>
      term.atoms.length === 0
        ? String(term.coefficient)
        : term.coefficient === 1
          ? atomsKey(term)
          : `${term.coefficient}*${atomsKey(term)}`,
    )
    .join('+')
}

/** Higher degrees first, then by atoms: a monomial order, so that division by a polynomial ends. */
function compareTerms(s: Term, t: Term): number {
  if (s.atoms.length !== t.atoms.length) return t.atoms.length - s.atoms.length
  for (const [i, atom] of s.atoms.entries()) {
    const order = compareKeys(atom.key, t.atoms[i]?.key ?? '')
    if (order !== 0) return order
  }
  return 0
}

function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** a = quotient · b + remainder, with nothing left in the remainder that b's leading term divides. */
function divide(a: Size, b: Size): { quotient: Size; remainder: Size } {
  const leading = b.terms[0]
  if (leading === undefined) throw new Error('division by a size that is 0')
  const quotient: Term[] = []
  const remainder: Term[] = []
  let rest = a
  for (let first = rest.terms[0]; first !== undefined; first = rest.terms[0]) {
    const factor = divideAtoms(first, leading)
    const times = factor === null ? 0 : Math.floor(first.coefficient / leading.coefficient)
    if (factor !== null && times !== 0) {
      const part = { coefficient: times, atoms: factor.atoms }
      quotient.push(part)
      rest = subtractSizes(rest, multiplySizes(b, fromTerms([part])))
    }
    const left = first.coefficient - times * leading.coefficient
    if (left !== 0) {
      const part = { coefficient: left, atoms: first.atoms }
      remainder.push(part)
      rest = subtractSizes(rest, fromTerms([part]))
    }
  }
  return { quotient: fromTerms(quotient), remainder: fromTerms(remainder) }
}

/**
 * The floor of a remainder of `divide`, with common factors cancelled and a floor of a floor made one.
 * Divisors are at least 1, so that ⌊-1 / d⌋ is -1.
 */
function floorOfReduced(numerator: Size, divisor: Size): Size {
  const over = constantOf(numerator)
  const under = constantOf(divisor)
  if (over !== null && under !== null) return constantSize(Math.floor(over / under))
  if (over === 0 || over === -1) return numerator
  const common = commonAtoms([...numerator.terms, ...divisor.terms])
  if (common.atoms.length > 0) {
    return floorDivideSizes(withoutAtoms(numerator, common), withoutAtoms(divisor, common))
  }
  if (under === null || under < 1) return floorAtom(numerator, divisor)
  // ⌊(g·e + r) / (g·d)⌋ = ⌊(e + ⌊r / g⌋) / d⌋ for whole e.
  const shared = numerator.terms
    .filter((term) => term.atoms.length > 0)
    .reduce((g, term) => greatestCommonDivisor(g, Math.abs(term.coefficient)), under)
  if (shared > 1) {
    const terms = numerator.terms.map(({ coefficient, atoms }) => ({
      coefficient: Math.floor(coefficient / shared),
      atoms,
    }))
    return floorDivideSizes(fromTerms(terms), constantSize(under / shared))
  }
  return floorOfFloor(numerator, under) ?? floorAtom(numerator, divisor)
}

/** ⌊(⌊x / a⌋ + e) / b⌋ = ⌊(x + a·e) / (a·b)⌋ for whole e and a, b ≥ 1: chains of strides keep one form. */
function floorOfFloor(numerator: Size, divisor: number): Size | null {
  const holding = numerator.terms.filter((term) => term.atoms.some(({ kind }) => kind === 'floor'))
  const [term] = holding
  const inner = term?.atoms[0]
  if (holding.length !== 1 || term?.atoms.length !== 1 || term.coefficient !== 1) return null
  if (inner?.kind !== 'floor') return null
  const by = constantOf(inner.divisor)
  if (by === null || by < 1) return null
  const others = subtractSizes(numerator, atomSize(inner))
  const whole = addSizes(inner.numerator, scaleSize(others, by))
  return floorDivideSizes(whole, constantSize(by * divisor))
}

function floorAtom(numerator: Size, divisor: Size): Size {
  return atomSize({ kind: 'floor', numerator, divisor, key: `⌊${numerator.key}/${divisor.key}⌋` })
}

function commonAtoms(terms: readonly Term[]): Term {
  const [first, ...others] = terms
  const kept: Atom[] = []
  let lefts = others
  for (const atom of first?.atoms ?? []) {
    const without = lefts.map((term) => divideAtoms(term, { coefficient: 1, atoms: [atom] }))
    const all = without.filter((term) => term !== null)
    if (all.length < without.length) continue
    kept.push(atom)
    lefts = all
  }
  return { coefficient: 1, atoms: kept }
}

function withoutAtoms(size: Size, common: Term): Size {
  return fromTerms(
    size.terms.map((term) => {
      const rest = divideAtoms(term, common)
      if (rest === null) throw new Error(`${atomsKey(common)} does not divide ${size.key}`)
      return { coefficient: term.coefficient, atoms: rest.atoms }
    }),
  )
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}

export const zero = fromTerms([])
export const one = fromTerms([{ coefficient: 1, atoms: [] }])
