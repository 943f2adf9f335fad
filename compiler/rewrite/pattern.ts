// Small questions that rules ask of nodes.
import type { AxisName, Node, ReductionName } from '../graph/node.ts'

/** The operands of a map of this operation, else null. */
export function operandsOfMap(node: Node, name: string): readonly [Node, ...Node[]] | null {
  if (node.kind !== 'map' || node.operation.name !== name) return null
  const [first, ...others] = node.operands
  return first === undefined ? null : [first, ...others]
}

/** The operand of a unary operation, else null. */
export function argumentOf(node: Node, name: string): Node | null {
  return operandsOfMap(node, name)?.[0] ?? null
}

/** Both operands of a binary operation, else null. */
export function pairOf(node: Node, name: string): readonly [Node, Node] | null {
  const [a, b] = operandsOfMap(node, name) ?? []
  return a === undefined || b === undefined ? null : [a, b]
}

/** `if condition then yes else no`, else null. */
export function choiceOf(
  node: Node,
): { readonly condition: Node; readonly yes: Node; readonly no: Node } | null {
  const [condition, yes, no] = operandsOfMap(node, 'select') ?? []
  if (condition === undefined || yes === undefined || no === undefined) return null
  return { condition, yes, no }
}

/** What is reduced, and over which axes. */
export function reducedOf(
  node: Node,
  reduction: ReductionName,
): { readonly operand: Node; readonly over: readonly AxisName[] } | null {
  return node.kind === 'reduce' && node.reduction === reduction ? node : null
}

/** Whether it is this number, whatever the data type; 0 is not -0. Spreads of it count too. */
export function isNumber(node: Node, value: number): boolean {
  const found = numberOf(node)
  return found !== null && Object.is(found, value)
}

/** The number that the node is everywhere, else null. */
export function numberOf(node: Node): number | null {
  let core = node
  while (core.kind === 'spread') core = core.operand
  return core.kind === 'constant' ? core.value : null
}

/** What is looked up or repeated, however often. */
export function coreOf(node: Node): Node {
  let core = node
  while (core.kind === 'take' || core.kind === 'spread') core = core.operand
  return core
}

export function isDisjoint(a: readonly AxisName[], b: readonly AxisName[]): boolean {
  return !a.some((axis) => b.includes(axis))
}

export function isWithin(a: readonly AxisName[], b: readonly AxisName[]): boolean {
  return a.every((axis) => b.includes(axis))
}
