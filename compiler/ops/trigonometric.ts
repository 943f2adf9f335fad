// Angles.
import type { Interval, IntervalArithmetic } from '../graph/interval.ts'
import type { ScalarOperation } from '../graph/operation.ts'
import {
  expandAcos,
  expandAsin,
  expandAtan,
  expandAtan2,
  expandCos,
  expandSin,
  expandTan,
} from './expansion/trigonometric.ts'
import { binary, unary } from './row.ts'
import { around, positive, unit } from './samples.ts'

const sin = unary({
  name: 'sin',
  meaning: 'the sine',
  callable: true,
  // d sin x = cos x · dx
  derivative: ({ g, x: [x], build }) => [build.mul(g, build.op('cos', x))],
  evaluate: Math.sin,
  expand: expandSin,
  interval: (arithmetic) => arithmetic.of(-1, 1),
  domain: [around],
  price: 30,
})

const cos = unary({
  name: 'cos',
  meaning: 'the cosine',
  callable: true,
  // d cos x = -sin x · dx
  derivative: ({ g, x: [x], build }) => [build.neg(build.mul(g, build.op('sin', x)))],
  evaluate: Math.cos,
  expand: expandCos,
  interval: (arithmetic) => arithmetic.of(-1, 1),
  domain: [around],
  price: 30,
})

const tan = unary({
  name: 'tan',
  meaning: 'the tangent',
  callable: true,
  // d tan x = (1 + tan² x) · dx
  derivative: ({ g, y, build }) => [build.mul(g, build.add(build.constant(1), build.mul(y, y)))],
  evaluate: Math.tan,
  expand: expandTan,
  interval: (arithmetic) => arithmetic.real,
  domain: [{ from: -1.2, to: 1.2 }],
  price: 36,
})

const asin = unary({
  name: 'asin',
  meaning: 'the angle whose sine it is',
  callable: true,
  // d asin x = dx / √(1 - x²)
  derivative: ({ g, x: [x], build }) => [
    build.mul(g, build.op('rsqrt', build.sub(build.constant(1), build.mul(x, x)))),
  ],
  evaluate: Math.asin,
  expand: expandAsin,
  interval: (arithmetic, x) => arithmetic.increasing((end) => Math.asin(insideUnit(end)), x),
  domain: [unit],
  price: 40,
})

const acos = unary({
  name: 'acos',
  meaning: 'the angle whose cosine it is',
  callable: true,
  // d acos x = -dx / √(1 - x²)
  derivative: ({ g, x: [x], build }) => [
    build.neg(build.mul(g, build.op('rsqrt', build.sub(build.constant(1), build.mul(x, x))))),
  ],
  evaluate: Math.acos,
  expand: expandAcos,
  interval: (arithmetic, x) => arithmetic.decreasing((end) => Math.acos(insideUnit(end)), x),
  domain: [unit],
  price: 40,
})

const atan = unary({
  name: 'atan',
  meaning: 'the angle whose tangent it is',
  callable: true,
  // d atan x = dx / (1 + x²)
  derivative: ({ g, x: [x], build }) => [
    build.div(g, build.add(build.constant(1), build.mul(x, x))),
  ],
  evaluate: Math.atan,
  expand: expandAtan,
  interval: (arithmetic, x) => arithmetic.increasing(Math.atan, x),
  domain: [around],
  price: 30,
})

const atan2 = binary({
  name: 'atan2',
  meaning: 'the angle of the point (b, a)',
  callable: true,
  // d atan2(a, b) = (b · da - a · db) / (a² + b²)
  derivative: ({ g, x: [a, b], build }) => {
    const part = build.div(g, build.add(build.mul(a, a), build.mul(b, b)))
    return [build.mul(part, b), build.neg(build.mul(part, a))]
  },
  evaluate: Math.atan2,
  expand: expandAtan2,
  interval: anyAngle,
  domain: [around, positive],
  price: 36,
})

function anyAngle(arithmetic: IntervalArithmetic): Interval {
  return arithmetic.of(-Math.PI, Math.PI)
}

function insideUnit(x: number): number {
  return Math.min(Math.max(x, -1), 1)
}

export const trigonometric: readonly ScalarOperation[] = [sin, cos, tan, asin, acos, atan, atan2]
