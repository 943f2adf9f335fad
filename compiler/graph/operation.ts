// What a row of the table of scalar operations says. The rows are in ../ops; nothing switches on their names.
import type { Core } from './core.ts'
import type { Interval, IntervalArithmetic } from './interval.ts'
import type { DataType, Node } from './node.ts'

export interface ScalarOperation {
  readonly name: string
  /** Number of operands; `min` and `max` of several are nested pairs. */
  readonly arity: 1 | 2 | 3
  /** One line for hover texts and the reference page. */
  readonly meaning: string
  /** How it is written in formulas and dumps: infix `+`, prefix `-`, or a call by name. */
  readonly notation?: { readonly infix?: string; readonly prefix?: string }
  /** Whether the language has a function of this name; the others are reached by operators, or by rewriting. */
  readonly callable: boolean
  /** The result's data type from the operands'; absent: real. */
  readonly dataType?: (operands: readonly DataType[]) => DataType
  /**
   * The cotangent of each operand, as on paper, from the cotangent `g` of the result `y`; null where it is zero.
   * Axes align by name; the caller sums over axes that an operand lacks.
   */
  readonly derivative: (at: {
    readonly g: Node
    readonly x: readonly Node[]
    readonly y: Node
    readonly build: Algebra
  }) => readonly (Node | null)[]
  readonly identities?: {
    readonly commutative?: boolean
    readonly associative?: boolean
    /** op(x, neutral) = x. */
    readonly neutral?: number
    /** op(op(x)) = op(x). */
    readonly idempotent?: boolean
  }
  /** In f64, to the last bits: the oracle. */
  readonly evaluate: (...operands: number[]) => number
  /** The same from the closed core of instructions, which is all that a backend must spell. */
  readonly expand: <T>(core: Core<T>, ...operands: T[]) => T
  /** What becomes of probabilities in it; absent: the result is a plain number, whatever the operands were. */
  readonly probabilities?: Probabilities
  /** The comparison that it is, if it is one. */
  readonly relation?: Relation
  /** The operand that whole numbers are divided by: where it is 0, the result is no whole number. */
  readonly divisor?: 1
  /** Where the result lies, from where the operands lie. */
  readonly interval: (arithmetic: IntervalArithmetic, ...operands: Interval[]) => Interval
  /** Where to sample each operand in tests; away from `kinks`. Integer where `whole`. */
  readonly domain: readonly {
    readonly from: number
    readonly to: number
    readonly whole?: boolean
  }[]
  /** Operand values at or around which the derivative jumps (for finite differences to avoid). */
  readonly kinks?: readonly number[]
  /** Relative price of one evaluation, in multiply-adds; scheduling stores what is dear and read often. */
  readonly price: number
}

/** How the meanings of values go through an operation, and what still counts as having been through a softmax. */
export interface Probabilities {
  /** It makes them of anything. */
  readonly makes?: 'prob' | 'logprob'
  /** Of the one it makes the other, as `exp` does of a log-probability. */
  readonly turns?: { readonly from: 'prob' | 'logprob'; readonly to: 'prob' | 'logprob' }
  /** 1 without a probability is one. */
  readonly complements?: true
  /** What the first operand means, or only its range: what summed to 1 no longer does. */
  readonly keeps?: 'meaning' | 'range'
  /** With constants for the other operands, a value stays recognisable. */
  readonly rescales?: true
  /** The result is one of the operands after the first, and means what these mean. */
  readonly chooses?: true
}

export type Relation = 'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne'

/** Builds nodes inside derivative rules and rewrite rules: the few operations that formulas are made of. */
export interface Algebra {
  readonly constant: (value: number) => Node
  readonly add: (a: Node, b: Node) => Node
  readonly sub: (a: Node, b: Node) => Node
  readonly mul: (a: Node, b: Node) => Node
  readonly div: (a: Node, b: Node) => Node
  readonly neg: (a: Node) => Node
  readonly select: (condition: Node, yes: Node, no: Node) => Node
  /** Any row by name. */
  readonly op: (name: string, ...operands: Node[]) => Node
}
