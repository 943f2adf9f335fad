// Reductions and normalisers, over some axes, over all, over all but some.
import type { Value } from '../program.ts'
import { less, type Made, type Scope } from '../scope.ts'
import { around, magnitude, withZero, type Construct, type Range } from './construct.ts'

interface Over {
  readonly value: Value
  /** `[N, D]`, or nothing. */
  readonly brackets: string
  readonly suffix: string
  readonly left: readonly string[]
  readonly count: number
}

function over(scope: Scope, least = 1, most = 9): Over | null {
  const found = scope.along((_, axis) => scope.size(axis) >= least)
  if (found === null) return null
  const [value, axis] = found
  const lengthOf = (axes: readonly string[]): number =>
    axes.reduce((n, each) => n * scope.size(each), 1)
  if (!scope.isBody && scope.draw.chance(0.15) && lengthOf(value.axes) <= most) {
    return { value, brackets: '', suffix: '', left: [], count: lengthOf(value.axes) }
  }
  const named = value.axes.filter((each) => scope.has(each))
  const chosen = scope.draw.chance(0.3) ? named : [axis]
  if (lengthOf(chosen) > most) return null
  const list = scope.draw.shuffled(chosen).join(', ')
  return {
    value,
    brackets: `[${list}]`,
    suffix: '',
    left: less(value.axes, ...chosen),
    count: lengthOf(chosen),
  }
}

function reduction(
  name: string,
  range: (value: Value, count: number) => Range,
  { least = 1, most = 30, options = '', weight = 0.7 } = {},
): Construct {
  return {
    name,
    weight,
    make: (scope) => {
      const found = over(scope, least, most)
      if (found === null) return null
      const { value, brackets, left, count } = found
      return {
        text: `${name}${brackets}(${value.name}${options})`,
        axes: left,
        ...range(value, count),
      }
    },
  }
}

function within(value: Value): Range {
  return { low: value.low, high: value.high }
}

function allBut(
  name: 'sum' | 'mean' | 'var',
  range: (value: Value, count: number) => Range,
): Construct {
  return {
    name: `${name}_except`,
    weight: 0.4,
    make: (scope) => {
      if (scope.isBody) return null
      const found = scope.along(({ axes }) => axes.length >= 2)
      if (found === null) return null
      const [value, axis] = found
      const count = less(value.axes, axis).reduce((n, each) => n * scope.size(each), 1)
      if (name === 'var' && count < 2) return null
      return {
        text: `${name}_except[${axis}](${value.name})`,
        axes: [axis],
        ...range(value, count),
      }
    },
  }
}

/** Over one axis, which stays. */
function normaliser(
  name: string,
  range: (value: Value) => Range,
  options: readonly string[] = [''],
): Construct {
  return {
    name,
    weight: 0.6,
    make: (scope): Made | null => {
      const found = scope.along()
      if (found === null) return null
      const [value, axis] = found
      const text = `${name}[${axis}](${value.name}${scope.draw.pick(options)})`
      return { text, axes: value.axes, ...range(value) }
    },
  }
}

const unit = (): Range => ({ low: 0, high: 1 })

export const reductions: readonly Construct[] = [
  reduction(
    'sum',
    (value, count) => ({
      low: Math.min(count * value.low, value.low),
      high: Math.max(value.high, count * value.high),
    }),
    { weight: 1.2 },
  ),
  reduction('mean', within, { weight: 1.2 }),
  reduction('prod', (value, count) => around(Math.max(1, magnitude(value)) ** count), { most: 6 }),
  reduction('max', within),
  reduction('min', within),
  reduction(
    'logsumexp',
    (value, count) => ({ low: value.low, high: value.high + Math.log(count) }),
    { weight: 1 },
  ),
  reduction('var', (value) => ({ low: 0, high: 4 * magnitude(value) ** 2 }), { least: 2 }),
  reduction('var', (value) => ({ low: 0, high: magnitude(value) ** 2 }), {
    options: ', correction = 0',
  }),
  reduction('std', (value) => ({ low: 0, high: 2 * magnitude(value) }), { least: 2 }),
  reduction('norm', (value, count) => ({ low: 0, high: count * magnitude(value) })),
  reduction('norm', (value, count) => ({ low: 0, high: count * magnitude(value) }), {
    options: ', p = 1',
    weight: 0.3,
  }),
  reduction('norm', (value, count) => ({ low: 0, high: count * magnitude(value) }), {
    options: ', p = 3',
    weight: 0.3,
  }),
  reduction('norm', (value) => ({ low: 0, high: magnitude(value) }), {
    options: ', p = inf',
    weight: 0.3,
  }),
  allBut('sum', (value, count) => withZero({ low: count * value.low, high: count * value.high })),
  allBut('mean', within),
  allBut('var', (value) => ({ low: 0, high: 4 * magnitude(value) ** 2 })),
  normaliser('softmax', unit),
  normaliser('softmin', unit),
  normaliser('log_softmax', (value) => ({ low: value.low - value.high - 3, high: 0 })),
  normaliser('layer_norm', () => around(2.5)),
  normaliser('rms_norm', () => around(2.5), ['', ', eps = 0.01']),
  normaliser('instance_norm', () => around(2.5)),
  normaliser('normalize', () => around(1), ['', ', p = 3']),
  {
    name: 'argmax and lookup',
    make: (scope) => {
      const found = scope.along()
      if (found === null) return null
      const [value, axis] = found
      const other = scope.real(
        ({ axes }) => axes.includes(axis) && less(value.axes, ...axes).length === 0,
      )
      if (other === null) return null
      const name = scope.draw.pick(['argmax', 'argmin'])
      const text = `${other.name}[${axis} = ${name}[${axis}](${value.name})]`
      return { text, axes: less(other.axes, axis), ...within(other) }
    },
  },
  {
    name: 'argmax as label',
    weight: 0.4,
    make: (scope) => {
      const found = scope.along()
      if (found === null || found[0].axes.length > 2) return null
      const [value, axis] = found
      const text = `argmax[${axis}](${value.name})`
      return {
        text,
        axes: less(value.axes, axis),
        low: 0,
        high: scope.size(axis),
        kind: 'class',
        of: axis,
      }
    },
  },
  {
    name: 'any, all, count',
    weight: 0.6,
    make: (scope) => {
      const found = scope.along()
      const held = scope.real()
      if (found === null || held === null) return null
      const [value, axis] = found
      const left = less(value.axes, axis)
      if (less(left, ...held.axes).length > 0) return null
      const [text, range] = scope.draw.pick([
        [`if any[${axis}](${value.name} > 0.2) then ${held.name} else 0.4`, around(0.4)],
        [`if all[${axis}](${value.name} > -0.3) then ${held.name} else 0.4`, around(0.4)],
        [
          `${held.name} + 0.3 * sum[${axis}](${value.name} > 0.1)`,
          { low: held.low, high: held.high + 3 },
        ],
        [
          `${held.name} + mean[${axis}](${value.name} > 0.1)`,
          { low: held.low, high: held.high + 1 },
        ],
      ] as const)
      return {
        text,
        axes: held.axes,
        low: Math.min(held.low, range.low),
        high: Math.max(held.high, range.high),
      }
    },
  },
]
