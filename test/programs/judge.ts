// Whether a program's numbers agree: modules with the evaluator, and gradients with finite differences.
import { Draw } from './draw.ts'
import { build, variants, type Built, type BuiltModule, type Variant } from './built.ts'
import { differences } from './differences.ts'
import { observeGraph, observeModule, type Given, type Observed } from './observe.ts'
import { textOf, type Program } from './program.ts'

export interface Verdict {
  /** In words; empty if all agrees. */
  readonly faults: readonly Fault[]
  readonly counts: Counts
}
export interface Fault {
  /** The same for all programs that fail in the same way. */
  readonly kind: string
  readonly words: string
}
export interface Counts {
  /** Numbers compared, and of these those that are not finite. */
  compared: number
  infinite: number
  /** Off, but then the least change of the data moves the module's own number as far: a tie, or a jump. */
  unstable: number
  /** Derivatives compared with differences, and those where the differences don't settle: a kink is near. */
  nudged: number
  kinks: number
}

export function noCounts(): Counts {
  return { compared: 0, infinite: 0, unstable: 0, nudged: 0, kinks: 0 }
}

export async function judge(
  program: Program,
  wanted: readonly Variant[] = variants,
): Promise<Verdict> {
  const counts = noCounts()
  try {
    const built = await build(textOf(program), wanted)
    if (!('graph' in built)) {
      const [first] = built
      const words = `${first?.code}: ${first?.message}`
      return { faults: [{ kind: `refused: ${first?.code}`, words }], counts }
    }
    const given = givenTo(program, built)
    const faults = await agreement(built, given, isNormalising(program), counts)
    const off = await differences(program, built, given, counts)
    return { faults: [...faults, ...off], counts }
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
    // A module's address is its whole text.
    const words = told.replaceAll(/data:[^\s:]*/g, 'module')
    const kind = `threw: ${words.split('\n')[0]?.replaceAll(/\d+/g, '#')}`
    return { faults: [{ kind, words }], counts }
  }
}

/** Parameters and states lie a little off where they start, so that no zero hides what multiplies it. */
function givenTo(program: Program, { graph, plan }: Built): Given {
  const inputs = new Map(
    program.statements.flatMap(({ input }) =>
      input === undefined
        ? []
        : [[input.name, { ...input, isLeftOut: input.isLeftOut ?? false }] as const],
    ),
  )
  const bare: Given = { sizes: program.sizes, inputs, tensors: new Map() }
  const initial = observeGraph(graph, { ...plan, entries: [] }, bare)
  const draw = new Draw(program.seed)
  const held = [...plan.parameters, ...plan.states].map(({ path, dataType }) => {
    const numbers = Array.from(initial.get(`init ${path}`) ?? [])
    const moved = numbers.map((number) => Math.fround(number + draw.between(-0.3, 0.3)))
    return [path, dataType === 'real' ? moved : numbers] as const
  })
  return { ...bare, tensors: new Map(held) }
}

const tolerances = { f64: 1e-8, f32: 1e-3 } as const
const nudges = { f64: 1e-11, f32: 1e-6 } as const

/** Optimizers other than sgd divide gradients by their own size: what rounding made of an exact 0 becomes a whole step. */
function isNormalising({ statements }: Program): boolean {
  return statements.some(
    ({ construct, text }) => construct === 'minimize' && !text.includes(' sgd('),
  )
}

async function agreement(
  { graph, plan, modules }: Built,
  given: Given,
  isNormalising: boolean,
  counts: Counts,
): Promise<Fault[]> {
  const want = observeGraph(graph, plan, given)
  const faults: Fault[] = []
  for (const each of modules) {
    const { precision, name } = each.variant
    const got = await observeModule(each.module, plan, given)
    const tolerance = tolerances[precision]
    let moved: Observed[] | undefined
    for (const [label, numbers] of want) {
      if (isNormalising && precision === 'f32' && label.includes(' step ')) continue
      const mine = got.get(label) ?? []
      if (mine.length !== numbers.length) {
        const words = `${label} (${name}): ${mine.length} numbers, not ${numbers.length}`
        faults.push({ kind: `${name}: lengths`, words })
        continue
      }
      counts.compared += numbers.length
      const scale = scaleOf(numbers)
      const off = Array.from(numbers, (_, i) => i).filter((i) => {
        const wanted = numbers[i] ?? NaN
        if (!Number.isFinite(wanted)) counts.infinite++
        return !isNear(mine[i] ?? NaN, wanted, tolerance * scale)
      })
      if (off.length === 0) continue
      moved ??= await nudged(each, plan, given)
      const firm = off.filter((i) => !moves(label, i, mine, moved ?? [], tolerance * scale))
      counts.unstable += off.length - firm.length
      const [first] = firm
      if (first === undefined) continue
      const words = `${label}[${first}] (${name}): ${mine[first]}, the evaluator says ${numbers[first]}`
      faults.push({ kind: `${name}: ${kindOf(label)}`, words })
    }
  }
  return faults
}

function kindOf(label: string): string {
  return ['init', 'gradient', 'step'].find((word) => label.includes(word)) ?? 'value'
}

function scaleOf(numbers: ArrayLike<number>): number {
  return Array.from(numbers, Math.abs)
    .filter(Number.isFinite)
    .reduce((most, each) => Math.max(most, each), 1)
}

function isNear(a: number, b: number, tolerance: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance
}

async function nudged(
  { module, variant }: BuiltModule,
  plan: Built['plan'],
  given: Given,
): Promise<Observed[]> {
  const nudge = nudges[variant.precision]
  const integers = new Set(
    plan.inputs.flatMap(({ name, dataType }) => (dataType === 'real' ? [] : [name])),
  )
  const observed: Observed[] = []
  for (const seed of [1, 2, 3]) {
    const draw = new Draw(seed)
    const move = (data: readonly number[]): number[] =>
      data.map((number) => number * (1 - nudge * draw.between(0.5, 1)))
    const inputs = [...given.inputs].map(
      ([name, input]) =>
        [name, integers.has(name) ? input : { ...input, data: move(input.data) }] as const,
    )
    const tensors = [...given.tensors].map(([path, data]) => [path, move(data)] as const)
    const moved = { ...given, inputs: new Map(inputs), tensors: new Map(tensors) }
    observed.push(await observeModule(module, plan, moved))
  }
  return observed
}

function moves(
  label: string,
  i: number,
  mine: ArrayLike<number>,
  moved: readonly Observed[],
  tolerance: number,
): boolean {
  return moved.some((each) => !isNear(each.get(label)?.[i] ?? NaN, mine[i] ?? NaN, tolerance / 4))
}
