// Remainders and rounding in core instructions.
import type { Core } from '../../graph/core.ts'

/** a - b · ⌊a / b⌋, put right where the rounded quotient is off by one. */
export function expandMod<T>(core: Core<T>, a: T, b: T): T {
  const zero = core.constant(0)
  const quotient = core.let(core.floor(core.div(a, b)))
  // An infinite divisor times 0 would be NaN.
  const first = core.let(
    core.select(core.eq(quotient, zero), a, core.sub(a, core.mul(b, quotient))),
  )
  const isNegative = core.let(core.lt(b, zero))
  const isShort = core.select(isNegative, core.lt(zero, first), core.lt(first, zero))
  const isOver = core.select(isNegative, core.le(first, b), core.le(b, first))
  const lowered = core.select(isOver, core.sub(first, b), first)
  return core.select(isShort, core.add(first, b), lowered)
}

/** The nearest whole number; halves go to the even one. */
export function expandRound<T>(core: Core<T>, x: T): T {
  const half = core.constant(0.5)
  const below = core.let(core.floor(x))
  const rest = core.let(core.sub(x, below))
  const pairs = core.mul(below, half)
  const isOdd = core.ne(core.floor(pairs), pairs)
  const isUp = core.or(core.lt(half, rest), core.and(core.eq(rest, half), isOdd))
  return core.select(isUp, core.add(below, core.constant(1)), below)
}
