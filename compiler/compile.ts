// The whole compiler, top to bottom: from a source text to the kernels of each computation of its module.
import { check } from './check/check.ts'
import type { CheckedProgram } from './check/program.ts'
import { Differentiation } from './derive/differentiate.ts'
import type { Graph } from './graph/graph.ts'
import { printGraph } from './graph/print.ts'
import { plan } from './kernels/plan.ts'
import { printKernels } from './kernels/print.ts'
import { drawsAsInputs } from './kernels/draws.ts'
import { BeyondTarget, type KernelProgram, type Target } from './kernels/program.ts'
import type { Computation, ModulePlan } from './lower/entry.ts'
import { computationsOf, lower } from './lower/lower.ts'
import type { Rewrite } from './rewrite/engine.ts'
import { Simplifier } from './rewrite/simplify.ts'
import { diagnose } from './source/catalogue.ts'
import type { Diagnostic } from './source/diagnostic.ts'
import type { SourceFile } from './source/span.ts'
import { suggest } from './source/suggest.ts'
import { parse } from './syntax/parse.ts'
import { printTree } from './syntax/printTree.ts'

export interface CompileOptions {
  readonly target: Target
  /** Another target that runs what it can of the same computations. */
  readonly device?: Target
  /** The standard library: path to text. */
  readonly std: Readonly<Record<string, string>>
  /** Sizes given to axes from outside, as `--axis N=64`. */
  readonly axes?: Readonly<Record<string, number>>
  /** The exports to keep; absent, all. */
  readonly entries?: readonly string[]
  /** The text of an imported file; may throw, and the reason is then told at the import. */
  readonly read?: (path: string) => string
  /** From how many copies on `repeat` is a loop. */
  readonly loopFrom?: number
  readonly observe?: Observer
}

/** What may be watched. The text is made only when asked for. */
export type Observer = (stage: Stage, computation: string | null, text: () => string) => void
export type Stage = 'ast' | 'graph' | 'gradient' | 'kernels'

export interface Compiled {
  readonly diagnostics: readonly Diagnostic[]
  /** Absent when there are errors. */
  readonly module?: {
    /** That of all computations. */
    readonly graph: Graph
    readonly plan: ModulePlan
    readonly programs: ReadonlyMap<Computation, KernelProgram>
    /** For the device, if one was asked for; or what of a computation it cannot run. */
    readonly devicePrograms: ReadonlyMap<Computation, KernelProgram | BeyondTarget>
    readonly rewrites: readonly Rewrite[]
  }
}

export function compileToKernels(source: SourceFile, options: CompileOptions): Compiled {
  const observe = options.observe ?? ignore
  const parsed = parse(source)
  observe('ast', null, () => printTree(parsed.file))
  const isIncomplete = parsed.diagnostics.some(isError)
  const checked = check(parsed.file, { ...options, isIncomplete })
  const diagnostics = [...parsed.diagnostics, ...checked.diagnostics]
  if (checked.program === undefined || diagnostics.some(isError)) return { diagnostics }
  const unknown = unknownEntries(checked.program, source, options.entries ?? [])
  if (unknown.length > 0) return { diagnostics: [...diagnostics, ...unknown] }

  const { graph } = checked.program
  const modulePlan = lower(checked.program, options.entries)
  const programs = new Map<Computation, KernelProgram>()
  const devicePrograms = new Map<Computation, KernelProgram | BeyondTarget>()
  const rewrites: Rewrite[] = []
  const differentiateAndSimplify = derivation(graph, rewrites)
  for (const computation of allComputations(modulePlan)) {
    observe('graph', computation.name, () => printGraph(graph, nodesOf(computation)))
    const simple = differentiateAndSimplify(computation)
    observe('gradient', computation.name, () => printGraph(graph, nodesOf(simple)))
    const program = plan(graph, simple, options.target)
    programs.set(computation, program)
    const { device } = options
    const onDevice =
      device === undefined || computation === modulePlan.init
        ? program
        : planForDevice(graph, simple, device)
    if (onDevice !== program) devicePrograms.set(computation, onDevice)
    const shown = onDevice instanceof BeyondTarget ? program : onDevice
    observe('kernels', computation.name, () => printKernels(shown))
  }
  return { diagnostics, module: { graph, plan: modulePlan, programs, devicePrograms, rewrites } }
}

/** The device is given its random numbers, and need not run everything. */
function planForDevice(
  graph: Graph,
  computation: Computation,
  device: Target,
): KernelProgram | BeyondTarget {
  const nodes = drawsAsInputs(graph, nodesOf(computation))
  const results = computation.results.map((result, i) => ({ ...result, node: nodes[i]! }))
  try {
    return plan(graph, { ...computation, results }, device)
  } catch (error) {
    if (error instanceof BeyondTarget) return error
    throw error
  }
}

function unknownEntries(
  { losses, metrics, outputs, functions }: CheckedProgram,
  { path }: SourceFile,
  wanted: readonly string[],
): Diagnostic[] {
  const known = [...losses, ...metrics, ...outputs, ...functions].map((entry) => entry.name)
  const at = { path, span: { start: 0, end: 0 } }
  return wanted
    .filter((entry) => !known.includes(entry))
    .map((entry) => {
      const near = suggest(entry, known)
      return diagnose('entry-unknown', at, {
        entry,
        known,
        ...(near === undefined ? {} : { near }),
      })
    })
}

/**
 * Stability rules run before differentiation, on what the user wrote, and again on the gradients. What one computation
 * needed is there for the others: a step's gradients are those of `valueAndGrad`.
 */
export function derivation(
  graph: Graph,
  rewrites: Rewrite[],
): (computation: Computation) => Computation {
  const rewriting = new Simplifier(graph, rewrites)
  const differentiation = new Differentiation(graph)
  return (computation) => {
    const stable = rewriting.stabilise(nodesOf(computation))
    const gradients = differentiation.of(stable)
    const stableGradients = rewriting.stabilise(gradients)
    const simple = rewriting.simplify(stableGradients)
    const results = computation.results.map((result, i) => ({ ...result, node: simple[i]! }))
    return { ...computation, results }
  }
}

export function allComputations(modulePlan: ModulePlan): Computation[] {
  const ofEntries = modulePlan.entries.flatMap(computationsOf)
  return modulePlan.init === undefined ? ofEntries : [modulePlan.init, ...ofEntries]
}

function nodesOf(computation: Computation) {
  return computation.results.map((result) => result.node)
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error'
}

function ignore(): void {}
