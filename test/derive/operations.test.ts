// Every row of the table of scalar operations against finite differences, in orders one and two.
import { describe, expect, test } from 'vitest'
import { Graph } from '../../compiler/graph/graph.ts'
import type { LeafNode } from '../../compiler/graph/node.ts'
import type { ScalarOperation } from '../../compiler/graph/operation.ts'
import { operations } from '../../compiler/ops/table.ts'
import { mismatches } from './finiteDifferences.ts'
import type { Data } from './finiteDifferences.ts'
import { formulas } from './formulas.ts'

const count = 7

/** The operation on inputs that are drawn from its domain, evenly and away from its ends. */
function setting(operation: ScalarOperation) {
  const graph = new Graph()
  graph.sizes.declare('N')
  const leaves = operation.domain.map(({ whole }, i) =>
    graph.leaf({
      role: 'input',
      name: `x${i}`,
      layout: ['N'],
      dataType: whole === true ? 'int' : 'real',
    }),
  )
  const numbers = operation.domain.map(({ from, to, whole }, operand) => {
    const draws = Array.from({ length: count }, (_, i) => {
      // Operands in different orders, so that each meets the others at different places.
      const place = ((i * (operand + 1) + operand) % count) + 0.37
      const value = from + ((to - from) * place) / count
      return whole === true ? Math.round(value) : value
    })
    return [`x${operand}`, Float64Array.from(draws)] as const
  })
  const data: Data = { axes: { N: count }, leaves: new Map(numbers) }
  return { graph, leaves, data, value: graph.map(operation, leaves) }
}

function realLeaves(leaves: readonly LeafNode[]): LeafNode[] {
  return leaves.filter(({ dataType }) => dataType === 'real')
}

/** Its value as it is, its derivative other than that: nothing to compare. */
const ownDerivative = new Set(['stop_gradient'])

const rows = operations
  .filter(({ name }) => !ownDerivative.has(name))
  .map((operation) => [operation.name, operation] as const)

describe('the derivative of', () => {
  test.each(rows)('%s', (_name, operation) => {
    const { graph, leaves, data, value } = setting(operation)
    for (const leaf of realLeaves(leaves)) {
      expect(mismatches(graph, value, leaf, data)).toEqual([])
    }
  })
})

describe('the second derivative of', () => {
  test.each(rows)('%s', (_name, operation) => {
    const { graph, leaves, data, value } = setting(operation)
    for (const first of realLeaves(leaves)) {
      const of = formulas(graph).op('square', graph.gradient(value, first))
      for (const leaf of realLeaves(leaves)) {
        expect(mismatches(graph, of, leaf, data)).toEqual([])
      }
    }
  })
})
