// The syntax tree: what was written, and where. It knows nothing of meaning; names are not resolved.
import type { Span } from '../source/span.ts'

interface Node {
  readonly span: Span
}

/** A name as written, with its place. Axis names may end in primes. */
export interface Name extends Node {
  readonly text: string
}

export interface Comment extends Node {
  readonly kind: 'line' | 'block' | 'documentation'
  /** The text between the comment's marks. */
  readonly text: string
}

export interface File extends Node {
  readonly kind: 'file'
  readonly path: string
  readonly statements: readonly Statement[]
  /** Every comment of the file, in order; the formatter places them by span. */
  readonly comments: readonly Comment[]
}

// ── Statements ──────────────────────────────────────────────────────────────

interface Declaration extends Node {
  /** The text of the `///` comments directly above, without their marks. */
  readonly documentation?: string
}

export interface Import extends Declaration {
  readonly kind: 'import'
  readonly names: readonly { readonly name: Name; readonly alias?: Name }[]
  readonly from: StringLiteral
}
/** `axis N, C = 10`, and in functions `axis K over H = kernel`. */
export interface AxisStatement extends Declaration {
  readonly kind: 'axis'
  readonly axes: readonly {
    readonly name: Name
    /** `over H`: one new axis for every member of the list H. */
    readonly over?: Name
    readonly size?: Expression
  }[]
}
export interface Const extends Declaration {
  readonly kind: 'const'
  readonly name: Name
  readonly value: Expression
}
export interface Input extends Declaration {
  readonly kind: 'input'
  readonly name: Name
  readonly type: Type
  readonly default?: Expression
}
export interface Param extends Declaration {
  readonly kind: 'param'
  readonly name: Name
  readonly type: Type
  /** `~ initialiser(…)` draws, `= expr` computes. */
  readonly initial: { readonly how: 'draw' | 'value'; readonly value: Expression }
}
export interface State extends Declaration {
  readonly kind: 'state'
  readonly name: Name
  readonly type?: Type
  readonly value: Expression
}
/** `update m = expr`; in an optimizer also `update parameter = expr`. */
export interface Update extends Declaration {
  readonly kind: 'update'
  readonly name: Name
  readonly value: Expression
}
export interface Use extends Declaration {
  readonly kind: 'use'
  readonly name: Name
  readonly value: Expression
}
export interface Let extends Declaration {
  readonly kind: 'let'
  readonly pattern: Pattern
  readonly type?: Type
  readonly value: Expression
}
export interface Output extends Declaration {
  readonly kind: 'output'
  readonly name: Name
  readonly type?: Type
  readonly value: Expression
}
export interface Loss extends Declaration {
  readonly kind: 'loss'
  readonly name: Name
  readonly value: Expression
  readonly wrt?: readonly Name[]
}
export interface Metric extends Declaration {
  readonly kind: 'metric'
  readonly name: Name
  readonly value: Expression
}
export interface Minimize extends Declaration {
  readonly kind: 'minimize'
  readonly direction: 'minimize' | 'maximize'
  readonly loss: Name
  readonly optimizer: Expression
  /** `, clip_norm = 1.0` */
  readonly options: readonly NamedArgument[]
}
export interface Fn extends Declaration {
  readonly kind: 'fn'
  readonly exported: boolean
  readonly name: Name
  readonly axes?: AxisParameters
  readonly parameters: readonly Parameter[]
  readonly result?: Type
  readonly body: Body
  /** `derivative g => expr` */
  readonly derivative?: { readonly cotangent: Name; readonly value: Expression } & Node
}
export interface Block extends Declaration {
  readonly kind: 'block'
  readonly name: Name
  readonly axes?: AxisParameters
  readonly parameters: readonly Parameter[]
  readonly statements: readonly Statement[]
  readonly apply: Apply
}
export interface Apply extends Declaration {
  readonly kind: 'apply'
  readonly parameters: readonly Parameter[]
  readonly result?: Type
  readonly body: Body
}
export interface Optimizer extends Declaration {
  readonly kind: 'optimizer'
  readonly name: Name
  readonly parameters: readonly Parameter[]
  readonly statements: readonly Statement[]
}

export type Statement =
  | Import
  | AxisStatement
  | Const
  | Input
  | Param
  | State
  | Update
  | Use
  | Let
  | Output
  | Loss
  | Metric
  | Minimize
  | Fn
  | Block
  | Optimizer

/** `= expr` has no statements; `{ let … return expr }` has a result all the same. */
export interface Body extends Node {
  readonly braces: boolean
  readonly statements: readonly Statement[]
  readonly result: Expression
}

export interface Parameter extends Node {
  readonly pattern: Pattern
  readonly type?: Type
  readonly default?: Expression
  readonly documentation?: string
}

export type Pattern =
  | { readonly kind: 'name'; readonly name: Name; readonly span: Span }
  | { readonly kind: 'tuple'; readonly items: readonly Pattern[]; readonly span: Span }

/** `[C]`, `[...I -> ...O]`, `[T -> K]`, `[...I -> O, ...(H -> P)]`: in order, with the arrow's place. */
export interface AxisParameters extends Node {
  readonly before: readonly AxisParameter[]
  readonly arrow: boolean
  readonly after: readonly AxisParameter[]
}
export type AxisParameter =
  | { readonly kind: 'single'; readonly name: Name; readonly span: Span }
  | { readonly kind: 'list'; readonly name: Name; readonly span: Span }
  | { readonly kind: 'pairs'; readonly from: Name; readonly to: Name; readonly span: Span }

// ── Types ───────────────────────────────────────────────────────────────────

/** `logit[N, C]`, `[C]`, `class(C, missing = -100)[N]`, `schedule`, `int | "same" | "valid"`. */
export interface Type extends Node {
  /** One, or the alternatives of an option. Empty: only axes were written. */
  readonly alternatives: readonly TypeAlternative[]
  /** Absent: no brackets. Empty: `[]`. */
  readonly axes?: readonly Name[]
}
export type TypeAlternative =
  | {
      readonly kind: 'kind'
      /** `logit`, `prob`, `logprob`, `class`, `int`, `bool`, `real`, `schedule`, …: checked later. */
      readonly name: Name
      readonly axis?: Name
      readonly missing?: Expression
      readonly span: Span
    }
  | StringLiteral

// ── Expressions ─────────────────────────────────────────────────────────────

export interface NumberLiteral extends Node {
  readonly kind: 'number'
  readonly value: number
  /** As written; `whole` when it has neither point nor exponent. */
  readonly text: string
  readonly whole: boolean
}
export interface StringLiteral extends Node {
  readonly kind: 'string'
  readonly value: string
}
/** `true`, `false`, `none`, `inf`, `pi`. */
export interface ConstantLiteral extends Node {
  readonly kind: 'constant'
  readonly name: 'true' | 'false' | 'none' | 'inf' | 'pi'
}
/** A value, an axis' coordinate, or a function: known only to the checker. */
export interface NameExpression extends Node {
  readonly kind: 'name'
  readonly name: string
}
/** `hidden.weight`; `member` may be a number (`embed.0`). */
export interface Member extends Node {
  readonly kind: 'member'
  readonly object: Expression
  readonly member: Name
}
export interface Unary extends Node {
  readonly kind: 'unary'
  readonly operator: '-' | 'not'
  readonly operand: Expression
}
/** A whole chain of `+` and `-`; the first term's sign is `+`. It aligns as a whole, so parentheses matter. */
export interface Sum extends Node {
  readonly kind: 'sum'
  readonly terms: readonly { readonly operator: '+' | '-'; readonly value: Expression }[]
}
/** A whole chain of `* / div %`, from left to right; the first factor's operator is `*`. */
export interface Product extends Node {
  readonly kind: 'product'
  readonly factors: readonly {
    readonly operator: '*' | '/' | 'div' | '%'
    readonly value: Expression
  }[]
}
export interface Power extends Node {
  readonly kind: 'power'
  readonly base: Expression
  readonly exponent: Expression
}
export interface Comparison extends Node {
  readonly kind: 'comparison'
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>='
  readonly left: Expression
  readonly right: Expression
}
/** `x is none`, `x is class`, `x is prob`. */
export interface Is extends Node {
  readonly kind: 'is'
  readonly value: Expression
  readonly what: Name
}
export interface Logical extends Node {
  readonly kind: 'logical'
  readonly operator: 'and' | 'or'
  readonly operands: readonly Expression[]
}
export interface If extends Node {
  readonly kind: 'if'
  readonly condition: Expression
  readonly consequent: Expression
  readonly alternative: Expression
}
/** `x |> f |> g[C](k = 1)`. */
export interface Pipe extends Node {
  readonly kind: 'pipe'
  readonly value: Expression
  /** Each a name, an `instantiate` of a name, or a `call` of one of those (its first argument comes from the left). */
  readonly stages: readonly (NameExpression | Member | Instantiate | Call)[]
}
/** `f[C]`, `Linear[D -> H]`: a function or block with its axes, not called yet. */
export interface Instantiate extends Node {
  readonly kind: 'instantiate'
  readonly callee: Expression
  readonly axes: AxisArguments
}
/** `f(x, option = v)`; with axes, the callee is an `instantiate`. */
export interface Call extends Node {
  readonly kind: 'call'
  readonly callee: Expression
  readonly positional: readonly Expression[]
  readonly named: readonly NamedArgument[]
}
export interface NamedArgument extends Node {
  readonly name: Name
  readonly value: Expression
}
/** `[A, B -> C]`, `[H -> P, W]`, `[-> K]`, `[F ->]`: the entries between commas, as written. */
export interface AxisArguments extends Node {
  readonly entries: readonly {
    readonly from?: Name
    readonly arrow: boolean
    readonly to?: Name
    readonly span: Span
  }[]
}
/** `x[T = T1 + 1, H as H', else 0]`. A bracket whose entries are bare names or arrows is an `instantiate` instead. */
export interface Index extends Node {
  readonly kind: 'index'
  readonly value: Expression
  readonly entries: readonly IndexEntry[]
  readonly otherwise?: Expression
}
export type IndexEntry =
  | { readonly kind: 'at'; readonly axis: Name; readonly index: Expression; readonly span: Span }
  /** `T as T'`, `(H, W) as P`, `D as (Heads, E)`; several on both sides never. */
  | {
      readonly kind: 'as'
      readonly from: readonly Name[]
      readonly to: readonly Name[]
      readonly span: Span
    }
  | { readonly kind: 'spread'; readonly axis: Name; readonly span: Span }
export interface Tuple extends Node {
  readonly kind: 'tuple'
  readonly items: readonly Expression[]
}
/** `[0.1, 0.2]`, only before `over`. */
export interface ListLiteral extends Node {
  readonly kind: 'list'
  readonly items: readonly Expression[]
}
/** `[0.1, 0.2] over K`, `milestones over M`. */
export interface Over extends Node {
  readonly kind: 'over'
  readonly value: Expression
  readonly axis: Name
}
export interface Lambda extends Node {
  readonly kind: 'lambda'
  readonly parameters: readonly Pattern[]
  readonly body: Body
}
/** What stood where an expression should have been; a diagnostic has said so. */
export interface Missing extends Node {
  readonly kind: 'missing'
}

export type Expression =
  | NumberLiteral
  | StringLiteral
  | ConstantLiteral
  | NameExpression
  | Member
  | Unary
  | Sum
  | Product
  | Power
  | Comparison
  | Is
  | Logical
  | If
  | Pipe
  | Instantiate
  | Call
  | Index
  | Tuple
  | ListLiteral
  | Over
  | Lambda
  | Missing
