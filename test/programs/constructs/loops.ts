// What runs along an axis: running totals, sorting, recurrences.
import { less } from '../scope.ts'
import { around, magnitude, type Construct, type Range } from './construct.ts'

function running(name: string, range: (most: number, count: number) => Range): Construct {
  return {
    name,
    weight: 0.5,
    make: (scope) => {
      const found = scope.along()
      if (found === null) return null
      const [value, axis] = found
      const text = `${name}[${axis}](${value.name})`
      return { text, axes: value.axes, ...range(magnitude(value), scope.size(axis)) }
    },
  }
}

export const loops: readonly Construct[] = [
  running('cumsum', (most, count) => around(most * count)),
  running('cumprod', (most, count) => around(Math.max(1, most) ** count)),
  running('cummax', (most) => around(most)),
  running('logcumsumexp', (most, count) => around(most + Math.log(count))),
  running('sort', (most) => around(most)),
  {
    name: 'scan',
    weight: 0.6,
    make: (scope) => {
      const found = scope.along()
      if (found === null) return null
      const [value, axis] = found
      const text = `scan[${axis}]((s, v) => tanh(0.6 * s + v) * 1.1, 0.2, ${value.name})`
      return { text, axes: value.axes, ...around(1.1) }
    },
  },
  {
    name: 'fold',
    weight: 0.6,
    make: (scope) => {
      const found = scope.along()
      if (found === null) return null
      const [value, axis] = found
      const text = `fold[${axis}]((s, v) => 0.5 * s + sin(s * v) + 0.1, 0.3, ${value.name})`
      return { text, axes: less(value.axes, axis), ...around(3) }
    },
  },
]
