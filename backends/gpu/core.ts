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

/** The devices' own division may be off by 2.5 units in the last place, also where the quotient is a whole number. */
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
      if (/^\d/.test(b.text)) return overConstant(core, core.let(a), b)
      const { rough, quotient, rest } = divideWhole(core, a, b)
      const isApart = core.lt(rough, core.constant(0))
      const isBelow = core.lt(core.constant(0), rest)
      const lower = core.select(isBelow, core.constant(1), core.constant(0))
      return core.select(isApart, core.sub(core.neg(quotient), lower), quotient)
    }
    case 'whole': {
      const { rough, quotient, rest } = divideWhole(core, a, b)
      const isDown = core.lt(rough, core.constant(0))
      const signed = core.let(core.select(isDown, core.neg(quotient), quotient))
      // -0 is no other number than 0, and stays.
      const isOff = core.and(core.ne(rough, signed), core.eq(rest, core.constant(0)))
      return core.select(isOff, signed, rough)
    }
    default:
      return quotients satisfies never
  }
}

/**
 * ⌊a / b⌋ for a whole number b above 0, which the kernel says: a product with 1 / b is off by less than 1, which a rest
 * below 0 or past b tells.
 */
function overConstant(core: Core<Text>, a: Text, b: Text): Text {
  const product = core.mul(a, core.constant(1 / Number(b.text)))
  // Halves are exact.
  if (Number.isInteger(Math.log2(Number(b.text)))) return core.let(core.floor(product))
  const near = core.let(core.floor(product))
  const past = core.let(core.sub(a, core.mul(near, b)))
  const [none, one] = [core.constant(0), core.constant(1)]
  const isLess = core.lt(past, none)
  const change = core.select(isLess, core.neg(one), core.select(core.lt(past, b), none, one))
  return core.let(core.add(near, change))
}

/** Below 1 by more than a division is off, and the product with this: 2.5 and half a unit in the last place. */
const below = 1 - 2 ** -21

/**
 * |a| over |b|, down to a whole number, and what is left, for whole numbers up to 2^24; besides, a / b as the device has
 * it. A quotient that is never too large, by 13 at most too small, times the divisor is exact, so the rest of it is; that
 * of the rest is by 1 at most too small.
 */
function divideWhole(
  core: Core<Text>,
  a: Text,
  b: Text,
): { readonly rough: Text; readonly quotient: Text; readonly rest: Text } {
  const [dividend, divisor] = [core.let(core.abs(a)), core.let(core.abs(b))]
  const rough = core.let(infix('/', a, b))
  const lowered = (quotient: Text): Text =>
    core.let(core.floor(core.mul(quotient, core.constant(below))))
  const most = lowered(core.abs(rough))
  const left = core.let(core.sub(dividend, core.mul(most, divisor)))
  // An infinite quotient leaves NaN, and stays.
  const isMore = core.le(divisor, left)
  const more = lowered(core.select(isMore, infix('/', left, divisor), core.constant(0)))
  const last = core.let(core.sub(left, core.mul(more, divisor)))
  const isOneMore = core.le(divisor, last)
  const one = core.select(isOneMore, core.constant(1), core.constant(0))
  return {
    rough,
    quotient: core.let(core.add(core.add(most, more), one)),
    rest: core.let(core.select(isOneMore, core.sub(last, divisor), last)),
  }
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
