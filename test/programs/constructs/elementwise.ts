// Operations element by element, each where it is smooth and tame.
import type { Value } from '../program.ts'
import { less, PASSING, widest, type Made, type Scope } from '../scope.ts'
import {
  around,
  hull,
  magnitude,
  minus,
  plus,
  scaled,
  times,
  withZero,
  type Construct,
  type Range,
} from './construct.ts'

/** Name, where it may be sampled, and where its values lie: the images of the ends, unless given. */
type Unary = readonly [
  name: string,
  from: number,
  to: number,
  image: Range | ((x: number) => number),
]

const unit = around(1)
const unary: readonly Unary[] = [
  ['sin', -6, 6, unit],
  ['cos', -6, 6, unit],
  ['tanh', -6, 6, Math.tanh],
  ['sigmoid', -6, 6, { low: 0, high: 1 }],
  ['logsigmoid', -6, 6, { low: -6.1, high: 0 }],
  ['softplus', -6, 6, (x) => Math.log1p(Math.exp(x))],
  ['atan', -6, 6, Math.atan],
  ['asinh', -6, 6, Math.asinh],
  ['erf', -6, 6, unit],
  ['erfc', -6, 6, { low: 0, high: 2 }],
  ['exp', -6, 2, Math.exp],
  ['expm1', -6, 2, Math.expm1],
  ['sinh', -2, 2, Math.sinh],
  ['cosh', -2, 2, { low: 1, high: 3.8 }],
  ['log', 0.1, 20, Math.log],
  ['sqrt', 0.1, 20, Math.sqrt],
  ['rsqrt', 0.1, 20, { low: 0.2, high: 3.2 }],
  ['lgamma', 0.3, 6, { low: -0.2, high: 5 }],
  ['digamma', 0.5, 6, { low: -2.1, high: 1.8 }],
  ['log1p', -0.8, 20, Math.log1p],
  ['acosh', 1.1, 20, Math.acosh],
  ['tan', -1.2, 1.2, Math.tan],
  ['asin', -0.9, 0.9, Math.asin],
  ['acos', -0.9, 0.9, { low: 0.4, high: 2.8 }],
  ['atanh', -0.9, 0.9, Math.atanh],
  ['relu', -6, 6, { low: 0, high: 6 }],
  ['relu6', -6, 9, { low: 0, high: 6 }],
  ['leaky_relu', -6, 6, { low: -0.1, high: 6 }],
  ['elu', -6, 6, { low: -1, high: 6 }],
  ['selu', -6, 4, { low: -2, high: 4.3 }],
  ['celu', -6, 6, { low: -1, high: 6 }],
  ['gelu', -6, 6, { low: -0.2, high: 6 }],
  ['silu', -6, 6, { low: -0.3, high: 6 }],
  ['mish', -6, 6, { low: -0.4, high: 6 }],
  ['hardtanh', -6, 6, unit],
  ['hardsigmoid', -6, 6, { low: 0, high: 1 }],
  ['hardswish', -6, 6, { low: -0.4, high: 6 }],
  ['softsign', -6, 6, unit],
  ['tanhshrink', -6, 6, around(5.1)],
  ['abs', -6, 6, { low: 0, high: 6 }],
  ['floor', -6, 6, { low: -6, high: 6 }],
  ['ceil', -6, 6, { low: -6, high: 6 }],
  ['round', -6, 6, { low: -6, high: 6 }],
  ['sign', -6, 6, unit],
  ['square', -3, 3, { low: 0, high: 9 }],
]

function apply(scope: Scope, value: Value, [name, from, to, image]: Unary): Made {
  const { low, high } = value
  // What lies elsewhere is moved to where the function is tame.
  const isInside = low >= from && high <= to
  const [middle, half] = [(from + to) / 2, (to - from) / 2]
  const moved = `${middle.toFixed(2)} + ${(0.95 * half).toFixed(3)} * tanh(${value.name})`
  const argument = isInside
    ? value.name
    : scope.draw.chance(0.5)
      ? moved
      : `clamp(${value.name}, ${from}, ${to})`
  const ends = isInside ? [low, high] : [from, to]
  const range =
    typeof image === 'function'
      ? hull(...ends.map((end) => ({ low: image(end), high: image(end) })))
      : image
  const isPiped = isInside && scope.draw.chance(0.2)
  const text = isPiped ? `${value.name} |> ${name}` : `${name}(${argument})`
  return { text, axes: value.axes, ...range }
}

/** Two that align. */
function pair(scope: Scope, isFit?: (value: Value) => boolean): [Value, Value] | null {
  const a = scope.real()
  const b = a === null ? null : scope.partner(a, isFit)
  return a === null || b === null ? null : [a, b]
}

function binary(
  name: string,
  text: (a: string, b: string) => string,
  range: (a: Range, b: Range) => Range,
  isFit?: (value: Value) => boolean,
): Construct {
  return {
    name,
    weight: 0.6,
    make: (scope) => {
      const found = pair(scope, isFit)
      if (found === null) return null
      const [a, b] = found
      return { text: text(a.name, b.name), axes: widest(a, b), ...range(a, b) }
    },
  }
}

const larger = (a: Range, b: Range): Range => hull(a, b)

export const elementwise: readonly Construct[] = [
  {
    name: 'unary',
    weight: 5,
    make: (scope) => {
      const value = scope.real()
      return value === null ? null : apply(scope, value, scope.draw.pick(unary))
    },
  },
  binary('add', (a, b) => `${a} + ${b}`, plus),
  binary('subtract', (a, b) => `${a} - ${b}`, minus),
  binary('multiply', (a, b) => `${a} * ${b}`, times),
  binary(
    'divide',
    (a, b) => `${a} / (1.2 + square(${b}))`,
    (a) => withZero(a),
  ),
  binary(
    'divide by positive',
    (a, b) => `${a} / exp(0.3 * ${b})`,
    (a, b) => scaled(withZero(a), Math.exp(0.3 * magnitude(b))),
  ),
  binary('max of two', (a, b) => `max(${a}, ${b})`, larger),
  binary('min of two', (a, b) => `min(${a}, ${b})`, larger),
  binary(
    'max of three',
    (a, b) => `max(${a}, 0.3 * ${b}, -0.4)`,
    (a, b) => hull(a, b, around(0.4)),
  ),
  binary(
    'atan2',
    (a, b) => `atan2(${a}, 1.5 + sin(${b}))`,
    () => around(1.6),
  ),
  binary(
    'logaddexp',
    (a, b) => `logaddexp(${a}, ${b})`,
    (a, b) => ({
      low: Math.max(a.low, b.low),
      high: Math.max(a.high, b.high) + 0.7,
    }),
  ),
  binary(
    'power',
    (a, b) => `(0.4 + sigmoid(${a})) ^ ${b}`,
    (_, b) => ({
      low: 0,
      high: Math.max(1.4 ** magnitude(b), 0.4 ** -magnitude(b)),
    }),
  ),
  binary(
    'modulo',
    (a, b) => `${a} % (1.1 + sigmoid(${b}))`,
    () => ({ low: 0, high: 2.1 }),
  ),
  {
    name: 'power by a constant',
    make: (scope) => {
      const value = scope.real()
      if (value === null) return null
      const exponent = scope.draw.pick(['2', '3', '2.0', '-1', '0.5', '-1.5'])
      const base = `(1.3 + sin(${value.name}))`
      return { text: `${base} ^ ${exponent}`, axes: value.axes, low: 0, high: 12.2 }
    },
  },
  {
    name: 'chain of terms',
    make: (scope) => {
      const a = scope.real()
      if (a === null) return null
      const [b, c] = [0, 1].map(() => scope.real(({ axes }) => less(axes, ...a.axes).length === 0))
      if (b == null || c == null) return null
      const [x, y, z] = scope.draw.shuffled([a, b, c])
      if (x === undefined || y === undefined || z === undefined) return null
      return scope.draw.chance(0.6)
        ? { text: `${x.name} - ${y.name} + ${z.name}`, axes: a.axes, ...plus(minus(x, y), z) }
        : { text: `${x.name} * ${y.name} * ${z.name}`, axes: a.axes, ...times(times(x, y), z) }
    },
  },
  {
    name: 'affine',
    make: (scope) => {
      const value = scope.real()
      if (value === null) return null
      const [by, shift] = [scope.draw.number(-2, 2), scope.draw.number(-1, 1)]
      const range = plus(scaled(value, Number(by)), { low: Number(shift), high: Number(shift) })
      return { text: `${by} * ${value.name} + ${shift}`, axes: value.axes, ...range }
    },
  },
  {
    name: 'clamp',
    make: (scope) => {
      const value = scope.real()
      if (value === null) return null
      return { text: `clamp(${value.name}, -0.7, 0.9)`, axes: value.axes, low: -0.7, high: 0.9 }
    },
  },
  {
    name: 'outer difference',
    make: (scope) => {
      const a = scope.real(({ axes }) => axes.length < 3)
      if (a === null) return null
      const b = scope.real(({ axes }) => less(axes, ...a.axes).length === 1)
      if (b === null) return null
      const [missing] = less(b.axes, ...a.axes)
      if (missing === undefined || missing === PASSING) return null
      const axes = [...a.axes, missing]
      return scope.fits(axes)
        ? { text: `${a.name}[+${missing}] - ${b.name}`, axes, ...minus(a, b) }
        : null
    },
  },
]
