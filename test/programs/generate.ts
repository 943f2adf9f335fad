// A program from a seed: axes, inputs and parameters, values that build on one another, and what is exported of them.
import { grow } from './constructs/table.ts'
import { Draw } from './draw.ts'
import { exportAll } from './exports.ts'
import { countOf, type Input, type Program, type Value } from './program.ts'
import { Scope, shared } from './scope.ts'

export function generate(seed: number): Program {
  const draw = new Draw(seed)
  const common = shared(draw)
  const scope = new Scope(common, [], false)
  declareAxes(scope)
  const count = 2 + draw.below(3)
  for (let i = 0; i < count; i++) declareInput(scope, i === 0)
  const parameters = draw.below(3)
  for (let i = 0; i < parameters; i++) declareParameter(scope)
  grow(scope, 3 + draw.below(8))
  exportAll(scope)
  return { seed, statements: scope.statements, sizes: common.sizes }
}

function declareAxes(scope: Scope): void {
  for (const name of scope.draw.some(['N', 'T', 'D', 'C'], 2)) {
    const size = scope.draw.pick([1, 2, 2, 3, 3, 4])
    const isFixed = scope.draw.chance(0.5)
    scope.axes.push(name)
    scope.sizes.set(name, size)
    if (isFixed) scope.fix(name)
    const text = `axis ${name}${isFixed ? ` = ${size}` : ''}`
    scope.statements.push({ construct: 'axis', text, defines: [name] })
  }
}

/** A row for each kind of input: its type, its numbers, and what is known of them. */
interface InputRow {
  readonly name: string
  readonly weight: number
  readonly kind: (of: string) => string
  readonly value: (size: number) => Pick<Value, 'kind' | 'low' | 'high' | 'mayMiss'>
  readonly number: (draw: Draw, size: number) => number
  readonly isSmooth: boolean
  readonly fallback?: string
}

const quantity = { kind: 'real', low: -1.5, high: 1.5 } as const
const real: InputRow = {
  name: 'real input',
  weight: 4,
  kind: () => '',
  value: () => quantity,
  number: (draw) => draw.between(-1.4, 1.4),
  isSmooth: true,
}
const label: InputRow = {
  name: 'class input',
  weight: 2,
  kind: (of) => `class(${of})`,
  value: (size) => ({ kind: 'class', low: 0, high: size - 1 }),
  number: (draw, size) => draw.below(size),
  isSmooth: false,
}

export const inputRows: readonly InputRow[] = [
  real,
  { ...real, name: 'logit input', weight: 1, kind: () => 'logit' },
  {
    ...real,
    name: 'prob input',
    weight: 1,
    kind: () => 'prob',
    value: () => ({ kind: 'real', low: 0.05, high: 0.95 }),
    number: (draw) => draw.between(0.1, 0.9),
  },
  {
    ...real,
    name: 'input that sums to 1',
    weight: 0.7,
    kind: (of) => `prob(${of})`,
    value: () => ({ kind: 'real', low: 0, high: 1 }),
    number: (draw) => draw.between(0.1, 0.9),
  },
  {
    ...real,
    name: 'logprob input',
    weight: 0.5,
    kind: () => 'logprob',
    value: () => ({ kind: 'real', low: -3, high: 0 }),
    number: (draw) => draw.between(-2.5, -0.1),
  },
  { ...real, name: 'input left out', weight: 0.7, fallback: '0.6' },
  { ...real, name: 'input with a default', weight: 0.7, fallback: '0.4' },
  label,
  {
    ...label,
    name: 'class input with missing labels',
    weight: 1,
    kind: (of) => `class(${of}, missing = -1)`,
    value: (size) => ({ kind: 'class', low: -1, high: size - 1, mayMiss: true }),
    number: (draw, size) => draw.below(size + 1) - 1,
  },
  {
    ...label,
    name: 'int input',
    kind: () => 'int',
    weight: 1,
    value: () => ({ kind: 'int', low: -2, high: 5 }),
    number: (draw) => draw.below(7) - 2,
  },
  {
    ...label,
    name: 'bool input',
    kind: () => 'bool',
    weight: 0.8,
    value: () => ({ kind: 'bool', low: 0, high: 1 }),
    number: (draw) => draw.below(2),
  },
]

function declareInput(scope: Scope, isFirst: boolean): void {
  const { draw } = scope
  const of = draw.pick(scope.axes)
  const drawn = isFirst ? real : draw.weighted(inputRows)
  // A share that is all there is can't be nudged.
  const row = drawn.name === 'input that sums to 1' && scope.size(of) < 2 ? real : drawn
  const sumsToOne = row.name === 'input that sums to 1'
  const free = scope.axes.filter((axis) => !(isFirst && scope.isFixed(axis)))
  const own = isFirst
    ? [...new Set([...free, ...draw.some(scope.axes, 1)])].slice(0, 3)
    : draw.some(scope.axes)
  const isLabel = row.isSmooth ? '' : of
  const rest = draw.shuffled(own.filter((axis) => axis !== isLabel && !(sumsToOne && axis === of)))
  const base = sumsToOne ? [...rest, of] : rest
  const [first] = base
  const axes =
    row === real && first !== undefined && base.length < 3 && draw.chance(0.15)
      ? [...base, `${first}'`]
      : base
  const name = scope.fresh('x')
  const numbers = Array.from({ length: countOf(axes, scope.sizes) }, () =>
    // So that both precisions are given the same number.
    Math.fround(row.number(draw, scope.size(of))),
  )
  const size = scope.size(of)
  const data = sumsToOne ? normalised(numbers, size) : numbers
  const isLeftOut = row.name === 'input left out'
  const input: Input = {
    name,
    axes,
    data: isLeftOut ? numbers.map(() => Number(row.fallback)) : data,
    isSmooth: row.isSmooth && !isLeftOut,
    ...(isLeftOut ? { isLeftOut } : {}),
  }
  const type = `${row.kind(of)}[${axes.join(', ')}]`
  const fallback = row.fallback === undefined ? '' : ` = ${row.fallback}`
  const text = `input ${name}: ${type}${fallback}`
  scope.statements.push({ construct: row.name, text, defines: [name], input })
  const value: Value = {
    name,
    axes,
    ...row.value(size),
    ...(row.kind(of).startsWith('class') ? { of } : {}),
  }
  scope.add(value)
  if (input.isSmooth) scope.leaves.push(value)
}

function normalised(numbers: readonly number[], row: number): number[] {
  return numbers.map((number, i) => {
    const start = i - (i % row)
    return number / numbers.slice(start, start + row).reduce((sum, each) => sum + each, 0)
  })
}

const initialisers = [
  '~ uniform(-0.6, 0.6)',
  '~ normal(std = 0.3)',
  '~ truncated_normal(std = 0.5, a = -1, b = 1)',
  '= 0.3',
] as const

function declareParameter(scope: Scope): void {
  const axes = scope.draw.some(scope.axes, 0)
  const name = scope.fresh('p')
  const initialiser = axes.length === 2 ? '~ xavier_uniform()' : scope.draw.pick(initialisers)
  const text = `param ${name}: [${axes.join(', ')}] ${initialiser}`
  scope.statements.push({ construct: 'param', text, defines: [name] })
  const value: Value = { name, axes, kind: 'real', low: -2, high: 2 }
  scope.add(value)
  scope.leaves.push(value)
}
