// Short ways to write graphs by hand.
import { Graph } from '../../compiler/graph/graph.ts'
import type {
  AxisName,
  DataType,
  LeafNode,
  Node,
  ReductionName,
} from '../../compiler/graph/node.ts'
import { axisSize } from '../../compiler/graph/size.ts'
import { Sizes } from '../../compiler/graph/sizes.ts'
import { operation } from '../../compiler/ops/table.ts'

export interface Builder {
  readonly graph: Graph
  readonly leaf: (
    role: LeafNode['role'],
    name: string,
    layout: readonly AxisName[],
    dataType?: DataType,
  ) => LeafNode
  readonly op: (name: string, ...operands: (Node | number)[]) => Node
  readonly reduce: (reduction: ReductionName, over: readonly AxisName[], operand: Node) => Node
  readonly sum: (over: readonly AxisName[], operand: Node) => Node
  /** Sum of the product over the axes. */
  readonly dot: (over: readonly AxisName[], a: Node, b: Node) => Node
  readonly take: (
    operand: Node,
    indices: Readonly<Record<AxisName, Node>>,
    fill?: number | null,
  ) => Node
  readonly at: (axis: AxisName) => Node
  readonly int: (value: number) => Node
  readonly size: (axis: AxisName) => Node
  /** Gives the value the user's name. */
  readonly named: (name: string, node: Node) => Node
}

export function builder(axes: readonly AxisName[], define?: (sizes: Sizes) => void): Builder {
  const sizes = new Sizes()
  for (const axis of axes) sizes.declare(axis)
  define?.(sizes)
  const graph = new Graph(sizes)
  const node = (operand: Node | number): Node =>
    typeof operand === 'number' ? graph.constant(operand) : operand
  const op = (name: string, ...operands: (Node | number)[]): Node =>
    graph.map(operation(name), operands.map(node))
  const sum = (over: readonly AxisName[], operand: Node): Node => graph.reduce('sum', over, operand)
  return {
    graph,
    leaf: (role, name, layout, dataType = 'real') => graph.leaf({ role, name, layout, dataType }),
    op,
    reduce: (reduction, over, operand) => graph.reduce(reduction, over, operand),
    sum,
    dot: (over, a, b) => sum(over, op('mul', a, b)),
    take: (operand, indices, fill = null) =>
      graph.take(
        operand,
        Object.entries(indices).map(([axis, index]) => ({ axis, index })),
        fill,
      ),
    at: (axis) => graph.coordinate(axis),
    int: (value) => graph.constant(value, 'int'),
    size: (axis) => graph.size(axisSize(axis)),
    named(name, value) {
      graph.note(value, { name })
      return value
    },
  }
}

/** Numbers that are neither sorted nor equal, the same each time. */
export function numbers(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + from) + 1.7))
}
