// What a condition says when it holds, or does not: the comparisons that must then hold, or not, each by itself.
import type { MapNode, Node } from '../graph/node.ts'
import { operation } from '../ops/table.ts'

export const and = operation('and')
export const or = operation('or')
const not = operation('not')

export interface Conjunct {
  readonly node: MapNode
  readonly holds: boolean
}

export function conjuncts(condition: Node, conditionHolds: boolean): Conjunct[] {
  const found: Conjunct[] = []
  // A chain of `and`s may be long.
  const pending: { node: Node; holds: boolean }[] = [{ node: condition, holds: conditionHolds }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, holds } = next
    if (node.kind === 'spread' || node.kind === 'mark') {
      pending.push({ node: node.operand, holds })
      continue
    }
    if (node.kind !== 'map') continue
    const { operation: row } = node
    if (row === not) {
      for (const operand of node.operands) pending.push({ node: operand, holds: !holds })
    } else if ((row === and && holds) || (row === or && !holds)) {
      for (const operand of node.operands) pending.push({ node: operand, holds })
    } else found.push({ node, holds })
  }
  return found
}
