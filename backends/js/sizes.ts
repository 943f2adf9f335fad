// Symbolic sizes as JavaScript: `H - K + 1`, with every axis spelled by the caller.
import type { AxisName } from '../../compiler/graph/node.ts'
import type { Atom, Size, Term } from '../../compiler/graph/size.ts'
import {
  add,
  atom,
  call,
  divide,
  multiply,
  negate,
  numberLiteral,
  subtract,
  type Js,
} from './js.ts'

export type SpellAxis = (axis: AxisName) => Js

export function sizeJs(size: Size, spell: SpellAxis): Js {
  let sum: Js | null = null
  for (const term of positiveFirst(size.terms)) {
    const magnitude = termJs({ ...term, coefficient: Math.abs(term.coefficient) }, spell)
    if (sum === null) sum = term.coefficient < 0 ? negate(magnitude) : magnitude
    else sum = term.coefficient < 0 ? subtract(sum, magnitude) : add(sum, magnitude)
  }
  return sum ?? numberLiteral(0)
}

function positiveFirst(terms: readonly Term[]): readonly Term[] {
  if ((terms[0]?.coefficient ?? 0) > 0) return terms
  const isPositive = ({ coefficient }: Term): boolean => coefficient > 0
  return [...terms.filter(isPositive), ...terms.filter((term) => !isPositive(term))]
}

function termJs({ coefficient, atoms }: Term, spell: SpellAxis): Js {
  const factors = atoms.map((factor) => atomJs(factor, spell))
  const [first, ...others] =
    coefficient === 1 && factors.length > 0 ? factors : [numberLiteral(coefficient), ...factors]
  if (first === undefined) throw new Error('a term without factors')
  return others.reduce(multiply, first)
}

function atomJs(factor: Atom, spell: SpellAxis): Js {
  if (factor.kind === 'axis') return spell(factor.axis)
  const quotient = divide(sizeJs(factor.numerator, spell), sizeJs(factor.divisor, spell))
  return call('Math.floor', [atom(quotient.text)])
}
