// Many programs, one after another: what they were made of, and which failed, reduced.
import { variants, type Variant } from './built.ts'
import { generate } from './generate.ts'
import { judge, noCounts, type Counts, type Fault } from './judge.ts'
import { textOf, type Program } from './program.ts'
import { shrink } from './shrink.ts'

export interface Campaign {
  readonly programs: number
  readonly counts: Counts
  /** How many programs have a construct, by its name. */
  readonly frequencies: ReadonlyMap<string, number>
  readonly failures: readonly Failure[]
}
export interface Failure {
  readonly seed: number
  readonly fault: Fault
  readonly text: string
}

export async function campaign(
  seeds: Iterable<number>,
  variantsOf: (seed: number) => readonly Variant[] = () => variants,
  tell: (line: string) => void = () => undefined,
): Promise<Campaign> {
  const counts = noCounts()
  const frequencies = new Map<string, number>()
  const failures: Failure[] = []
  let programs = 0
  for (const seed of seeds) {
    const program = generate(seed)
    programs++
    for (const name of new Set(program.statements.map(({ construct }) => construct))) {
      frequencies.set(name, (frequencies.get(name) ?? 0) + 1)
    }
    const wanted = variantsOf(seed)
    const verdict = await judge(program, wanted)
    for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += verdict.counts[key]
    const [fault] = verdict.faults
    if (fault === undefined) continue
    tell(`seed ${seed}: ${fault.kind}`)
    const failure = await reduced(program, fault, wanted)
    failures.push(failure)
    tell(report(failure))
  }
  return { programs, counts, frequencies, failures }
}

async function reduced(
  program: Program,
  fault: Fault,
  wanted: readonly Variant[],
): Promise<Failure> {
  const small = await shrink(program, fault, wanted)
  return { seed: program.seed, fault: small.fault, text: textOf(small.program) }
}

export function report({ seed, fault, text }: Failure): string {
  return `seed ${seed}: ${fault.kind}\n${fault.words}\n\n${text}\n`
}
