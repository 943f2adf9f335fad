// Names and what they stand for. A name may stand for a value and, further out, for an axis or a function.
import type { AxisName } from '../graph/node.ts'
import type { Location } from '../source/span.ts'
import type { Value } from './value.ts'

export type Meant =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'axis'; readonly axis: AxisName }
  /** A list of axes: the parameter `...H`, or `axis K over H`; a side is one before or after an arrow, as in `[...I -> ...O]`. */
  | { readonly kind: 'axes'; readonly axes: readonly AxisName[]; readonly isSide?: true }
  /** An axis parameter that no argument has settled. */
  | { readonly kind: 'unsettled'; readonly of: string; readonly isList: boolean }

export type Entry = Meant & {
  /** Absent: the compiler's own. */
  readonly at?: Location
}

export class Scope {
  readonly parent: Scope | undefined
  /** The file's own: its axes and their twins go by their names, those of calls are numbered. */
  readonly isFile: boolean
  private readonly entries = new Map<string, Entry>()
  /** Names that are declared further down in the same file: known, but not yet to be used. */
  private readonly later = new Map<string, Location>()

  constructor(parent?: Scope, isFile = false) {
    this.parent = parent
    this.isFile = isFile
  }

  declare(name: string, entry: Entry): void {
    this.entries.set(name, entry)
    this.later.delete(name)
  }

  announce(name: string, at: Location): void {
    if (!this.entries.has(name)) this.later.set(name, at)
  }

  /** In this scope alone. */
  own(name: string): Entry | undefined {
    return this.entries.get(name)
  }

  ownNames(): readonly string[] {
    return [...this.entries.keys()]
  }

  /** The innermost entry that is of the kind asked for; others of the name are passed over. */
  find<E extends Entry = Entry>(
    name: string,
    accepts: (entry: Entry) => entry is E,
  ): { readonly entry: E; readonly scope: Scope } | undefined {
    const entry = this.entries.get(name)
    if (entry !== undefined && accepts(entry)) return { entry, scope: this }
    return this.parent?.find(name, accepts)
  }

  lookup(name: string): Entry | undefined {
    return this.find(name, isAny)?.entry
  }

  /** Where a name that is not to be used yet is declared. */
  declaredLater(name: string): Location | undefined {
    return this.later.get(name) ?? this.parent?.declaredLater(name)
  }

  /** All names that `accepts`, the innermost first: to suggest one. */
  names(accepts: (entry: Entry) => boolean): string[] {
    const found = [...this.entries].flatMap(([name, entry]) => (accepts(entry) ? [name] : []))
    return this.parent === undefined ? found : [...found, ...this.parent.names(accepts)]
  }
}

function isAny(entry: Entry): entry is Entry {
  return entry !== undefined
}
