// The kernel program: what is stored, and the loops that fill it. Backends turn it into code, and see nothing above it.
import type { AxisName, DataType, Node, ReductionName } from '../graph/node.ts'
import type { ScalarOperation } from '../graph/operation.ts'
import type { Size } from '../graph/size.ts'
import type { Computation, ResultTarget } from '../lower/entry.ts'

/** One computation, scheduled. */
export interface KernelProgram {
  readonly computation: Computation
  /** In order of first use; names are unique within the program and safe as identifiers. */
  readonly buffers: readonly Buffer[]
  /** Run one after another. */
  readonly kernels: readonly Kernel[]
  /** Elements of each element type that the temporaries take together, after sharing. */
  readonly arena: { readonly [type in ElementType]: Size }
  /** Only for threads: what stays below 2^24 where all whole numbers do; see wholeNumbers.ts. */
  readonly wholeNumbers?: readonly Size[]
}

/** `real` is the module's precision; `wide` is f64 whatever the precision: accumulators that outlive an iteration. */
export type ElementType = 'real' | 'wide' | 'int' | 'bool'

export interface Buffer {
  readonly name: string
  readonly type: ElementType
  /** Row-major in this order. A buffer without axes holds one number. */
  readonly axes: readonly AxisName[]
  /** The size of each axis. */
  readonly extents: readonly Size[]
  readonly place: BufferPlace
  /** Its outermost axes are those of these loops: each step writes its part. Absent: none are. */
  readonly steps?: readonly StepLoop[]
  /** Why it is stored and not a local: for people (`--emit kernels`, snapshots). */
  readonly reason: string
  /** The user's name for what it holds, where there is one. */
  readonly label?: string
}

export type BufferPlace =
  /** Given by the caller. */
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'parameter' | 'state' | 'slot'; readonly path: string }
  /** Handed to the caller: fresh memory at each call. In-place results of a step are the tensors above. */
  | { readonly kind: 'result'; readonly target: ResultTarget }
  /** In the arena of its element type, at this offset; may share space with buffers that live at other times. */
  | { readonly kind: 'temporary'; readonly offset: Size }
  /** Numbers known to the compiler. */
  | { readonly kind: 'constant'; readonly values: readonly number[] }

export interface Kernel {
  readonly name: string
  /** One line for people: what it computes, in the user's names. */
  readonly comment: string
  readonly body: readonly Statement[]
  readonly reads: readonly Buffer[]
  readonly writes: readonly Buffer[]
  /**
   * Its outermost loops are these, and are the host's: the kernels that follow each other in one run in turn, once for
   * each step. Only for threads. Absent: none.
   */
  readonly steps?: readonly StepLoop[]
  readonly cost: { readonly operations: Size; readonly loads: Size; readonly stores: Size }
  /** An earlier kernel whose loops these are, over other buffers: a backend may write them once. */
  readonly repeats?: {
    readonly kernel: Kernel
    /** Of each of its buffers, the one in its place here; one may stand in several places. */
    readonly bufferFor: (buffer: Buffer) => Buffer
  }
}

/** The steps of one recurrence: the same object wherever they are meant. */
export interface StepLoop {
  readonly axis: AxisName
  readonly extent: Size
  /** From the last place to the first. */
  readonly reversed: boolean
}

export type Statement =
  | {
      readonly kind: 'loop'
      readonly axis: AxisName
      /** The loop variable, unique within the kernel. */
      readonly variable: string
      /** Exclusive end. The variable runs from `from` (absent: 0) in steps of `step` (absent: 1). */
      readonly extent: Size
      /** These two only for targets that have `blockFrom`. */
      readonly from?: Size
      readonly step?: number
      /** From the last place to the first; not with the two above. */
      readonly reversed?: boolean
      /** Whether iterations are independent of each other (no accumulation across them). */
      readonly parallel: boolean
      readonly body: readonly Statement[]
      readonly comment?: string
    }
  /** Runs the body where the condition holds: a scatter passes over what lies outside. */
  | { readonly kind: 'when'; readonly condition: Expression; readonly body: readonly Statement[] }
  /** A local that is set once. */
  | {
      readonly kind: 'let'
      readonly local: string
      readonly type: ElementType
      readonly value: Expression
      /** It is stored as well: the local is rounded as its buffer is, so that all readers have the same number. */
      readonly stored?: true
      readonly comment?: string
    }
  /** A local that changes: what a recurrence carries, set before its loop and again in each step. */
  | {
      readonly kind: 'carry'
      readonly local: string
      readonly type: ElementType
      readonly value: Expression
      readonly comment?: string
    }
  | { readonly kind: 'assign'; readonly local: string; readonly value: Expression }
  /** A local that a reduction runs in: starts at the reduction's neutral element, in f64 where real. */
  | {
      readonly kind: 'accumulator'
      readonly local: string
      readonly reduction: Exclude<ReductionName, 'logsumexp'>
      readonly comment?: string
    }
  /** Takes one more value in. For argmax and argmin, `position` is the coordinate; the first of equals wins. */
  | {
      readonly kind: 'accumulate'
      readonly local: string
      readonly reduction: Exclude<ReductionName, 'logsumexp'>
      readonly value: Expression
      readonly position?: Expression
    }
  | {
      readonly kind: 'store'
      readonly buffer: Buffer
      /** One for each axis of the buffer. */
      readonly indices: readonly Expression[]
      readonly value: Expression
      /** Present: buffer[i] = reduction(buffer[i], value). */
      readonly accumulate?: 'sum' | 'prod' | 'max' | 'min'
      readonly comment?: string
    }
  /** Writes the positions 0, 1, … along an axis in the order of their keys: stable, NaN counts as the largest. */
  | {
      readonly kind: 'sort'
      readonly axis: AxisName
      readonly buffer: Buffer
      /** Of the first position: one for each axis of the buffer, 0 along the axis. */
      readonly indices: readonly Expression[]
      /** The first of them; the others follow along the axis of its buffer. */
      readonly keys: Extract<Expression, { kind: 'load' }>
      readonly descending: boolean
    }
  /** Sets every element. */
  | { readonly kind: 'fill'; readonly buffer: Buffer; readonly value: number }

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'size'; readonly size: Size }
  /** A loop's variable. */
  | { readonly kind: 'variable'; readonly name: string }
  /** A local: of `let` or `carry`, or an accumulator once its loop is done. */
  | { readonly kind: 'local'; readonly name: string; readonly type: ElementType }
  /** A number given with the call. */
  | { readonly kind: 'option'; readonly name: string; readonly type: DataType }
  | {
      readonly kind: 'load'
      readonly buffer: Buffer
      readonly indices: readonly Expression[]
    }
  /** `select` evaluates only the side taken: it guards loads that would be out of range. */
  | {
      readonly kind: 'operation'
      readonly operation: ScalarOperation
      readonly operands: readonly Expression[]
      readonly type: DataType
    }
  /** One draw of the counter-based generator; `element` is the row-major number within its site. */
  | {
      readonly kind: 'random'
      readonly site: string
      readonly lane: 0 | 1
      readonly element: Expression
    }

/** A computation that a target has no way to run: a limit of the backend, not a fault. */
export class BeyondTarget extends Error {
  /** What it cannot run, as a noun: `a loop`. */
  readonly what: string
  readonly kind: Node['kind']
  readonly target: string

  constructor(what: string, { kind }: Node, target: Target) {
    super(`${target.name} cannot run ${what}`)
    this.name = 'BeyondTarget'
    this.what = what
    this.kind = kind
    this.target = target.name
  }
}

/** What a backend can do; scheduling groups elements accordingly. */
export interface Target {
  readonly name: string
  /** `nest`: loops inside loops, several results a kernel. `thread`: one output element a thread, pulling its inputs. */
  readonly style: 'nest' | 'thread'
  readonly maximumInputs: number
  readonly maximumOutputs: number
  /** Whether a kernel may read a buffer that it writes (at the same element). */
  readonly inPlace: boolean
  /** Turns loop fusion off, to compare. Elementwise inlining stays. */
  readonly fuse: boolean
  /**
   * Contractions of at least so many multiply-adds take several rows and several terms an iteration: faster, and more
   * code. An axis whose size the compiler does not know counts as 64. Absent: none do.
   */
  readonly blockFrom?: number
}
