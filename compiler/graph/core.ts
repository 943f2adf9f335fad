// The closed core of instructions. Every scalar operation expands to it, and a backend spells nothing else.

/** Precision to which polynomials are written out. */
export type Precision = 'f32' | 'f64'

/**
 * Instructions over some representation T: numbers (to test expansions), or a backend's expressions.
 * Truth values are 0 and 1 of their own; integers are exact.
 */
export interface Core<T> {
  readonly precision: Precision
  constant(value: number): T
  add(a: T, b: T): T
  sub(a: T, b: T): T
  mul(a: T, b: T): T
  div(a: T, b: T): T
  neg(a: T): T
  abs(a: T): T
  sqrt(a: T): T
  floor(a: T): T
  /** IEEE: NaN compares false, except `ne`. */
  lt(a: T, b: T): T
  le(a: T, b: T): T
  eq(a: T, b: T): T
  ne(a: T, b: T): T
  and(a: T, b: T): T
  or(a: T, b: T): T
  not(a: T): T
  /** Evaluates only the side taken where that can be told apart. */
  select(condition: T, yes: T, no: T): T
  /** The e of x = m · 2^e with 1 ≤ |m| < 2, for finite x ≠ 0 (subnormals may give less). */
  exponent(a: T): T
  /** a · 2^n for whole n within [-2100, 2100], without an overflow in between. */
  scale(a: T, n: T): T
  /** Names a value that is used several times. */
  let(a: T): T
}
