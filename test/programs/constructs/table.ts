// All constructs, one row each, and how a scope grows by them.
import type { Made, Scope } from '../scope.ts'
import { conditions } from './conditions.ts'
import { magnitude, type Construct } from './construct.ts'
import { definitions } from './definitions.ts'
import { elementwise } from './elementwise.ts'
import { gradients } from './gradients.ts'
import { indexing } from './indexing.ts'
import { library } from './library.ts'
import { loops } from './loops.ts'
import { products } from './products.ts'
import { reductions } from './reductions.ts'

export const constructs: readonly Construct[] = [
  ...elementwise,
  ...products,
  ...indexing,
  ...reductions,
  ...conditions,
  ...gradients,
  ...library,
  ...loops,
  ...definitions(grow),
]

/** Larger values are squashed, so that no program runs off. */
const MOST = 5

export function grow(scope: Scope, count: number): void {
  let made = 0
  for (let i = 0; i < 20 * count && made < count; i++) {
    const construct = scope.draw.weighted(constructs)
    const value = construct.make(scope)
    if (value === null) continue
    scope.define(construct.name, tamed(value))
    made++
  }
}

function tamed(made: Made): Made {
  const { kind = 'real', low, high, text, pinned } = made
  const most = magnitude({ low, high })
  if (kind !== 'real' || most <= MOST || pinned !== undefined) return made
  const by = Math.ceil(Math.min(most, 40) / 2)
  return {
    ...made,
    text: `2 * tanh((${text}) / ${by})`,
    low: low >= 0 ? 0 : -2,
    high: high <= 0 ? 0 : 2,
  }
}
