// Expressions as prettier documents. Chains break before their operators, `if` before `else`, calls inside brackets.
import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import type {
  AxisArguments,
  Body,
  Call,
  Expression,
  If,
  Index,
  IndexEntry,
  Instantiate,
  Lambda,
  Member,
  Pattern,
  Pipe,
} from '../ast.ts'
import { printInline } from './comments.ts'
import { type Item, Printer } from './printer.ts'
import { startOf, TIGHTNESS, tightnessOf } from './parentheses.ts'

const { group, indent, softline } = builders

export abstract class ExpressionPrinter extends Printer {
  /** The braces of a lambda or function. */
  abstract braces(body: Body): Doc

  expression(expression: Expression, isAlone = false): Doc {
    switch (expression.kind) {
      case 'number':
        return this.leaf(expression.span.start, expression.text)
      case 'string':
        return this.leaf(expression.span.start, `"${expression.value}"`)
      case 'constant':
      case 'name':
        return this.leaf(expression.span.start, expression.name)
      case 'member':
        return this.member(expression)
      case 'unary':
        return this.unary(expression.operator, expression.operand, expression.span.start)
      case 'sum':
        return this.chain(
          expression.terms.map(({ operator, value }) => ({ word: operator, value })),
          TIGHTNESS.product,
          isAlone,
        )
      case 'product':
        return this.chain(
          expression.factors.map(({ operator, value }) => ({ word: operator, value })),
          TIGHTNESS.sign,
          isAlone,
        )
      case 'logical': {
        const { operator, operands } = expression
        const tightness = operator === 'or' ? TIGHTNESS.and : TIGHTNESS.not
        return this.chain(
          operands.map((value) => ({ word: operator, value })),
          tightness,
          isAlone,
        )
      }
      case 'comparison': {
        const { left, operator, right } = expression
        return this.chain(
          [left, right].map((value) => ({ word: operator, value })),
          TIGHTNESS.sum,
          isAlone,
        )
      }
      case 'power': {
        const base = this.operand(expression.base, TIGHTNESS.suffix)
        return [base, ' ^ ', this.operand(expression.exponent, TIGHTNESS.sign)]
      }
      case 'is': {
        const value = this.operand(expression.value, TIGHTNESS.sum)
        return [value, ' is ', this.name(expression.what)]
      }
      case 'if':
        return this.choice(expression)
      case 'pipe':
        return this.pipe(expression)
      case 'instantiate':
        return this.instantiate(expression)
      case 'call':
        return this.call(expression)
      case 'index':
        return this.index(expression)
      case 'tuple':
        return this.tuple(expression.items, expression.span.start, expression.span.end)
      case 'list':
        return [
          this.leaf(expression.span.start, ''),
          this.bracketed('[', this.items(expression.items), expression.span.end, ']'),
        ]
      case 'over': {
        const value = this.operand(expression.value, TIGHTNESS.suffix)
        return [value, ' over ', this.name(expression.axis)]
      }
      case 'lambda':
        return this.lambda(expression)
      case 'missing':
        return ''
      default:
        return expression satisfies never
    }
  }

  /** With parentheses where it binds more loosely than wanted. */
  operand(expression: Expression, wanted: number): Doc {
    if (tightnessOf(expression) >= wanted) return this.expression(expression)
    return this.parenthesised(expression)
  }

  private parenthesised(expression: Expression): Doc {
    const above = printInline(this.comments.takeBefore(startOf(expression)))
    const inside = indent([softline, this.expression(expression, true)])
    return [above, group(['(', inside, softline, ')'])]
  }

  private unary(operator: '-' | 'not', operand: Expression, start: number): Doc {
    const word = this.leaf(start, operator === '-' ? '-' : 'not ')
    return [word, this.operand(operand, operator === '-' ? TIGHTNESS.sign : TIGHTNESS.not)]
  }

  /** A whole chain; the first part's word is not written. */
  private chain(
    parts: readonly { readonly word: string; readonly value: Expression }[],
    wanted: number,
    isAlone: boolean,
  ): Doc {
    const docs = parts.map(({ word, value }, index) => {
      const print = () => this.operand(value, wanted)
      return index === 0 ? print() : this.nextPart(word, startOf(value), print)
    })
    const [first, ...rest] = docs
    return group([first ?? '', isAlone ? rest : indent(rest)])
  }

  /** `if c then a else if d then b else e`, each choice on a line of its own when they don't fit on one. */
  private choice(expression: If): Doc {
    const parts: Doc[] = []
    let rest: Expression = expression
    while (rest.kind === 'if') {
      const { condition, consequent, alternative, span }: If = rest
      const word = this.leaf(span.start, 'if ')
      const when = this.operand(condition, TIGHTNESS.pipe)
      const then = this.nextPart('then', startOf(consequent), () =>
        this.operand(consequent, TIGHTNESS.pipe),
      )
      parts.push(group([word, when, indent(then)]))
      const isLast = alternative.kind !== 'if'
      const otherwise = this.nextPart('else', startOf(alternative), () =>
        isLast ? this.expression(alternative) : '',
      )
      parts.push(otherwise)
      rest = alternative
    }
    return group(parts)
  }

  private pipe({ value, stages }: Pipe): Doc {
    const first = this.operand(value, TIGHTNESS.or)
    const rest = stages.map((stage) =>
      this.nextPart('|>', startOf(stage), () => this.expression(stage)),
    )
    return group([first, indent(rest)])
  }

  // ── What stands behind an operand ─────────────────────────────────────────

  private member({ object, member }: Member): Doc {
    // `(1).0` without its parentheses would be a number.
    const value =
      object.kind === 'number' ? this.parenthesised(object) : this.operand(object, TIGHTNESS.suffix)
    return [value, '.', this.name(member)]
  }

  private call(call: Call): Doc {
    const callee = this.operand(call.callee, TIGHTNESS.suffix)
    const only = call.named.length === 0 && call.positional.length === 1 && call.positional[0]
    if (only && this.isHugged(call, only)) return [callee, '(', this.expression(only), ')']
    const positional = call.positional.map((value) => this.item(value))
    const named = call.named.map(({ name, value }) => ({
      start: name.span.start,
      print: () => [this.name(name), ' =', this.assigned(value)],
    }))
    const items = [...positional, ...named].sort((a, b) => a.start - b.start)
    return [callee, this.bracketed('(', items, call.span.end, ')')]
  }

  /** `mean(cross_entropy(…))` breaks inside the inner brackets only. */
  private isHugged({ callee, span }: Call, argument: Expression): boolean {
    const hasBrackets =
      argument.kind === 'call' || (argument.kind === 'lambda' && argument.body.braces)
    return (
      hasBrackets &&
      !this.comments.hasBetween(callee.span.end, startOf(argument)) &&
      !this.comments.hasBetween(argument.span.end, span.end)
    )
  }

  private item(value: Expression): Item {
    return { start: startOf(value), print: () => this.expression(value) }
  }

  private items(values: readonly Expression[]): Item[] {
    return values.map((value) => this.item(value))
  }

  private tuple(items: readonly Expression[], start: number, end: number): Doc {
    const tail = items.length === 1 ? ',' : ''
    return [this.leaf(start, ''), this.bracketed('(', this.items(items), end, ')', tail)]
  }

  private instantiate({ callee, axes }: Instantiate): Doc {
    const value = this.operand(callee, TIGHTNESS.suffix)
    return [value, this.axisArguments(axes)]
  }

  private axisArguments({ entries, span }: AxisArguments): Doc {
    const items = entries.map(({ from, arrow, to, span: { start } }) => ({
      start,
      print: () => [
        from === undefined ? '' : this.name(from),
        arrow ? `${from === undefined ? '' : ' '}->${to === undefined ? '' : ' '}` : '',
        to === undefined ? '' : this.name(to),
      ],
    }))
    return this.bracketed('[', items, span.end, ']')
  }

  private index({ value, entries, otherwise, span }: Index): Doc {
    const head = this.operand(value, TIGHTNESS.suffix)
    const items: Item[] = entries.map((entry) => ({
      start: entry.span.start,
      print: () => this.indexEntry(entry),
    }))
    if (otherwise !== undefined) {
      items.push({
        start: startOf(otherwise),
        print: () => ['else ', this.expression(otherwise)],
      })
    }
    return [head, this.bracketed('[', items, span.end, ']')]
  }

  private indexEntry(entry: IndexEntry): Doc {
    switch (entry.kind) {
      case 'at':
        return [this.name(entry.axis), ' =', this.assigned(entry.index)]
      case 'as':
        return [this.axisGroup(entry.from), ' as ', this.axisGroup(entry.to)]
      case 'spread':
        return ['+', this.name(entry.axis)]
      default:
        return entry satisfies never
    }
  }

  private axisGroup(names: readonly Extract<IndexEntry, { kind: 'as' }>['from'][number][]): Doc {
    const printed = names.map((name, index) => [index === 0 ? '' : ', ', this.name(name)])
    return names.length === 1 ? printed : ['(', printed, ')']
  }

  // ── Functions ─────────────────────────────────────────────────────────────

  private lambda({ parameters, body, span }: Lambda): Doc {
    const patterns = parameters.map((pattern) => ({
      start: pattern.span.start,
      print: () => this.pattern(pattern),
    }))
    const end = this.marks.closingParen(parameters.at(-1)?.span.end ?? span.start)
    const head = [this.leaf(span.start, ''), this.bracketed('(', patterns, end, ')'), ' =>']
    return body.braces ? [head, ' ', this.braces(body)] : [head, this.assigned(body.result)]
  }

  pattern(pattern: Pattern): Doc {
    if (pattern.kind === 'name') return this.name(pattern.name)
    const items = pattern.items.map((item) => ({
      start: item.span.start,
      print: () => this.pattern(item),
    }))
    return [this.leaf(pattern.span.start, ''), this.bracketed('(', items, pattern.span.end, ')')]
  }
}
