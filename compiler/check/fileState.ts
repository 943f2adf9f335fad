// What elaborating a file gathers: its axes, its exports, and the statements that are looked at when all is known.
import type { AxisName } from '../graph/node.ts'
import type { Fn, Loss, Metric, Minimize, Name, Output } from '../syntax/ast.ts'
import type { Frame } from './frame.ts'
import type { Tensor } from './value.ts'

/** An exported value, in one of the two modes. Absent: it could not be worked out. */
export interface Exported<S extends Output | Loss | Metric> {
  readonly statement: S
  readonly value?: Tensor
  /** Of an output. */
  readonly layout: readonly AxisName[]
}

export interface Elaborated {
  readonly frame: Frame
  readonly documentation: string | undefined
  readonly axes: readonly { readonly name: Name; readonly documentation?: string }[]
  readonly outputs: readonly Exported<Output>[]
  readonly losses: readonly Exported<Loss>[]
  readonly metrics: readonly Exported<Metric>[]
  readonly minimized: readonly Minimize[]
  readonly functions: readonly Fn[]
  /** The names of statements, in order: what is declared in them is listed so. */
  readonly roots: readonly string[]
}

/** Sizes given to axes by the caller. */
export type GivenSizes = Readonly<Record<string, number>>

/** The same while it grows. */
export interface FileState extends Elaborated {
  readonly given: GivenSizes
  readonly axes: { readonly name: Name; readonly documentation?: string }[]
  readonly outputs: Exported<Output>[]
  readonly losses: Exported<Loss>[]
  readonly metrics: Exported<Metric>[]
  readonly minimized: Minimize[]
  readonly functions: Fn[]
  readonly roots: string[]
  readonly exported: Map<string, Name>
}
