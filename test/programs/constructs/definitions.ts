// Functions, blocks and their instances, lambdas, tuples and states: what has a name before it has a value.
import type { Value } from '../program.ts'
import { less, PASSING, within, type Callable, type Made, type Scope } from '../scope.ts'
import { around, magnitude, scaled, type Construct } from './construct.ts'

/** Adds so many values to a scope. */
export type Grow = (scope: Scope, count: number) => void

/** Arguments lie within this; others are squeezed into it. */
const REACH = 3

export function definitions(grow: Grow): readonly Construct[] {
  return [
    {
      name: 'function',
      weight: 1.2,
      make: (scope) => {
        if (scope.isBody) return null
        const found = scope.along()
        if (found === null) return null
        const known = scope.draw.pickOr(scope.callables)
        if (known !== null && scope.draw.chance(0.5)) return callOf(scope, known)
        const callable = defineFunction(scope, scope.size(found[1]), grow)
        if (callable === null) return null
        scope.callables.push(callable)
        return callOf(scope, callable)
      },
    },
    {
      name: 'block',
      weight: 1,
      make: (scope) => {
        const found = scope.along((_, axis) => scope.has(axis) && !axis.includes("'"))
        if (found === null || scope.isBody) return null
        const block = defineBlock(scope, scope.size(found[1]), grow)
        return block === null ? null : useOf(scope, block, found[1], found[0])
      },
    },
    {
      name: 'library block',
      weight: 1.2,
      make: (scope) => {
        const found = scope.along((_, axis) => !axis.includes("'") && scope.isFixed(axis))
        if (found === null || scope.isBody) return null
        return libraryBlock(scope, ...found)
      },
    },
    {
      name: 'lambda',
      weight: 0.7,
      make: (scope) => {
        const a = scope.real()
        const b = a === null ? null : scope.partner(a)
        if (a === null || b === null) return null
        const name = scope.fresh('k')
        const text = scope.draw.pick([
          `let ${name} = (x, y) => tanh(x - y) * x`,
          `let ${name} = (x, y) => { let m = x * y return m / (1 + m * m) }`,
        ])
        scope.statements.push({ construct: 'lambda', text, defines: [name] })
        const axes = a.axes.length > b.axes.length ? a.axes : b.axes
        return { text: `${name}(${a.name}, ${b.name})`, axes, ...around(Math.max(1, magnitude(a))) }
      },
    },
    {
      name: 'tuple',
      weight: 0.5,
      make: (scope) => {
        const a = scope.real()
        const b = scope.real()
        if (a === null || b === null) return null
        const [first, second] = [scope.fresh('t'), scope.fresh('t')]
        const text = `let (${first}, ${second}) = (0.5 * ${a.name}, sin(${b.name}))`
        scope.statements.push({ construct: 'tuple', text, defines: [first, second] })
        scope.add({ ...b, name: second, ...around(1) }, text)
        scope.add({ ...a, name: first, ...scaled(a, 0.5) }, text)
        return { text: `${first} * 1.1`, axes: a.axes, ...scaled(a, 0.55) }
      },
    },
    {
      name: 'state',
      weight: 0.5,
      make: (scope) => {
        const found = scope.along(({ axes }) =>
          axes.every((axis) => scope.has(axis) && !axis.includes("'")),
        )
        if (found === null || scope.isBody) return null
        const [value, axis] = found
        const name = scope.fresh('s')
        scope.statements.push(
          { construct: 'state', text: `state ${name}: [${axis}] = 0.2`, defines: [name] },
          {
            construct: 'update',
            text: `update ${name} = 0.8 * ${name} + 0.1 * ${averaged(value, axis)}`,
            defines: [],
          },
        )
        return { text: `${value.name} * (1 + ${name})`, axes: value.axes, ...scaled(value, 2) }
      },
    },
  ]
}

function averaged(value: Value, axis: string): string {
  const over = less(value.axes, axis)
  return over.length === 0 ? value.name : `mean[${over.join(', ')}](${value.name})`
}

/** The body of a function over one axis: values in terms of its parameters, and the last that the caller can name. */
function bodyOf(body: Scope, axis: string, parameters: readonly Value[], grow: Grow): Value | null {
  for (const value of parameters) body.add(value)
  grow(body, 2 + body.draw.below(4))
  const result = body.values.findLast(
    ({ axes, kind, name }) =>
      kind === 'real' &&
      within(axes, [axis, PASSING]) &&
      !parameters.some((each) => each.name === name),
  )
  return result ?? null
}

function parameter(scope: Scope, axes: readonly string[]): Value {
  return { name: scope.fresh('a'), axes, kind: 'real', ...around(REACH) }
}

function typed({ name, axes }: Value, axis: string): string {
  return axes.includes(axis) ? `${name}: [${axis}]` : name
}

function defineFunction(scope: Scope, size: number, grow: Grow): Callable | null {
  const [name, axis] = [scope.fresh('f'), scope.fresh('A')]
  scope.sizes.set(axis, size)
  const body = scope.body([axis])
  const others = scope.draw.pick([
    [],
    [[axis]],
    [[axis, PASSING]],
    [[PASSING]],
    [[axis], [PASSING]],
  ])
  const parameters = [[axis, PASSING], ...others].map((axes) => parameter(scope, axes))
  const option = scope.draw.chance(0.5) ? scope.fresh('option') : undefined
  if (option !== undefined) body.add({ name: option, axes: [], kind: 'real', low: 0.2, high: 0.8 })
  const result = bodyOf(body, axis, parameters, grow)
  if (result === null) return null
  const written = [
    ...parameters.map((each) => typed(each, axis)),
    ...(option ? [`${option} = 0.4`] : []),
  ]
  const lines = body.statements.map(({ text }) => `  ${text}`)
  const text = [
    `fn ${name}[${axis}](${written.join(', ')}) {`,
    ...lines,
    `  return ${result.name}`,
    '}',
  ]
  scope.statements.push({ construct: 'function', text: text.join('\n'), defines: [name] })
  return {
    name,
    axis,
    parameters: parameters.map(({ axes }) => axes),
    ...(option === undefined ? {} : { option }),
    result: { ...result, text: '' },
  }
}

function callOf(scope: Scope, callable: Callable): Made | null {
  const found = scope.along((_, axis) => scope.size(axis) === scope.size(callable.axis))
  if (found === null) return null
  const [first, axis] = found
  const outside = (axes: readonly string[]): string[] =>
    axes.flatMap((each) => (each === PASSING ? less(first.axes, axis) : [axis]))
  const squeezed = (value: Value): string =>
    magnitude(value) <= REACH ? value.name : `${REACH} * tanh(${value.name})`
  const parameters = callable.parameters.map((axes, i) => {
    const wanted = outside(axes)
    return i === 0
      ? first
      : scope.real((value) => within(value.axes, wanted) && within(wanted, value.axes))
  })
  const given = parameters.flatMap((value) => (value === null ? [] : [squeezed(value)]))
  if (given.length < parameters.length) return null
  if (callable.option !== undefined && scope.draw.chance(0.5)) {
    given.push(`${callable.option} = ${scope.draw.number(0.2, 0.8)}`)
  }
  const brackets = `[${axis}]`
  const { result } = callable
  return {
    text: `${callable.name}${brackets}(${given.join(', ')})`,
    axes: outside(result.axes),
    low: result.low,
    high: result.high,
  }
}

interface Block {
  readonly name: string
  readonly result: Value
  readonly axis: string
  /** Its result can go where its argument came from. */
  readonly isChainable: boolean
}

function defineBlock(scope: Scope, size: number, grow: Grow): Block | null {
  const [name, axis] = [scope.fresh('B'), scope.fresh('A')]
  scope.sizes.set(axis, size)
  const body = scope.body([axis])
  const own = parameter(scope, [axis, PASSING])
  const [weight, matrix, state] = [scope.fresh('w'), scope.fresh('w'), scope.fresh('s')]
  const hasState = scope.draw.chance(0.5)
  const hasMatrix = scope.draw.chance(0.5)
  body.add({ name: weight, axes: [axis], kind: 'real', ...around(1) })
  if (hasState) body.add({ name: state, axes: [axis], kind: 'real', ...around(REACH) })
  const mixed = parameter(scope, [axis, PASSING])
  const result = bodyOf(body, axis, [own, mixed], grow)
  if (result === null) return null
  const product = `dot[${axis}](${own.name}, ${matrix})[${axis}' as ${axis}]`
  // What has only passing axes does not combine with the weight.
  const isScaled = result.axes.includes(axis) || result.axes.length === 0
  const axes = isScaled && result.axes.length === 0 ? [axis] : result.axes
  const text = [
    `block ${name}[${axis}]() {`,
    `  param ${weight}: [${axis}] ~ uniform(-0.5, 0.5)`,
    ...(hasMatrix ? [`  param ${matrix}: [${axis}, ${axis}'] ~ xavier_normal()`] : []),
    ...(hasState ? [`  state ${state}: [${axis}] = 0.1`] : []),
    `  apply(${own.name}: [${axis}]) {`,
    `    let ${mixed.name} = tanh(${hasMatrix ? product : `${own.name} * ${weight}`})`,
    ...(hasState
      ? [`    update ${state} = 0.9 * ${state} + 0.1 * mean_except[${axis}](${mixed.name})`]
      : []),
    ...body.statements.map((statement) => `    ${statement.text}`),
    `    return ${isScaled ? `${result.name} * (1 + 0.1 * ${weight})` : result.name}`,
    '  }',
    '}',
  ]
  scope.statements.push({ construct: 'block', text: text.join('\n'), defines: [name] })
  return {
    name,
    axis,
    result: { ...result, axes, ...scaled(result, 1.2) },
    isChainable: within([axis, PASSING], axes),
  }
}

function useOf(scope: Scope, block: Block, axis: string, value: Value): Made | null {
  const name = scope.fresh('u')
  const { result, isChainable } = block
  const one = `${block.name}[${axis}]`
  const [construct, made] = isChainable
    ? scope.draw.pick([
        ['instance', one],
        ['instance', one],
        ['chain', `chain(${one}, tanh, ${one})`],
        ['repeat', `repeat(2, ${one})`],
      ] as const)
    : (['instance', one] as const)
  scope.statements.push({ construct, text: `use ${name} = ${made}`, defines: [name] })
  const axes = result.axes.flatMap((each) => (each === PASSING ? less(value.axes, axis) : [axis]))
  const argument = magnitude(value) <= REACH ? value.name : `${REACH} * tanh(${value.name})`
  const twice = isChainable && scope.draw.chance(0.4)
  const text = twice ? `${name}(tanh(${name}(${argument})))` : `${name}(${argument})`
  return { text, axes, low: result.low, high: result.high }
}

function libraryBlock(scope: Scope, value: Value, axis: string): Made | null {
  const name = scope.fresh('u')
  const use = (text: string): void => {
    scope.statements.push({
      construct: 'library block',
      text: `use ${name} = ${text}`,
      defines: [name],
    })
  }
  const rest = less(value.axes, axis)
  const out = (size: number): string => {
    const made = scope.axis('H', `${size}`, size)
    scope.fix(made)
    return made
  }
  const same = { text: `${name}(${value.name})`, axes: value.axes, ...around(4) }
  const onto = (axes: readonly string[]): Made | null =>
    scope.fits(axes) ? { ...same, axes } : null
  switch (scope.draw.below(7)) {
    case 0: {
      const made = out(scope.draw.pick([2, 3]))
      use(`Linear[${axis} -> ${made}]`)
      return onto([...rest, made])
    }
    case 1:
      use(`Linear[${axis} ->](use_bias = false)`)
      return onto(rest)
    case 2: {
      const made = out(3)
      use(`chain(Linear[${axis} -> ${made}], tanh, Linear[${made} -> ${axis}])`)
      return onto(value.axes)
    }
    case 3:
      use(`LayerNorm[${axis}]`)
      return same
    case 4:
      if (rest.length === 0) return null
      use(`BatchNorm[${axis}]`)
      return same
    case 5:
      use(`RMSNorm[${axis}]`)
      return same
    default: {
      if (!rest.every((each) => scope.has(each)) || scope.size(axis) < 2 || rest.length === 0)
        return null
      const made = out(2)
      const places = scope.axis('Q', '', scope.size(axis) - 1)
      const channel = scope.draw.pick(rest)
      if (channel.includes("'")) return null
      use(`Conv[${channel} -> ${made}, ${axis} -> ${places}](kernel = 2)`)
      return onto([...less(rest, channel), made, places])
    }
  }
}
