// Small programs, compiled and run: what a sentence of the reference comes down to in numbers or in words.
import { expect } from 'vitest'
import { compile, type CompileOptions, type Diagnostic } from '../../compiler/index.ts'
import { load, type Entry, type Model } from '../conformance/generatedModule.ts'

export type Inputs = Readonly<Record<string, unknown>>
export interface Options extends CompileOptions {
  /** Messages are wanted, of this code; otherwise there must be none. */
  readonly warning?: string
}

export interface LoadedModule {
  readonly init: (options?: object) => Model & { step: number; optimizer: Record<string, unknown> }
  readonly entry: (name: string) => Entry
  readonly exports: Readonly<Record<string, unknown>>
}

/** The module of a source that compiles without a message, or with the warning that is asked for only. */
export async function moduleOf(source: string, options: Options = {}): Promise<LoadedModule> {
  const { warning, ...others } = options
  const { code, diagnostics } = compile(source, { precision: 'f64', ...others })
  expect(diagnostics.map(sentence)).toEqual(
    warning === undefined ? [] : [expect.stringContaining(warning)],
  )
  if (code === undefined) throw new Error('no code')
  const exports = await load(code)
  return {
    init: exports.init as unknown as LoadedModule['init'],
    entry: (name) => exports[name] as Entry,
    exports,
  }
}

/** The numbers of the expression, the result of a file that begins with the declarations. */
export async function numbers(
  declarations: string,
  expression: string,
  inputs: Inputs = {},
  options: Options = {},
): Promise<number[]> {
  return (await tensor(declarations, expression, inputs, options)).data
}

export interface Tensor {
  readonly data: number[]
  readonly shape: readonly number[]
  readonly axes: readonly string[]
}

export async function tensor(
  declarations: string,
  expression: string,
  inputs: Inputs = {},
  options: Options = {},
): Promise<Tensor> {
  const { entry, init } = await moduleOf(`${declarations}\noutput result = ${expression}`, options)
  const model = init === undefined ? [] : [init()]
  return plain(entry('result')(...model, inputs))
}

/** The numbers of a result, in a plain array. */
export function plain(result: unknown): Tensor {
  if (typeof result === 'number') return { data: [result], shape: [], axes: [] }
  const { data, shape, axes } = result as Tensor
  return { data: Array.from(data), shape, axes }
}

/** d sum(expression) / d input, for each real input of the declarations. */
export async function slopes(
  declarations: string,
  expression: string,
  inputs: Inputs = {},
  options: Options = {},
): Promise<Record<string, number[]>> {
  const { entry, init } = await moduleOf(
    `${declarations}\nloss result = sum(${expression})`,
    options,
  )
  const model = init === undefined ? [] : [init()]
  const { grad } = entry('result').valueAndGrad(...model, inputs)
  return Object.fromEntries(
    Object.entries(grad).map(([name, data]) => [
      name,
      typeof data === 'number' ? [data] : Array.from(data),
    ]),
  )
}

/** The messages of a source: code and sentence, then hint and labels. */
export function messages(source: string, options: CompileOptions = {}): string[] {
  return compile(source, options).diagnostics.map(sentence)
}

function sentence({ severity, code, message, hint, labels }: Diagnostic): string {
  const further = [hint ?? '', ...labels.map((label) => label.message)].filter(
    (text) => text !== '',
  )
  return [`${severity} ${code}: ${message}`, ...further].join(' | ')
}

/** What a call throws, name and message. */
export function thrown(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`
    throw error
  }
  return 'nothing is thrown'
}

/** Equal to ten digits; NaN equals NaN. */
export function expectClose(
  found: readonly number[],
  wanted: readonly number[],
  digits = 10,
): void {
  expect(found).toHaveLength(wanted.length)
  const near = wanted.map((value) =>
    Number.isFinite(value) ? expect.closeTo(value, digits) : value,
  )
  expect(found).toEqual(near)
}
