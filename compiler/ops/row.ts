// Rows by their number of operands, so that a derivative names each of them.
import type { Node } from '../graph/node.ts'
import type { Algebra, ScalarOperation } from '../graph/operation.ts'

type Row<Operands extends readonly Node[]> = Omit<ScalarOperation, 'arity' | 'derivative'> & {
  readonly derivative: (at: {
    readonly g: Node
    readonly x: Operands
    readonly y: Node
    readonly build: Algebra
  }) => readonly (Node | null)[]
}

export function unary(row: Row<readonly [Node]>): ScalarOperation {
  return {
    ...row,
    arity: 1,
    derivative: ({ x, ...at }) => row.derivative({ ...at, x: [operand(x, 0)] }),
  }
}

export function binary(row: Row<readonly [Node, Node]>): ScalarOperation {
  return {
    ...row,
    arity: 2,
    derivative: ({ x, ...at }) => row.derivative({ ...at, x: [operand(x, 0), operand(x, 1)] }),
  }
}

export function ternary(row: Row<readonly [Node, Node, Node]>): ScalarOperation {
  return {
    ...row,
    arity: 3,
    derivative: ({ x, ...at }) =>
      row.derivative({ ...at, x: [operand(x, 0), operand(x, 1), operand(x, 2)] }),
  }
}

function operand(operands: readonly Node[], i: number): Node {
  const node = operands[i]
  if (node === undefined) throw new Error(`operand ${i} is missing`)
  return node
}
