// The error function and the gamma function's kin in core instructions; the oracle runs the same in f64.
import type { Core } from '../../graph/core.ts'
import {
  erfNarrow,
  erfWide,
  erfcNarrow,
  erfcWide,
  lgammaNarrow,
  lgammaWide,
} from './coefficients.ts'
import { expandExp, expandLog, expandPow } from './exponential.ts'
import { inPrecision, isNaN, nearest, oddly, polynomial } from './polynomial.ts'
import { expandSin, expandTan } from './trigonometric.ts'

export function expandErf<T>(core: Core<T>, x: T): T {
  const one = core.constant(1)
  const a = core.let(core.abs(x))
  const far = core.sub(one, erfcOfPositive(core, a))
  return core.select(core.lt(a, one), erfNearZero(core, x), oddly(core, x, far))
}

export function expandErfc<T>(core: Core<T>, x: T): T {
  const a = core.let(core.abs(x))
  const tail = core.let(erfcOfPositive(core, a))
  const far = core.select(core.lt(x, core.constant(0)), core.sub(core.constant(2), tail), tail)
  const near = core.sub(core.constant(1), erfNearZero(core, x))
  return core.select(core.lt(a, core.constant(0.5)), near, far)
}

function erfNearZero<T>(core: Core<T>, x: T): T {
  const u = core.sub(core.mul(core.constant(2), core.mul(x, x)), core.constant(1))
  return core.mul(
    x,
    polynomial(core, core.let(u), inPrecision(core, { f32: erfNarrow, f64: erfWide })),
  )
}

/** For x ≥ 0.5. exp(-x²) = exp(-z²) · exp((z - x) · (z + x)), z being x with few digits, so that z² is exact. */
function erfcOfPositive<T>(core: Core<T>, x: T): T {
  const one = core.constant(1)
  const three = core.constant(3)
  // Beyond 30 the result is 0 in either precision.
  const a = core.let(core.select(core.lt(x, core.constant(30)), x, core.constant(30)))
  const t = core.div(core.sub(a, three), core.add(a, three))
  const u = core.div(core.sub(core.mul(core.constant(7), t), one), core.constant(6))
  const coefficients = inPrecision(core, { f32: erfcNarrow, f64: erfcWide })
  const z = core.let(core.mul(core.floor(core.mul(a, core.constant(16))), core.constant(1 / 16)))
  const correction = core.mul(core.sub(z, a), core.add(z, a))
  const gauss = core.mul(
    expandExp(core, core.neg(core.mul(z, z))),
    expandExp(core, core.let(correction)),
  )
  const scaled = polynomial(core, core.let(u), coefficients)
  const value = core.div(core.mul(gauss, scaled), core.add(one, core.mul(core.constant(2), a)))
  return core.select(isNaN(core, x), x, value)
}

/** log |Γ(x)|; below ½ by reflection: log(π / |sin πx|) - lgamma(1 - x). */
export function expandLgamma<T>(core: Core<T>, x: T): T {
  const infinity = core.constant(Infinity)
  const isMirrored = core.let(core.lt(x, core.constant(0)))
  const positive = core.let(core.select(isMirrored, core.sub(core.constant(1), x), x))
  const value = core.let(lgammaOfPositive(core, positive))
  const sine = core.let(core.abs(sinPi(core, x)))
  const mirrored = core.sub(expandLog(core, core.div(core.constant(Math.PI), sine)), value)
  const known = core.select(isMirrored, mirrored, value)
  const isInfinite = core.eq(core.abs(x), infinity)
  return core.select(isInfinite, infinity, core.select(isNaN(core, x), x, known))
}

/** Near the zeros at 1 and 2 as (x - 1) · (x - 2) times a polynomial; further up by Stirling's series. */
function lgammaOfPositive<T>(core: Core<T>, x: T): T {
  const one = core.constant(1)
  const two = core.constant(2)
  const isSmall = core.let(core.lt(x, core.constant(3)))
  const small = core.let(core.select(isSmall, x, one))
  const isBelow = core.let(core.lt(small, one))
  const isAbove = core.let(core.lt(two, small))
  const y = core.let(
    core.select(isBelow, core.add(small, one), core.select(isAbove, core.sub(small, one), small)),
  )
  const u = core.let(core.sub(core.mul(two, y), core.constant(3)))
  const coefficients = inPrecision(core, { f32: lgammaNarrow, f64: lgammaWide })
  // Of x - 1 and x - 2, the one near 0 is taken from x itself.
  const zeros = core.select(
    isBelow,
    core.mul(small, core.sub(small, one)),
    core.select(
      isAbove,
      core.mul(core.sub(small, two), core.sub(small, core.constant(3))),
      core.mul(core.sub(small, one), core.sub(small, two)),
    ),
  )
  const inner = core.mul(core.let(zeros), polynomial(core, u, coefficients))
  // Γ(x + 1) = x · Γ(x), one way or the other.
  const step = core.select(isBelow, small, core.select(isAbove, core.sub(small, one), one))
  const logarithm = core.let(expandLog(core, core.let(step)))
  const nearby = core.add(inner, core.select(isBelow, core.neg(logarithm), logarithm))
  return core.select(
    isSmall,
    nearby,
    stirling(core, core.let(core.select(isSmall, core.constant(3), x))),
  )
}

/** (x - ½) · log x - x + ½ log 2π + Σ B2k / (2k · (2k - 1) · x^(2k-1)), from x + n on, where x · … · (x + n - 1) is divided out. */
function stirling<T>(core: Core<T>, x: T): T {
  const steps = inPrecision(core, { f32: 2, f64: 7 })
  let shifted = x
  let product = core.constant(1)
  for (let i = 0; i < steps; i++) {
    const isLow = core.let(core.lt(shifted, core.constant(steps + 2)))
    product = core.let(core.select(isLow, core.mul(product, shifted), product))
    shifted = core.let(core.select(isLow, core.add(shifted, core.constant(1)), shifted))
  }
  const inverse = core.let(core.div(core.constant(1), shifted))
  const coefficients = bernoulli
    .slice(0, inPrecision(core, { f32: 4, f64: 8 }))
    .map((number, i) => number / ((2 * i + 2) * (2 * i + 1)))
  const tail = core.mul(
    inverse,
    polynomial(core, core.let(core.mul(inverse, inverse)), coefficients),
  )
  const logarithm = core.sub(expandLog(core, shifted), core.constant(1))
  const power = core.mul(core.sub(shifted, core.constant(0.5)), logarithm)
  const constant = core.constant(0.5 * Math.log(2 * Math.PI) - 0.5)
  return core.sub(core.add(power, core.add(constant, tail)), expandLog(core, product))
}

/** The derivative of lgamma; below 0 by reflection: ψ(1 - x) - π / tan πx. */
export function expandDigamma<T>(core: Core<T>, x: T): T {
  const zero = core.constant(0)
  const isMirrored = core.let(core.lt(x, zero))
  const positive = core.let(core.select(isMirrored, core.sub(core.constant(1), x), x))
  const value = core.let(digammaOfPositive(core, positive))
  const cotangent = core.div(core.constant(Math.PI), tanPi(core, x))
  const isPole = core.eq(core.floor(x), x)
  const mirrored = core.select(isPole, core.constant(NaN), core.sub(value, cotangent))
  const known = core.select(isMirrored, mirrored, value)
  return core.select(core.eq(x, zero), core.constant(-Infinity), known)
}

/** ψ(x) = ψ(x + n) - Σ 1 / (x + i), and up there log x - 1 / 2x - Σ B2k / (2k · x^2k). */
function digammaOfPositive<T>(core: Core<T>, x: T): T {
  const one = core.constant(1)
  const steps = inPrecision(core, { f32: 4, f64: 9 })
  let shifted = x
  let sum = core.constant(0)
  for (let i = 0; i < steps; i++) {
    const isLow = core.let(core.lt(shifted, core.constant(steps + 1)))
    sum = core.let(core.select(isLow, core.add(sum, core.div(one, shifted)), sum))
    shifted = core.let(core.select(isLow, core.add(shifted, one), shifted))
  }
  const inverse = core.let(core.div(one, shifted))
  const square = core.let(core.mul(inverse, inverse))
  const coefficients = bernoulli
    .slice(0, inPrecision(core, { f32: 4, f64: 8 }))
    .map((number, i) => number / (2 * i + 2))
  const tail = core.add(
    core.mul(core.constant(0.5), inverse),
    core.mul(square, polynomial(core, square, coefficients)),
  )
  return core.sub(core.sub(expandLog(core, shifted), tail), sum)
}

/**
 * The nth derivative of digamma, for whole n ≥ 1: (-1)^(n+1) · n! · Σ 1 / (x + i)^(n+1). Below 0 by reflection for
 * n up to 3, which is as far as the derivatives of a loss go; beyond, NaN.
 */
export function expandPolygamma<T>(core: Core<T>, n: T, x: T): T {
  const one = core.constant(1)
  const isMirrored = core.let(core.lt(x, core.constant(0)))
  const positive = core.let(core.select(isMirrored, core.sub(one, x), x))
  const magnitude = core.let(polygammaOfPositive(core, n, positive))
  const half = core.mul(n, core.constant(0.5))
  const isOdd = core.let(core.ne(core.floor(half), half))
  const value = core.select(isOdd, magnitude, core.neg(magnitude))
  // ψn(x) = (-1)^n · ψn(1 - x) - dⁿ/dxⁿ π · cot πx; and (-1)^n · ψn(1 - x) = -magnitude.
  const c = core.let(core.div(one, tanPi(core, x)))
  const rising = core.let(core.add(one, core.mul(c, c)))
  const { PI } = Math
  const first = core.mul(core.constant(-PI * PI), rising)
  const second = core.mul(core.constant(2 * PI ** 3), core.mul(c, rising))
  const slope = core.add(one, core.mul(core.constant(3), core.mul(c, c)))
  const third = core.mul(core.constant(-2 * PI ** 4), core.mul(rising, slope))
  const isOrder = (order: number): T => core.eq(n, core.constant(order))
  const later = core.select(isOrder(3), third, core.constant(NaN))
  const derivative = core.select(isOrder(1), first, core.select(isOrder(2), second, later))
  const mirrored = core.sub(core.neg(magnitude), core.let(derivative))
  return core.select(isMirrored, mirrored, value)
}

/** n! · Σ 1 / (x + i)^(n+1): the first terms as they are, the others by Euler and Maclaurin's sum formula. */
function polygammaOfPositive<T>(core: Core<T>, n: T, x: T): T {
  const one = core.constant(1)
  const steps = inPrecision(core, { f32: 5, f64: 12 })
  let sum = core.constant(0)
  for (let i = 0; i < steps; i++) {
    const at = core.let(core.add(x, core.constant(i)))
    sum = core.let(core.add(sum, inversePower(core, at, core.add(n, one))))
  }
  const y = core.let(core.add(x, core.constant(steps)))
  const inverse = core.let(core.div(one, y))
  const square = core.let(core.mul(inverse, inverse))
  // y^-n / n + y^-(n+1) / 2 + Σ B2k · (n + 1) · … · (n + 2k - 1) / (2k)! · y^-(n+2k)
  let tail = core.let(core.add(core.div(one, n), core.mul(core.constant(0.5), inverse)))
  let factor = core.constant(0.5)
  for (const [i, number] of bernoulli.slice(0, inPrecision(core, { f32: 4, f64: 8 })).entries()) {
    const k = 2 * i + 2
    const plus = (offset: number): T => core.add(n, core.constant(offset))
    const grown =
      i === 0
        ? core.mul(factor, plus(1))
        : core.div(core.mul(factor, core.mul(plus(k - 2), plus(k - 1))), core.constant(k * (k - 1)))
    factor = core.let(core.mul(grown, square))
    tail = core.let(core.add(tail, core.mul(core.constant(number), factor)))
  }
  const factorial = core.let(factorialOf(core, n))
  return core.mul(factorial, core.add(sum, core.mul(inversePower(core, y, n), tail)))
}

function inversePower<T>(core: Core<T>, x: T, n: T): T {
  return expandPow(core, x, core.neg(n))
}

/** n! for the whole n that occur: 1, 2, 3, 4; above, exp(lgamma(n + 1)). */
function factorialOf<T>(core: Core<T>, n: T): T {
  const above = expandExp(core, expandLgamma(core, core.let(core.add(n, core.constant(1)))))
  return [1, 2, 6, 24].reduceRight<T>(
    (rest, factorial, i) =>
      core.select(core.eq(n, core.constant(i + 1)), core.constant(factorial), rest),
    above,
  )
}

/** sin πx and tan πx, of x less its nearest whole number, which is exact. */
function sinPi<T>(core: Core<T>, x: T): T {
  return expandSin(core, core.let(core.mul(core.constant(Math.PI), fractionOf(core, x))))
}
function tanPi<T>(core: Core<T>, x: T): T {
  return expandTan(core, core.let(core.mul(core.constant(Math.PI), fractionOf(core, x))))
}
function fractionOf<T>(core: Core<T>, x: T): T {
  return core.sub(x, nearest(core, x))
}

/** B2, B4, … */
const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510]
