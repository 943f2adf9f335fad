// Gradients as values, and derivatives that are given rather than worked out.
import { widest, type Scope } from '../scope.ts'
import { around, type Construct } from './construct.ts'

/** Derivatives written by hand that are those of the formula. */
const honest = [
  { parameters: 1, of: 'sin(x)', derivative: 'g * cos(x)' },
  { parameters: 1, of: 'x * x * x / 6', derivative: 'g * x * x / 2' },
  { parameters: 1, of: 'exp(-x * x)', derivative: '-2 * g * x * exp(-x * x)' },
  {
    parameters: 2,
    of: 'tanh(x * y)',
    derivative: '(g * y / cosh(x * y) ^ 2, g * x / cosh(x * y) ^ 2)',
  },
] as const

/** And some that are not: they pass the cotangent on. */
const dishonest = ['round(x)', 'floor(2 * x) / 2', 'sign(x)'] as const

function define(scope: Scope, text: (name: string) => string): string {
  const name = scope.fresh('h')
  scope.statements.push({ construct: 'custom derivative', text: text(name), defines: [name] })
  return name
}

export const gradients: readonly Construct[] = [
  {
    name: 'grad',
    weight: 1.2,
    make: (scope) => {
      const y = scope.real()
      if (y === null || scope.draw.chance(0.5)) return null
      const x = scope.real((value) => scope.reaches(y, value.name))
      if (x === null) return null
      return { text: `tanh(0.4 * grad(${y.name}, ${x.name}))`, axes: x.axes, ...around(1) }
    },
  },
  {
    name: 'stop_gradient',
    make: (scope) => {
      const value = scope.real()
      if (value === null || scope.isBody) return null
      const { name, axes, low, high } = value
      const pinned = { value: name, text: (held: string) => held }
      return { text: `stop_gradient(${name})`, axes, low, high, pinned }
    },
  },
  {
    name: 'custom derivative',
    make: (scope) => {
      const x = scope.real()
      const y = x === null ? null : scope.partner(x)
      if (x === null || y === null || scope.isBody) return null
      const { parameters, of, derivative } = scope.draw.pick(honest)
      const names = parameters === 1 ? 'x' : 'x, y'
      const name = define(
        scope,
        (own) => `fn ${own}(${names}) = ${of} derivative g => ${derivative}`,
      )
      return parameters === 1
        ? { text: `${name}(${x.name})`, axes: x.axes, ...around(40) }
        : { text: `${name}(${x.name}, ${y.name})`, axes: widest(x, y), ...around(1) }
    },
  },
  {
    name: 'straight through',
    weight: 0.6,
    make: (scope) => {
      const value = scope.real()
      if (value === null || scope.isBody) return null
      const name = define(
        scope,
        (own) => `fn ${own}(x) = ${scope.draw.pick(dishonest)} derivative g => g`,
      )
      const text = `${name}(${value.name})`
      const pinned = {
        value: `${text} - ${value.name}`,
        text: (held: string) => `${value.name} + ${held}`,
      }
      const { axes, low, high } = value
      return { text, axes, low: low - 1, high: high + 1, pinned }
    },
  },
]
