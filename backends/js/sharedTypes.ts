// The part of every module's `.d.ts` that doesn't depend on its source.

import type { Backend } from './moduleScope.ts'

export const sharedTypes = (
  backend: Backend,
): string => `export declare class ShapeError extends Error {
  readonly name: 'ShapeError'
  constructor(message?: string)
}

type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
type Nested = readonly (number | boolean | TypedArray | Nested)[]

/** Numbers in row-major order, flat or nested, or with their shape. */
export type TensorInput = TypedArray | Nested | { readonly data: TypedArray | readonly number[]; readonly shape: readonly number[] }
export type ScalarInput = number | boolean | TensorInput

/** What the module takes and gives, for generic tools. */
export declare const signature: {
  readonly backend: '${backend}'
  readonly precision: 'f32' | 'f64'
  readonly documentation?: string
  readonly axes: Readonly<Record<string, { readonly size: number | null; readonly formula?: string; readonly documentation?: string }>>
  readonly entries: Readonly<Record<string, {
    readonly kind: 'loss' | 'metric' | 'output' | 'function'
    readonly documentation?: string
    readonly inputs: readonly {
      readonly name: string
      readonly axes: readonly string[]
      readonly kind: 'real' | 'logit' | 'prob' | 'logprob' | 'class' | 'int' | 'bool'
      readonly kindAxis?: string
      readonly missing?: number
      readonly optional: boolean
      readonly documentation?: string
    }[]
    readonly output?: { readonly axes: readonly string[]; readonly dataType: 'real' | 'int' | 'bool'; readonly kind?: 'class'; readonly kindAxis?: string }
    readonly gradient?: readonly string[]
    readonly steps?: boolean
    readonly options?: Readonly<Record<string, number>>
    readonly cost: Readonly<Record<string, { readonly operations: string; readonly memory: string }>>
  }>>
  readonly parameters: readonly TensorSignature[]
  readonly states: readonly TensorSignature[]
  readonly slots: readonly TensorSignature[]
}
interface TensorSignature {
  readonly path: string
  readonly axes: readonly string[]
  /** How many of the axes make each dimension in a state dict of torch's; absent: one each. */
  readonly dimensions?: readonly number[]
  /** Absent: real. */
  readonly dataType?: 'real' | 'int' | 'bool'
  readonly initialiser: string
  readonly documentation?: string
}

export {}`
