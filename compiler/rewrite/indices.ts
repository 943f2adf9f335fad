// Index arithmetic: whole numbers in one canonical form, quotients and remainders through their digits.
import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import {
  constantOf,
  constantSize,
  divideSizesExactly,
  multiplySizes,
  subtractSizes,
} from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { one, zero } from '../graph/sizeAlgebra.ts'
import {
  addForms,
  affineOf,
  constantForm,
  isAtLeast,
  isInside,
  nodeOf,
  quotientParts,
  scaleForm,
  sizeNode,
  subtractForms,
  withoutTerm,
} from './affine.ts'
import type { Affine } from './affine.ts'
import type { Context, Rule } from './engine.ts'
import { pairOf } from './pattern.ts'

export const indexRules: readonly Rule[] = [
  {
    name: 'size that is a number',
    law: 'size(C) = 10',
    heads: ['size'],
    apply(node, { graph }) {
      if (node.kind !== 'size') return null
      const size = graph.sizes.resolve(node.size)
      const number = constantOf(size)
      return number === null ? null : graph.constant(number, 'int')
    },
  },
  {
    name: 'only place',
    law: 'C = 0, where size(C) = 1',
    heads: ['coordinate'],
    apply(node, { graph }) {
      if (node.kind !== 'coordinate') return null
      return constantOf(graph.sizes.of(node.axis)) === 1 ? graph.constant(0, 'int') : null
    },
  },
  {
    name: 'index arithmetic',
    law: '2 * H - H + 1 = H + 1',
    heads: ['add', 'sub', 'mul', 'neg'],
    apply(node, { graph }) {
      if (node.dataType !== 'int') return null
      const form = affineOf(node)
      if (form.terms.has(node)) return null
      const canonical = nodeOf(graph, withWholeNumbers(graph, form))
      return canonical.dataType === 'int' ? canonical : null
    },
  },
  {
    name: 'quotient of digits',
    law: '(W * H + K) div W = H, where 0 ≤ K < W',
    condition: 'divisors other than 0',
    heads: ['floordiv'],
    apply: (node, context) => byDigits(node, context),
  },
  {
    name: 'remainder of digits',
    law: '(W * H + K) % W = K, where 0 ≤ K < W',
    condition: 'divisors other than 0',
    heads: ['mod'],
    apply: (node, context) => byDigits(node, context),
  },
  {
    name: 'quotient of quotient',
    law: '(k div a) div b = k div (a * b)',
    condition: 'divisors other than 0',
    heads: ['floordiv'],
    apply(node, { graph, build }) {
      const outer = quotientParts(node)
      const inner = pairOf(node, 'floordiv')?.[0]
      const parts = inner === undefined ? null : quotientParts(inner)
      if (outer === null || outer.isRemainder || parts === null || parts.isRemainder) return null
      const divisor = multiplySizes(outer.divisor, parts.divisor)
      if (![outer.divisor, parts.divisor].every((size) => graph.sizes.proveAtLeast(size, 0))) {
        return null
      }
      return build.op('floordiv', nodeOf(graph, parts.dividend), sizeNode(graph, divisor))
    },
  },
  {
    name: 'comparison of indices',
    law: 'H < size(H) is true',
    heads: ['lt', 'le', 'gt', 'ge', 'eq', 'ne'],
    apply(node, { graph }) {
      if (node.kind !== 'map') return null
      const [a, b] = node.operands
      if (a?.dataType !== 'int' || b?.dataType !== 'int') return null
      const decide = decisions[node.operation.name]
      const known = decide?.(graph, subtractForms(affineOf(a), affineOf(b))) ?? null
      return known === null ? null : graph.constant(known ? 1 : 0, 'bool')
    },
  },
]

/** Sizes that are numbers written as such. */
function withWholeNumbers(graph: Graph, form: Affine): Affine {
  let result = constantForm(resolved(graph, form.constant))
  for (const [node, size] of form.terms) {
    result = addForms(result, { terms: new Map([[node, resolved(graph, size)]]), constant: zero })
  }
  return withJoinedDigits(graph, result)
}

/** A size as written, but for one that comes out as a number. */
function resolved(graph: Graph, size: Size): Size {
  const number = constantOf(graph.sizes.resolve(size))
  return number === null ? size : constantSize(number)
}

/** W * (k div W) + k % W = k. */
function withJoinedDigits(graph: Graph, form: Affine): Affine {
  const { sizes } = graph
  for (const [node, factor] of form.terms) {
    const low = quotientParts(node)
    if (low === null || !low.isRemainder) continue
    for (const [other, weight] of form.terms) {
      const high = quotientParts(other)
      if (high === null || high.isRemainder) continue
      const isSame =
        sizes.resolve(subtractSizes(high.divisor, low.divisor)).terms.length === 0 &&
        isZero(graph, subtractForms(high.dividend, low.dividend)) &&
        sizes.resolve(subtractSizes(weight, multiplySizes(factor, low.divisor))).terms.length === 0
      if (!isSame) continue
      const rest = withoutTerm(withoutTerm(form, node), other)
      return withJoinedDigits(graph, addForms(rest, scaleForm(low.dividend, factor)))
    }
  }
  return form
}

function isZero(graph: Graph, form: Affine): boolean {
  return form.terms.size === 0 && graph.sizes.resolve(form.constant).terms.length === 0
}

/** Takes the multiples of the divisor apart from the rest. */
function byDigits(node: Node, { graph, build }: Context): Node | null {
  const parts = quotientParts(node)
  if (parts === null || !graph.sizes.proveAtLeast(parts.divisor, 0)) return null
  const { dividend, isRemainder } = parts
  const divisor = graph.sizes.resolve(parts.divisor)
  // A rest that does not reach the next multiple is the remainder.
  const all = splitBy(graph, dividend, divisor, dividedNumber)
  if (isInside(graph, all.rest, divisor)) {
    return nodeOf(graph, isRemainder ? all.rest : all.quotient)
  }
  const { quotient, rest } = splitBy(graph, dividend, divisor, dividedExactly)
  // A remainder of a remainder by a multiple is the inner number's own.
  const reduced = isRemainder ? withoutOuterRemainders(graph, rest, divisor) : rest
  const isShorter = quotient.terms.size > 0 || quotient.constant.terms.length > 0
  if (!isShorter && reduced === rest) return null
  const name = isRemainder ? 'mod' : 'floordiv'
  const left = build.op(name, nodeOf(graph, reduced), sizeNode(graph, parts.divisor))
  return isRemainder ? left : nodeOf(graph, addForms(quotient, affineOf(left)))
}

type Division = (size: Size, divisor: Size) => { readonly multiple: Size; readonly left: Size }

/** form = quotient · divisor + rest, term by term. */
function splitBy(
  graph: Graph,
  form: Affine,
  divisor: Size,
  divide: Division,
): { readonly quotient: Affine; readonly rest: Affine } {
  let quotient = constantForm(zero)
  let rest = constantForm(zero)
  const add = (term: Affine, size: Size): void => {
    const { multiple, left } = divide(graph.sizes.resolve(size), divisor)
    quotient = addForms(quotient, scaleForm(term, multiple))
    rest = addForms(rest, scaleForm(term, left))
  }
  for (const [term, size] of form.terms) {
    add({ terms: new Map([[term, one]]), constant: zero }, size)
  }
  add(constantForm(one), form.constant)
  return { quotient, rest }
}

const dividedExactly: Division = (size, divisor) => {
  const exact = divideSizesExactly(size, divisor)
  return exact === null ? { multiple: zero, left: size } : { multiple: exact, left: zero }
}

/** All of it or nothing, but for numbers. */
const dividedNumber: Division = (size, divisor) => {
  const [number, by] = [constantOf(size), constantOf(divisor)]
  if (number === null || by === null || by === 0) return dividedExactly(size, divisor)
  const multiple = Math.floor(number / by)
  return { multiple: constantSize(multiple), left: constantSize(number - multiple * by) }
}

function withoutOuterRemainders(graph: Graph, form: Affine, divisor: Size): Affine {
  let result = form
  for (const [term, factor] of form.terms) {
    const inner = quotientParts(term)
    if (inner === null || !inner.isRemainder) continue
    if (divideSizesExactly(graph.sizes.resolve(inner.divisor), divisor) === null) continue
    result = addForms(withoutTerm(result, term), scaleForm(inner.dividend, factor))
  }
  return result
}

type Decision = (graph: Graph, difference: Affine) => boolean | null

/** Whether a - b, given as a form, decides a comparison of a and b; null where it does not. */
const decisions: Readonly<Record<string, Decision>> = {
  lt: (graph, form) => (isLess(graph, form) ? true : isNotLess(graph, form) ? false : null),
  le: (graph, form) => (isNotGreater(graph, form) ? true : isGreater(graph, form) ? false : null),
  gt: (graph, form) => (isGreater(graph, form) ? true : isNotGreater(graph, form) ? false : null),
  ge: (graph, form) => (isNotLess(graph, form) ? true : isLess(graph, form) ? false : null),
  eq: isEqual,
  ne(graph, form) {
    const equal = isEqual(graph, form)
    return equal === null ? null : !equal
  },
}

function isEqual(graph: Graph, difference: Affine): boolean | null {
  if (isZero(graph, difference)) return true
  return isGreater(graph, difference) || isLess(graph, difference) ? false : null
}

function isGreater(graph: Graph, difference: Affine): boolean {
  return isAtLeast(graph, difference, 1)
}

function isNotLess(graph: Graph, difference: Affine): boolean {
  return isAtLeast(graph, difference, 0)
}

function isLess(graph: Graph, difference: Affine): boolean {
  return isGreater(graph, scaleForm(difference, constantSize(-1)))
}

function isNotGreater(graph: Graph, difference: Affine): boolean {
  return isNotLess(graph, scaleForm(difference, constantSize(-1)))
}
