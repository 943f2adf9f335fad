// One walk through the file, with `training` known: what it has met of parameters, states and slots, and its budget.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, LeafNode } from '../graph/node.ts'
import type { ModuleInput, ModuleTensor } from '../lower/entry.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { Interpreter } from './evaluate.ts'
import type { Prototype } from './prototype.ts'
import type { Scope } from './scope.ts'
import type { StateUpdate } from './program.ts'
import type { FunctionSet, Tensor } from './value.ts'
import type { Workspace } from './workspace.ts'

export interface ParameterRecord extends ModuleTensor {
  readonly leaf: LeafNode
  /** The file's statement that it belongs to: parameters come in the file's order, not in that of calls. */
  readonly root: string
}

export interface StateRecord extends ModuleTensor {
  readonly leaf: LeafNode
  readonly root: string
  readonly updates: StateUpdate[]
}

export interface InputRecord {
  readonly input: ModuleInput
  readonly leaf: LeafNode
}

/** What a call of an initialiser gives, for the same call at other parameters. */
export interface Initialised {
  readonly value: Tensor
  readonly prototype: Prototype
}

/** What a check is given besides the file. */
export interface Outside {
  readonly interpreter: Interpreter
  readonly standard: Scope
  /** The text of an imported file; may throw. */
  readonly read: ((path: string) => string) | undefined
}

/** More than any model needs, and still only seconds. */
const mostSteps = 1_000_000
/** Levels of expressions within calls within calls: what the stack of JavaScript holds with room to spare. */
const mostDepth = 450

export class Elaboration {
  readonly workspace: Workspace
  readonly interpreter: Interpreter
  readonly standard: Scope
  readonly read: ((path: string) => string) | undefined
  private readonly mode: boolean
  private isAsked = false
  readonly inputs = new Map<string, InputRecord>()
  readonly parameters = new Map<string, ParameterRecord>()
  readonly states = new Map<string, StateRecord>()
  /** Where each state was updated last: one body updates it once. */
  readonly updatedIn = new Map<StateRecord, Scope>()
  /** The scopes of imported files by path, and the files that are being read. */
  readonly modules = new Map<string, Scope>()
  readonly reading = new Set<string>()
  /** The functions, blocks and optimizers that something called. */
  readonly called = new Set<object>()
  /** Axes that an input or a parameter mentions: their sizes come with the data. */
  readonly fed = new Set<AxisName>()
  /** By the initialiser, and by its arguments. */
  readonly initialisers = new Map<FunctionSet, Map<string, Initialised>>()
  /** Options of the optimizer at hand that a condition was found to depend on. */
  readonly fixedOptions = new Set<string>()
  private steps = 0
  private depth = 0
  /** Said once: what is beyond a budget is beyond it in many places. */
  private refused = false

  constructor(workspace: Workspace, outside: Outside, training: boolean) {
    this.workspace = workspace
    this.interpreter = outside.interpreter
    this.standard = outside.standard
    this.read = outside.read
    this.mode = training
  }

  get training(): boolean {
    this.isAsked = true
    return this.mode
  }

  /** Whether something asked for `training`: else the other mode has the same values. */
  get dependsOnMode(): boolean {
    return this.isAsked
  }

  get isRefused(): boolean {
    return this.refused
  }

  get graph(): Graph {
    return this.workspace.graph
  }

  report(diagnostic: Diagnostic): void {
    // The other mode may know other numbers of the same mistake.
    const isRepeated = !this.mode && this.workspace.hasTold(diagnostic)
    if (!isRepeated) this.workspace.report(diagnostic)
  }

  /** Counts a step of work one level further in; what is beyond the budget is not done. */
  within<T>(work: () => T, refuse: (reason: 'deep' | 'long' | null) => T): T {
    if (++this.steps > mostSteps || this.depth >= mostDepth) {
      const reason = this.refused ? null : this.steps > mostSteps ? 'long' : 'deep'
      this.refused = true
      return refuse(reason)
    }
    this.depth++
    try {
      return work()
    } finally {
      this.depth--
    }
  }
}
