// What an expression is worth to the checker: a tensor of the graph, something known now, or something to be called.
import type { Interval } from '../graph/interval.ts'
import type { AxisName, Node } from '../graph/node.ts'
import type { Size } from '../graph/size.ts'
import type { Location } from '../source/span.ts'
import type { Block, Fn, Lambda, Optimizer } from '../syntax/ast.ts'
import type { Builtin } from './builtins/builtin.ts'
import type { Frame } from './frame.ts'
import type { Instance } from './instance.ts'
import type { Narrowed } from './refine.ts'
import type { Scope } from './scope.ts'

/** What a number means. `logprob` and `prob` with an axis sum to 1 over it. */
export interface Meaning {
  readonly kind: 'real' | 'logit' | 'prob' | 'logprob' | 'class' | 'int' | 'bool'
  readonly axis?: AxisName
  /** Of a class: some labels may be missing, and then lie outside the axis. */
  readonly missing?: boolean
}

/** The normalisation that a value went through, however it was passed on since. */
export interface Passage {
  readonly through: string
  readonly at: Location
  /** What it was given, where that stands in the same call. */
  readonly of?: Location
}

/** Where a value got its name, for messages. */
export interface Provenance {
  readonly name: string
  readonly at: Location
}

export interface Tensor {
  readonly kind: 'tensor'
  readonly node: Node
  readonly meaning: Meaning
  /** Where it lies, whatever the conditions around. */
  readonly interval: Interval
  /** Where it lies under them. */
  readonly narrowed?: Narrowed
  readonly passage?: Passage
  /** Made of axis names, sizes and constants only. */
  readonly isCoordinate: boolean
  readonly from?: Provenance
}

/** `options`: the optimizer's options that it was computed from. A condition on it fixes them. */
export interface KnownNumber {
  readonly kind: 'number'
  readonly value: number
  readonly whole: boolean
  readonly options?: ReadonlySet<string>
}
export interface KnownBoolean {
  readonly kind: 'boolean'
  readonly value: boolean
  readonly options?: ReadonlySet<string>
}
export interface KnownString {
  readonly kind: 'string'
  readonly value: string
}
export interface None {
  readonly kind: 'none'
}
export interface SizeValue {
  readonly kind: 'size'
  readonly size: Size
}
export interface TupleValue {
  readonly kind: 'tuple'
  readonly items: readonly Value[]
}

export interface FunctionDeclaration {
  readonly fn: Fn
  readonly scope: Scope
  readonly path: string
}
export interface BlockDeclaration {
  readonly block: Block
  readonly scope: Scope
  readonly path: string
}
export interface OptimizerDeclaration {
  readonly optimizer: Optimizer
  readonly scope: Scope
  readonly path: string
}

/** An argument, evaluated, with what a message about it needs. */
export interface Argument {
  readonly value: Value
  readonly at: Location
  /** As written, shortened: `mean[C](scores)`. */
  readonly text: string
}
export interface NamedArgumentValue extends Argument {
  readonly name: string
  readonly nameAt: Location
}
/** Axes in brackets, each name resolved; a list stands for its members. */
export interface AxisArgument {
  readonly from?: readonly AxisName[]
  readonly arrow: boolean
  readonly to?: readonly AxisName[]
  readonly at: Location
}
export interface AxisArgumentList {
  readonly entries: readonly AxisArgument[]
  readonly at: Location
}
export interface Arguments {
  readonly axes?: AxisArgumentList
  readonly positional: readonly Argument[]
  readonly named: readonly NamedArgumentValue[]
}

export interface FunctionSet {
  readonly kind: 'functions'
  readonly name: string
  readonly overloads: readonly FunctionDeclaration[]
}
export interface LambdaValue {
  readonly kind: 'lambda'
  readonly lambda: Lambda
  readonly frame: Frame
}
export interface BuiltinValue {
  readonly kind: 'builtin'
  readonly builtin: Builtin
}
/** A function with some of its arguments, its first to come: `softmax[C]`, `max_pool[H -> P](size = 2)`. */
export interface PartialValue {
  readonly kind: 'partial'
  readonly callee: Callable
  readonly given: Arguments
}
export interface InstanceValue {
  readonly kind: 'instance'
  readonly instance: Instance
}
export type Callable = FunctionSet | LambdaValue | BuiltinValue | PartialValue | InstanceValue

/** A block with its axes and options, of which `use` makes instances. */
export interface TemplateValue {
  readonly kind: 'template'
  readonly declaration: BlockDeclaration
  readonly given: Arguments
  readonly at: Location
}
export interface ChainValue {
  readonly kind: 'chain'
  readonly parts: readonly ChainPart[]
  /** Of a repetition: how many times over its one part comes. */
  readonly copies?: number
}
export type ChainPart = TemplateValue | ChainValue | Callable

export interface BlockValue {
  readonly kind: 'block'
  readonly declaration: BlockDeclaration
}
export interface OptimizerValue {
  readonly kind: 'optimizer'
  readonly declaration: OptimizerDeclaration
}
/** Stands for a value that a reported mistake kept from being worked out; nothing more is said about it. */
export interface Poison {
  readonly kind: 'poison'
}

export type Value =
  | Tensor
  | KnownNumber
  | KnownBoolean
  | KnownString
  | None
  | SizeValue
  | TupleValue
  | Callable
  | TemplateValue
  | ChainValue
  | BlockValue
  | OptimizerValue
  | Poison

export const poison: Poison = { kind: 'poison' }
export const none: None = { kind: 'none' }

const callable: ReadonlySet<Value['kind']> = new Set<Callable['kind']>([
  'functions',
  'lambda',
  'builtin',
  'partial',
  'instance',
])

export function isCallable(value: Value): value is Callable {
  return callable.has(value.kind)
}

/** Whether a tensor can be made of it. */
export function isNumeric(value: Value): value is Tensor | KnownNumber | KnownBoolean | SizeValue {
  return (
    value.kind === 'tensor' ||
    value.kind === 'number' ||
    value.kind === 'boolean' ||
    value.kind === 'size'
  )
}

/** What a value is, in a word, for messages. */
export function nounOf(value: Value): string {
  switch (value.kind) {
    case 'tensor':
      return 'a tensor'
    case 'number':
      return 'a number'
    case 'boolean':
      return 'a truth value'
    case 'string':
      return 'a string'
    case 'none':
      return '`none`'
    case 'size':
      return 'a size'
    case 'tuple':
      return 'a tuple'
    case 'functions':
    case 'lambda':
    case 'builtin':
    case 'partial':
      return 'a function'
    case 'instance':
      return 'an instance of a block'
    case 'template':
    case 'block':
      return 'a block'
    case 'chain':
      return 'a chain of blocks'
    case 'optimizer':
      return 'an optimizer'
    case 'poison':
      return 'something mistaken'
    default:
      return value satisfies never
  }
}
