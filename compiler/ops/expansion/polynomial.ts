// Polynomials and small words that the expansions share.
import type { Core } from '../../graph/core.ts'

/** c0 + x · (c1 + x · (c2 + …)). */
export function polynomial<T>(core: Core<T>, x: T, coefficients: readonly number[]): T {
  const [last = 0, ...others] = coefficients.toReversed()
  return others.reduce<T>(
    (sum, coefficient) => core.add(core.mul(sum, x), core.constant(coefficient)),
    core.constant(last),
  )
}

/** The coefficients that are enough for the core's precision. */
export function inPrecision<T, C>(core: Core<T>, choices: { readonly f32: C; readonly f64: C }): C {
  return choices[core.precision]
}

/** 1, then each coefficient from the one before it: `count` of them. */
export function series(count: number, next: (previous: number, i: number) => number): number[] {
  const coefficients = [1]
  for (let i = 1; i < count; i++) coefficients.push(next(coefficients[i - 1] ?? 0, i))
  return coefficients
}

export function isNaN<T>(core: Core<T>, x: T): T {
  return core.ne(x, x)
}

/** min(max(x, lo), hi), where NaN becomes hi: for arguments of instructions that take no NaN. */
export function within<T>(core: Core<T>, x: T, lo: number, hi: number): T {
  const least = core.constant(lo)
  const most = core.constant(hi)
  return core.select(core.lt(x, most), core.select(core.lt(x, least), least, x), most)
}

/** Of an odd function from its values at x ≥ 0. */
export function oddly<T>(core: Core<T>, x: T, atPositive: T): T {
  const value = core.let(atPositive)
  return core.select(core.lt(x, core.constant(0)), core.neg(value), value)
}

export function nearest<T>(core: Core<T>, x: T): T {
  return core.floor(core.add(x, core.constant(0.5)))
}

/** Below 0, or -0. */
export function isNegative<T>(core: Core<T>, x: T): T {
  const zero = core.constant(0)
  const isNegativeZero = core.and(core.eq(x, zero), core.lt(core.div(core.constant(1), x), zero))
  return core.or(core.lt(x, zero), isNegativeZero)
}
