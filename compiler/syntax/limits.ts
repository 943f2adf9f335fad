// How much a source may hold. Found without recursion, so that every later stage may walk an expression by recursion.

export const LIMIT = {
  /** UTF-16 units of a file: some 25,000 lines. A larger one is data, not a model. */
  characters: 1_000_000,
  /** How much of a larger one is looked at, to say more than that. */
  beginning: 100_000,
  /**
   * Brackets, `if`s and lambdas inside one another. A bracket takes the parser some 7 KB of stack, and an engine has
   * about 1 MB of it, a worker in some browsers half of that.
   */
  nesting: 64,
  /** Nodes of the syntax tree inside one another. */
  depth: 200,
  /** Operands of one chain of `+`, `*`, `and`, `or`, `|>`. */
  chain: 1000,
  /** Mistakes of a file that are shown. */
  mistakes: 50,
  /** Mistakes behind which statements are not read any more. */
  slips: 500,
} as const
