// The graph's algebra as free functions, to be taken apart by name.
import type { Graph } from '../../compiler/graph/graph.ts'
import type { Node } from '../../compiler/graph/node.ts'
import { algebra } from '../../compiler/ops/algebra.ts'

type Binary = (a: Node, b: Node) => Node

export interface Formulas {
  readonly constant: (value: number) => Node
  readonly add: Binary
  readonly sub: Binary
  readonly mul: Binary
  readonly div: Binary
  readonly neg: (a: Node) => Node
  readonly select: (condition: Node, yes: Node, no: Node) => Node
  readonly op: (name: string, ...operands: Node[]) => Node
}

export function formulas(graph: Graph): Formulas {
  return algebra(graph)
}
