// The rewriting stages of the pipeline: values made stable, and graphs made small.
import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import { arithmeticRules } from './arithmetic.ts'
import { rewrite } from './engine.ts'
import type { Rewrite, Rule } from './engine.ts'
import { indexRules } from './indices.ts'
import { spreadRules } from './spreads.ts'
import { stabilityRules } from './stability.ts'
import { sumRules } from './sums.ts'
import { contractionRules, takeRules } from './takes.ts'

export const simplificationRules: readonly Rule[] = [
  ...arithmeticRules,
  ...spreadRules,
  ...indexRules,
  ...takeRules,
  ...contractionRules,
  ...sumRules,
]

/** Unstable forms become stable ones. Runs before differentiation, on what the user wrote, and on the gradients. */
export function stabilise(graph: Graph, roots: readonly Node[], log: Rewrite[]): Node[] {
  return rewrite(graph, roots, stabilityRules, log)
}

/** How often a pass may find something that only the pass before it made visible. */
const maximumPasses = 10

/** The same values with less work. What it gives back, it leaves as it is. */
export function simplify(graph: Graph, roots: readonly Node[], log: Rewrite[]): Node[] {
  let current = [...roots]
  for (let pass = 0; pass < maximumPasses; pass++) {
    const next = rewrite(graph, current, simplificationRules, log)
    if (next.every((node, i) => node === current[i])) break
    current = next
  }
  return current
}
