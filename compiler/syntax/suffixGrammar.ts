// The grammar of what stands behind an operand: arguments, axes or indices in brackets, members, `over`.
import type { IToken, ParserMethod } from 'chevrotain'
import type { Span } from '../source/span.ts'
import type {
  AxisArguments,
  Call,
  Expression,
  IndexEntry,
  Member,
  Name,
  NamedArgument,
} from './ast.ts'
import { GrammarBase, type Rule } from './grammarBase.ts'
import * as t from './tokens.ts'

/** A node and the stretch of text it came from, parentheses included. */
export interface Placed {
  readonly node: Expression
  readonly span: Span
}

/** What stands behind an operand, to be put around it. */
export type Suffix =
  | { readonly kind: 'call'; readonly arguments: readonly Argument[]; readonly span: Span }
  | { readonly kind: 'bracket'; readonly entries: readonly BracketEntry[]; readonly span: Span }
  | { readonly kind: 'member'; readonly members: readonly Name[]; readonly span: Span }
  | { readonly kind: 'over'; readonly axis: Name; readonly span: Span }

type Argument =
  | { readonly kind: 'positional'; readonly value: Expression }
  | { readonly kind: 'named'; readonly argument: NamedArgument }

type AxisEntry = AxisArguments['entries'][number]
type BracketEntry =
  | IndexEntry
  | { readonly kind: 'axis'; readonly entry: AxisEntry; readonly span: Span }
  | { readonly kind: 'else'; readonly value: Expression; readonly span: Span }

export abstract class SuffixGrammar extends GrammarBase {
  abstract expression: Rule<Expression>

  call: Rule<Suffix & { kind: 'call' }> = this.rule('call', () => {
    const first = this.CONSUME(t.LeftParen)
    const items = this.list(1, t.RightParen, this.argument)
    this.CONSUME(t.RightParen)
    return this.ACTION(() => {
      this.checkOrder(items)
      return { kind: 'call', arguments: items, span: this.spanFrom(first) }
    })
  })

  /** Arguments by position, then by name. */
  private checkOrder(items: readonly Argument[]): void {
    const firstNamed = items.findIndex(({ kind }) => kind === 'named')
    const late = items.find(({ kind }, index) => kind === 'positional' && index > firstNamed)
    if (firstNamed >= 0 && late?.kind === 'positional') {
      this.report('position-after-name', late.value.span, {})
    }
  }

  argument: Rule<Argument> = this.rule('argument', () =>
    this.anyOf<Argument>(0, [
      {
        GATE: () => this.LA(2).tokenType === t.Equals,
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          const argument = this.SUBRULE(this.namedArgument)
          return { kind: 'named', argument }
        },
      },
      { ALT: () => ({ kind: 'positional', value: this.SUBRULE(this.expression) }) },
    ]),
  )

  namedArgument: Rule<NamedArgument> = this.rule('namedArgument', () => {
    const name = this.SUBRULE(this.name)
    this.CONSUME(t.Equals)
    const value = this.SUBRULE(this.expression)
    return this.ACTION(() => ({ name, value, span: this.spanFrom(name.span) }))
  })

  bracket: Rule<Suffix & { kind: 'bracket' }> = this.rule('bracket', () => {
    const first = this.CONSUME(t.LeftBracket)
    const entries = this.list(1, t.RightBracket, this.bracketEntry)
    this.CONSUME(t.RightBracket)
    return this.ACTION(() => ({ kind: 'bracket', entries, span: this.spanFrom(first) }))
  })

  /** `T = 0`, `H as P`, `(H, W) as P`, `+M`, `else 0`; `C`, `D -> H`, `-> H`, `D ->`. */
  bracketEntry: Rule<BracketEntry> = this.rule('bracketEntry', () => {
    const first = this.LA(1)
    return this.anyOf<BracketEntry>(0, [
      {
        ALT: () => {
          const axis = this.SUBRULE(this.name)
          return this.SUBRULE(this.namedEntry, { ARGS: [axis] })
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Plus)
          const axis = this.SUBRULE2(this.name)
          return this.ACTION(() => ({ kind: 'spread', axis, span: this.spanFrom(first) }))
        },
      },
      {
        ALT: () => {
          const from = this.SUBRULE(this.axisGroup)
          this.CONSUME(t.As)
          const to = this.SUBRULE3(this.name)
          return this.ACTION(() => ({ kind: 'as', from, to: [to], span: this.spanFrom(first) }))
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Arrow)
          const to = this.OPTION(() => this.SUBRULE4(this.name))
          return this.ACTION(() => {
            const span = this.spanFrom(first)
            const entry = { arrow: true, span, ...(to === undefined ? {} : { to }) }
            return { kind: 'axis', entry, span }
          })
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Else)
          const value = this.SUBRULE(this.expression)
          return this.ACTION(() => ({ kind: 'else', value, span: this.spanFrom(first) }))
        },
      },
    ])
  })

  /** What follows an axis name inside brackets. */
  namedEntry: ParserMethod<[Name], BracketEntry> = this.RULE(
    'namedEntry',
    (axis: Name): BracketEntry => {
      let entry: BracketEntry | undefined
      this.OPTION(() => {
        entry = this.anyOf<BracketEntry>(0, [
          {
            ALT: () => {
              this.CONSUME(t.Equals)
              const index = this.SUBRULE(this.expression)
              return this.ACTION(() => ({
                kind: 'at',
                axis,
                index,
                span: this.spanFrom(axis.span),
              }))
            },
          },
          {
            ALT: () => {
              this.CONSUME(t.As)
              const to = this.anyOf(1, [
                {
                  ALT: () => {
                    const name = this.SUBRULE(this.name)
                    return [name]
                  },
                },
                { ALT: () => this.SUBRULE(this.axisGroup) },
              ])
              return this.ACTION(() => ({
                kind: 'as',
                from: [axis],
                to,
                span: this.spanFrom(axis.span),
              }))
            },
          },
          {
            ALT: () => {
              this.CONSUME(t.Arrow)
              const to = this.OPTION2(() => this.SUBRULE2(this.name))
              return this.ACTION(() => {
                const span = this.spanFrom(axis.span)
                const arrow = { from: axis, arrow: true, span }
                return { kind: 'axis', entry: to === undefined ? arrow : { ...arrow, to }, span }
              })
            },
          },
        ])
      })
      return this.ACTION(() => {
        if (entry !== undefined) return entry
        const { span } = axis
        return { kind: 'axis', entry: { from: axis, arrow: false, span }, span }
      })
    },
  )

  /** `(H, W)` */
  axisGroup: Rule<Name[]> = this.rule('axisGroup', () => {
    this.CONSUME(t.LeftParen)
    const names = this.nonEmptyList(1, t.RightParen, this.name)
    this.CONSUME(t.RightParen)
    return names
  })

  /** `.weight`, `.0`; the lexer reads `.0.2` as a number behind the first point. */
  member: Rule<Suffix & { kind: 'member' }> = this.rule('member', () => {
    const first = this.CONSUME(t.Dot)
    const token = this.anyOf(0, [
      { ALT: () => this.CONSUME(t.Name) },
      { ALT: () => this.CONSUME(t.NumberToken) },
    ])
    return this.ACTION(() => ({
      kind: 'member',
      members: this.parts(token),
      span: this.spanFrom(first),
    }))
  })

  protected parts(token: IToken): Name[] {
    let start = token.startOffset
    return token.image.split('.').map((text) => {
      const span = { start, end: start + text.length }
      start = span.end + 1
      return { text, span }
    })
  }

  over: Rule<Suffix & { kind: 'over' }> = this.rule('overAxis', () => {
    const first = this.CONSUME(t.Over)
    const axis = this.SUBRULE(this.name)
    return this.ACTION(() => ({ kind: 'over', axis, span: this.spanFrom(first) }))
  })

  protected withSuffix({ node, span }: Placed, suffix: Suffix): Expression {
    switch (suffix.kind) {
      case 'call':
        return callOf(node, span.start, suffix)
      case 'bracket':
        return this.withBracket(node, span.start, suffix)
      case 'member':
        return withMembers(node, span.start, suffix.members)
      case 'over': {
        const { axis } = suffix
        return {
          kind: 'over',
          value: node,
          axis,
          span: { start: span.start, end: suffix.span.end },
        }
      }
      default:
        return suffix satisfies never
    }
  }

  /** Bare names and arrows are axes for a function; anything else is an index. */
  protected withBracket(
    node: Expression,
    start: number,
    { entries, span: bracket }: Suffix & { kind: 'bracket' },
  ): Expression & { kind: 'instantiate' | 'index' } {
    const span = { start, end: bracket.end }
    const axes = entries.flatMap((entry) => (entry.kind === 'axis' ? [entry.entry] : []))
    if (axes.length === entries.length) {
      return { kind: 'instantiate', callee: node, axes: { entries: axes, span: bracket }, span }
    }
    const [bare] = axes
    if (bare !== undefined) this.report('mixed-bracket', bare.span, {})
    const [otherwise, second] = entries.flatMap((entry) => (entry.kind === 'else' ? [entry] : []))
    if (second !== undefined) this.report('second-else', second.span, {})
    const indices = entries.filter((entry) => entry.kind !== 'axis' && entry.kind !== 'else')
    const index = { kind: 'index', value: node, entries: indices, span } as const
    return otherwise === undefined ? index : { ...index, otherwise: otherwise.value }
  }
}

export function callOf<Callee extends Expression>(
  callee: Callee,
  start: number,
  suffix: Suffix & { kind: 'call' },
): Call & { readonly callee: Callee } {
  const positional: Expression[] = []
  const named: NamedArgument[] = []
  for (const item of suffix.arguments) {
    if (item.kind === 'positional') positional.push(item.value)
    else named.push(item.argument)
  }
  return { kind: 'call', callee, positional, named, span: { start, end: suffix.span.end } }
}

export function withMembers<Object extends Expression>(
  object: Object,
  start: number,
  members: readonly Name[],
): Object | Member {
  let result: Object | Member = object
  for (const member of members) {
    result = { kind: 'member', object: result, member, span: { start, end: member.span.end } }
  }
  return result
}
