// A random program: its statements with what they define, and data for its inputs.

export interface Program {
  readonly seed: number
  readonly statements: readonly Statement[]
  /** The sizes of all axes that appear; those that the file leaves free are settled by them. */
  readonly sizes: ReadonlyMap<string, number>
}

export interface Statement {
  /** The row of the table that wrote it. */
  readonly construct: string
  readonly text: string
  readonly defines: readonly string[]
  readonly input?: Input
  /** A parameter or state starts from these numbers rather than from its initialiser's. */
  readonly data?: readonly number[]
  /** The value that a `let` defines, where an input could stand in its place. */
  readonly value?: Value
  readonly pinned?: Pinned
}

export interface Input {
  readonly name: string
  readonly axes: readonly string[]
  readonly data: readonly number[]
  /** May be nudged: a real in the inside of its interval. */
  readonly isSmooth: boolean
  /** Has a default, and is not given. */
  readonly isLeftOut?: boolean
}

/**
 * What derivatives hold still although it moves: `stop_gradient(x)`, and whatever a custom derivative disregards. For finite
 * differences the statement is replaced by `text`, in which the input `name` has the numbers that `value` had.
 */
export interface Pinned {
  readonly name: string
  readonly axes: readonly string[]
  readonly value: string
  readonly text: string
}

export type Kind = 'real' | 'int' | 'bool' | 'class'

export interface Value {
  readonly name: string
  readonly axes: readonly string[]
  readonly kind: Kind
  /** Within which all its numbers lie. */
  readonly low: number
  readonly high: number
  /** Of a class: the axis whose labels they are, and whether a label may be missing. */
  readonly of?: string
  readonly mayMiss?: boolean
}

export function textOf({ statements }: Pick<Program, 'statements'>): string {
  return statements.map(({ text }) => text).join('\n')
}

/** The words of a text that could be names. */
export function wordsOf(text: string): Set<string> {
  return new Set(text.match(/[A-Za-z_]\w*'*/g) ?? [])
}

/** Without the statements that `isGone`, nor any that needs what those define. */
export function without(
  { statements, ...rest }: Program,
  isGone: (statement: Statement) => boolean,
): Program {
  const gone = new Set<string>()
  const kept = statements.filter((statement) => {
    const words = wordsOf(statement.text)
    const isKept = !isGone(statement) && ![...gone].some((name) => needs(words, name))
    if (!isKept) for (const name of statement.defines) gone.add(name)
    return isKept
  })
  return { ...rest, statements: kept }
}

/** `T'` needs `T`. */
function needs(words: ReadonlySet<string>, name: string): boolean {
  return words.has(name) || words.has(`${name}'`) || words.has(`${name}''`)
}

export function countOf(axes: readonly string[], sizes: ReadonlyMap<string, number>): number {
  return axes.reduce((count, axis) => count * sizeOf(axis, sizes), 1)
}

export function sizeOf(axis: string, sizes: ReadonlyMap<string, number>): number {
  const size = sizes.get(axis.replaceAll("'", ''))
  if (size === undefined) throw new Error(`${axis} has no size`)
  return size
}
