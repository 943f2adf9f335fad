// Making tensors: known values as nodes, and operations of the table applied to aligned operands.
import { operation } from '../ops/table.ts'
import type { AxisName, MapNode, Node } from '../graph/node.ts'
import type { Interval } from '../graph/interval.ts'
import type { ScalarOperation } from '../graph/operation.ts'
import type { Frame } from './frame.ts'
import {
  coordinateInterval,
  everything,
  exactly,
  intervalOfMap,
  sizeInterval,
  wholeNumbers,
} from './intervals.ts'
import { meaningOfMap, meaningOfType, passageOfMap, type Called } from './meanings.ts'
import { narrowedTo, narrowest, noteInterval, refined } from './refine.ts'
import type { KnownBoolean, KnownNumber, Meaning, Passage, SizeValue, Tensor } from './value.ts'

export interface TensorParts {
  readonly node: Node
  readonly meaning?: Meaning
  readonly interval?: Interval
  readonly passage?: Passage | undefined
  readonly isCoordinate?: boolean
}

export function tensor(parts: TensorParts): Tensor {
  const { node, passage } = parts
  return {
    kind: 'tensor',
    node,
    meaning: parts.meaning ?? meaningOfType(node.dataType),
    interval: parts.interval ?? (node.dataType === 'real' ? everything : wholeNumbers),
    isCoordinate: parts.isCoordinate ?? false,
    ...(passage === undefined ? {} : { passage }),
  }
}

export function asTensor(
  frame: Frame,
  value: Tensor | KnownNumber | KnownBoolean | SizeValue,
): Tensor {
  const { graph } = frame.elaboration
  switch (value.kind) {
    case 'tensor':
      return value
    case 'number': {
      const node = graph.constant(value.value, value.whole ? 'int' : 'real')
      return lasting(frame, tensor({ node, interval: exactly(value.value), isCoordinate: true }))
    }
    case 'boolean': {
      const node = graph.constant(value.value ? 1 : 0, 'bool')
      return tensor({ node, interval: exactly(value.value ? 1 : 0), isCoordinate: true })
    }
    case 'size': {
      const node = graph.size(value.size)
      return lasting(
        frame,
        tensor({ node, interval: sizeInterval(value.size), isCoordinate: true }),
      )
    }
    default:
      return value satisfies never
  }
}

export function constant(frame: Frame, value: number, whole = Number.isInteger(value)): Tensor {
  return asTensor(frame, { kind: 'number', value, whole })
}

export function coordinate(frame: Frame, axis: AxisName): Tensor {
  const { graph } = frame.elaboration
  const node = graph.coordinate(axis)
  const interval = coordinateInterval(graph.sizes, axis)
  frame.elaboration.workspace.intervalOfNode.set(node, interval)
  return refined(frame, tensor({ node, interval, isCoordinate: true }))
}

/** Its interval kept, for the conditions that may compare it. */
export function noted(frame: Frame, value: Tensor): Tensor {
  noteInterval(frame, value)
  return value
}

/** The same, for what is so whatever the conditions around. */
function lasting(frame: Frame, value: Tensor): Tensor {
  frame.elaboration.workspace.intervalOfNode.set(value.node, value.interval)
  return value
}

/** A row of the table applied; the operands are aligned already. `call`: where a reader finds it. */
export function apply(
  frame: Frame,
  name: string,
  operands: readonly Tensor[],
  call?: Called,
): Tensor {
  const row = operation(name)
  const node = frame.elaboration.graph.map(
    row,
    operands.map((operand) => operand.node),
  )
  const value = tensor({
    node,
    meaning: meaningOfMap(row, operands, node.dataType),
    interval: intervalOfMap(frame, row, operands, node),
    passage: passageOfMap(row, operands, call),
    isCoordinate: operands.every((operand) => operand.isCoordinate),
  })
  return noted(frame, refined(frame, narrowedLike(frame, row, operands, node, value)))
}

/** With what the conditions say of the operands. */
function narrowedLike(
  frame: Frame,
  row: ScalarOperation,
  operands: readonly Tensor[],
  node: MapNode,
  value: Tensor,
): Tensor {
  if (operands.every(({ narrowed }) => narrowed === undefined)) return value
  const known = operands.map(narrowest)
  const interval = intervalOfMap(frame, row, known, node)
  return narrowedTo(value, { interval, facts: known.flatMap(({ facts }) => facts) })
}

/** Repeated along the axes that it lacks. */
export function spreadOver(frame: Frame, value: Tensor, axes: readonly AxisName[]): Tensor {
  const { graph } = frame.elaboration
  let node = value.node
  for (const axis of axes) if (!node.axes.includes(axis)) node = graph.spread(node, axis)
  return { ...value, node }
}

export function isConstant({ node }: Tensor): boolean {
  return node.kind === 'constant' || node.kind === 'size'
}
