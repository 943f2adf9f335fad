// The closed core of instructions. Every scalar operation expands to it, and a backend spells nothing else.

/** Precision to which polynomials are written out. */
export type Precision = 'f32' | 'f64'

/**
 * Instructions over some representation T: numbers (to test expansions), or a backend's expressions.
 * Truth values are 0 and 1 of their own; integers are exact.
 */
export interface Core<T> {
  readonly precision: Precision
  readonly constant: (value: number) => T
  readonly add: (a: T, b: T) => T
  readonly sub: (a: T, b: T) => T
  readonly mul: (a: T, b: T) => T
  readonly div: (a: T, b: T) => T
  readonly neg: (a: T) => T
  readonly abs: (a: T) => T
  readonly sqrt: (a: T) => T
  readonly floor: (a: T) => T
  /** IEEE: NaN compares false, except `ne`. */
  readonly lt: (a: T, b: T) => T
  readonly le: (a: T, b: T) => T
  readonly eq: (a: T, b: T) => T
  readonly ne: (a: T, b: T) => T
  readonly and: (a: T, b: T) => T
  readonly or: (a: T, b: T) => T
  readonly not: (a: T) => T
  /** Evaluates only the side taken where that can be told apart. */
  readonly select: (condition: T, yes: T, no: T) => T
  /** The e of x = m · 2^e with 1 ≤ |m| < 2, for finite x ≠ 0 (subnormals may give less). */
  readonly exponent: (a: T) => T
  /** a · 2^n for whole n within [-2100, 2100], without an overflow in between. */
  readonly scale: (a: T, n: T) => T
  /** Names a value that is used several times. */
  readonly let: (a: T) => T
}
