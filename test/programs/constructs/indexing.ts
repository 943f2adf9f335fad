// All forms of an index: lookups, slices, strides, shifts, windows, merges, splits, renamings, spreads; and masks.
import { less, union, type Made, type Scope } from '../scope.ts'
import { around, hull, plus, times, withZero, type Construct } from './construct.ts'
import type { Value } from '../program.ts'

/** An index along one axis of one value: what stands in the brackets, and the axes in the place of that axis. */
interface Index {
  readonly text: string
  readonly axes: readonly string[]
  readonly fills?: boolean
}

function indexed(
  name: string,
  index: (scope: Scope, value: Value, axis: string) => Index | null,
  weight = 1,
): Construct {
  return {
    name,
    weight,
    make: (scope) => {
      const found = scope.along()
      if (found === null) return null
      const [value, axis] = found
      const made = index(scope, value, axis)
      if (made === null) return null
      const axes = union(less(value.axes, axis), made.axes)
      // An index that had an axis of the operand's in it would read a diagonal: a row of its own.
      if (axes.length !== value.axes.length - 1 + made.axes.length || !scope.fits(axes)) return null
      return {
        text: `${value.name}[${made.text}]`,
        axes,
        ...(made.fills ? withZero(value) : hull(value)),
      }
    },
  }
}

function fresh(scope: Scope, prefix: string, written: string, size: number, from: string): string {
  const name = scope.axis(prefix, written, size)
  if (scope.isFixed(from)) scope.fix(name)
  return name
}

export const indexing: readonly Construct[] = [
  {
    name: 'lookup by label',
    weight: 1.5,
    make: (scope) => {
      const label = scope.pick(({ kind }) => kind === 'class')
      if (label === null) return null
      const axis = label.of ?? ''
      const value = scope.real(({ axes }) => axes.includes(axis))
      if (value === null) return null
      const axes = union(less(value.axes, axis), label.axes)
      if (!scope.fits(axes) || label.axes.includes(axis)) return null
      const fill = scope.draw.chance(0.3) ? ', else 0.3' : ''
      return {
        text: `${value.name}[${axis} = ${label.name}${fill}]`,
        axes,
        ...hull(withZero(value), { low: 0, high: 0.3 }),
      }
    },
  },
  {
    name: 'lookup by whole number',
    make: (scope) => {
      const index = scope.pick(({ kind }) => kind === 'int')
      const found = scope.along((_, axis) => index !== null && !index.axes.includes(axis))
      if (index === null || found === null) return null
      const [value, axis] = found
      const axes = union(less(value.axes, axis), index.axes)
      if (!scope.fits(axes)) return null
      const last = `size(${axis}) - 1`
      const written = scope.draw.pick([
        `${index.name}, else -0.2`,
        `clamp(${index.name}, 0, ${last})`,
        `${index.name} % size(${axis})`,
      ])
      return { text: `${value.name}[${axis} = ${written}]`, axes, ...hull(value, around(0.2)) }
    },
  },
  indexed('first', (_, __, axis) => ({ text: `${axis} = 0`, axes: [] })),
  indexed('last', (_, __, axis) => ({ text: `${axis} = -1`, axes: [] })),
  indexed('all but one', (scope, _, axis) => {
    if (scope.size(axis) < 2) return null
    const short = fresh(scope, 'S', `${axis} - 1`, scope.size(axis) - 1, axis)
    const shift = scope.draw.pick(['', ' + 1'])
    return { text: `${axis} = ${short}${shift}`, axes: [short] }
  }),
  indexed('every second', (scope, _, axis) => {
    const size = Math.floor((scope.size(axis) + 1) / 2)
    const half = fresh(scope, 'S', `(${axis} + 1) div 2`, size, axis)
    return { text: `${axis} = 2 * ${half}`, axes: [half] }
  }),
  indexed('backwards', (scope, value, axis) =>
    scope.isBody || value.axes.includes(`${axis}'`)
      ? null
      : { text: `${axis} = size(${axis}) - 1 - ${axis}'`, axes: [`${axis}'`] },
  ),
  indexed(
    'windows',
    (scope, _, axis) => {
      const stride = scope.draw.pick([1, 2])
      const padding = scope.draw.pick([0, 1])
      const width = scope.draw.pick([2, 3])
      const room = scope.size(axis) + 2 * padding - width
      if (room < 0) return null
      const kernel = scope.axis('K', `${width}`, width)
      scope.fix(kernel)
      const count = `(${axis} + ${2 * padding} - ${width}) div ${stride} + 1`
      const places = fresh(scope, 'P', count, Math.floor(room / stride) + 1, axis)
      const start = stride === 1 ? places : `${stride} * ${places}`
      const text = `${axis} = ${start} + ${kernel}${padding === 0 ? '' : ' - 1'}, else 0`
      return { text, axes: [places, kernel], fills: true }
    },
    2,
  ),
  {
    name: 'shift',
    make: (scope) => {
      const found = scope.along()
      if (found === null) return null
      const [value, axis] = found
      const fill = scope.draw.pick(['0', '-0.4', '1'])
      const by = scope.draw.pick(['- 1', '+ 1', '- 2'])
      const text = `${value.name}[${axis} = ${axis} ${by}, else ${fill}]`
      return { text, axes: value.axes, ...hull(value, around(1)) }
    },
  },
  indexed('renamed', (scope, value, axis) =>
    scope.isBody || value.axes.includes(`${axis}'`)
      ? null
      : { text: `${axis} as ${axis}'`, axes: [`${axis}'`] },
  ),
  {
    name: 'transposed',
    make: (scope) => {
      const found = scope.along(({ axes }, axis) => axes.includes(`${axis}'`))
      if (found === null) return null
      const [value, axis] = found
      const twin = `${axis}'`
      const text = `${value.name} + 0.5 * ${value.name}[${axis} as ${twin}, ${twin} as ${axis}]`
      return { text, axes: value.axes, ...plus(value, times(value, { low: 0.5, high: 0.5 })) }
    },
  },
  {
    name: 'merge',
    make: (scope) => {
      const found = scope.along(({ axes }) => axes.filter((axis) => scope.has(axis)).length >= 2)
      if (found === null) return null
      const [value, axis] = found
      const other = scope.draw.pick(
        less(
          value.axes.filter((each) => scope.has(each)),
          axis,
        ),
      )
      const size = scope.size(axis) * scope.size(other)
      const merged = scope.axis('P', scope.draw.chance(0.5) ? '' : `${axis} * ${other}`, size)
      const axes = [...less(value.axes, axis, other), merged]
      return { text: `${value.name}[(${axis}, ${other}) as ${merged}]`, axes, ...hull(value) }
    },
  },
  indexed('split', (scope, value, axis) => {
    const size = scope.size(axis)
    const by = scope.draw.pickOr([2, 3].filter((factor) => size % factor === 0))
    if (by === null || value.axes.length > 3 || !scope.isFixed(axis)) return null
    const outer = scope.axis('G', `${by}`, by)
    const inner = scope.axis('E', `${axis} / ${by}`, size / by)
    for (const made of [outer, inner]) scope.fix(made)
    return { text: `${axis} as (${outer}, ${inner})`, axes: [outer, inner] }
  }),
  {
    name: 'spread',
    make: (scope) => {
      const value = scope.real(({ axes }) => axes.length < 3)
      if (value === null) return null
      const axis = scope.draw.pickOr(scope.axes.filter((each) => !value.axes.includes(each)))
      if (axis === null || !scope.fits([...value.axes, axis])) return null
      return {
        text: `${value.name}[+${axis}] * (1 + 0.1 * ${axis})`,
        axes: [...value.axes, axis],
        ...withZero(times(value, { low: 0, high: 2 })),
      }
    },
  },
  {
    name: 'several indices',
    make: (scope) => {
      const found = scope.along(({ axes }) => axes.filter((axis) => scope.has(axis)).length >= 2)
      if (found === null) return null
      const [value, axis] = found
      const other = scope.draw.pick(
        less(
          value.axes.filter((each) => scope.has(each)),
          axis,
        ),
      )
      const [text, axes] = scope.draw.pick([
        [`${axis} = 0, ${other} = -1`, []],
        [`${axis} = ${axis} - 1, ${other} = ${other} + 1, else 0.2`, [axis, other]],
        [`${axis} = ${axis} + 1, ${other} = 0, else 0`, [axis]],
      ] as const)
      return {
        text: `${value.name}[${text}]`,
        axes: [...less(value.axes, axis, other), ...axes],
        ...hull(value, around(0.2)),
      }
    },
  },
  {
    name: 'diagonal',
    make: (scope) => {
      const found = scope.along(({ axes }) => axes.filter((axis) => scope.has(axis)).length >= 2)
      if (found === null) return null
      const [value, axis] = found
      const other = scope.draw.pick(
        less(
          value.axes.filter((each) => scope.has(each)),
          axis,
        ),
      )
      const text = `${value.name}[${axis} = ${other}, else 0.1]`
      return { text, axes: less(value.axes, axis), ...hull(value, around(0.1)) }
    },
  },
  {
    name: 'coordinates',
    make: (scope) => {
      const found = scope.along()
      if (found === null) return null
      const [value, axis] = found
      const [text, range] = scope.draw.pick([
        [`sin(0.7 * ${axis} + 0.2)`, around(1)],
        [`(${axis} + 1) / size(${axis})`, { low: 0, high: 1 }],
        [`(if ${axis} % 2 == 0 then 1 else -1)`, around(1)],
        [`(${axis} div 2)`, { low: 0, high: 3 }],
      ] as const)
      return { text: `${value.name} * ${text}`, axes: value.axes, ...times(value, range) }
    },
  },
  {
    name: 'mask of coordinates',
    make: (scope) => {
      const found = scope.along()
      if (found === null) return null
      const [value, axis] = found
      const other = scope.draw.pickOr(
        less(
          value.axes.filter((each) => scope.has(each)),
          axis,
        ),
      )
      const mask =
        other === null
          ? scope.draw.pick([`${axis} > 0`, `${axis} == 1`, `${axis} != size(${axis}) - 1`])
          : scope.draw.pick([
              `${axis} <= ${other}`,
              `${axis} == ${other}`,
              `${axis} > 0 and ${other} < 2`,
              `not (${axis} == ${other} + 1) or ${axis} == 0`,
            ])
      return {
        text: `if ${mask} then ${value.name} else ${scope.draw.number(-0.5, 0.5)}`,
        axes: value.axes,
        ...hull(value, around(0.5)),
      }
    },
  },
  {
    name: 'one-hot mask',
    make: (scope) => {
      const label = scope.pick(({ kind }) => kind === 'class')
      if (label === null) return null
      const axis = label.of ?? ''
      const value = scope.real(({ axes }) => less([...label.axes, axis], ...axes).length === 0)
      if (value === null || label.axes.includes(axis)) return null
      return {
        text: `if ${axis} == ${label.name} then ${value.name} else -0.1`,
        axes: value.axes,
        ...hull(value, around(0.1)),
      }
    },
  },
  {
    name: 'scatter by one-hot',
    make: (scope): Made | null => {
      const label = scope.pick(({ kind, axes }) => kind === 'class' && axes.length > 0)
      if (label === null) return null
      const axis = label.of ?? ''
      const value = scope.real(
        ({ axes }) => less(label.axes, ...axes).length === 0 && !axes.includes(axis),
      )
      if (
        value === null ||
        label.axes.includes(axis) ||
        !scope.has(axis) ||
        !label.axes.every((each) => scope.has(each))
      )
        return null
      const axes = [...less(value.axes, ...label.axes), axis]
      if (!scope.fits([...axes, ...label.axes])) return null
      const over = label.axes.join(', ')
      const count = label.axes.reduce((n, each) => n * scope.size(each), 1)
      return {
        text: `sum[${over}](if ${axis} == ${label.name} then ${value.name}[+${axis}] else 0)`,
        axes,
        ...withZero(times(value, { low: 0, high: count })),
      }
    },
  },
]
