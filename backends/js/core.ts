// The closed core of instructions, spelled in JavaScript: an operation's `expand` over this writes a function's body.
import type { Core } from '../../compiler/graph/core.ts'
import * as js from './js.ts'
import type { Js } from './js.ts'

export interface Writer {
  readonly core: Core<Js>
  /** The `const` lines that `let` has asked for, in order. */
  readonly lines: readonly string[]
  /** Runtime parts that the text calls. */
  readonly parts: ReadonlySet<string>
}

/**
 * `fresh` gives names for `let`, unused so far. JavaScript computes in doubles whatever the module stores, so
 * polynomials are written out for doubles.
 */
export function createWriter(fresh: () => string): Writer {
  const lines: string[] = []
  const parts = new Set<string>()
  const part = (name: string, operands: readonly Js[]): Js => {
    parts.add(name)
    return js.call(name, operands)
  }
  const core: Core<Js> = {
    precision: 'f64',
    constant: js.numberLiteral,
    add: js.add,
    sub: js.subtract,
    mul: js.multiply,
    div: js.divide,
    neg: js.negate,
    abs: (a) => js.call('Math.abs', [a]),
    sqrt: (a) => js.call('Math.sqrt', [a]),
    floor: (a) => js.call('Math.floor', [a]),
    lt: (a, b) => js.compare('<', a, b),
    le: (a, b) => js.compare('<=', a, b),
    eq: (a, b) => js.compare('===', a, b),
    ne: (a, b) => js.compare('!==', a, b),
    and: js.and,
    or: js.or,
    not: js.not,
    select: js.choose,
    exponent: (a) => part('$exponentOf', [a]),
    scale: (a, n) => part('$scaleBy', [a, n]),
    let(a) {
      if (/^[\w$.-]+$/.test(a.text)) return a
      const name = fresh()
      lines.push(`const ${name} = ${a.text}`)
      return js.atom(name, a.type)
    },
  }
  return { core, lines, parts }
}
