// Elementwise algebra: constants, neutral elements, signs, powers, choices.
import type { Node } from '../graph/node.ts'
import type { Rule } from './engine.ts'
import { computed, withoutChoice, withoutNeutral } from './fold.ts'
import { argumentOf, choiceOf, numberOf, operandsOfMap, pairOf } from './pattern.ts'

const everyOperation = '*'

export const arithmeticRules: readonly Rule[] = [
  {
    name: 'constant',
    law: 'f(1, 2) is computed',
    heads: [everyOperation],
    apply: (node, { graph }) => (node.kind === 'map' ? computed(graph, node) : null),
  },
  {
    name: 'neutral element',
    law: 'x + 0 = x * 1 = x / 1 = x ^ 1 = -(-x) = x',
    condition: 'but for the sign of zero',
    heads: [everyOperation],
    apply: (node) => (node.kind === 'map' ? withoutNeutral(node) : null),
  },
  {
    name: 'constant choice',
    law: 'if true then x else y = if c then x else x = x',
    heads: ['select'],
    apply: (node) => (node.kind === 'map' ? withoutChoice(node) : null),
  },
  {
    name: 'negated condition',
    law: 'if not c then x else y = if c then y else x',
    heads: ['select'],
    apply(node, { build }) {
      const choice = choiceOf(node)
      const c = choice === null ? null : argumentOf(choice.condition, 'not')
      return choice === null || c === null ? null : build.select(c, choice.no, choice.yes)
    },
  },
  {
    name: 'same condition twice',
    law: 'if c then (if c then x else y) else z = if c then x else z',
    heads: ['select'],
    apply(node, { build }) {
      const choice = choiceOf(node)
      if (choice === null) return null
      const { condition, yes, no } = choice
      const inYes = choiceOf(yes)
      const inNo = choiceOf(no)
      const left = inYes?.condition === condition ? inYes.yes : yes
      const right = inNo?.condition === condition ? inNo.no : no
      return left === yes && right === no ? null : build.select(condition, left, right)
    },
  },
  {
    name: 'double negation',
    law: 'not not c = c',
    heads: ['not'],
    apply(node) {
      const inner = argumentOf(node, 'not')
      const c = inner === null ? null : argumentOf(inner, 'not')
      return c?.dataType === 'bool' ? c : null
    },
  },
  {
    name: 'known truth',
    law: 'c and true = c or false = c, c and false = false, c or true = true',
    heads: ['and', 'or'],
    apply(node, { graph }) {
      const isAnd = pairOf(node, 'and') !== null
      const pair = pairOf(node, isAnd ? 'and' : 'or')
      if (pair === null) return null
      if (pair[0] === pair[1]) return keepsType(node, pair[0])
      for (const [known, other] of [pair, [pair[1], pair[0]] as const]) {
        const value = numberOf(known)
        if (value === null) continue
        const isDecisive = isAnd ? value === 0 : value !== 0
        return isDecisive ? graph.constant(isAnd ? 0 : 1, 'bool') : keepsType(node, other)
      }
      return null
    },
  },
  {
    name: 'whole times zero',
    law: 'k * 0 = 0',
    condition: 'whole numbers only: 0 * inf is NaN',
    heads: ['mul'],
    apply(node, { graph }) {
      if (node.dataType === 'real') return null
      const isZero = pairOf(node, 'mul')?.some((factor) => numberOf(factor) === 0) ?? false
      return isZero ? graph.constant(0, node.dataType) : null
    },
  },
  {
    name: 'zero over number',
    law: '0 / c = 0, for a number c other than 0',
    heads: ['div'],
    apply(node, { graph }) {
      const [over, under] = pairOf(node, 'div') ?? []
      if (over === undefined || under === undefined || numberOf(over) !== 0) return null
      const divisor = numberOf(under)
      if (divisor === null || divisor === 0 || Number.isNaN(divisor)) return null
      return graph.constant(0, node.dataType)
    },
  },
  {
    name: 'sign of a sum',
    law: 'a + -b = a - b, a - -b = a + b, -a + b = b - a, -(a - b) = b - a',
    condition: 'but for the sign of zero',
    heads: ['add', 'sub', 'neg'],
    apply(node, { build }) {
      const [a, b] = pairOf(node, 'add') ?? []
      if (a !== undefined && b !== undefined) {
        const negatedB = argumentOf(b, 'neg')
        if (negatedB !== null) return build.sub(a, negatedB)
        const negatedA = argumentOf(a, 'neg')
        return negatedA === null ? null : build.sub(b, negatedA)
      }
      const [from, what] = pairOf(node, 'sub') ?? []
      if (from !== undefined && what !== undefined) {
        const negated = argumentOf(what, 'neg')
        if (negated !== null) return build.add(from, negated)
        return numberOf(from) === 0 && from.axes.length === 0 ? build.neg(what) : null
      }
      const operand = argumentOf(node, 'neg')
      const difference = operand === null ? null : pairOf(operand, 'sub')
      return difference === null ? null : build.sub(difference[1], difference[0])
    },
  },
  {
    name: 'sign of a product',
    law: '-a * -b = a * b, -a * b = -(a * b), -(c * a) = (-c) * a, -1 * a = -a',
    heads: ['mul', 'div', 'neg'],
    apply(node, { graph, build }) {
      const operand = argumentOf(node, 'neg')
      if (operand !== null) {
        const product = pairOf(operand, 'mul')
        const constant = product?.[0]
        if (product === null || constant?.kind !== 'constant') return null
        // Whole numbers have their own normal form, in which the sign stands before the product.
        if (node.dataType !== 'real') return null
        return build.mul(graph.constant(-constant.value, constant.dataType), product[1])
      }
      const name = pairOf(node, 'mul') === null ? 'div' : 'mul'
      const [a, b] = pairOf(node, name) ?? []
      if (a === undefined || b === undefined) return null
      if (name === 'mul' && numberOf(a) === -1) return keepsType(node, build.neg(b))
      const [x, y] = [argumentOf(a, 'neg'), argumentOf(b, 'neg')]
      if (x === null && y === null) return null
      const product = build.op(name, x ?? a, y ?? b)
      return x !== null && y !== null ? product : build.neg(product)
    },
  },
  {
    name: 'constants together',
    law: 'x * c = c * x, c * (d * x) = (c * d) * x, (c * x) / d = (c / d) * x',
    condition: 'but for rounding',
    heads: ['mul', 'div'],
    apply(node, { graph, build }) {
      const [a, b] = pairOf(node, 'mul') ?? []
      if (a !== undefined && b !== undefined) {
        if (b.kind === 'constant' && a.kind !== 'constant') return build.mul(b, a)
        const inner = pairOf(b, 'mul')
        if (inner === null || inner[0].kind !== 'constant') return null
        if (a.kind === 'constant') return build.mul(build.mul(a, inner[0]), inner[1])
        // A constant rises, so that it meets others, and leaves sums; but a number without axes comes to it.
        if (a.axes.length === 0 && inner[1].axes.length > 0) return null
        return build.mul(inner[0], build.mul(a, inner[1]))
      }
      const [over, under] = pairOf(node, 'div') ?? []
      if (over === undefined || under?.kind !== 'constant' || node.dataType !== 'real') return null
      const product = pairOf(over, 'mul')
      if (product === null || product[0].kind !== 'constant') return null
      return build.mul(graph.constant(product[0].value / under.value), product[1])
    },
  },
  {
    name: 'constant rises',
    law: '(c * a) * b = c * (a * b)',
    condition: 'but for rounding',
    heads: ['mul'],
    apply(node, { build }) {
      const [a, b] = pairOf(node, 'mul') ?? []
      if (a === undefined || b === undefined || b.kind === 'constant') return null
      const inner = pairOf(a, 'mul')
      if (inner === null || inner[0].kind !== 'constant') return null
      if (a.axes.length === 0 && b.axes.length > 0) return null
      return build.mul(inner[0], build.mul(inner[1], b))
    },
  },
  {
    name: 'scalars together',
    law: 'c * (s * x) = (c * s) * x, for numbers c and s without axes',
    condition: 'but for rounding',
    heads: ['mul'],
    apply(node, { build, isShared }) {
      const [c, product] = pairOf(node, 'mul') ?? []
      if (c === undefined || product === undefined) return null
      const [s, x] = pairOf(product, 'mul') ?? []
      if (s === undefined || x === undefined || node.dataType !== 'real') return null
      const isOuter = c.axes.length === 0 && s.axes.length === 0 && x.axes.length > 0
      return isOuter && !isShared(product) ? build.mul(build.mul(c, s), x) : null
    },
  },
  {
    name: 'small power',
    law: 'x ^ 0 = 1, x ^ 2 = x², x ^ 3 = x * x², x ^ -1 = 1 / x',
    heads: ['pow'],
    apply(node, { build }) {
      const [x, k] = pairOf(node, 'pow') ?? []
      if (x === undefined || k === undefined) return null
      const power = numberOf(k)
      if (power === 0) return build.constant(1)
      if (power === 2) return keepsType(node, build.op('square', x))
      if (power === 3) return keepsType(node, build.mul(x, build.op('square', x)))
      return power === -1 ? build.div(build.constant(1), x) : null
    },
  },
  {
    name: 'root as power',
    law: 'x ^ 0.5 = √x',
    condition: 'not at -inf',
    heads: ['pow'],
    apply(node, { build }) {
      const [x, k] = pairOf(node, 'pow') ?? []
      return x !== undefined && k !== undefined && numberOf(k) === 0.5 ? build.op('sqrt', x) : null
    },
  },
  {
    name: 'gradient stopped',
    law: 'stop_gradient(x) = x, once gradients are taken',
    heads: ['stop_gradient'],
    apply: (node) => argumentOf(node, 'stop_gradient'),
  },
  {
    name: 'real already',
    law: 'to_real(x) = x, for a real x',
    heads: ['to_real'],
    apply(node) {
      const x = argumentOf(node, 'to_real')
      return x === null ? null : keepsType(node, x)
    },
  },
  {
    name: 'extremum of the same',
    law: 'max(x, x) = min(x, x) = x',
    heads: ['max', 'min'],
    apply(node) {
      const [a, b] = pairOf(node, 'max') ?? pairOf(node, 'min') ?? []
      return a !== undefined && a === b ? keepsType(node, a) : null
    },
  },
  {
    name: 'idempotent',
    law: 'f(f(x)) = f(x)',
    heads: [everyOperation],
    apply(node) {
      if (node.kind !== 'map' || node.operation.identities?.idempotent !== true) return null
      const [inner] = node.operands
      if (node.operands.length !== 1 || inner === undefined) return null
      return operandsOfMap(inner, node.operation.name) === null ? null : keepsType(node, inner)
    },
  },
]

function keepsType(before: Node, after: Node): Node | null {
  return after.dataType === before.dataType ? after : null
}
