// Gradients of a module against central differences of its values, orders one and two.
import type { LossEntry } from '../../compiler/lower/entry.ts'
import { entryOf, type GeneratedModule } from '../conformance/generatedModule.ts'
import { build, variants, type Built } from './built.ts'
import type { Counts, Fault } from './judge.ts'
import { callWith, modelOf, type Given, type Tensor } from './observe.ts'
import { textOf, type Pinned, type Program } from './program.ts'

/** Twice this lies within what a module allows a `prob(C)` to miss 1 by. */
const STEP = 2e-5
const TOLERANCE = 2e-5
/** Whose gradients are measured. */
const [measured] = variants

export async function differences(
  program: Program,
  built: Built,
  given: Given,
  counts: Counts,
): Promise<Fault[]> {
  const { module } = built.modules.find(({ variant }) => variant === measured) ?? {}
  if (module === undefined) return []
  const held = await holdingStill(program, given, module)
  const faults: Fault[] = []
  for (const entry of built.plan.entries) {
    if (entry.kind === 'loss') faults.push(...(await ofLoss(entry, module, held, given, counts)))
  }
  return faults
}

/** The program whose differences count, and what it is given. */
interface Held {
  readonly module: GeneratedModule
  readonly given: Given
}

/** Values that derivatives take for constants become inputs. */
async function holdingStill(
  program: Program,
  given: Given,
  module: GeneratedModule,
): Promise<Held> {
  const pinned = program.statements.flatMap((statement) => statement.pinned ?? [])
  if (pinned.length === 0) return { module, given }
  let inputs = given.inputs
  for (const each of pinned)
    inputs = new Map([...inputs, [each.name, await valueOf(program, each, given, inputs)]])
  const surrogate = { ...program, statements: program.statements.flatMap(heldStill) }
  const built = await build(textOf(surrogate), [measured], lossesOf(program))
  if (!('graph' in built) || built.modules[0] === undefined)
    throw new Error('the surrogate is refused')
  return { module: built.modules[0].module, given: { ...given, inputs } }
}

function lossesOf({ statements }: Program): string[] {
  return statements.flatMap(({ construct, defines }) =>
    (construct.startsWith('loss ') || construct === 'loss') &&
    defines[0] !== undefined &&
    ['train', 'partial', 'slope'].includes(defines[0])
      ? defines
      : [],
  )
}

function heldStill(statement: Program['statements'][number]): Program['statements'] {
  const { pinned } = statement
  if (pinned === undefined) return [statement]
  const { name, axes, text } = pinned
  return [
    { construct: 'real input', text: `input ${name}: [${axes.join(', ')}]`, defines: [name] },
    { ...statement, text },
  ]
}

/** What a pinned value is at the place where derivatives are taken. */
async function valueOf(
  program: Program,
  pinned: Pinned,
  given: Given,
  inputs: Given['inputs'],
): Promise<Tensor> {
  const at = program.statements.findIndex((statement) => statement.pinned === pinned)
  const { name, axes, value } = pinned
  const list = axes.join(', ')
  const statements = [
    ...program.statements.slice(0, at + 1),
    { construct: 'output', text: `output ${name}_value: [${list}] = ${value}`, defines: [] },
  ]
  const built = await build(textOf({ statements }), [measured], [`${name}_value`])
  if (!('graph' in built) || built.modules[0] === undefined)
    throw new Error(`${name} can't be asked for`)
  const { module } = built.modules[0]
  const call = entryOf(module, `${name}_value`)
  const known = new Map([...inputs].filter(([input]) => given.inputs.has(input)))
  const model = await modelOf(module, given)
  const result = call(...callWith(module, { ...given, inputs: known }, model, { training: true }))
  const { data } = result as { readonly data: ArrayLike<number> }
  return { axes, data: Array.from(data), isLeftOut: false }
}

async function ofLoss(
  entry: LossEntry,
  module: GeneratedModule,
  held: Held,
  given: Given,
  counts: Counts,
): Promise<Fault[]> {
  const training = { training: true }
  const model = await modelOf(module, given)
  const { grad } = entryOf(module, entry.name).valueAndGrad(
    ...callWith(module, given, model, training),
  )
  const nudgedModel = await modelOf(held.module, held.given)
  const loss = entryOf(held.module, entry.name)
  return entry.wrt.flatMap((name): Fault[] => {
    const input = held.given.inputs.get(name)
    const own = nudgedModel?.params[name]
    const valueAt = (i: number, distance: number): number => {
      if (own !== undefined) {
        const before = own[i] ?? NaN
        own[i] = before + distance
        const value = loss.value(...callWith(held.module, held.given, nudgedModel, training))
        own[i] = before
        return value as number
      }
      if (input === undefined) throw new Error(`${name} is neither an input nor a parameter`)
      const data = input.data.map((number, j) => (i === j ? number + distance : number))
      const inputs = new Map([...held.given.inputs, [name, { ...input, data }]])
      return loss.value(
        ...callWith(held.module, { ...held.given, inputs }, nudgedModel, training),
      ) as number
    }
    if (input?.isLeftOut === true) return []
    for (const [i, exact] of Array.from(grad[name] ?? []).entries()) {
      counts.nudged++
      const [wide, narrow] = [slope(valueAt, i, STEP), slope(valueAt, i, STEP / 3)]
      const off = TOLERANCE * Math.max(1, Math.abs(wide.value))
      if (Math.abs(exact - wide.value) <= off || Math.abs(exact - narrow.value) <= off) continue
      const isSmooth =
        Math.abs(wide.value - narrow.value) <= off / 2 &&
        wide.kink <= 50 * off &&
        narrow.kink <= 50 * off
      if (!isSmooth) {
        counts.kinks++
        continue
      }
      const words = `${entry.name} by ${name}[${i}]: ${exact}, differences say ${wide.value}`
      return [{ kind: `differences: ${entry.name}`, words }]
    }
    return []
  })
}

/** Of fourth order, and how far the slopes to the left and to the right are apart. */
function slope(
  valueAt: (i: number, distance: number) => number,
  i: number,
  h: number,
): { value: number; kink: number } {
  const [below2, below, here, above, above2] = [-2 * h, -h, 0, h, 2 * h].map((d) => valueAt(i, d))
  if (
    below2 === undefined ||
    below === undefined ||
    here === undefined ||
    above === undefined ||
    above2 === undefined
  ) {
    throw new Error('five distances, five values')
  }
  const value = (8 * (above - below) - (above2 - below2)) / (12 * h)
  return { value, kink: Math.abs(above - 2 * here + below) / h }
}
