// What a generated module hands to the device: computations as its own calls know them, with the kernels to run instead.
import type { Stack } from './copies.ts'

export type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array
export type Sizes = Readonly<Record<string, number>>
export type TensorKind = 'params' | 'state' | 'optimizer'

/** The kernels of one computation. Lengths and texts depend on the sizes that a call brings. */
export interface DeviceProgram {
  /** How large whole numbers may get in it, if any do: from the sizes, and from the largest of each that is given. */
  readonly wholeNumbers?: {
    readonly given: readonly (string | { readonly input: string })[]
    readonly largest: (sizes: Sizes, given: readonly number[]) => number
  }
  readonly buffers: readonly BufferRow[]
  /** Loops whose steps are run from here. */
  readonly loops?: readonly {
    readonly length: (sizes: Sizes) => number
    /** From the last step to the first. */
    readonly reversed?: boolean
  }[]
  readonly kernels: readonly {
    /** The loops that it is a step of, outermost first: those that follow each other in one run in turn. */
    readonly steps?: readonly number[]
    /** Places in `buffers`. */
    readonly writes: number
    readonly reads: readonly number[]
    /** Numbers, where the call has put them, or which step of a loop is running. */
    readonly given: readonly Given[]
    /** The length of the rows in which its threads may come, if `source` is told so. */
    readonly row?: (sizes: Sizes) => number
    /** Absent: what is written is what is read. */
    readonly source?: (sizes: Sizes, rows?: boolean) => string
  }[]
}

export type Given = number | string | { readonly step: number }

export type BufferRow = {
  /** Of it whole. */
  readonly length: (sizes: Sizes) => number
  /** Each step of these loops fills a part of it, in the order of their places; outermost first. */
  readonly steps?: readonly number[]
} & (
  | { readonly kind: 'input'; readonly name: string }
  /** Random numbers: the site and the lane of the generator. */
  | { readonly kind: 'draws'; readonly site: number; readonly lane: number }
  | { readonly kind: TensorKind; readonly path: string }
  | { readonly kind: 'result'; readonly key: string; readonly isWhole?: boolean }
  | { readonly kind: 'constant'; readonly values: readonly number[] }
  | { readonly kind: 'temporary' }
)

/** A computation of the module: `t` holds all that a call needs, once the module has checked it. */
export interface Computation {
  readonly entry: string
  readonly t: Record<string, unknown>
  readonly slots: readonly { readonly key: string; readonly input: { readonly name: string } }[]
  readonly tensors: readonly TensorRow[]
  readonly results: readonly { readonly key: string }[]
  readonly numbers?: readonly string[]
  /** Of a step: the loss whose steps are counted. */
  readonly counts?: string
  readonly read?: (t: Record<string, unknown>, sizes: Sizes) => unknown
  readonly sizes: Sizes
  /** Kernels, or why there are none. */
  readonly device: DeviceProgram | string
  /** Gives the module's own loops for these sizes. */
  bind: (sizes: Sizes) => Loops
}
export type Loops = (t: Record<string, unknown>) => void

export interface TensorRow {
  readonly key: string
  readonly record: TensorKind
  readonly path: string
}

/** A model as the module's own loops know it. */
export interface HostModel {
  readonly params: Record<string, Numbers>
  readonly state: Record<string, Numbers>
  readonly optimizer: Record<string, Numbers>
  step: number
  readonly steps: Record<string, number>
  seed: number
  readonly axes: Sizes
}

/** What the module does itself. */
export interface Host {
  /** The tensors of copies. */
  readonly stacks?: readonly Stack[]
  /** Checks a call, binds its sizes, puts all into `t`, and runs what `bind` gave. */
  readonly call: (c: Computation, model: undefined, inputs: unknown, options: unknown) => unknown
  /** The same with a model, which it checks to be one. */
  readonly callWith?: (c: Computation, model: unknown, inputs: unknown, options: unknown) => unknown
  /** A random number: of the seed, the step, the site, the element and the lane. */
  readonly uniform?: (
    seed: number,
    step: number,
    site: number,
    element: number,
    lane: number,
  ) => number
}
