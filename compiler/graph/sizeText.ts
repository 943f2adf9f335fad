// Sizes as text: `2 * H + 1`, `(H + 1) div 2 - 1`, as a user writes them; and back.
import type { AxisName } from './node.ts'
import {
  addSizes,
  axisSize,
  constantSize,
  floorDivideSizes,
  moduloSizes,
  multiplySizes,
  subtractSizes,
} from './sizeAlgebra.ts'
import type { Atom, Size, Term } from './sizeAlgebra.ts'

/** `spell` writes an axis; absent, as people know it: the local axis `K·3` is K to them. */
export function sizeText(size: Size, spell: (axis: AxisName) => string = axisText): string {
  if (size.terms.length === 0) return '0'
  // A sum reads better when it does not start with a minus.
  const positive = size.terms.filter(({ coefficient }) => coefficient > 0)
  const negative = size.terms.filter(({ coefficient }) => coefficient < 0)
  const ordered = (size.terms[0]?.coefficient ?? 0) > 0 ? size.terms : [...positive, ...negative]
  return ordered
    .map((term, i) => {
      const text = termText({ ...term, coefficient: Math.abs(term.coefficient) }, spell)
      if (i === 0) return term.coefficient < 0 ? negativeText(term, text) : text
      return term.coefficient < 0 ? ` - ${text}` : ` + ${text}`
    })
    .join('')
}

/** A sign binds more tightly than `div`. */
function negativeText(term: Term, text: string): string {
  const isFloor =
    term.coefficient === -1 && term.atoms.length === 1 && term.atoms[0]?.kind === 'floor'
  return isFloor ? `-(${text})` : `-${text}`
}

/** The user's name of an axis: without the mark that keeps the axes of different calls apart. */
export function axisText(axis: AxisName): string {
  const [name = axis] = axis.split('·')
  return name
}

function termText(term: Term, spell: (axis: AxisName) => string): string {
  const { coefficient, atoms } = term
  const [only] = atoms
  if (only === undefined) return String(coefficient)
  if (coefficient === 1 && atoms.length === 1) return atomText(only, spell)
  const factors = atoms.map((atom) => factorText(atom, spell))
  return [...(coefficient === 1 ? [] : [String(coefficient)]), ...factors].join(' * ')
}

function factorText(atom: Atom, spell: (axis: AxisName) => string): string {
  const text = atomText(atom, spell)
  return atom.kind === 'axis' ? text : `(${text})`
}

function atomText(atom: Atom, spell: (axis: AxisName) => string): string {
  if (atom.kind === 'axis') return spell(atom.axis)
  return `${operandText(atom.numerator, spell)} div ${operandText(atom.divisor, spell)}`
}

function operandText(size: Size, spell: (axis: AxisName) => string): string {
  const [term, second] = size.terms
  const simple =
    second === undefined &&
    (term === undefined ||
      (term.atoms.length === 0 && term.coefficient > 0) ||
      (term.coefficient === 1 && term.atoms.length === 1 && term.atoms[0]?.kind === 'axis'))
  const text = sizeText(size, spell)
  return simple ? text : `(${text})`
}

/** Reads what `sizeText` wrote. Throws on anything else: the text is the compiler's own. */
export function parseSize(text: string): Size {
  const tokens = text.match(/\d+|div|[^\s\d()*+%-][^\s()*+%-]*|[()*+%-]/gu) ?? []
  let at = 0
  const next = (): string | undefined => tokens[at]
  const taken = (token: string): boolean => next() === token && ++at > 0
  const sum = (): Size => {
    let size = product()
    for (;;) {
      if (taken('+')) size = addSizes(size, product())
      else if (taken('-')) size = subtractSizes(size, product())
      else return size
    }
  }
  const product = (): Size => {
    let size = factor()
    for (;;) {
      if (taken('*')) size = multiplySizes(size, factor())
      else if (taken('div')) size = floorDivideSizes(size, factor())
      else if (taken('%')) size = moduloSizes(size, factor())
      else return size
    }
  }
  const factor = (): Size => {
    if (taken('-')) return subtractSizes(constantSize(0), factor())
    const token = next()
    at++
    if (token === undefined) throw new Error(`a size ends too soon: ${text}`)
    if (/^\d/.test(token)) return constantSize(Number(token))
    if (token !== '(') return axisSize(token)
    const inner = sum()
    if (!taken(')')) throw new Error(`a bracket is not closed: ${text}`)
    return inner
  }
  const size = sum()
  if (at < tokens.length) throw new Error(`not a size: ${text}`)
  return size
}
