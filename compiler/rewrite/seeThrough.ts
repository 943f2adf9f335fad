// A derivative given by the user guards against the rounding of an argument. Where the argument's own formula is at
// hand, the exact value and gradient need no guard.
import { reaches, substitute } from '../graph/graph.ts'
import type { CustomNode, Node } from '../graph/node.ts'
import { rewrite } from './engine.ts'
import type { Context, Rewrite, Rule } from './engine.ts'
import { exponentialRules, isMovedSigmoid } from './exponentials.ts'
import { hasLogarithm, logarithmRules } from './logarithm.ts'
import { argumentOf, coreOf, numberOf, pairOf } from './pattern.ts'

/**
 * PyTorch's binary cross-entropy takes both logarithms as at least -100, with a derivative that is bounded too. For
 * the sigmoid of a score there is nothing to bound.
 */
export const seeThroughRules: readonly Rule[] = [
  {
    name: 'cross-entropy of sigmoid',
    law: 'max(log(sigmoid(u)), -100) = logsigmoid(u), with its own derivative',
    condition: 'in place of a bounded value with a derivative of its own',
    heads: ['custom'],
    apply(node, context) {
      return node.kind === 'custom' ? withoutBounds(node, context) : null
    },
  },
]

function withoutBounds(node: CustomNode, context: Context): Node | null {
  const probabilities = node.inputs.filter(({ kind }) => kind === 'mark').map(insideOfMark)
  if (!probabilities.some((p) => isMovedSigmoid(p))) return null
  const [open] = substitute(
    context.graph,
    [node.value],
    new Map(node.inputs.map((input) => [input, insideOfMark(input)])),
  )
  if (open === undefined) return null
  const log: Rewrite[] = []
  const rules = [boundedLogarithm, ...logarithmRules, ...exponentialRules]
  const [exact] = rewrite(context.graph, [open], rules, log)
  if (exact === undefined || !log.some(({ rule }) => rule === boundedLogarithm.name)) return null
  // Only where nothing of the rounded probability is left.
  const isRounded = (inner: Node): boolean => argumentOf(inner, 'sigmoid') !== null
  const others = new Set(probabilities.filter((p) => !isMovedSigmoid(p)))
  return reaches(exact, (inner) => isRounded(inner) && !isBelow(inner, others)) ? null : exact
}

function insideOfMark(node: Node): Node {
  return node.kind === 'mark' ? node.operand : node
}

function isBelow(node: Node, roots: ReadonlySet<Node>): boolean {
  return [...roots].some((root) => reaches(root, (inner) => inner === node))
}

/** The least bound that counts as a guard against rounding, and not as part of what is meant. */
const guard = -100

const boundedLogarithm: Rule = {
  name: 'bounded log of sigmoid',
  law: 'max(log(sigmoid(u)), -100) = log(sigmoid(u))',
  condition: 'where the bound only guards against log(0)',
  heads: ['max'],
  apply(node) {
    const pair = pairOf(node, 'max')
    if (pair === null) return null
    const [bound, value] = numberOf(pair[0]) === null ? [pair[1], pair[0]] : pair
    const number = numberOf(bound)
    if (number === null || number > guard) return null
    return isLogarithmOfSigmoid(value) ? value : null
  },
}

function isLogarithmOfSigmoid(node: Node): boolean {
  const core = coreOf(node)
  if (argumentOf(core, 'logsigmoid') !== null) return true
  const operand = argumentOf(core, 'log')
  return operand !== null && isMovedSigmoid(operand) && hasLogarithm(operand)
}
