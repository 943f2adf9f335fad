// The nodes of the tensor graph. Axes are names, so there are few kinds. A node is its value: nodes are made by
// graph.ts only, which hands out the same object for the same content, so `===` is equality.
import type { ScalarOperation } from './operation.ts'
import type { Size } from './size.ts'

/** Unique within one compilation; a local axis of a function gets a fresh one at each call (`K·3`). */
export type AxisName = string

export type DataType = 'real' | 'int' | 'bool'

interface NodeBase {
  /** In order of creation: operands have smaller ones. */
  readonly id: number
  /** A set; sorted by name. */
  readonly axes: readonly AxisName[]
  readonly dataType: DataType
}

export interface ConstantNode extends NodeBase {
  readonly kind: 'constant'
  /** NaN, infinities and -0 included. */
  readonly value: number
}
/** The number that a size is. */
export interface SizeNode extends NodeBase {
  readonly kind: 'size'
  readonly size: Size
}
/** `[0.1, 0.2] over K`: numbers known to the compiler, along one axis. */
export interface VectorNode extends NodeBase {
  readonly kind: 'vector'
  readonly axis: AxisName
  readonly values: readonly number[]
}
export interface LeafNode extends NodeBase {
  readonly kind: 'leaf'
  /**
   * `slot` is an optimizer's state, `option` a number given at the call (`lr`, `step`, `seed`),
   * `placeholder` a variable bound elsewhere in the graph (a cotangent, a loop's carry, a parameter's gradient).
   */
  readonly role: 'input' | 'parameter' | 'state' | 'slot' | 'option' | 'placeholder'
  readonly name: string
  /** The same axes in the order in which the data lie, row-major. */
  readonly layout: readonly AxisName[]
}
/** 0, 1, …, size - 1 along its axis. */
export interface CoordinateNode extends NodeBase {
  readonly kind: 'coordinate'
  readonly axis: AxisName
}
/** Aligned by axis name; the result has the union of the operands' axes. */
export interface MapNode extends NodeBase {
  readonly kind: 'map'
  readonly operation: ScalarOperation
  readonly operands: readonly Node[]
}
export type ReductionName =
  'sum' | 'prod' | 'max' | 'min' | 'any' | 'all' | 'argmax' | 'argmin' | 'logsumexp'
export interface ReduceNode extends NodeBase {
  readonly kind: 'reduce'
  readonly reduction: ReductionName
  /** All of them axes of the operand; argmax and argmin take one. */
  readonly over: readonly AxisName[]
  readonly operand: Node
}
/**
 * The operand at computed places: each index replaces one of its axes by the axes of the index.
 * Out of range gives `fill`; without `fill` every index was proved or checked to be inside.
 */
export interface TakeNode extends NodeBase {
  readonly kind: 'take'
  readonly operand: Node
  /** Sorted by axis. Each index has data type int. */
  readonly indices: readonly { readonly axis: AxisName; readonly index: Node }[]
  readonly fill: number | null
}
export interface SpreadNode extends NodeBase {
  readonly kind: 'spread'
  readonly operand: Node
  readonly axis: AxisName
}
/** Its operand, held apart until the gradients that name it are taken; then it goes. */
export interface MarkNode extends NodeBase {
  readonly kind: 'mark'
  readonly operand: Node
  /** Tells marks of the same operand apart. */
  readonly label: number
}
/** d sum(of) / d wrt, not yet worked out; `wrt` is a leaf or a mark that `of` may reach. Axes are `wrt`'s. */
export interface GradientNode extends NodeBase {
  readonly kind: 'gradient'
  readonly of: Node
  readonly wrt: Node
}
/** `value`, with a derivative of the user's: for a cotangent in place of `cotangent`, `pullbacks[i]` is that of `inputs[i]`. */
export interface CustomNode extends NodeBase {
  readonly kind: 'custom'
  readonly value: Node
  /** Marks inside `value` (and `pullbacks`). */
  readonly inputs: readonly Node[]
  readonly cotangent: LeafNode
  readonly pullbacks: readonly Node[]
}
/**
 * Uniform in [0, 1), 24 bits, from (seed, step, site, element, lane) by Threefry-2x32: `element` counts row-major
 * through `layout`; the two lanes are the generator's two words. Other distributions are made from it.
 */
export interface RandomNode extends NodeBase {
  readonly kind: 'random'
  readonly site: string
  readonly lane: 0 | 1
  readonly layout: readonly AxisName[]
}

/**
 * The positions along `axis` that put the operand in order, smallest first (`descending`: largest first); equals stay in
 * their order, and NaN counts as the largest.
 */
export interface ArgsortNode extends NodeBase {
  readonly kind: 'argsort'
  readonly operand: Node
  readonly axis: AxisName
  readonly descending: boolean
}
/**
 * A recurrence along an axis; see Note [Loops] in loop.ts. `every`: the carry after each step, along the loop's axis.
 * `last`: the carry after the last step, or the start where there is no step.
 */
export interface ScanNode extends NodeBase {
  readonly kind: 'scan'
  readonly loop: Loop
  /** Which of the loop's carries. */
  readonly index: number
  readonly form: 'every' | 'last'
}
/** The same content is the same object, also for the carries of one loop that several scan nodes give. */
export interface Loop {
  readonly axis: AxisName
  /** From the last place along the axis to the first. */
  readonly reversed: boolean
  readonly carries: readonly Carry[]
}
export interface Carry {
  /** What a step finds: a placeholder, bound by the loop, with the loop's axis among its own. */
  readonly previous: LeafNode
  /** What the first step finds; its axes are of the carry's, without the loop's. */
  readonly start: Node
  /** What the next step finds, made of `previous` leaves and of nodes outside; its axes are of the carry's. */
  readonly next: Node
}

export type Node =
  | ConstantNode
  | SizeNode
  | VectorNode
  | LeafNode
  | CoordinateNode
  | MapNode
  | ReduceNode
  | TakeNode
  | SpreadNode
  | MarkNode
  | GradientNode
  | CustomNode
  | RandomNode
  | ArgsortNode
  | ScanNode
