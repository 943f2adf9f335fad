// What a module consists of, before kernels: its tensors by name, and for each call the graph of its results.
import type { AxisName, DataType, Node } from '../graph/node.ts'
import type { Size } from '../graph/size.ts'
import type { Location } from '../source/span.ts'

export type InputKind = 'real' | 'logit' | 'prob' | 'logprob' | 'class' | 'int' | 'bool'

export interface ModuleAxis {
  readonly name: AxisName
  /** A number, an expression in other axes, or the axis itself: then it is settled at the call. */
  readonly size: Size
  readonly documentation?: string
}
export interface ModuleInput {
  readonly name: string
  readonly axes: readonly AxisName[]
  readonly kind: InputKind
  readonly dataType: DataType
  /** Of `class(C)`, and of `prob(C)` and `logprob(C)`, which are checked to sum to 1. */
  readonly kindAxis?: AxisName
  readonly missing?: number
  /** Present: the input may be left out, and then has this value everywhere (a graph without inputs). */
  readonly default?: Node
  readonly documentation?: string
}
/** A parameter, a state, or an optimizer's slot (`loss.path.state`). */
export interface ModuleTensor {
  readonly path: string
  readonly axes: readonly AxisName[]
  /**
   * One tensor for many copies of a block: the first of the axes, along which these lie. Its path has a `*` for each,
   * where that of a copy has its number.
   */
  readonly copies?: readonly AxisName[]
  /** How many of the axes make each dimension in torch's layout; absent: one each. */
  readonly dimensions?: readonly number[]
  readonly dataType: DataType
  /** Its value at `init`; may hold `random` nodes. */
  readonly initial: Node
  /** As written: `kaiming_uniform(a = 5 ^ 0.5)`. */
  readonly initialiser: string
  readonly documentation?: string
}
/** Those of one copy. */
export function ownAxes({
  axes,
  copies = [],
}: Pick<ModuleTensor, 'axes' | 'copies'>): readonly AxisName[] {
  return axes.slice(copies.length)
}

/** A number that can be given with a call: an optimizer's `lr`, an option of an exported function. */
export interface ModuleOption {
  readonly name: string
  readonly default: number
}

export type ResultTarget =
  | { readonly kind: 'value' }
  | { readonly kind: 'gradient'; readonly name: string }
  | { readonly kind: 'parameter'; readonly path: string }
  | { readonly kind: 'state'; readonly path: string }
  | { readonly kind: 'slot'; readonly path: string }

export interface Result {
  readonly target: ResultTarget
  readonly node: Node
  /** The order of its axes in memory. */
  readonly layout: readonly AxisName[]
  /** How it is stored where that is not the node's own: a real parameter may start from a whole number. */
  readonly dataType?: DataType
}

/** One thing that generated code can be asked to compute. */
export interface Computation {
  /** `train.step`, `train.value`, `probabilities.training`, `init`: unique. */
  readonly name: string
  readonly training: boolean
  readonly results: readonly Result[]
  /** Names of the inputs, paths of the tensors and names of the options that the results reach. */
  readonly inputs: readonly string[]
  readonly parameters: readonly string[]
  readonly states: readonly string[]
  readonly slots: readonly string[]
  readonly options: readonly ModuleOption[]
}

interface EntryBase {
  readonly name: string
  readonly documentation?: string
  /** Union over its computations. */
  readonly inputs: readonly string[]
}
export interface LossEntry extends EntryBase {
  readonly kind: 'loss'
  readonly value: Modes
  readonly valueAndGrad: Modes
  /** What the gradient's record is keyed by, in order: parameter paths or input names. */
  readonly wrt: readonly string[]
  readonly step?: Computation
}
export interface MetricEntry extends EntryBase {
  readonly kind: 'metric'
  readonly value: Modes
}
export interface OutputEntry extends EntryBase {
  readonly kind: 'output'
  readonly value: Modes
  readonly axes: readonly AxisName[]
  /** The axis whose classes its numbers are. */
  readonly classesOf?: AxisName
  readonly dataType: DataType
}
/** `export fn`: its inputs are its own, so they stand here. */
export interface FunctionEntry extends EntryBase {
  readonly kind: 'function'
  readonly value: Modes
  readonly ownInputs: readonly ModuleInput[]
  readonly axes: readonly AxisName[]
  readonly dataType: DataType
}
export type Entry = LossEntry | MetricEntry | OutputEntry | FunctionEntry

/** The same computation in training and in evaluation mode; the same object where they do not differ. */
export interface Modes {
  readonly training: Computation
  readonly evaluation: Computation
}

/** Holds only for some sizes, and can be told when they are bound. */
export interface SizeCondition {
  /** `left == right`, or `left >= right`. */
  readonly relation: '==' | '>='
  readonly left: Size
  readonly right: Size
  /** In the user's words, naming both origins: "x[D as (G, E)] needs D to be a multiple of G". */
  readonly message: string
  readonly at: Location
}

export interface ModulePlan {
  readonly documentation?: string
  readonly axes: readonly ModuleAxis[]
  /** Along which copies of a block lie; users see none of them. */
  readonly copyAxes: readonly ModuleAxis[]
  readonly conditions: readonly SizeCondition[]
  readonly inputs: readonly ModuleInput[]
  readonly parameters: readonly ModuleTensor[]
  readonly states: readonly ModuleTensor[]
  readonly slots: readonly ModuleTensor[]
  readonly entries: readonly Entry[]
  /** Computes the parameters, states and slots that do not start at 0, as new memory does; absent where there are none. */
  readonly init?: Computation
}

/** What JavaScript reserves in modules, whose exports the entries are. */
export const reservedWords: readonly string[] = (
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
  'false finally for function if implements import in instanceof interface let new null package private protected ' +
  'public return static super switch this throw true try typeof undefined var void while with yield'
).split(' ')
