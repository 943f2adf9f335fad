// Builds the nodes of formulas: what derivatives and rewrite rules are written with.
import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import type { Algebra } from '../graph/operation.ts'
import { operation } from './table.ts'

export function algebra(graph: Graph): Algebra {
  const op = (name: string, ...operands: Node[]): Node => graph.map(operation(name), operands)
  return {
    constant: (value) => graph.constant(value),
    add: (a, b) => op('add', a, b),
    sub: (a, b) => op('sub', a, b),
    mul: (a, b) => op('mul', a, b),
    div: (a, b) => op('div', a, b),
    neg: (a) => op('neg', a),
    select: (condition, yes, no) => op('select', condition, yes, no),
    op,
  }
}
