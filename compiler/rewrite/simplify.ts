// The rewriting stages of the pipeline: values made stable, and graphs made small.
import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import { arithmeticRules } from './arithmetic.ts'
import { Rewriter } from './engine.ts'
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

/** How often a pass may find something that only the pass before it made visible. */
const maximumPasses = 10

/** The rewriting of one graph: what it finds for some roots serves the next. */
export class Simplifier {
  private readonly stability: Rewriter
  private readonly simplification: Rewriter

  constructor(graph: Graph, log: Rewrite[]) {
    this.stability = new Rewriter(graph, stabilityRules, log)
    this.simplification = new Rewriter(graph, simplificationRules, log)
  }

  /** Unstable forms become stable ones. Runs before differentiation, on what the user wrote, and on the gradients. */
  stabilise(roots: readonly Node[]): Node[] {
    return this.stability.rewrite(roots)
  }

  /** The same values with less work. What it gives back, it leaves as it is. */
  simplify(roots: readonly Node[]): Node[] {
    let current = [...roots]
    for (let pass = 0; pass < maximumPasses; pass++) {
      const next = this.simplification.rewrite(current)
      if (next.every((node, i) => node === current[i])) break
      current = next
    }
    return current
  }
}

export function stabilise(graph: Graph, roots: readonly Node[], log: Rewrite[]): Node[] {
  return new Simplifier(graph, log).stabilise(roots)
}

export function simplify(graph: Graph, roots: readonly Node[], log: Rewrite[]): Node[] {
  return new Simplifier(graph, log).simplify(roots)
}
