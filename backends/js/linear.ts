// Index arithmetic as sums of size · factor, so that what an inner loop doesn't change can be computed outside it.
import type { Core } from '../../compiler/graph/core.ts'
import { addSizes, constantSize, multiplySizes, type Size } from '../../compiler/graph/size.ts'
import type { Buffer, Expression } from '../../compiler/kernels/program.ts'

export interface LinearForm {
  readonly constant: Size
  /** Factors are variables, locals, or what is not linear; each once. */
  readonly terms: readonly { readonly size: Size; readonly factor: Expression }[]
}

/** The row-major place of an element. */
export function placeOf(buffer: Buffer, indices: readonly Expression[]): LinearForm {
  let place: LinearForm = { constant: constantSize(0), terms: [] }
  for (const [k, index] of indices.entries()) {
    const extent = buffer.extents[k]
    if (extent === undefined) throw new Error(`${buffer.name} has fewer axes than indices`)
    place = plus(times(place, extent), linearForm(index))
  }
  return place
}

/** Expands operations over linear forms: addition and multiplication by a size stay, anything else is one factor. */
export function linearForm(expression: Expression): LinearForm {
  switch (expression.kind) {
    case 'number':
      if (!Number.isSafeInteger(expression.value)) return opaque(expression)
      return { constant: constantSize(expression.value), terms: [] }
    case 'size':
      return { constant: expression.size, terms: [] }
    case 'operation': {
      if (expression.type !== 'int') return opaque(expression)
      const operands = expression.operands.map(linearForm)
      const result = expression.operation.expand<LinearForm | null>(linearCore, ...operands)
      return result ?? opaque(expression)
    }
    case 'variable':
    case 'local':
    case 'option':
    case 'load':
    case 'random':
      return opaque(expression)
    default:
      return expression satisfies never
  }
}

function opaque(factor: Expression): LinearForm {
  return { constant: constantSize(0), terms: [{ size: constantSize(1), factor }] }
}

/** Null: no linear form. */
const linearCore: Core<LinearForm | null> = {
  precision: 'f64',
  constant: (value) =>
    Number.isSafeInteger(value) ? { constant: constantSize(value), terms: [] } : null,
  add: (a, b) => a && b && plus(a, b),
  sub: (a, b) => a && b && plus(a, times(b, constantSize(-1))),
  mul(a, b) {
    if (a === null || b === null) return null
    if (a.terms.length === 0) return times(b, a.constant)
    if (b.terms.length === 0) return times(a, b.constant)
    return null
  },
  neg: (a) => a && times(a, constantSize(-1)),
  let: (a) => a,
  div: none,
  abs: none,
  sqrt: none,
  floor: none,
  lt: none,
  le: none,
  eq: none,
  ne: none,
  and: none,
  or: none,
  not: none,
  select: none,
  exponent: none,
  scale: none,
}

function none(): null {
  return null
}

function plus(a: LinearForm, b: LinearForm): LinearForm {
  const terms = [...a.terms]
  for (const { size, factor } of b.terms) {
    const at = terms.findIndex((term) => isSameFactor(term.factor, factor))
    const sum = addSizes(terms[at]?.size ?? constantSize(0), size)
    if (at < 0) terms.push({ size, factor })
    else terms[at] = { size: sum, factor }
  }
  return {
    constant: addSizes(a.constant, b.constant),
    terms: terms.filter(({ size }) => size.terms.length > 0),
  }
}

function times(form: LinearForm, size: Size): LinearForm {
  const terms = form.terms.map((term) => ({ ...term, size: multiplySizes(term.size, size) }))
  return {
    constant: multiplySizes(form.constant, size),
    terms: terms.filter((term) => term.size.terms.length > 0),
  }
}

function isSameFactor(a: Expression, b: Expression): boolean {
  if (a.kind === 'variable' || a.kind === 'local') return b.kind === a.kind && b.name === a.name
  return a === b
}
