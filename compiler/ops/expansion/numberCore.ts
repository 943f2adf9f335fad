// The core of instructions over plain numbers: runs expansions in the oracle and in tests.
import type { Core, Precision } from '../../graph/core.ts'

/** In 'f32' every result is rounded to single precision, as a backend's would be. */
export function numberCore(precision: Precision): Core<number> {
  const round = precision === 'f32' ? Math.fround : (x: number): number => x
  const truth = (condition: boolean): number => (condition ? 1 : 0)
  return {
    precision,
    constant: round,
    add: (a, b) => round(a + b),
    sub: (a, b) => round(a - b),
    mul: (a, b) => round(a * b),
    div: (a, b) => round(a / b),
    neg: (a) => -a,
    abs: Math.abs,
    sqrt: (a) => round(Math.sqrt(a)),
    floor: Math.floor,
    lt: (a, b) => truth(a < b),
    le: (a, b) => truth(a <= b),
    eq: (a, b) => truth(a === b),
    ne: (a, b) => truth(a !== b),
    and: (a, b) => truth(a !== 0 && b !== 0),
    or: (a, b) => truth(a !== 0 || b !== 0),
    not: (a) => truth(a === 0),
    select: (condition, yes, no) => (condition !== 0 ? yes : no),
    exponent,
    scale: (a, n) => round(scale(a, n)),
    let: (a) => a,
  }
}

const bits = new DataView(new ArrayBuffer(8))

function exponent(x: number): number {
  bits.setFloat64(0, x)
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023
}

/** In three factors, so that none of them overflows or loses digits before the last. */
function scale(x: number, n: number): number {
  const third = Math.trunc(n / 3)
  const factor = 2 ** third
  return x * factor * 2 ** (n - 2 * third) * factor
}
