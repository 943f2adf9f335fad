// What is shared while one module is written.
import type { ModuleTensor } from '../../compiler/lower/entry.ts'
import type { Axes } from './axes.ts'
import type { Scope } from './names.ts'
import type { Operations } from './operations.ts'

export interface ModuleScope {
  readonly precision: 'f32' | 'f64'
  readonly names: Scope
  readonly operations: Operations
  readonly axes: Axes
  /** Arrays of numbers that the compiler knows: from their text to their name. */
  readonly constants: Map<string, string>
  /** Functions of kernels: from their text after the name to the name. */
  readonly kernels: Map<string, string>
  /** The model's, in the order of their table. */
  readonly tensors: readonly NamedTensor[]
  readonly tensorOf: (kind: NamedTensor['kind'], path: string) => NamedTensor
}

export interface NamedTensor extends ModuleTensor {
  readonly kind: 'parameter' | 'state' | 'slot'
  /** Where every call has it in `t`. */
  readonly key: string
}
