// exp, log and their kin in core instructions.
import type { Core } from '../../graph/core.ts'
import {
  inPrecision,
  isNaN,
  isNegative,
  nearest,
  oddly,
  polynomial,
  series,
  within,
} from './polynomial.ts'

/** ln 2 in two parts; the first has so few digits that its products with exponents are exact. */
const ln2 = {
  f32: { high: 0.693359375, low: -0.00021219444005469057 },
  f64: { high: 6.9314718036912381649e-1, low: 1.90821492927058770002e-10 },
}

/** Beyond these, exp is 0 or infinite. */
const expRange = { f32: { lo: -105, hi: 90 }, f64: { lo: -747, hi: 711 } }

/** exp(x) = 2^k · exp(r) with r = x - k · ln 2 in ±ln 2 / 2. */
export function expandExp<T>(core: Core<T>, x: T): T {
  const { lo, hi } = inPrecision(core, expRange)
  const { high, low } = inPrecision(core, ln2)
  const inside = core.let(within(core, x, lo, hi))
  const k = core.let(nearest(core, core.mul(inside, core.constant(Math.LOG2E))))
  const reduced = core.sub(inside, core.mul(k, core.constant(high)))
  const r = core.let(core.sub(reduced, core.mul(k, core.constant(low))))
  const value = core.scale(polynomial(core, r, expSeries(core)), k)
  return core.select(isNaN(core, x), x, value)
}

/** exp(x) - 1; near 0 from the series, which begins with x. */
export function expandExpm1<T>(core: Core<T>, x: T): T {
  const [, ...coefficients] = expSeries(core)
  const nearZero = core.mul(x, polynomial(core, x, coefficients))
  const isNear = core.lt(core.abs(x), core.constant(0.35))
  return core.select(isNear, nearZero, core.sub(expandExp(core, x), core.constant(1)))
}

/** 1 / k!, enough of them for |r| ≤ 0.35. */
function expSeries<T>(core: Core<T>): number[] {
  return series(inPrecision(core, { f32: 8, f64: 14 }), (previous, i) => previous / i)
}

/** log(x) = e · ln 2 + log(m) with x = m · 2^e and m in √½ … √2. */
export function expandLog<T>(core: Core<T>, x: T): T {
  const infinity = core.constant(Infinity)
  const zero = core.constant(0)
  const isOrdinary = core.let(core.and(core.lt(zero, x), core.lt(x, infinity)))
  const { exponent, mantissa } = split(core, core.select(isOrdinary, x, core.constant(1)))
  const { high, low } = inPrecision(core, ln2)
  const tail = core.add(
    logOfOnePlus(core, core.sub(mantissa, core.constant(1))),
    core.mul(exponent, core.constant(low)),
  )
  const value = core.add(core.mul(exponent, core.constant(high)), tail)
  const atEdge = core.select(
    core.eq(x, zero),
    core.constant(-Infinity),
    core.select(core.eq(x, infinity), x, core.constant(NaN)),
  )
  return core.select(isOrdinary, value, atEdge)
}

/** log(1 + x); near 0 without the sum. */
export function expandLog1p<T>(core: Core<T>, x: T): T {
  const isNear = core.let(
    core.and(core.lt(core.constant(-0.29), x), core.lt(x, core.constant(0.41))),
  )
  const nearZero = logOfOnePlus(core, core.select(isNear, x, core.constant(0)))
  return core.select(isNear, nearZero, expandLog(core, core.add(core.constant(1), x)))
}

/** x = mantissa · 2^exponent with the mantissa in √½ … √2. */
function split<T>(core: Core<T>, x: T): { exponent: T; mantissa: T } {
  const value = core.let(x)
  const e = core.let(core.exponent(value))
  const m = core.let(core.scale(value, core.neg(e)))
  const isLarge = core.let(core.lt(core.constant(Math.SQRT2), m))
  return {
    exponent: core.let(core.add(e, core.select(isLarge, core.constant(1), core.constant(0)))),
    mantissa: core.let(core.select(isLarge, core.mul(m, core.constant(0.5)), m)),
  }
}

/** log(1 + f) = 2 · artanh(s) = 2s · (1 + s²/3 + s⁴/5 + …) with s = f / (2 + f), for -0.3 < f < 0.42. */
function logOfOnePlus<T>(core: Core<T>, f: T): T {
  const s = core.let(core.div(f, core.add(core.constant(2), f)))
  const square = core.let(core.mul(s, s))
  const count = inPrecision(core, { f32: 5, f64: 11 })
  const coefficients = Array.from({ length: count }, (_, k) => 2 / (2 * k + 1))
  return core.mul(s, polynomial(core, square, coefficients))
}

/** x^y = 2^(y · log2 |x|), with its sign for a negative base and a whole exponent. As C's pow, also at the edges. */
export function expandPow<T>(core: Core<T>, x: T, y: T): T {
  const zero = core.constant(0)
  const one = core.constant(1)
  const base = core.let(core.abs(x))
  const half = core.mul(y, core.constant(0.5))
  const isWhole = core.let(core.eq(core.floor(y), y))
  const isOdd = core.and(isWhole, core.ne(core.floor(half), half))
  const magnitude = core.let(core.select(core.eq(base, one), one, powerOfPositive(core, base, y)))
  // (-2)^0.5 is no number; 0 and ∞ have powers whatever their sign.
  const hasPower = core.or(
    isWhole,
    core.or(core.eq(base, zero), core.eq(base, core.constant(Infinity))),
  )
  const negative = core.select(hasPower, magnitude, core.constant(NaN))
  const ofNegative = core.select(isOdd, core.neg(magnitude), negative)
  const signed = core.select(isNegative(core, x), ofNegative, magnitude)
  const isOne = core.or(core.eq(y, zero), core.eq(x, one))
  const known = core.select(isNaN(core, y), y, signed)
  return core.select(isOne, one, core.select(isNaN(core, x), x, known))
}

/** The whole part of the exponent of 2 is taken out before it can cost digits. */
function powerOfPositive<T>(core: Core<T>, base: T, y: T): T {
  const isOrdinary = core.let(
    core.and(core.lt(core.constant(0), base), core.lt(base, core.constant(Infinity))),
  )
  const { exponent, mantissa } = split(core, core.select(isOrdinary, base, core.constant(1)))
  // y · e exactly: y in two parts, the first with few digits behind the point.
  const coarse = core.let(
    core.mul(core.floor(core.mul(y, core.constant(4096))), core.constant(1 / 4096)),
  )
  const product = core.let(core.mul(coarse, exponent))
  const isTame = core.let(core.lt(core.abs(product), core.constant(4000)))
  const whole = core.let(core.select(isTame, core.floor(product), core.constant(0)))
  const fraction = core.add(core.sub(product, whole), core.mul(core.sub(y, coarse), exponent))
  const logarithm = core.mul(y, logOfOnePlus(core, core.sub(mantissa, core.constant(1))))
  const rest = core.let(core.add(core.mul(fraction, core.constant(Math.LN2)), logarithm))
  // exp's own exponent joins the whole part in one scaling, which may end at 0 or infinity.
  const k = core.let(
    nearest(core, core.mul(within(core, rest, -3000, 3000), core.constant(Math.LOG2E))),
  )
  const { high, low } = inPrecision(core, ln2)
  const reduced = core.sub(
    core.sub(rest, core.mul(k, core.constant(high))),
    core.mul(k, core.constant(low)),
  )
  const exponential = polynomial(core, core.let(within(core, reduced, -1, 1)), expSeries(core))
  const sum = core.let(core.add(whole, k))
  const value = core.scale(exponential, within(core, sum, -2100, 2100))
  const isFinite = core.and(isTame, core.lt(core.abs(rest), core.constant(3000)))
  // Far outside, or at base 0 or ∞, only the direction counts: that of y against that of log(base).
  const rises = core.eq(core.lt(core.constant(1), base), core.lt(core.constant(0), y))
  const far = core.select(rises, core.constant(Infinity), core.constant(0))
  return core.select(core.and(isOrdinary, isFinite), value, far)
}

/** From e = expm1(-2|x|): tanh |x| = -e / (2 + e). */
export function expandTanh<T>(core: Core<T>, x: T): T {
  const e = core.let(expandExpm1(core, core.mul(core.constant(-2), core.abs(x))))
  return oddly(core, x, core.div(core.neg(e), core.add(core.constant(2), e)))
}

/** Near 0 from expm1; else from exp(|x| / 2), which does not overflow before the result does. */
export function expandSinh<T>(core: Core<T>, x: T): T {
  const a = core.let(core.abs(x))
  const one = core.constant(1)
  const half = core.constant(0.5)
  const e = core.let(expandExpm1(core, core.select(core.lt(a, one), a, core.constant(0))))
  const nearZero = core.mul(half, core.add(e, core.div(e, core.add(e, one))))
  const h = core.let(expandExp(core, core.mul(half, a)))
  const far = core.sub(core.mul(core.mul(half, h), h), core.div(core.div(half, h), h))
  return oddly(core, x, core.select(core.lt(a, one), nearZero, far))
}

export function expandCosh<T>(core: Core<T>, x: T): T {
  const half = core.constant(0.5)
  const h = core.let(expandExp(core, core.mul(half, core.abs(x))))
  return core.add(core.mul(core.mul(half, h), h), core.div(core.div(half, h), h))
}

/** log(|x| + √(x² + 1)) = log1p(|x| + x² / (1 + √(x² + 1))); far out log(2|x|). */
export function expandAsinh<T>(core: Core<T>, x: T): T {
  const one = core.constant(1)
  const a = core.let(core.abs(x))
  const isFar = core.let(core.lt(core.constant(farOut(core)), a))
  const tame = core.let(core.select(isFar, one, a))
  const square = core.let(core.mul(tame, tame))
  const root = core.add(one, core.sqrt(core.add(square, one)))
  const value = expandLog1p(core, core.add(tame, core.div(square, root)))
  const far = core.add(expandLog(core, a), core.constant(Math.LN2))
  return oddly(core, x, core.select(isFar, far, value))
}

/** log(x + √(x² - 1)) = log1p(t + √(t · (t + 2))) with t = x - 1; far out log(2x). */
export function expandAcosh<T>(core: Core<T>, x: T): T {
  const one = core.constant(1)
  const isFar = core.let(core.lt(core.constant(farOut(core)), x))
  const t = core.let(core.sub(core.select(isFar, one, x), one))
  const root = core.sqrt(core.mul(t, core.add(t, core.constant(2))))
  const far = core.add(expandLog(core, x), core.constant(Math.LN2))
  const value = core.select(isFar, far, expandLog1p(core, core.add(t, root)))
  return core.select(core.lt(x, one), core.constant(NaN), value)
}

/** ½ · log((1 + x) / (1 - x)) = ½ · log1p(2x / (1 - x)). */
export function expandAtanh<T>(core: Core<T>, x: T): T {
  const one = core.constant(1)
  const a = core.let(core.abs(x))
  const ratio = core.div(core.mul(core.constant(2), a), core.sub(one, a))
  const value = core.mul(core.constant(0.5), expandLog1p(core, core.let(ratio)))
  return oddly(core, x, core.select(core.lt(one, a), core.constant(NaN), value))
}

/** Where 1 no longer counts beside x². */
function farOut<T>(core: Core<T>): number {
  return inPrecision(core, { f32: 2 ** 14, f64: 2 ** 28 })
}

/** 1 / (1 + exp(-x)) with an exponential that cannot overflow. */
export function expandSigmoid<T>(core: Core<T>, x: T): T {
  const one = core.constant(1)
  const e = core.let(expandExp(core, core.neg(core.abs(x))))
  const over = core.select(core.lt(x, core.constant(0)), e, one)
  return core.div(over, core.add(one, e))
}

/** max(x, 0) + log(1 + exp(-|x|)). */
export function expandSoftplus<T>(core: Core<T>, x: T): T {
  const zero = core.constant(0)
  const tail = expandLog1p(core, core.let(expandExp(core, core.neg(core.abs(x)))))
  return core.add(core.select(core.lt(x, zero), zero, x), tail)
}

/** log sigmoid(x) = -softplus(-x). */
export function expandLogsigmoid<T>(core: Core<T>, x: T): T {
  return core.neg(expandSoftplus(core, core.neg(x)))
}

/** max(a, b) + log(1 + exp(-|a - b|)); of equal infinities, which have no difference, their sum with ln 2. */
export function expandLogaddexp<T>(core: Core<T>, a: T, b: T): T {
  const isNaN = core.or(core.ne(a, a), core.ne(b, b))
  const greater = core.select(core.lt(a, b), b, a)
  const gap = core.select(core.eq(a, b), core.constant(0), core.abs(core.sub(a, b)))
  const tail = expandLog1p(core, core.let(expandExp(core, core.neg(core.let(gap)))))
  return core.select(isNaN, core.add(a, b), core.add(greater, tail))
}
