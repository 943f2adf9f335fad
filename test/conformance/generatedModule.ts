// A generated module as a caller sees it, loaded from its text.
import { compileFunction } from 'node:vm'
import type { Numbers } from './compare.ts'

/** The package's `compile`, as far as the harness uses it. */
export type Compile = (
  source: string,
  options: { readonly path: string; readonly precision: 'f32' | 'f64'; readonly backend?: 'js' },
) => { readonly code?: string; readonly diagnostics: readonly Diagnostic[] }

interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'note'
  readonly code: string
  readonly message: string
  readonly labels: readonly { readonly message: string }[]
  readonly hint?: string
}

export interface Model {
  readonly params: Record<string, Float32Array | Float64Array>
  readonly state: Record<string, Float32Array | Float64Array | Int32Array>
  /** Where the tensors lie on a device. */
  read?(): Promise<Pick<Model, 'params' | 'state'>>
  write?(tensors: Pick<Model, 'params' | 'state'>): Promise<void>
  dispose?(): Promise<void>
}

export interface Entry {
  (...parameters: unknown[]): unknown
  value(...parameters: unknown[]): unknown
  valueAndGrad(...parameters: unknown[]): { value: unknown; grad: Record<string, Numbers> }
  step(...parameters: unknown[]): unknown
}

/** The part of a signature from which the harness reads what sizes a model needs. */
export interface Signature {
  readonly axes: Readonly<
    Record<string, { readonly size: number | null; readonly formula?: string }>
  >
  readonly entries: Readonly<Record<string, { readonly inputs: readonly Named[] }>>
  readonly parameters: readonly { readonly axes: readonly string[] }[]
  readonly states: readonly { readonly axes: readonly string[] }[]
}
interface Named {
  readonly name: string
  readonly axes: readonly string[]
  /** The axis whose coordinates the classes are. */
  readonly kindAxis?: string
}

export interface GeneratedModule {
  readonly init?: (options: { axes?: Record<string, number>; seed?: number }) => Model
  readonly signature: Signature
  readonly [entry: string]: unknown
}

/** What a module gives at once, or, where a device runs it, later. */
export function settled<T>(given: T): Promise<T> {
  return Promise.resolve(given)
}

/** What the modules of the gpu backend import: gpu.js as it is installed, and the runtime as it stands in the sources. */
const packages = {
  'gpu.js': () => import('gpu.js'),
  'lossdsl/runtime': () => import('../../runtime/index.ts'),
}

/** As a function, since Node never lets go of what it imported: thousands of modules, each with its memory and kernels. */
export async function load(code: string): Promise<GeneratedModule> {
  const imported: Record<string, object> = {}
  for (const [name, importPackage] of Object.entries(packages)) {
    if (code.includes(`from '${name}'`)) imported[name] = await importPackage()
  }
  let exported: string | undefined
  const body = code
    .replace(/^import \* as (\w+) from '(.+)'$/gm, "const $1 = imported['$2']")
    .replace(/^import (\{ .* \}) from '(.+)'$/gm, "const $1 = imported['$2']")
    .replace(/^export \{ (.+) \}$/m, (_, names: string) => {
      exported = names.replace(/(\S+) as (\w+)/g, '$2: $1')
      return ''
    })
  if (exported === undefined) throw new Error('the module has no list of exports')
  const text = `'use strict'\n${body}\nreturn { ${exported} }`
  return (compileFunction(text, ['imported']) as (given: object) => GeneratedModule)(imported)
}

export function entryOf(module: GeneratedModule, name: string): Entry {
  const entry = module[name]
  if (entry === undefined) throw new Error(`the module has no export ${name}`)
  return entry as Entry
}

/** All that a diagnostic says, in one line. */
export function wordsOf(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .flatMap(({ code, message, labels, hint }) => [
      `${code}: ${message}`,
      ...labels.map((label) => label.message),
      hint ?? '',
    ])
    .join(' ')
}
