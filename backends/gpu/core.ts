// The closed core of instructions as text of a kernel, in f32, with no operation that any mode of gpu.js gets wrong: no
// bits, no exponentials of its own, no literal for what is not finite.
import type { Core } from '../../compiler/graph/core.ts'
import {
  asNumber,
  atom,
  call,
  choose,
  compare,
  infix,
  join,
  negate,
  not,
  type Text,
} from './text.ts'

export interface Lines {
  readonly add: (line: string) => void
  readonly name: (wanted: string) => string
  /** A number as text, whichever way it has to reach the kernel. */
  readonly constant: (value: number) => Text
}

/** Of whole numbers, quotients that are rounded down, or that are whole where the divisor fits; or of any numbers. */
export type Quotients = 'floored' | 'whole' | 'real'

/** The devices' own division may be off by some units in the last place, also where the quotient is a whole number. */
export function textCore(lines: Lines, quotients: Quotients): Core<Text> {
  const { constant } = lines
  const named = (a: Text, wanted = 't'): Text => {
    if (a.isAtom && a.type === 'number' && /^[\w.]+$/.test(a.text)) return a
    const name = lines.name(wanted)
    lines.add(`const ${name} = ${asNumber(a).text};`)
    return a.type === 'number' ? atom(name) : { ...compare('<', atom('0.5'), atom(name)) }
  }
  const core: Core<Text> = {
    precision: 'f32',
    constant,
    add: (a, b) => infix('+', a, b),
    sub: (a, b) => infix('-', a, b),
    mul: (a, b) => infix('*', a, b),
    div: (a, b) => quotientOf(core, quotients, a, b),
    neg: negate,
    abs: (a) => call('Math.abs', a),
    sqrt: (a) => call('Math.sqrt', a),
    floor: (a) => call('Math.floor', a),
    lt: (a, b) => compare('<', a, b),
    le: (a, b) => compare('<=', a, b),
    eq: (a, b) => compare('==', a, b),
    ne: (a, b) => compare('!=', a, b),
    and: (a, b) => join('&&', a, b),
    or: (a, b) => join('||', a, b),
    not,
    select: (condition, yes, no) => {
      // A choice of truth values is one of numbers that is asked about again.
      const chosen = choose(condition, yes, no)
      if (yes.type === 'number' || no.type === 'number') return chosen
      return compare('<', constant(0.5), chosen)
    },
    exponent: (a) => writeExponent(lines, a),
    scale: (a, n) => writeScale(lines, a, n),
    let: (a) => named(a),
  }
  return core
}

function quotientOf(core: Core<Text>, quotients: Quotients, a: Text, b: Text): Text {
  switch (quotients) {
    case 'real':
      return infix('/', a, b)
    case 'floored': {
      const divisor = core.let(b)
      return infix('/', pastWhole(core, a, divisor), divisor)
    }
    case 'whole':
      return nearWhole(core, core.let(a), core.let(b))
    default:
      return quotients satisfies never
  }
}

/** The whole number beside a / b, where that times b is a. */
function nearWhole(core: Core<Text>, a: Text, b: Text): Text {
  const quotient = core.let(infix('/', a, b))
  const whole = core.let(core.floor(core.add(quotient, core.constant(0.5))))
  // -0 is beside 0, and stays.
  const isOff = core.and(core.ne(quotient, whole), core.eq(core.mul(whole, b), a))
  return core.select(isOff, whole, quotient)
}

/** a ± ½, so that ⌊(a ± ½) / b⌋ = ⌊a / b⌋ whatever the last bit of a division. */
function pastWhole(core: Core<Text>, a: Text, b: Text): Text {
  const half = core.constant(0.5)
  if (/^\d/.test(b.text)) return core.add(a, half)
  return core.add(a, core.select(core.lt(b, core.constant(0)), core.neg(half), half))
}

const steps = [64, 32, 16, 8, 4, 2, 1]

/** Small numbers are made large first, in two steps for those below 2^-63; then down from 2^64 by exact halves. */
function writeExponent({ add, name, constant }: Lines, x: Text): Text {
  const [m, e] = [name('m'), name('e')]
  const multiply = (by: number, condition: string, change: string): void =>
    add(`if (${condition}) { ${m} = ${m} * ${constant(by).text}; ${e} = ${e} ${change}; }`)
  add(`let ${m} = Math.abs(${asNumber(x).text});`)
  add(`let ${e} = 0.0;`)
  multiply(2 ** 86, `${m} < ${constant(2 ** -63).text}`, '- 86.0')
  multiply(2 ** 64, `${m} < 1.0`, '- 64.0')
  for (const step of steps) {
    multiply(2 ** -step, `${m} >= ${constant(2 ** step).text}`, `+ ${step}.0`)
  }
  return atom(e)
}

/** In three parts, none of which overflows where the whole does not. */
function writeScale(lines: Lines, a: Text, n: Text): Text {
  const { add, name } = lines
  const whole = name('n')
  const third = name('third')
  add(`const ${whole} = Math.max(-360.0, Math.min(360.0, ${asNumber(n).text}));`)
  add(`const ${third} = Math.floor((${whole} + 0.5) / 3.0);`)
  const outer = writePower(lines, atom(third))
  const inner = writePower(lines, infix('-', atom(whole), infix('*', atom('2.0'), atom(third))))
  return infix('*', infix('*', infix('*', a, outer), inner), outer)
}

/** 2^n for whole n from -126 to 126. */
function writePower({ add, name, constant }: Lines, n: Text): Text {
  const [of, left, power] = [name('n'), name('left'), name('power')]
  add(`const ${of} = ${n.text};`)
  add(`let ${left} = Math.abs(${of});`)
  add(`let ${power} = 1.0;`)
  for (const step of steps) {
    const [larger, smaller] = [constant(2 ** step).text, `${left} - ${step}.0`]
    add(`if (${left} >= ${step}.0) { ${power} = ${power} * ${larger}; ${left} = ${smaller}; }`)
  }
  const signed = name('power')
  add(`const ${signed} = (${of} < 0.0) ? (1.0 / ${power}) : ${power};`)
  return atom(signed)
}
