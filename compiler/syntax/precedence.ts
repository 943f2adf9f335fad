// A flat run of operands and operators → a tree. Chains stay chains; nothing here recurses on the length of the run.
//
// Loosest to tightest: or · and · not · == != < <= > >= is · + - · * / div % · unary - · ^ (right-associative).
import { type IToken, tokenMatcher, type TokenType } from 'chevrotain'
import type { Span } from '../source/span.ts'
import type { Comparison, Expression, Name, Product } from './ast.ts'
import * as t from './tokens.ts'

/** An operand with the signs before it. `span` is the operand's own, with its parentheses. */
export interface Operand {
  readonly prefixes: readonly IToken[]
  readonly node: Expression
  readonly span: Span
}

/** `x is none`: what stands right of `is` is a word, no operand. */
export interface Question {
  readonly what: Name
}

/** `operators[i]` stands between `operands[i]` and `operands[i + 1]`. */
export interface Run {
  readonly operands: readonly (Operand | Question)[]
  readonly operators: readonly IToken[]
}

export type Misuse =
  | { readonly kind: 'chained-comparison'; readonly operator: IToken; readonly first: IToken }
  | { readonly kind: 'misplaced-not'; readonly operator: IToken }

/** A tree and the stretch of text that it came from, parentheses included. */
interface Placed {
  readonly node: Expression
  readonly span: Span
}

export function treeOf(run: Run, report: (misuse: Misuse) => void): Expression {
  return new Precedence(run, report).or().node
}

const comparisons = new Map<TokenType, Comparison['operator']>([
  [t.Equal, '=='],
  [t.NotEqual, '!='],
  [t.Less, '<'],
  [t.LessEqual, '<='],
  [t.Greater, '>'],
  [t.GreaterEqual, '>='],
])
const products = new Map<TokenType, Product['factors'][number]['operator']>([
  [t.Times, '*'],
  [t.Divide, '/'],
  [t.Div, 'div'],
  [t.Remainder, '%'],
])
const sums = new Map<TokenType, '+' | '-'>([
  [t.Plus, '+'],
  [t.Minus, '-'],
])

/** One method for each level; each reads its operands from the next tighter one. */
class Precedence {
  readonly run: Run
  readonly report: (misuse: Misuse) => void
  position = 0

  constructor(run: Run, report: (misuse: Misuse) => void) {
    this.run = run
    this.report = report
  }

  or(): Placed {
    return this.logical('or', t.Or, () => this.and())
  }

  and(): Placed {
    return this.logical('and', t.And, () => this.not())
  }

  logical(operator: 'or' | 'and', token: TokenType, operand: () => Placed): Placed {
    const first = operand()
    const all = [first]
    while (this.accept(token)) all.push(operand())
    if (all.length === 1) return first
    const span = between(first, all.at(-1))
    return {
      node: { kind: 'logical', operator, operands: all.map(({ node }) => node), span },
      span,
    }
  }

  not(): Placed {
    const prefixes = this.prefixes()
    // Further in, a `not` behind a sign is reported.
    const nots = takeWhile(prefixes, (token) => token.tokenType === t.Not)
    return wrap('not', nots, this.comparison(nots.length))
  }

  comparison(skipped: number): Placed {
    const left = this.sum(skipped)
    let result = left
    let first: IToken | undefined
    for (;;) {
      const token = this.peek()
      const operator = token === undefined ? undefined : comparisons.get(token.tokenType)
      if (token === undefined || (operator === undefined && token.tokenType !== t.Is)) return result
      this.position++
      if (first !== undefined) this.report({ kind: 'chained-comparison', operator: token, first })
      first ??= token
      if (operator === undefined) {
        const question = this.run.operands[this.position]
        if (question === undefined || !('what' in question)) return result
        const span = { start: result.span.start, end: question.what.span.end }
        result = { node: { kind: 'is', value: result.node, what: question.what, span }, span }
      } else {
        const right = this.sum(0)
        const span = between(result, right)
        result = {
          node: { kind: 'comparison', operator, left: result.node, right: right.node, span },
          span,
        }
      }
    }
  }

  sum(skipped: number): Placed {
    const first = this.product(skipped)
    const terms = [{ operator: '+' as const, value: first.node } as SumTerm]
    let last = first
    for (let operator = this.take(sums); operator !== undefined; operator = this.take(sums)) {
      last = this.product(0)
      terms.push({ operator, value: last.node })
    }
    if (terms.length === 1) return first
    const span = between(first, last)
    return { node: { kind: 'sum', terms, span }, span }
  }

  product(skipped: number): Placed {
    const first = this.power(skipped)
    const factors = [{ operator: '*', value: first.node } as Product['factors'][number]]
    let last = first
    for (let operator = this.take(products); operator; operator = this.take(products)) {
      last = this.power(0)
      factors.push({ operator, value: last.node })
    }
    if (factors.length === 1) return first
    const span = between(first, last)
    return { node: { kind: 'product', factors, span }, span }
  }

  /** `-a ^ -b ^ c` is `-(a ^ (-(b ^ c)))`: collected first, built from the right. */
  power(skipped: number): Placed {
    const chain = [{ signs: this.signs(skipped), operand: this.operand() }]
    while (this.accept(t.Power)) chain.push({ signs: this.signs(0), operand: this.operand() })
    let result: Placed | undefined
    for (const { signs, operand } of chain.reverse()) {
      if (result === undefined) {
        result = wrap('-', signs, operand)
      } else {
        const span = between(operand, result)
        const node = { kind: 'power', base: operand.node, exponent: result.node, span } as const
        result = wrap('-', signs, { node, span })
      }
    }
    return result ?? this.operand()
  }

  signs(skipped: number): readonly IToken[] {
    const signs = this.prefixes().slice(skipped)
    for (const operator of signs) {
      if (operator.tokenType === t.Not) this.report({ kind: 'misplaced-not', operator })
    }
    return signs.filter(({ tokenType }) => tokenType === t.Minus)
  }

  operand(): Placed {
    const operand = this.run.operands[this.position]
    if (operand !== undefined && 'node' in operand) return operand
    const span = { start: 0, end: 0 }
    return { node: { kind: 'missing', span }, span }
  }

  prefixes(): readonly IToken[] {
    const operand = this.run.operands[this.position]
    return operand !== undefined && 'node' in operand ? operand.prefixes : []
  }

  peek(): IToken | undefined {
    return this.run.operators[this.position]
  }

  accept(type: TokenType): boolean {
    const token = this.peek()
    if (token === undefined || !tokenMatcher(token, type)) return false
    this.position++
    return true
  }

  take<Operator>(operators: ReadonlyMap<TokenType, Operator>): Operator | undefined {
    const token = this.peek()
    const operator = token === undefined ? undefined : operators.get(token.tokenType)
    if (operator !== undefined) this.position++
    return operator
  }
}

interface SumTerm {
  readonly operator: '+' | '-'
  readonly value: Expression
}

function wrap(operator: '-' | 'not', signs: readonly IToken[], operand: Placed): Placed {
  let result = operand
  for (const sign of signs.toReversed()) {
    const span = { start: sign.startOffset, end: operand.span.end }
    result = { node: { kind: 'unary', operator, operand: result.node, span }, span }
  }
  return result
}

function between(first: Placed, last: Placed | undefined): Span {
  return { start: first.span.start, end: (last ?? first).span.end }
}

function takeWhile<T>(items: readonly T[], holds: (item: T) => boolean): readonly T[] {
  const end = items.findIndex((item) => !holds(item))
  return end < 0 ? items : items.slice(0, end)
}
