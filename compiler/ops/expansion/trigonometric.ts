// Sines and arcs in core instructions.
import type { Core } from '../../graph/core.ts'
import { inPrecision, isNaN, isNegative, nearest, oddly, polynomial } from './polynomial.ts'

/** π/2 in parts with few digits each, so that their products with quadrants are exact (to some 10^5 of them in f64). */
const halfPi = {
  f32: [1.5703125, 4.837512969970703125e-4, 7.549789954891882e-8],
  f64: [
    1.57079632673412561417, 6.0771005063039659766e-11, 2.0222662487111664558e-21,
    8.47842766036889956997e-32,
  ],
}

export function expandSin<T>(core: Core<T>, x: T): T {
  const { quadrant, r } = reduce(core, x)
  return oddQuadrant(core, quadrant, sinOf(core, r), cosOf(core, r))
}

/** A quarter turn ahead of the sine. */
export function expandCos<T>(core: Core<T>, x: T): T {
  const { quadrant, r } = reduce(core, x)
  return oddQuadrant(core, core.add(quadrant, core.constant(1)), sinOf(core, r), cosOf(core, r))
}

export function expandTan<T>(core: Core<T>, x: T): T {
  const { quadrant, r } = reduce(core, x)
  const sin = core.let(sinOf(core, r))
  const cos = core.let(cosOf(core, r))
  const isOdd = core.let(core.eq(modulo(core, quadrant, 2), core.constant(1)))
  return core.select(isOdd, core.neg(core.div(cos, sin)), core.div(sin, cos))
}

/** x = quadrant · π/2 + r with r in ±π/4. Where x is so large that no digit of r is left, r is 0; NaN for infinite x. */
function reduce<T>(core: Core<T>, x: T): { quadrant: T; r: T } {
  const quadrant = core.let(nearest(core, core.mul(x, core.constant(2 / Math.PI))))
  const rest = inPrecision(core, halfPi).reduce<T>(
    (left, part) => core.let(core.sub(left, core.mul(quadrant, core.constant(part)))),
    x,
  )
  const hasDigits = core.lt(core.abs(rest), core.constant(1))
  return { quadrant, r: core.let(core.select(hasDigits, rest, core.sub(x, x))) }
}

/** sin, cos, -sin, -cos. */
function oddQuadrant<T>(core: Core<T>, quadrant: T, sin: T, cos: T): T {
  const q = core.let(modulo(core, quadrant, 4))
  const isOdd = core.or(core.eq(q, core.constant(1)), core.eq(q, core.constant(3)))
  const value = core.let(core.select(isOdd, cos, sin))
  return core.select(core.lt(q, core.constant(2)), value, core.neg(value))
}

function modulo<T>(core: Core<T>, x: T, by: number): T {
  const quotient = core.floor(core.mul(x, core.constant(1 / by)))
  return core.sub(x, core.mul(quotient, core.constant(by)))
}

function sinOf<T>(core: Core<T>, r: T): T {
  const coefficients = alternating(inPrecision(core, { f32: 5, f64: 9 }), 1)
  return core.mul(r, polynomial(core, core.let(core.mul(r, r)), coefficients))
}

function cosOf<T>(core: Core<T>, r: T): T {
  const coefficients = alternating(inPrecision(core, { f32: 6, f64: 10 }), 0)
  return polynomial(core, core.let(core.mul(r, r)), coefficients)
}

/** (-1)^k / (2k + first)!. */
function alternating(count: number, first: 0 | 1): number[] {
  const coefficients: number[] = []
  let coefficient = 1
  for (let k = 0; k < count; k++) {
    coefficients.push(coefficient)
    coefficient /= -(2 * k + first + 1) * (2 * k + first + 2)
  }
  return coefficients
}

export function expandAtan<T>(core: Core<T>, x: T): T {
  const a = core.let(core.abs(x))
  const one = core.constant(1)
  const isSteep = core.let(core.lt(one, a))
  const arc = core.let(arcOfSlope(core, core.let(core.select(isSteep, core.div(one, a), a))))
  const complement = core.sub(core.constant(Math.PI / 2), arc)
  return oddly(core, x, core.select(isSteep, complement, arc))
}

/** atan(x / √(1 - x²)), with 1 - x² as a product that keeps its digits near 1. */
export function expandAsin<T>(core: Core<T>, x: T): T {
  const one = core.constant(1)
  const opposite = core.mul(core.sub(one, x), core.add(one, x))
  return expandAtan(core, core.let(core.div(x, core.sqrt(opposite))))
}

/** 2 · atan(√((1 - x) / (1 + x))). */
export function expandAcos<T>(core: Core<T>, x: T): T {
  const one = core.constant(1)
  const ratio = core.div(core.sub(one, x), core.add(one, x))
  return core.mul(core.constant(2), expandAtan(core, core.let(core.sqrt(ratio))))
}

/** The angle of the point (x, y), by the arc in its octant. */
export function expandAtan2<T>(core: Core<T>, y: T, x: T): T {
  const up = core.let(core.abs(y))
  const along = core.let(core.abs(x))
  const isSteep = core.let(core.lt(along, up))
  const shorter = core.let(core.select(isSteep, along, up))
  const longer = core.let(core.select(isSteep, up, along))
  // 0 / 0 and ∞ / ∞ are corners of the octant.
  const slope = core.select(
    core.eq(shorter, longer),
    core.select(core.eq(longer, core.constant(0)), core.constant(0), core.constant(1)),
    core.div(shorter, longer),
  )
  const arc = core.let(arcOfSlope(core, core.let(slope)))
  const complement = core.sub(core.constant(Math.PI / 2), arc)
  const right = core.let(core.select(isSteep, complement, arc))
  const left = core.sub(core.constant(Math.PI), right)
  const upper = core.let(core.select(isNegative(core, x), left, right))
  const angle = core.select(isNegative(core, y), core.neg(upper), upper)
  return core.select(core.or(isNaN(core, x), isNaN(core, y)), core.add(x, y), angle)
}

/** atan(t) for 0 ≤ t ≤ 1: from the nearest of 0, π/8, π/4, by atan(t) = c + atan((t - tan c) / (1 + t · tan c)). */
function arcOfSlope<T>(core: Core<T>, t: T): T {
  const nearest = <V>(pick: (angle: number) => V, choose: (limit: number, yes: V, no: V) => V): V =>
    choose(
      Math.tan(Math.PI / 16),
      pick(0),
      choose(Math.tan((3 * Math.PI) / 16), pick(Math.PI / 8), pick(Math.PI / 4)),
    )
  const choose = (limit: number, yes: T, no: T): T =>
    core.select(core.lt(t, core.constant(limit)), yes, no)
  const tangent = core.let(
    nearest((angle) => core.constant(angle === 0 ? 0 : Math.tan(angle)), choose),
  )
  const centre = nearest((angle) => core.constant(angle), choose)
  const over = core.sub(t, tangent)
  const u = core.let(core.div(over, core.add(core.constant(1), core.mul(t, tangent))))
  const count = inPrecision(core, { f32: 5, f64: 12 })
  const coefficients = Array.from({ length: count }, (_, k) => (k % 2 === 0 ? 1 : -1) / (2 * k + 1))
  const arc = core.mul(u, polynomial(core, core.let(core.mul(u, u)), coefficients))
  return core.add(centre, arc)
}
