// Quotients and remainders of coordinates as digits: with P = W * q + r and 0 ≤ r < W, `P div W` is q and `P % W` is
// r, and everything is affine again.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import {
  addSizes,
  divideSizesExactly,
  evaluateSize,
  floorDivideSizes,
  multiplySizes,
  subtractSizes,
} from '../graph/size.ts'
import { one, zero } from '../graph/sizeAlgebra.ts'
import type { Size } from '../graph/size.ts'
import {
  addForms,
  affineOf,
  constantForm,
  quotientParts,
  rangeOf,
  scaleForm,
  subtractForms,
  withoutTerm,
} from '../rewrite/affine.ts'
import type { Affine } from '../rewrite/affine.ts'

/** A number that stands for one digit. */
export interface Digit {
  readonly coordinate: Node
  readonly axis: AxisName
  /** How many values it takes, from 0. */
  readonly extent: Size
  /** Whether it has to be checked against its extent: the highest digit is as large as it may be. */
  readonly isChecked: boolean
}

/**
 * The forms with digits in place of quotients and remainders of the unknown axes, and what relates the digits to these
 * axes, each a form that is 0. Quotients whose divisors do not divide one another stay.
 */
export function inDigits(
  graph: Graph,
  forms: readonly Affine[],
  unknown: readonly AxisName[],
): { forms: Affine[]; relations: Affine[]; digits: Digit[] } {
  const bases = collectBases(forms, unknown)
  const numbers = [...bases.values()]
    .map((base) => digitsOf(graph, base))
    .filter((number) => number !== null)
  const replaced = (form: Affine): Affine => {
    let result = form
    for (const [node, factor] of form.terms) {
      const value = valueInDigits(graph, node, numbers)
      if (value === null) continue
      result = addForms(withoutTerm(result, node), scaleForm(value, factor))
    }
    return result
  }
  return {
    forms: forms.map(replaced),
    relations: numbers.map(({ form, whole }) => subtractForms(replaced(form), whole)),
    digits: numbers.flatMap(({ digits }) => digits),
  }
}

/** (base mod `to`) div `from`; without `to`, all the digits above. */
interface Slice {
  readonly base: Affine
  readonly from: Size
  readonly to: Size | null
}

function sliceOf(node: Node): Slice | null {
  const parts = quotientParts(node)
  if (parts === null) return null
  const { dividend, divisor, isRemainder } = parts
  const inner = soleTerm(dividend)
  const slice = (inner === null ? null : sliceOf(inner)) ?? { base: dividend, from: one, to: null }
  const boundary = multiplySizes(slice.from, divisor)
  if (!isRemainder) return { ...slice, from: boundary }
  const isWithin = slice.to === null || divideSizesExactly(slice.to, boundary) !== null
  return isWithin ? { ...slice, to: boundary } : { base: dividend, from: one, to: divisor }
}

function soleTerm(form: Affine): Node | null {
  const [entry, second] = form.terms
  if (entry === undefined || second !== undefined || form.constant.terms.length > 0) return null
  return entry[1].key === one.key ? entry[0] : null
}

interface Base {
  readonly key: string
  readonly form: Affine
  readonly boundaries: Size[]
}

/** Everything that is divided, also inside of what is divided, with the divisors. */
function collectBases(forms: readonly Affine[], unknown: readonly AxisName[]): Map<string, Base> {
  const bases = new Map<string, Base>()
  const pending = [...forms]
  for (let form = pending.pop(); form !== undefined; form = pending.pop()) {
    for (const node of form.terms.keys()) {
      const slice = node.axes.some((axis) => unknown.includes(axis)) ? sliceOf(node) : null
      if (slice === null) continue
      const key = keyOf(slice.base)
      const base = bases.get(key) ?? { key, form: slice.base, boundaries: [] }
      if (!bases.has(key)) pending.push(slice.base)
      bases.set(key, base)
      const boundaries = slice.to === null ? [slice.from] : [slice.from, slice.to]
      for (const size of boundaries) {
        const isKnown = size.key === one.key || base.boundaries.some(({ key: k }) => k === size.key)
        if (!isKnown) base.boundaries.push(size)
      }
    }
  }
  return bases
}

function keyOf({ terms, constant }: Affine): string {
  const parts = [...terms].map(([node, size]) => `${node.id}:${size.key}`).sort()
  return [...parts, constant.key].join(' ')
}

/** A number written in digits: whole = Σ digit · place. */
interface DigitNumber {
  readonly key: string
  readonly form: Affine
  readonly whole: Affine
  /** From the lowest up; the boundaries are 1 and the places of the others. */
  readonly places: readonly Size[]
  readonly digits: readonly Digit[]
  /** What the highest digit starts from. */
  readonly least: Size
}

function digitsOf(graph: Graph, { key, form, boundaries }: Base): DigitNumber | null {
  const { sizes } = graph
  const rough = (size: Size): number => evaluateSize(sizes.resolve(size), () => 1000)
  const places = [one, ...boundaries].sort((a, b) => rough(a) - rough(b))
  const radices: Size[] = []
  for (const [i, place] of places.entries()) {
    const next = places[i + 1]
    if (next === undefined) break
    const radix = divideSizesExactly(sizes.resolve(next), sizes.resolve(place))
    if (radix === null || !sizes.proveAtLeast(radix, 0)) return null
    radices.push(radix)
  }
  const range = rangeOf(graph, form)
  const top = places.at(-1)
  if (range === null || top === undefined) return null
  const least = floorDivideSizes(range.from, sizes.resolve(top))
  const most = floorDivideSizes(range.to, sizes.resolve(top))
  const extents = [...radices, addSizes(subtractSizes(most, least), one)]
  const digits = extents.map((extent, i): Digit => {
    const axis = digitAxis(
      graph,
      `${key} ${places.map((place) => place.key).join(' ')} ${i}`,
      extent,
    )
    const isChecked = i < extents.length - 1
    return { axis, coordinate: graph.coordinate(axis), extent, isChecked }
  })
  const whole = sumOfDigits(graph, { digits, places, least }, 0, digits.length, one)
  return { key, form, whole, places, digits, least }
}

const digitAxes = new WeakMap<Graph, Map<string, AxisName>>()

/** The same axis for the same digit of the same number. */
function digitAxis(graph: Graph, key: string, extent: Size): AxisName {
  const known = digitAxes.get(graph) ?? new Map<string, AxisName>()
  digitAxes.set(graph, known)
  const axis = known.get(key) ?? graph.sizes.fresh('digit', extent)
  known.set(key, axis)
  return axis
}

/** What a quotient or remainder is in digits of its base. */
function valueInDigits(graph: Graph, node: Node, numbers: readonly DigitNumber[]): Affine | null {
  const slice = sliceOf(node)
  if (slice === null) return null
  const key = keyOf(slice.base)
  const number = numbers.find((candidate) => candidate.key === key)
  if (number === undefined) return null
  const start = number.places.findIndex((place) => place.key === slice.from.key)
  const { to } = slice
  const end =
    to === null ? number.digits.length : number.places.findIndex((place) => place.key === to.key)
  if (start < 0 || end < 0) return null
  return sumOfDigits(graph, number, start, end, graph.sizes.resolve(slice.from))
}

/** Σ digit · place / unit over some of the digits. */
function sumOfDigits(
  graph: Graph,
  { digits, places, least }: Pick<DigitNumber, 'digits' | 'places' | 'least'>,
  start: number,
  end: number,
  unit: Size,
): Affine {
  let sum = constantForm(zero)
  for (let i = start; i < end; i++) {
    const [digit, place] = [digits[i], places[i]]
    if (digit === undefined || place === undefined) break
    const weight = divideSizesExactly(graph.sizes.resolve(place), unit)
    if (weight === null) throw new Error('places are multiples of one another')
    sum = addForms(sum, scaleForm(affineOf(digit.coordinate), weight))
    if (i === digits.length - 1) sum = addForms(sum, constantForm(multiplySizes(least, weight)))
  }
  return sum
}
