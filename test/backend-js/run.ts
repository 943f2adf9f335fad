// Runs what the backend emits, as a user would import it.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { emitJs, type Emitted } from '../../backends/js/emit.ts'
import type { KernelProgram } from '../../compiler/kernels/program.ts'
import type { ModulePlan } from '../../compiler/lower/entry.ts'

type Call = (...given: unknown[]) => unknown
type Entry = Call & Record<'value' | 'valueAndGrad' | 'step' | 'input', Call>
/** Any export may be asked for: a test knows what its module has. */
export type Module<Names extends string = string> = Record<
  Names | 'init' | 'signature' | 'ShapeError',
  Entry
>

export function emit(
  plan: ModulePlan,
  programs: readonly KernelProgram[],
  precision: 'f32' | 'f64' = 'f64',
): Emitted {
  const byComputation = new Map(programs.map((program) => [program.computation, program]))
  return emitJs(plan, byComputation, { precision, sourcePath: 'test.lossdsl' })
}

let count = 0
const folder = mkdtempSync(join(tmpdir(), 'lossdsl-js-'))

export function writeModule(code: string): string {
  const path = join(folder, `module${++count}.mjs`)
  writeFileSync(path, code)
  return path
}

export async function load<Names extends string>(code: string): Promise<Module<Names>> {
  return (await import(/* @vite-ignore */ pathToFileURL(writeModule(code)).href)) as Module<Names>
}
