// From a function's signature to a program that calls it on inputs, and numbers for those inputs.
import type { AxisParameter, Fn, Parameter, TypeAlternative } from '../../compiler/syntax/ast.ts'
import type { Random } from './random.ts'
import { samples, variants, type Sample } from './samples.ts'

export interface SampleProgram {
  /** What distinguishes it from the function's other programs: `swap = true`. */
  readonly variant: string
  readonly source: string
  readonly inputs: Readonly<Record<string, Tensor>>
  /** The inputs with respect to which is differentiated. */
  readonly wrt: readonly string[]
}
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

/** A batch axis passes through every function, so each is tried with one. */
const BATCH = { name: 'Batch', size: 3 }
const SIZES = [4, 3, 5, 2]

/** One program with all options left alone, and one for each other value of a bool or of an option with alternatives. */
export function sampleProgramsOf(fn: Fn, random: Random): SampleProgram[] {
  const others = fn.parameters
    .filter((parameter) => sampleOf(fn, parameter) === undefined)
    .flatMap(otherValuesOf)
  const all = ['', ...others, ...(variants[fn.name.text] ?? [])]
  return all.map((variant) => sampleProgram(fn, variant, random))
}

function sampleProgram(fn: Fn, variant: string, random: Random): SampleProgram {
  const axes = axesOf(fn)
  const chosen = fn.parameters.filter((parameter) => isSampled(parameter, fn))
  const declared = chosen.map((parameter) => inputOf(parameter, fn, axes, random))
  const inputs = Object.fromEntries(declared.flatMap(({ input }) => (input ? [input] : [])))
  const wrt = declared.flatMap(({ input, differentiated }) =>
    input !== undefined && differentiated ? [input[0]] : [],
  )
  const parameters = [...declared.map(({ argument }) => argument), ...(variant ? [variant] : [])]
  const call = `${fn.name.text}${axes.brackets}(${parameters.join(', ')})${isSchedule(fn) ? '(3)' : ''}`
  const source = [
    axes.declaration,
    ...declared.flatMap(({ declaration }) => (declaration ? [declaration] : [])),
    `let y = ${call}`,
    ...(wrt.length === 0 ? ['metric value = sum(y)'] : lossesOf(wrt)),
  ].join('\n')
  return { variant, source, inputs, wrt }
}

/** Weights differ from element to element, so that no two derivatives are mistaken for each other. */
function lossesOf(wrt: readonly string[]): string[] {
  const slopes = wrt.map((name, i) => `sum(cos(${i} + ${name}) * grad(first, ${name}))`)
  return [
    'let first = sum(y * sin(1 + y))',
    `loss value = first wrt ${wrt.join(', ')}`,
    `loss slope = ${slopes.join(' + ')} wrt ${wrt.join(', ')}`,
  ]
}

interface Axes {
  readonly declaration: string
  /** `[C -> D]`, as the call has them. */
  readonly brackets: string
  /** An axis parameter → the axes that stand for it. */
  readonly members: ReadonlyMap<string, readonly { readonly name: string; readonly size: number }[]>
}

/** Single axes get one axis, lists two. What an operation makes, behind the arrow, has no size. */
function axesOf({ axes }: Fn): Axes {
  const members = new Map<string, { name: string; size: number }[]>()
  const made: string[] = []
  let next = 0
  const settle = (name: string, count: number) => {
    const list = Array.from({ length: count }, (_, i) => ({
      name: count === 1 ? name : `${name}${i + 1}`,
      size: SIZES[next++ % SIZES.length] ?? 1,
    }))
    members.set(name, list)
    return list.map((member) => member.name).join(', ')
  }
  const written = (axis: AxisParameter, arrow: boolean): string => {
    switch (axis.kind) {
      case 'single':
        if (arrow) made.push(axis.name.text)
        return arrow ? axis.name.text : settle(axis.name.text, 1)
      case 'list':
        return settle(axis.name.text, 2)
      case 'pairs':
        made.push(axis.to.text)
        return `${settle(axis.from.text, 1)} -> ${axis.to.text}`
      default:
        return axis satisfies never
    }
  }
  const before = (axes?.before ?? []).map((axis) => written(axis, false)).join(', ')
  const after = (axes?.after ?? []).map((axis) => written(axis, true)).join(', ')
  const sized = [...members.values()].flat().map(({ name, size }) => `${name} = ${size}`)
  return {
    declaration: `axis ${[`${BATCH.name} = ${BATCH.size}`, ...sized, ...made].join(', ')}`,
    brackets: axes === undefined ? '' : `[${before}${axes.arrow ? ` -> ${after}` : ''}]`,
    members,
  }
}

interface Declared {
  readonly argument: string
  readonly declaration?: string
  readonly input?: readonly [string, Tensor]
  readonly differentiated: boolean
}

function inputOf(parameter: Parameter, fn: Fn, axes: Axes, random: Random): Declared {
  const name = nameOf(parameter)
  const sample = sampleOf(fn, parameter)
  if (typeof sample === 'object' && 'text' in sample) {
    return { argument: `${name} = ${sample.text}`, differentiated: false }
  }
  const listed =
    typeof sample === 'object' && 'along' in sample
      ? sample.along
      : (parameter.type?.axes ?? []).map(({ text }) => text)
  const own = listed.flatMap((axis) => axes.members.get(axis) ?? [])
  const all = isOption(parameter) ? own : [BATCH, ...own]
  const kind = parameter.type?.alternatives[0]
  const shape = all.map(({ size }) => size)
  const count = shape.reduce((a, b) => a * b, 1)
  const along = axisOf(kind, axes)
  const data = numbers(count, along?.size, kindOf(kind), sample, random, shape.at(-1) ?? 1)
  const list = all.map((axis) => axis.name).join(', ')
  // A module checks that a `prob(C)` sums to 1, which a step along one element breaks; a plain `prob` may stand for it.
  const isSummed = along !== undefined && kindOf(kind) === 'class'
  const written = isSummed ? `${kindOf(kind)}(${along.name})` : kindOf(kind)
  // Its name in the program is its own: a function's parameter may be called like another function.
  const input = `in_${name}`
  return {
    argument: `${name} = ${input}`,
    declaration: `input ${input}: ${written === 'real' ? '' : written}[${list}]`,
    input: [input, { shape, data }],
    differentiated: kindOf(kind) !== 'class' && sample !== 'sign' && sample !== 'truth',
  }
}

function numbers(
  count: number,
  along: number | undefined,
  kind: string,
  sample: Sample | undefined,
  random: Random,
  row: number,
): number[] {
  const draw = (from: number, to: number) =>
    Array.from({ length: count }, () => from + (to - from) * random())
  if (sample === 'sign') return draw(0, 1).map((u) => (u < 0.5 ? -1 : 1))
  if (sample === 'truth') return draw(0, 1).map((u) => (u < 0.5 ? 0 : 1))
  if (typeof sample === 'object' && 'from' in sample) return draw(sample.from, sample.to)
  switch (kind) {
    case 'class':
      return draw(0, along ?? 1).map(Math.floor)
    case 'prob': {
      const shares = draw(0.1, 0.9)
      return along === undefined ? shares : sumToOne(shares, row)
    }
    case 'logprob':
      return draw(-3, -0.2)
    default:
      // Away from 0 and from 1, where most formulas bend.
      return draw(-0.9, 0.9).map((u) => u + 0.1 * Math.sign(u))
  }
}

function sumToOne(shares: readonly number[], row: number): number[] {
  return shares.map((share, i) => {
    const start = i - (i % row)
    return share / shares.slice(start, start + row).reduce((a, b) => a + b, 0)
  })
}

/** Required parameters, those of the table, tensors, and where there are no others (initialisers) numeric options. */
function isSampled(parameter: Parameter, fn: Fn): boolean {
  if (!isOption(parameter) || sampleOf(fn, parameter) !== undefined) return true
  if (parameter.type?.axes !== undefined) return true
  const isTensorFunction = fn.parameters.some((other) => !isOption(other))
  return !isTensorFunction && parameter.default?.kind === 'number' && parameter.type === undefined
}

function sampleOf(fn: Fn, parameter: Parameter): Sample | undefined {
  return samples[fn.name.text]?.[nameOf(parameter)]
}

function isOption(parameter: Parameter): boolean {
  return parameter.default !== undefined
}

function otherValuesOf(parameter: Parameter): string[] {
  const { default: usual, type } = parameter
  if (usual?.kind === 'constant' && (usual.name === 'true' || usual.name === 'false')) {
    return [`${nameOf(parameter)} = ${usual.name === 'true' ? 'false' : 'true'}`]
  }
  if (usual?.kind !== 'string') return []
  const others = (type?.alternatives ?? []).flatMap((alternative) =>
    alternative.kind === 'string' && alternative.value !== usual.value ? [alternative.value] : [],
  )
  return others.map((value) => `${nameOf(parameter)} = ${JSON.stringify(value)}`)
}

/** A schedule gives a function of the step. */
export function isSchedule({ body }: Fn): boolean {
  const { result } = body
  return result.kind === 'lambda' || (result.kind === 'if' && result.consequent.kind === 'lambda')
}

function kindOf(kind: TypeAlternative | undefined): string {
  return kind === undefined || kind.kind === 'string' ? 'real' : kind.name.text
}

function axisOf(kind: TypeAlternative | undefined, axes: Axes) {
  if (kind === undefined || kind.kind === 'string' || kind.axis === undefined) return undefined
  return axes.members.get(kind.axis.text)?.[0]
}

function nameOf({ pattern }: Parameter): string {
  if (pattern.kind !== 'name') throw new Error('a library function takes a tuple apart')
  return pattern.name.text
}
