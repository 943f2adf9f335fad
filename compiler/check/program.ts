// What checking yields: the file's declarations with the graph of each, once for training and once for evaluation.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, DataType, LeafNode, MarkNode, Node } from '../graph/node.ts'
import type {
  ModuleAxis,
  ModuleInput,
  ModuleOption,
  ModuleTensor,
  SizeCondition,
} from '../lower/entry.ts'
import type { Location } from '../source/span.ts'

/** `training` is a name whose value the compiler knows, so every value has two graphs; mostly the same one. */
export interface Modal<T> {
  readonly training: T
  readonly evaluation: T
}

export interface CheckedProgram {
  readonly graph: Graph
  readonly documentation?: string
  /** The file's axes in order of declaration, then those that appear only in parameters' or results' types. */
  readonly axes: readonly ModuleAxis[]
  /** Along which copies of a block lie. */
  readonly copyAxes: readonly ModuleAxis[]
  readonly conditions: readonly SizeCondition[]
  readonly inputs: readonly ModuleInput[]
  /** Only those that something reads. Their leaves in the graph have role and name accordingly. */
  readonly parameters: readonly ModuleTensor[]
  readonly states: readonly CheckedState[]
  readonly outputs: readonly CheckedOutput[]
  readonly losses: readonly CheckedLoss[]
  readonly metrics: readonly CheckedMetric[]
  readonly functions: readonly CheckedFunction[]
  /** A node made anew because something below it was marked for a gradient, back to the one it was made from. */
  readonly originalOf: (node: Node) => Node
  /** Marks that tell whether a call of a block with states is reached, and have served then. */
  readonly isCallMark: (mark: MarkNode) => boolean
}

export interface CheckedState extends ModuleTensor {
  readonly leaf: LeafNode
  /** In the order of the calls. */
  readonly updates: readonly StateUpdate[]
}
/**
 * A step runs it when its loss reaches a trigger: a part of what the instance's call that the update stands in gives, or
 * the state's own leaf. Of several, each takes the leaf to be what the one before it gave.
 */
export interface StateUpdate {
  readonly triggers: readonly Node[]
  readonly next: Node
  /** Of a call that stands in an output or a metric, which steps do not make. */
  readonly isAside?: true
}

interface CheckedEntry {
  readonly name: string
  readonly at: Location
  readonly documentation?: string
  readonly value: Modal<Node>
}
export interface CheckedOutput extends CheckedEntry {
  readonly layout: readonly AxisName[]
  /** The axis whose classes its numbers are. */
  readonly classesOf?: AxisName
  readonly dataType: DataType
}
export interface CheckedMetric extends CheckedEntry {
  readonly kind?: never
}
export interface CheckedLoss extends CheckedEntry {
  readonly wrt: readonly {
    readonly name: string
    readonly leaf: LeafNode
    /** Of a parameter of copies: see ModuleTensor. */
    readonly copies?: readonly AxisName[]
  }[]
  readonly step?: CheckedStep
}
/** `minimize loss with optimizer(…)`: an optimizer's body, worked out for every parameter of the loss. */
export interface CheckedStep {
  readonly options: readonly ModuleOption[]
  readonly slots: readonly ModuleTensor[]
  readonly updates: readonly {
    readonly target: 'parameter' | 'slot'
    readonly path: string
    readonly node: Node
    readonly layout: readonly AxisName[]
  }[]
}
/** `export fn`: its parameters are inputs of its own. */
export interface CheckedFunction extends CheckedEntry {
  readonly inputs: readonly ModuleInput[]
  readonly layout: readonly AxisName[]
  readonly dataType: DataType
}
