// Whole-number expressions as affine forms: sizes times coordinates (or other whole numbers), plus a size.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import {
  addSizes,
  axisSize,
  constantOf,
  constantSize,
  floorDivideSizes,
  multiplySizes,
  scaleSize,
  subtractSizes,
} from '../graph/size.ts'
import { one, zero } from '../graph/sizeAlgebra.ts'
import type { Size } from '../graph/size.ts'
import { algebra } from '../ops/algebra.ts'
import { operation } from '../ops/table.ts'
import { pairOf, argumentOf } from './pattern.ts'

export interface Affine {
  /** Coefficients, none of them 0, of coordinates and of whatever else is whole and not taken apart. */
  readonly terms: ReadonlyMap<Node, Size>
  readonly constant: Size
}

/** Longer sums of different whole numbers stay as they are, so that a chain of additions takes linear time. */
const maximumTerms = 16

const affine = new Set(['add', 'sub', 'mul', 'neg'].map(operation))

const known = new WeakMap<Node, Affine>()

/** The form of a node of data type int; what is not affine counts as one term. */
export function affineOf(node: Node): Affine {
  // Deep chains are met from below, so that no call goes deeper than one level.
  const stack = [node]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const missing = known.has(top) ? [] : affineOperands(top).filter((inner) => !known.has(inner))
    if (missing.length > 0) {
      stack.push(...missing)
      continue
    }
    if (!known.has(top)) known.set(top, combine(top))
    stack.pop()
  }
  return formOf(node)
}

function formOf(node: Node): Affine {
  const form = known.get(node)
  if (form === undefined) throw new Error('operands come before their node')
  return form
}

function affineOperands(node: Node): readonly Node[] {
  if (node.kind !== 'map' || node.dataType !== 'int') return []
  if (!affine.has(node.operation)) return []
  return node.operands.every((operand) => operand.dataType === 'int') ? node.operands : []
}

function combine(node: Node): Affine {
  if (node.kind === 'size') return constantForm(node.size)
  if (node.kind === 'constant' && Number.isSafeInteger(node.value)) {
    return constantForm(constantSize(node.value))
  }
  if (affineOperands(node).length > 0) {
    const form = combineOperands(node)
    if (form !== null && form.terms.size <= maximumTerms) return form
  }
  return { terms: new Map([[node, one]]), constant: zero }
}

function combineOperands(node: Node): Affine | null {
  const sum = pairOf(node, 'add')
  if (sum !== null) return addForms(formOf(sum[0]), formOf(sum[1]))
  const difference = pairOf(node, 'sub')
  if (difference !== null) return subtractForms(formOf(difference[0]), formOf(difference[1]))
  const negated = argumentOf(node, 'neg')
  if (negated !== null) return scaleForm(formOf(negated), constantSize(-1))
  const product = pairOf(node, 'mul')
  if (product === null) return null
  const [a, b] = [formOf(product[0]), formOf(product[1])]
  if (a.terms.size === 0) return scaleForm(b, a.constant)
  if (b.terms.size === 0) return scaleForm(a, b.constant)
  return null
}

export function constantForm(constant: Size): Affine {
  return { terms: new Map(), constant }
}

export function addForms(a: Affine, b: Affine): Affine {
  const terms = new Map(a.terms)
  for (const [node, coefficient] of b.terms) {
    const sum = addSizes(terms.get(node) ?? zero, coefficient)
    if (sum.terms.length === 0) terms.delete(node)
    else terms.set(node, sum)
  }
  return { terms, constant: addSizes(a.constant, b.constant) }
}

export function subtractForms(a: Affine, b: Affine): Affine {
  return addForms(a, scaleForm(b, constantSize(-1)))
}

export function scaleForm(form: Affine, by: Size): Affine {
  if (by.terms.length === 0) return constantForm(zero)
  const terms = new Map([...form.terms].map(([node, size]) => [node, multiplySizes(size, by)]))
  return { terms, constant: multiplySizes(form.constant, by) }
}

export function withoutTerm(form: Affine, node: Node): Affine {
  const terms = new Map(form.terms)
  terms.delete(node)
  return { terms, constant: form.constant }
}

/** The form written out again: first what is added, then what is taken away, the number last. */
export function nodeOf(graph: Graph, form: Affine): Node {
  const build = algebra(graph)
  const terms = [...form.terms].sort(([a], [b]) => compareTerms(a, b))
  const number = constantOf(form.constant)
  let sum: Node | null = null
  const isNegative = (size: Size): boolean => (size.terms[0]?.coefficient ?? 0) < 0
  for (const [node, coefficient] of terms.filter(([, size]) => !isNegative(size))) {
    const term = timesSize(graph, node, coefficient)
    sum = sum === null ? term : build.add(sum, term)
  }
  const startsNegative = sum === null
  if (startsNegative && form.constant.terms.length > 0) sum = sizeNode(graph, form.constant)
  for (const [node, coefficient] of terms.filter(([, size]) => isNegative(size))) {
    const term = timesSize(graph, node, scaleSize(coefficient, -1))
    sum = sum === null ? build.neg(term) : build.sub(sum, term)
  }
  if (sum === null) return sizeNode(graph, form.constant)
  if (startsNegative || form.constant.terms.length === 0) return sum
  return number !== null && number < 0
    ? build.sub(sum, sizeNode(graph, constantSize(-number)))
    : build.add(sum, sizeNode(graph, form.constant))
}

/** Whole numbers that are known stand as constants, others as sizes. */
export function sizeNode(graph: Graph, size: Size): Node {
  const number = constantOf(size)
  return number === null ? graph.size(size) : graph.constant(number, 'int')
}

function timesSize(graph: Graph, node: Node, coefficient: Size): Node {
  if (constantOf(coefficient) === 1) return node
  return algebra(graph).mul(sizeNode(graph, coefficient), node)
}

/** Coordinates by name, then the others by age: the same for the same graph. */
function compareTerms(a: Node, b: Node): number {
  if (a.kind === 'coordinate' && b.kind === 'coordinate') return a.axis < b.axis ? -1 : 1
  if (a.kind === 'coordinate') return -1
  if (b.kind === 'coordinate') return 1
  return a.id - b.id
}

/** The axes that the terms other than this one depend on. */
export function axesOfOthers(form: Affine, except: Node): AxisName[] {
  return [...form.terms.keys()].filter((node) => node !== except).flatMap((node) => [...node.axes])
}

/** Whether the form is at least `bound` wherever its coordinates lie. */
export function isAtLeast(graph: Graph, form: Affine, bound: number): boolean {
  const facts: Size[] = []
  const goal = asSize(graph, form, facts)
  return goal !== null && graph.sizes.proveAtLeast(goal, bound, facts)
}

/** Whether 0 ≤ form < size everywhere. */
export function isInside(graph: Graph, form: Affine, size: Size): boolean {
  if (!isAtLeast(graph, form, 0)) return false
  const room = subtractForms(constantForm(size), form)
  return isAtLeast(graph, room, 1)
}

/** The form with a variable of its own for every term, and what is known of these; null where a term may be negative. */
function asSize(graph: Graph, form: Affine, facts: Size[]): Size | null {
  const parts: Size[] = [form.constant]
  for (const [node, coefficient] of form.terms) {
    const variable = variableOf(graph, node, facts)
    if (variable === null) return null
    parts.push(multiplySizes(coefficient, variable))
  }
  return addSizes(...parts)
}

/** A name for a whole number that is never negative, with its bounds among the facts. */
function variableOf(graph: Graph, node: Node, facts: Size[]): Size | null {
  if (node.kind === 'coordinate') {
    const variable = axisSize(`@${node.axis}`)
    facts.push(subtractSizes(subtractSizes(graph.sizes.of(node.axis), one), variable))
    return variable
  }
  const parts = quotientParts(node)
  // Where the divisor is the length of an axis that is empty, there is no place to evaluate at.
  if (parts === null || !graph.sizes.proveAtLeast(parts.divisor, 0)) return null
  const variable = axisSize(`@${node.id}`)
  if (parts.isRemainder) {
    facts.push(subtractSizes(subtractSizes(parts.divisor, one), variable))
    return variable
  }
  const dividend = asSize(graph, parts.dividend, facts)
  if (dividend === null || !graph.sizes.proveAtLeast(dividend, 0, facts)) return null
  const range = rangeOf(graph, parts.dividend)
  if (range !== null) {
    const greatest = floorDivideSizes(range.to, graph.sizes.resolve(parts.divisor))
    facts.push(subtractSizes(greatest, variable))
  }
  const rest = subtractSizes(dividend, multiplySizes(parts.divisor, variable))
  facts.push(rest, subtractSizes(subtractSizes(parts.divisor, one), rest))
  return variable
}

/** `dividend div divisor` or `dividend % divisor` of whole numbers, with a size as divisor. */
export function quotientParts(
  node: Node,
): { readonly dividend: Affine; readonly divisor: Size; readonly isRemainder: boolean } | null {
  const quotient = pairOf(node, 'floordiv')
  const pair = quotient ?? pairOf(node, 'mod')
  if (pair === null || pair.some(({ dataType }) => dataType !== 'int')) return null
  const divisor = affineOf(pair[1])
  if (divisor.terms.size > 0) return null
  return { dividend: affineOf(pair[0]), divisor: divisor.constant, isRemainder: quotient === null }
}

/** Smallest and largest value; null where a term is not a coordinate or a factor's sign is not known. */
export function rangeOf(graph: Graph, form: Affine): { from: Size; to: Size } | null {
  const { sizes } = graph
  let from = sizes.resolve(form.constant)
  let to = from
  for (const [node, factor] of form.terms) {
    if (node.kind !== 'coordinate') return null
    const reach = multiplySizes(sizes.resolve(factor), subtractSizes(sizes.of(node.axis), one))
    if (sizes.proveAtLeast(factor, 0)) to = addSizes(to, reach)
    else if (sizes.proveAtLeast(scaleSize(factor, -1), 0)) from = addSizes(from, reach)
    else return null
  }
  return { from, to }
}
