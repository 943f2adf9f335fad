// A program as the compiler has it: its graphs, for the evaluator, and its module in each precision, fused and unfused.
import { emitJs } from '../../backends/js/emit.ts'
import { check } from '../../compiler/check/check.ts'
import { allComputations, derivation } from '../../compiler/compile.ts'
import type { Graph } from '../../compiler/graph/graph.ts'
import { jsTarget } from '../../compiler/index.ts'
import { plan } from '../../compiler/kernels/plan.ts'
import type { ModulePlan } from '../../compiler/lower/entry.ts'
import { lower } from '../../compiler/lower/lower.ts'
import type { Diagnostic } from '../../compiler/source/diagnostic.ts'
import { parse } from '../../compiler/syntax/parse.ts'
import { standardLibrary } from '../../std/sources.ts'
import { load, type GeneratedModule } from '../conformance/generatedModule.ts'

export interface Built {
  readonly graph: Graph
  readonly plan: ModulePlan
  readonly modules: readonly BuiltModule[]
}

export interface BuiltModule {
  /** `f32, unfused` */
  readonly name: string
  readonly precision: 'f32' | 'f64'
  readonly module: GeneratedModule
}

export type Variant = readonly [precision: 'f32' | 'f64', fuse: boolean]
export const variants: readonly Variant[] = [
  ['f64', true],
  ['f64', false],
  ['f32', true],
  ['f32', false],
]

/** The errors, where there are some. */
export async function build(
  text: string,
  wanted: readonly Variant[] = variants,
  entries?: readonly string[],
): Promise<Built | readonly Diagnostic[]> {
  const path = 'random.lossdsl'
  const parsed = parse({ path, text })
  const checked = check(parsed.file, { std: standardLibrary })
  const errors = [...parsed.diagnostics, ...checked.diagnostics].filter(
    ({ severity }) => severity === 'error',
  )
  if (checked.program === undefined || errors.length > 0) return errors
  const { graph } = checked.program
  const modulePlan = lower(checked.program, entries)
  const differentiateAndSimplify = derivation(graph, [])
  const simple = allComputations(modulePlan).map(
    (computation) => [computation, differentiateAndSimplify(computation)] as const,
  )
  const modules: BuiltModule[] = []
  for (const fuse of new Set(wanted.map(([, each]) => each))) {
    const target = jsTarget(fuse)
    const programs = new Map(
      simple.map(([computation, rewritten]) => [computation, plan(graph, rewritten, target)]),
    )
    for (const [precision] of wanted.filter(([, each]) => each === fuse)) {
      const { code } = emitJs(modulePlan, programs, { precision, sourcePath: path })
      const name = `${precision}, ${fuse ? 'fused' : 'unfused'}`
      modules.push({ name, precision, module: await load(code) })
    }
  }
  return { graph, plan: modulePlan, modules }
}
