// Choices element by element, their guarded domains, labels that may be missing, and whole numbers.
import type { Value } from '../program.ts'
import { less, widest, type Scope } from '../scope.ts'
import { around, hull, magnitude, plus, withZero, type Construct } from './construct.ts'

/** Guarded formulas of one value: a branch that is not taken may be anything. */
const guarded = [
  (x: string) => `if ${x} > 0.05 then log(${x}) else 0`,
  (x: string) => `if ${x} > 0.05 then sqrt(${x}) else ${x}`,
  (x: string) => `if ${x} <= 0 then 0.2 else log(${x} + 0.01) * sqrt(${x} + 0.01)`,
  (x: string) => `if abs(${x}) > 0.1 then tanh(0.1 / ${x}) else ${x}`,
  (x: string) => `if abs(${x}) < 0.9 then atanh(${x}) else 0.3`,
] as const

function condition(scope: Scope, value: Value): string {
  const threshold = scope.draw.number(-0.4, 0.4)
  const truth = scope.pick(
    ({ kind, axes }) => kind === 'bool' && less(axes, ...value.axes).length === 0,
  )
  const whole = scope.pick(
    ({ kind, axes }) => kind === 'int' && less(axes, ...value.axes).length === 0,
  )
  const forms = [
    `${value.name} > ${threshold}`,
    `not (${value.name} <= ${threshold})`,
    `${value.name} > -0.4 and ${value.name} < 0.5`,
    `${value.name} < -0.3 or ${value.name} > 0.4`,
    ...(truth === null
      ? []
      : [truth.name, `${truth.name} and ${value.name} > 0`, `not ${truth.name}`]),
    ...(whole === null
      ? []
      : [`${whole.name} == 1`, `${whole.name} % 2 == 0`, `${whole.name} != 0`]),
  ]
  return scope.draw.pick(forms)
}

export const conditions: readonly Construct[] = [
  {
    name: 'if',
    weight: 2,
    make: (scope) => {
      const a = scope.real()
      const b = a === null ? null : scope.partner(a)
      if (a === null || b === null) return null
      const asked = scope.real(({ axes }) => less(axes, ...widest(a, b)).length === 0)
      if (asked === null) return null
      const text = `if ${condition(scope, asked)} then ${a.name} else ${b.name}`
      return { text, axes: widest(a, b), ...hull(a, b) }
    },
  },
  {
    name: 'guarded if',
    weight: 1.5,
    make: (scope) => {
      const value = scope.real()
      if (value === null) return null
      const most = Math.max(3.1, magnitude(value) * Math.log(3 + magnitude(value)))
      return { text: scope.draw.pick(guarded)(value.name), axes: value.axes, ...around(most) }
    },
  },
  {
    name: 'else if',
    make: (scope) => {
      const value = scope.real()
      if (value === null) return null
      const x = value.name
      return {
        text: `if ${x} < -0.5 then -1 - ${x} else if ${x} < 0.3 then ${x} * ${x} else 0.2 * ${x}`,
        axes: value.axes,
        ...around(2 + magnitude(value)),
      }
    },
  },
  {
    name: 'missing label',
    make: (scope) => {
      const label = scope.pick(({ kind, mayMiss }) => kind === 'class' && mayMiss === true)
      if (label === null) return null
      const value = scope.real(({ axes }) => less(label.axes, ...axes).length === 0)
      if (value === null) return null
      const text = scope.draw.pick([
        `if known(${label.name}) then ${value.name} else 0.1`,
        `${value.name} * known(${label.name})`,
      ])
      return { text, axes: value.axes, ...withZero(hull(value, around(0.1))) }
    },
  },
  {
    name: 'mean of what is known',
    weight: 0.5,
    make: (scope) => {
      const label = scope.pick(({ kind, mayMiss }) => kind === 'class' && mayMiss === true)
      if (label === null || scope.isBody) return null
      const value = scope.real(({ axes }) => less(label.axes, ...axes).length === 0)
      if (value === null) return null
      return {
        text: `wmean(${value.name}, known(${label.name}))`,
        axes: [],
        ...withZero(value),
        kind: 'real',
      }
    },
  },
  {
    name: 'whole numbers',
    weight: 0.8,
    make: (scope) => {
      const whole = scope.pick(({ kind }) => kind === 'int')
      if (whole === null) return null
      const n = whole.name
      const text = scope.draw.pick([
        `${n} div 2 + 1`,
        `${n} % 3`,
        `abs(${n}) - 1`,
        `max(${n}, 1) * 2 - 3`,
        `if ${n} > 1 then ${n} - 2 else 3`,
        `min(${n}, 2) - ${n} div 3`,
      ])
      return { text, axes: whole.axes, kind: 'int', low: -12, high: 12 }
    },
  },
  {
    name: 'whole number as quantity',
    weight: 0.6,
    make: (scope) => {
      const whole = scope.pick(({ kind }) => kind === 'int' || kind === 'bool')
      if (whole === null) return null
      const value = scope.real(({ axes }) => less(whole.axes, ...axes).length === 0)
      if (value === null) return null
      const text = `${value.name} + 0.2 * ${whole.name}`
      return { text, axes: value.axes, ...plus(value, around(2.4)) }
    },
  },
  {
    name: 'truth value',
    weight: 0.6,
    make: (scope) => {
      const value = scope.real()
      if (value === null) return null
      return { text: condition(scope, value), axes: value.axes, kind: 'bool', low: 0, high: 1 }
    },
  },
]
