// The rules that make values stable: forms that lose digits, overflow, or turn 0 * inf into NaN, become forms that do not.
import type { Rule } from './engine.ts'
import { exponentialRules } from './exponentials.ts'
import { logarithmRules } from './logarithm.ts'
import { seeThroughRules } from './seeThrough.ts'

/** In the order in which they are tried. */
export const stabilityRules: readonly Rule[] = [
  ...logarithmRules,
  ...exponentialRules,
  ...seeThroughRules,
]
