// Building with what is known at once: constants are computed, neutral elements left out.
import type { Graph } from '../graph/graph.ts'
import type { MapNode, Node } from '../graph/node.ts'
import type { Algebra } from '../graph/operation.ts'
import { algebra } from '../ops/algebra.ts'
import { argumentOf, choiceOf, numberOf } from './pattern.ts'

/** The algebra of the graph, for formulas that are put together by machine. Axes stay what they were. */
export function foldingAlgebra(graph: Graph): Algebra {
  const plain = algebra(graph)
  const op = (name: string, ...operands: Node[]): Node => folded(graph, plain.op(name, ...operands))
  return {
    constant: (value) => plain.constant(value),
    add: (a, b) => op('add', a, b),
    sub: (a, b) => op('sub', a, b),
    mul: (a, b) => op('mul', a, b),
    div: (a, b) => op('div', a, b),
    neg: (a) => op('neg', a),
    select: (condition, yes, no) => op('select', condition, yes, no),
    op,
  }
}

/** The node, or what it plainly is. */
export function folded(graph: Graph, node: Node): Node {
  if (node.kind !== 'map') return node
  return computed(graph, node) ?? withoutNeutral(node) ?? withoutChoice(node) ?? node
}

/** A map of constants is the constant that its row computes. */
export function computed(graph: Graph, node: MapNode): Node | null {
  const values: number[] = []
  for (const operand of node.operands) {
    if (operand.kind !== 'constant') return null
    values.push(operand.value)
  }
  return graph.constant(node.operation.evaluate(...values), node.dataType)
}

/** x + 0, x - 0, x * 1, x / 1, x ^ 1, -(-x): x, where it has the axes and the data type of the whole. */
export function withoutNeutral(node: MapNode): Node | null {
  const kept = keptOperand(node)
  if (kept === undefined || kept === null) return null
  return kept.dataType === node.dataType && kept.axes.length === node.axes.length ? kept : null
}

const neutralOnTheRight: Readonly<Record<string, number>> = { sub: 0, div: 1, pow: 1 }

function keptOperand(node: MapNode): Node | null | undefined {
  const { operation, operands } = node
  const [a, b] = operands
  if (operation.name === 'neg' && a !== undefined) return argumentOf(a, 'neg')
  if (a === undefined || b === undefined || operation.arity !== 2) return null
  const neutral = operation.identities?.neutral
  if (neutral !== undefined) {
    if (numberOf(b) === neutral) return a
    if (numberOf(a) === neutral && operation.identities?.commutative === true) return b
  }
  return numberOf(b) === neutralOnTheRight[operation.name] ? a : null
}

/** `if` on a constant, and between the same. */
export function withoutChoice(node: MapNode): Node | null {
  const choice = choiceOf(node)
  if (choice === null) return null
  const condition = numberOf(choice.condition)
  const { yes, no } = choice
  const kept = condition === null ? (yes === no ? yes : null) : condition === 0 ? no : yes
  if (kept === null) return null
  return kept.dataType === node.dataType && kept.axes.length === node.axes.length ? kept : null
}
