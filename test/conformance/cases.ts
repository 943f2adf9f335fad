// What a conformance file holds, and how its numbers are read.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Precision = 'f32' | 'f64'

/** A number; NaN and the infinities are written as strings, truth values may be booleans. */
export type Written = number | string | boolean

export interface Tensor {
  readonly shape: readonly number[]
  readonly dtype?: 'int' | 'bool'
  readonly data: readonly Written[]
}

export interface Tolerance {
  readonly atol: number
  readonly rtol: number
}

type Tensors = Readonly<Record<string, Tensor>>

export interface Expectation {
  readonly value?: Written
  readonly values?: readonly Written[]
  readonly output?: Tensor
  readonly shape?: readonly number[]
  readonly axes?: readonly string[]
  readonly sums_to_one?: boolean
  readonly grad?: Tensors
  readonly grad_names?: readonly string[]
  readonly grad_shapes?: Readonly<Record<string, readonly number[]>>
  readonly params?: Readonly<Record<string, Tensors>>
  readonly state?: Readonly<Record<string, Tensors>>
  readonly falls?: boolean
  readonly finite?: boolean
  readonly param_shapes?: Readonly<Record<string, readonly number[]>>
  readonly param_sizes?: Readonly<Record<string, number>>
}

export interface Check {
  readonly call: 'value' | 'valueAndGrad' | 'output' | 'metric' | 'steps' | 'init'
  readonly entry?: string
  readonly steps?: number
  /** Inputs with one more dimension in front: step k gets slice k. */
  readonly per_step?: readonly string[]
  readonly expect: Expectation
}

interface CaseBase {
  readonly name: string
  readonly program: string
  readonly axes?: Readonly<Record<string, number>>
  readonly inputs?: Tensors
  readonly params?: Tensors
  readonly state?: Tensors
  readonly tags?: readonly string[]
  readonly tolerance?: Readonly<Partial<Record<Precision, Tolerance | null>>>
  readonly warnings?: 'expected' | 'allowed'
}

/** A program that runs, and what its calls must give. */
export interface RunCase extends CaseBase {
  readonly checks: readonly Check[]
}

/** A program that must be refused, by the compiler or at a call. */
export interface RefusalCase extends CaseBase {
  readonly expect_error: true
  readonly stage: 'compile' | 'call' | 'any'
  readonly mentions: readonly string[]
  readonly entry?: string
  readonly call?: 'value' | 'valueAndGrad' | 'output' | 'metric'
  readonly error?: 'ShapeError' | 'RangeError' | 'any'
}

/** A program whose diagnostics are what is looked at. */
export interface DiagnosticCase extends CaseBase {
  readonly severity: 'error' | 'warning' | 'none'
  readonly mentions: readonly string[]
}

export type Case = RunCase | RefusalCase | DiagnosticCase

export interface Topic {
  readonly name: string
  readonly tolerance: Readonly<Record<Precision, Tolerance>>
  readonly cases: readonly Case[]
}

export function readTopics(folder: string): Topic[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return files.sort().map((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const content = JSON.parse(text) as Omit<Topic, 'name'>
    return { ...content, name: file.replace(/\.json$/, '') }
  })
}

/** `Number` reads exactly the strings that stand for NaN and the infinities. */
export function numberOf(written: Written): number {
  return Number(written)
}

export function isQuirk(testCase: Case): boolean {
  return testCase.tags?.includes('quirk') ?? false
}
