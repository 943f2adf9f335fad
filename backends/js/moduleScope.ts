// What is shared while one module is written.
import type { Computation, ModuleTensor } from '../../compiler/lower/entry.ts'
import type { Axes } from './axes.ts'
import type { Literal } from './literal.ts'
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
  readonly device: Device | null
}

/** What runs the computations of a module instead of its own loops, which then stand by for what it can't. */
export interface Device {
  readonly name: Backend
  /** The module's first lines: they import what the others use. */
  readonly opening: readonly string[]
  /** The name of a function that makes the module's device, which has `call`, `callAlone`, `step` and `init`. */
  readonly create: string
  /**
   * How it runs a computation, for the device to read there; or why it does not, in words. `words` are
   * the call's, and `keys` say where it wants each result: `value`, and gradients' names after a space.
   */
  readonly describe: (
    computation: Computation,
    words: string,
    keys: ReadonlyMap<string, string>,
    axes: Axes,
  ) => Literal
}
export type Backend = 'js' | 'gpu'

export interface NamedTensor extends ModuleTensor {
  readonly kind: 'parameter' | 'state' | 'slot'
  /** Where every call has it in `t`. */
  readonly key: string
}
