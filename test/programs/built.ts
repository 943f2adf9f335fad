// A program as the compiler has it: its graphs, for the evaluator, and its modules: in each precision, fused and unfused,
// and for the device.
import { emitJs } from '../../backends/js/emit.ts'
import { check } from '../../compiler/check/check.ts'
import { allComputations, derivation } from '../../compiler/compile.ts'
import type { Graph } from '../../compiler/graph/graph.ts'
import { jsTarget } from '../../compiler/index.ts'
import { plan } from '../../compiler/kernels/plan.ts'
import type { KernelProgram } from '../../compiler/kernels/program.ts'
import type { Computation, ModulePlan } from '../../compiler/lower/entry.ts'
import { lower } from '../../compiler/lower/lower.ts'
import type { Diagnostic } from '../../compiler/source/diagnostic.ts'
import { parse } from '../../compiler/syntax/parse.ts'
import { standardLibrary } from '../../std/sources.ts'
import { load, type Compile, type GeneratedModule } from '../conformance/generatedModule.ts'
import { gpuCompiler } from '../conformance/gpuCompiler.ts'

export interface Built {
  readonly graph: Graph
  readonly plan: ModulePlan
  readonly modules: readonly BuiltModule[]
}

export interface BuiltModule {
  readonly variant: Variant
  readonly module: GeneratedModule
}

/** One of the ways in which a program becomes a module. */
export interface Variant {
  readonly name: string
  readonly precision: 'f32' | 'f64'
  readonly fuse: boolean
  /** For a backend other than js. */
  readonly compile?: Compile
}
export const variants = [
  { name: 'f64, fused', precision: 'f64', fuse: true },
  { name: 'f64, unfused', precision: 'f64', fuse: false },
  { name: 'f32, fused', precision: 'f32', fuse: true },
  { name: 'f32, unfused', precision: 'f32', fuse: false },
] as const satisfies readonly Variant[]
export const gpuVariant: Variant = {
  name: 'gpu',
  precision: 'f32',
  fuse: true,
  compile: gpuCompiler(),
}

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
  const planned = new Map<boolean, ReadonlyMap<Computation, KernelProgram>>()
  const codeOf = ({ name, precision, fuse, compile }: Variant): string => {
    if (compile !== undefined) {
      const { code } = compile(text, { path, precision })
      if (code === undefined) throw new Error(`${name}: no code`)
      return code
    }
    const target = jsTarget(fuse)
    const programs =
      planned.get(fuse) ??
      new Map(
        simple.map(([computation, rewritten]) => [computation, plan(graph, rewritten, target)]),
      )
    planned.set(fuse, programs)
    return emitJs(modulePlan, programs, { precision, sourcePath: path }).code
  }
  const modules: BuiltModule[] = []
  for (const variant of wanted) modules.push({ variant, module: await load(codeOf(variant)) })
  return { graph, plan: modulePlan, modules }
}
