// Products with a sum, weighted means, joining, and constants with axes.
import type { Value } from '../program.ts'
import { less, union, widest } from '../scope.ts'
import { around, hull, magnitude, times, withZero, type Construct } from './construct.ts'

export const products: readonly Construct[] = [
  {
    name: 'dot',
    weight: 2.5,
    make: (scope) => {
      const found = scope.along()
      if (found === null) return null
      const [a, axis] = found
      const operands: Value[] = [a]
      const count = scope.draw.pick([1, 1, 1, 2])
      for (let i = 0; i < count; i++) {
        const all = operands.flatMap(({ axes }) => axes)
        const next = scope.real(({ axes }) => axes.includes(axis) && scope.fits(union(all, axes)))
        if (next === null) return null
        operands.push(next)
      }
      const all = operands.reduce<string[]>((axes, value) => union(axes, value.axes), [])
      const shared = all.filter(
        (each) => scope.has(each) && operands.every(({ axes }) => axes.includes(each)),
      )
      const over = scope.draw.chance(0.3) ? shared : [axis]
      const length = over.reduce((n, each) => n * scope.size(each), 1)
      const text = `dot[${over.join(', ')}](${operands.map(({ name }) => name).join(', ')})`
      const bound = operands.reduce((product, value) => product * magnitude(value), length)
      return { text, axes: less(all, ...over), ...around(bound) }
    },
  },
  {
    name: 'matrix square',
    make: (scope) => {
      const found = scope.along(
        ({ axes }, axis) => !scope.isBody && !axes.includes(`${axis}'`) && axes.length < 4,
      )
      if (found === null) return null
      const [a, axis] = found
      const axes = [...a.axes, `${axis}'`]
      const other = scope.draw.pickOr(less(a.axes, axis).filter((each) => scope.has(each)))
      if (other === null || !scope.fits(axes)) return null
      const text = `dot[${other}](${a.name}, ${a.name}[${axis} as ${axis}'])`
      return { text, axes: less(axes, other), ...around(scope.size(other) * magnitude(a) ** 2) }
    },
  },
  {
    name: 'wmean',
    make: (scope) => {
      const a = scope.real()
      if (a === null) return null
      const w = scope.real(({ axes }) => less(axes, ...a.axes).length === 0)
      if (w === null || scope.isBody) return null
      const text = `wmean(${a.name}, 0.2 + sigmoid(${w.name}))`
      return { text, axes: [], low: a.low, high: a.high }
    },
  },
  {
    name: 'concat',
    make: (scope) => {
      const found = scope.along()
      if (found === null) return null
      const [a, axis] = found
      const b = scope.real((value) => {
        const rest = less(value.axes, ...a.axes)
        const gone = less(a.axes, axis)
        return (
          value.axes.length === a.axes.length &&
          (rest.length === 0 || (rest.length === 1 && !value.axes.includes(axis))) &&
          gone.every((each) => value.axes.includes(each))
        )
      })
      if (b === null) return null
      const [other = axis] = less(b.axes, ...less(a.axes, axis))
      if (!scope.has(other)) return null
      const joined = scope.axis('J', '', scope.size(axis) + scope.size(other))
      const axes = [...less(a.axes, axis), joined]
      const text = `concat[${axis}, ${other} -> ${joined}](${a.name}, ${b.name})`
      return { text, axes, ...hull(a, b) }
    },
  },
  {
    name: 'stack',
    make: (scope) => {
      const a = scope.real(({ axes }) => axes.length < 3)
      const b = a === null ? null : scope.partner(a)
      if (a === null || b === null || a.axes.length !== b.axes.length) return null
      const joined = scope.axis('J', '', 2)
      return {
        text: `stack[-> ${joined}](${a.name}, ${b.name})`,
        axes: [...a.axes, joined],
        ...hull(a, b),
      }
    },
  },
  {
    name: 'constant vector',
    make: (scope) => {
      const numbers = ['0.3', '-0.5', '0.8', '1.1', '-0.2', '0.6']
      const found = scope.along((_, axis) => scope.isFixed(axis))
      if (found === null) return null
      const [value, axis] = found
      const list = numbers.slice(0, scope.size(axis)).join(', ')
      const text = `${value.name} * ([${list}] over ${axis})`
      return { text, axes: value.axes, ...times(value, around(1.1)) }
    },
  },
  {
    name: 'filled',
    weight: 0.5,
    make: (scope) => {
      const axes = scope.draw
        .some(
          scope.axes.filter((axis) => scope.has(axis)),
          1,
        )
        .slice(0, 2)
      if (!scope.fits(axes) || axes.length === 0) return null
      const text = scope.draw.pick(['zeros[A]()', 'ones[A]()', 'full[A](0.4)'])
      return { text: `${text.replace('A', axes.join(', '))} + 0.1`, axes, low: 0.1, high: 1.1 }
    },
  },
  {
    name: 'random',
    weight: 0.5,
    make: (scope) => {
      const value = scope.real()
      if (value === null || value.axes.length === 0 || !value.axes.every((axis) => scope.has(axis)))
        return null
      const axes = scope.draw.shuffled(value.axes).join(', ')
      return {
        text: `${value.name} * random_uniform[${axes}]()`,
        axes: value.axes,
        ...withZero(value),
      }
    },
  },
  {
    name: 'dropout',
    weight: 0.5,
    make: (scope) => {
      const value = scope.real(({ axes }) => axes.length > 0 && !scope.isBody)
      if (value === null) return null
      return {
        text: `dropout(${value.name}, p = 0.25)`,
        axes: value.axes,
        ...withZero(times(value, { low: 1.34, high: 1.34 })),
      }
    },
  },
  {
    name: 'training',
    weight: 0.4,
    make: (scope) => {
      const a = scope.real()
      const b = a === null ? null : scope.partner(a)
      if (a === null || b === null || a.axes.length !== b.axes.length) return null
      return {
        text: `if training then ${a.name} else ${b.name}`,
        axes: widest(a, b),
        ...hull(a, b),
      }
    },
  },
]
