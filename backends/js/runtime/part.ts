// What generated modules carry with them: texts in small parts, of which a module takes only those that it reaches.

export interface Part {
  readonly name: string
  /** Names of the parts that this one refers to. */
  readonly needs: readonly string[]
  /** Statements at the module's top level; they do nothing when the module is imported. */
  readonly text: string
  /** Module-level names that the text sets, beside `name`. */
  readonly sets?: readonly string[]
  /** What modules' own lines call, and what users see in a stack: the other names are made short. */
  readonly keeps?: readonly string[]
}
