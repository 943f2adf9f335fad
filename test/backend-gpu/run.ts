// Generated gpu modules, run as Node runs them: in gpu.js's WebAssembly mode, beside the runtime as it stands in the sources.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { compile, render, type CompileOptions } from '../../compiler/index.ts'

type Call = (...given: unknown[]) => Promise<unknown>
type Entry = Call & Record<'value' | 'valueAndGrad' | 'step', Call>

export type Tensors = Record<'params' | 'state' | 'optimizer', Record<string, Float32Array>>
export interface Model extends Tensors {
  readonly device: { readonly mode: string; readonly why: string; readonly onHost: object }
  readonly step: number
  read(): Promise<Tensors & { readonly step: number }>
  write(written: object): Promise<void>
  dispose(): Promise<void>
}
export type Module = { init(options?: object): Promise<Model> } & Record<string, Entry>

const root = fileURLToPath(new URL('../..', import.meta.url))
// Inside the project, so that modules find gpu.js.
mkdirSync(join(root, 'out'), { recursive: true })
const folder = mkdtempSync(join(root, 'out', 'gpu-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0

/** `change`: what is done to the module's text before it runs. */
export async function load(
  source: string,
  backend: 'gpu' | 'js' = 'gpu',
  change = (code: string): string => code,
  options: CompileOptions = {},
): Promise<Module> {
  const { code, diagnostics } = compile(source, { backend, ...options })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (code === undefined) throw new Error(errors.map((each) => render(each, source)).join('\n'))
  const path = join(folder, `module${++count}.mjs`)
  const runtime = JSON.stringify(join(root, 'runtime/index.ts'))
  writeFileSync(path, change(code).replace(`'lossdsl/runtime'`, runtime))
  return (await import(/* @vite-ignore */ path)) as Module
}
