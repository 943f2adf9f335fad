// Logarithms of what is positive by construction: each law takes `log` one step further in, to where it cancels.
import type { Node } from '../graph/node.ts'
import type { Context, Rule } from './engine.ts'
import { argumentOf, choiceOf, numberOf, pairOf, reducedOf } from './pattern.ts'

/** How many nodes to look at for an exponential: a long product without one is not searched to its end. */
const maximumVisits = 120

/** Whether `log` of the node, by the laws below, comes to an end without a logarithm of something computed. */
export function hasLogarithm(node: Node): boolean {
  return new Search().hasLogarithm(node)
}

/** Whether a factor of it has: then `log` of the rest stands beside what cancels. */
function hasExponentialFactor(node: Node): boolean {
  return new Search().hasExponentialFactor(node)
}

class Search {
  private visits = 0
  private readonly known = new Map<Node, boolean>()

  hasLogarithm(node: Node): boolean {
    const before = this.known.get(node)
    if (before !== undefined) return before
    this.visits += 1
    if (this.visits > maximumVisits) return false
    const found = this.look(node)
    this.known.set(node, found)
    return found
  }

  hasExponentialFactor(node: Node): boolean {
    if (this.hasLogarithm(node)) return true
    if (this.visits > maximumVisits) return false
    const product = pairOf(node, 'mul') ?? pairOf(node, 'div')
    if (product !== null) return product.some((factor) => this.hasExponentialFactor(factor))
    const isMoved = node.kind === 'take' || node.kind === 'spread'
    return isMoved && this.hasExponentialFactor(node.operand)
  }

  private look(node: Node): boolean {
    const has = (inner: Node): boolean => this.hasLogarithm(inner)
    if (argumentOf(node, 'exp') !== null || argumentOf(node, 'sigmoid') !== null) return true
    const summed = reducedOf(node, 'sum') ?? reducedOf(node, 'prod')
    if (summed !== null) return has(summed.operand)
    const pair = pairs.map((name) => pairOf(node, name)).find((found) => found !== null)
    if (pair !== undefined && pair !== null) return this.isEach(pair, isPositive)
    const power = pairOf(node, 'pow')
    if (power !== null) return has(power[0])
    const root = argumentOf(node, 'sqrt') ?? argumentOf(node, 'square')
    if (root !== null) return has(root)
    const choice = choiceOf(node)
    if (choice !== null) {
      return this.isEach(
        [choice.yes, choice.no],
        (side) => isPositive(side) || numberOf(side) === 0,
      )
    }
    if (node.kind === 'take') return (node.fill ?? 0) >= 0 && has(node.operand)
    return node.kind === 'spread' && has(node.operand)
  }

  /** One of them has a logarithm, and the others have too, or are numbers that do. */
  private isEach(parts: readonly Node[], isNumber: (part: Node) => boolean): boolean {
    let hasOne = false
    for (const part of parts) {
      if (this.hasLogarithm(part)) hasOne = true
      else if (!isNumber(part)) return false
    }
    return hasOne
  }
}

const pairs = ['mul', 'div', 'add', 'max', 'min'] as const

function isPositive(node: Node): boolean {
  const number = numberOf(node)
  return number !== null ? number > 0 : node.kind === 'size'
}

/** A rule for `log` of something. */
function logarithm(
  name: string,
  law: string,
  apply: (operand: Node, context: Context, node: Node) => Node | null,
  condition?: string,
): Rule {
  return {
    name,
    law,
    ...(condition === undefined ? {} : { condition }),
    heads: ['log'],
    apply(node, context) {
      const operand = argumentOf(node, 'log')
      return operand === null ? null : apply(operand, context, node)
    },
  }
}

export const logarithmRules: readonly Rule[] = [
  logarithm('log of exp', 'log(exp(u)) = u', (operand) => argumentOf(operand, 'exp')),
  logarithm('log of sigmoid', 'log(sigmoid(u)) = logsigmoid(u)', (operand, { build }) => {
    const u = argumentOf(operand, 'sigmoid')
    return u === null ? null : build.op('logsigmoid', u)
  }),
  logarithm('log of 1 + exp', 'log(1 + e) = softplus(log(e))', (operand, { build }) => {
    const e = otherThanOne(operand)
    return e !== null && hasLogarithm(e) ? build.op('softplus', build.op('log', e)) : null
  }),
  logarithm('log of a sum', 'log(a + b) = logaddexp(log(a), log(b))', (operand, { build }) => {
    const pair = pairOf(operand, 'add')
    if (pair === null || !hasLogarithm(operand)) return null
    return build.op('logaddexp', build.op('log', pair[0]), build.op('log', pair[1]))
  }),
  logarithm(
    'log of sum over axes',
    'log(sum[C](e)) = logsumexp[C](log(e))',
    (operand, { graph, build }) => {
      const sum = reducedOf(operand, 'sum')
      if (sum === null || !hasLogarithm(sum.operand)) return null
      return graph.reduce('logsumexp', sum.over, build.op('log', sum.operand))
    },
  ),
  logarithm(
    'log of product over axes',
    'log(prod[C](e)) = sum[C](log(e))',
    (operand, { graph, build }) => {
      const product = reducedOf(operand, 'prod')
      if (product === null || !hasLogarithm(product.operand)) return null
      return graph.reduce('sum', product.over, build.op('log', product.operand))
    },
  ),
  logarithm(
    'log of product',
    'log(a * e) = log(a) + log(e), where e > 0',
    (operand, context) => {
      const { build } = context
      const pair = pairOf(operand, 'mul')
      if (pair === null || !pair.some((factor) => hasExponentialFactor(factor))) return null
      if (!pair.some(isSurelyPositive)) return withFactorsOut(operand, context)
      return build.add(build.op('log', pair[0]), build.op('log', pair[1]))
    },
    'finite values only',
  ),
  logarithm(
    'log of quotient',
    'log(a / e) = log(a) - log(e), where a > 0 or e > 0',
    (operand, context) => {
      const { build } = context
      const pair = pairOf(operand, 'div')
      if (pair === null || !pair.some((factor) => hasExponentialFactor(factor))) return null
      if (!pair.some(isSurelyPositive)) return withFactorsOut(operand, context)
      return build.sub(build.op('log', pair[0]), build.op('log', pair[1]))
    },
    'finite values only',
  ),
  logarithm(
    'log of power',
    'log(e ^ k) = k * log(e)',
    (operand, { build }) => {
      const power = pairOf(operand, 'pow')
      if (power === null || !hasLogarithm(power[0])) return null
      return build.mul(power[1], build.op('log', power[0]))
    },
    'finite values only',
  ),
  logarithm('log of square', 'log(e²) = 2 * log(e)', (operand, { build }) => {
    const e = argumentOf(operand, 'square')
    if (e === null || !hasLogarithm(e)) return null
    return build.mul(build.constant(2), build.op('log', e))
  }),
  logarithm('log of root', 'log(√e) = log(e) / 2', (operand, { build }) => {
    const e = argumentOf(operand, 'sqrt')
    if (e === null || !hasLogarithm(e)) return null
    return build.mul(build.constant(0.5), build.op('log', e))
  }),
  ...(['max', 'min'] as const).map((bound) =>
    logarithm(
      `log of ${bound}`,
      `log(${bound}(e, c)) = ${bound}(log(e), log(c))`,
      (operand, { build }) => {
        const pair = pairOf(operand, bound)
        if (pair === null || !hasLogarithm(operand)) return null
        return build.op(bound, build.op('log', pair[0]), build.op('log', pair[1]))
      },
    ),
  ),
  logarithm(
    'log of choice',
    'log(if c then d else e) = if c then log(d) else log(e)',
    (operand, { build }) => {
      const choice = choiceOf(operand)
      if (choice === null || !hasLogarithm(operand)) return null
      return build.select(choice.condition, build.op('log', choice.yes), build.op('log', choice.no))
    },
  ),
  logarithm(
    'log of lookup',
    'log(e[C = i, else f]) = log(e)[C = i, else log(f)]',
    (operand, { graph, build }) => {
      if (operand.kind !== 'take' || !hasExponentialFactor(operand)) return null
      const fill = operand.fill === null ? null : Math.log(operand.fill)
      return graph.take(build.op('log', operand.operand), operand.indices, fill)
    },
  ),
  logarithm('log of repetition', 'log(e[+C]) = log(e)[+C]', (operand, { graph, build }) => {
    if (operand.kind !== 'spread' || !hasExponentialFactor(operand)) return null
    return graph.spread(build.op('log', operand.operand), operand.axis)
  }),
]

function isSurelyPositive(node: Node): boolean {
  return isPositive(node) || hasLogarithm(node)
}

/** log(a * (b * e)) = log(a * b) + log(e): of a and b, both may be negative, and their product have a logarithm. */
function withFactorsOut(product: Node, context: Context): Node | null {
  const { rest, log } = factored(product, context, maximumFactors)
  if (rest === null || log === null) return null
  return context.build.add(context.build.op('log', rest), log)
}

/** How deep in a product to look for them. */
const maximumFactors = 24

/** node = rest * exp(log), with every positive factor in the latter; null stands for 1 = exp(0). */
interface Factored {
  readonly rest: Node | null
  readonly log: Node | null
}

function factored(node: Node, context: Context, depth: number): Factored {
  const { graph, build } = context
  const whole = { rest: node, log: null }
  if (depth === 0 || !hasExponentialFactor(node)) return whole
  if (hasLogarithm(node)) return { rest: null, log: build.op('log', node) }
  const pair = pairOf(node, 'mul') ?? pairOf(node, 'div')
  if (pair !== null) {
    const isProduct = pairOf(node, 'mul') !== null
    const [a, b] = pair.map((factor) => factored(factor, context, depth - 1))
    if (a === undefined || b === undefined) return whole
    return {
      rest: joined(a.rest, b.rest, isProduct ? build.mul : build.div, build.constant(1)),
      log: joined(a.log, b.log, isProduct ? build.add : build.sub, build.constant(0)),
    }
  }
  const inner = node.kind === 'take' || node.kind === 'spread' ? node.operand : null
  if (inner === null) return whole
  const { rest, log } = factored(inner, context, depth - 1)
  if (rest === null || log === null) return whole
  if (node.kind === 'spread') {
    return { rest: graph.spread(rest, node.axis), log: graph.spread(log, node.axis) }
  }
  if (node.kind !== 'take') return whole
  const { indices, fill } = node
  const canMove = [rest, log].every((part) => indices.every(({ axis }) => part.axes.includes(axis)))
  if (!canMove) return whole
  return {
    rest: graph.take(rest, indices, fill),
    log: graph.take(log, indices, fill === null ? null : 0),
  }
}

function joined(
  a: Node | null,
  b: Node | null,
  join: (a: Node, b: Node) => Node,
  neutral: Node,
): Node | null {
  return b === null ? a : join(a ?? neutral, b)
}

/** The e of 1 + e or e + 1. */
export function otherThanOne(node: Node): Node | null {
  const pair = pairOf(node, 'add')
  if (pair === null) return null
  if (numberOf(pair[0]) === 1) return pair[1]
  return numberOf(pair[1]) === 1 ? pair[0] : null
}
