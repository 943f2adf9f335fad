// All parts of the runtime, and the choice of those that a module needs.
import { callParts } from './calls.ts'
import { inputParts } from './inputs.ts'
import { modelParts } from './model.ts'
import { numberParts } from './numbers.ts'
import type { Part } from './part.ts'
import { sortingParts } from './sorting.ts'
import { sizeParts } from './sizes.ts'
import { weightParts } from './weights.ts'

export const allParts: readonly Part[] = [
  ...callParts,
  ...inputParts,
  ...sizeParts,
  ...modelParts,
  ...weightParts,
  ...numberParts,
  ...sortingParts,
]

/** Names that the runtime may set at a module's top level. */
export function runtimeNames(): string[] {
  return allParts.flatMap((part) => [part.name, ...(part.sets ?? [])])
}

/** Those named and what they need, in the fixed order of all parts. */
export function reachedParts(names: Iterable<string>): Part[] {
  const byName = new Map(allParts.map((part) => [part.name, part]))
  const reached = new Set<Part>()
  const open = [...names]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const part = byName.get(name)
    if (part === undefined) throw new Error(`the runtime has no part ${name}`)
    if (reached.has(part)) continue
    reached.add(part)
    open.push(...part.needs)
  }
  return allParts.filter((part) => reached.has(part))
}
