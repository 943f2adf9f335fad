// The grammar of expressions: section 5 of the language page, one rule for each construct.
import { EOF, isRecognitionException, type IToken, type ParserMethod } from 'chevrotain'
import type { Span } from '../source/span.ts'
import type {
  AxisArguments,
  Body,
  Call,
  Expression,
  IndexEntry,
  Lambda,
  Member,
  Name,
  NameExpression,
  NamedArgument,
  NumberLiteral,
  Pattern,
  Pipe,
  Statement,
} from './ast.ts'
import { GrammarBase, type Rule } from './grammarBase.ts'
import { isOneOf, spanOf } from './place.ts'
import { type Misuse, type Operand, type Question, type Run, treeOf } from './precedence.ts'
import * as t from './tokens.ts'

/** A node and the stretch of text it came from, parentheses included. */
interface Placed {
  readonly node: Expression
  readonly span: Span
}

/** What stands behind an operand, to be put around it. */
type Suffix =
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

const valueEnds = [t.End, t.Wrt, t.Derivative]
const openers = [t.LeftParen, t.LambdaParen, t.LeftBracket, t.LeftBrace]
const closers = [t.RightParen, t.RightBracket, t.RightBrace]

/** How many more brackets are open behind a token. */
function bracketStep(token: IToken): number {
  if (isOneOf(token, openers)) return 1
  return isOneOf(token, closers) ? -1 : 0
}

export abstract class ExpressionGrammar extends GrammarBase {
  /** The statements of a lambda's or function's braces; the other half of the grammar has them. */
  abstract innerStatements: Rule<Statement[]>

  expression: Rule<Expression> = this.rule('expression', () =>
    this.anyOf(0, [
      { ALT: () => this.SUBRULE(this.lambda) },
      { ALT: () => this.SUBRULE(this.conditional) },
      { ALT: () => this.SUBRULE(this.operation) },
    ]),
  )

  /**
   * An expression that a statement is about. After a slip in it, the statement goes on behind it. chevrotain's own
   * recovery looks for what may follow a rule inside its caller only, and behind most values nothing does.
   */
  value: ParserMethod<[isListed?: boolean], Expression> = this.RULE(
    'value',
    (isListed = false): Expression => {
      const first = this.LA(1)
      try {
        return this.SUBRULE(this.expression)
      } catch (error) {
        if (!(error instanceof Error) || !isRecognitionException(error)) throw error
        this.slips++
        this.skipValue(first, isListed)
        return { kind: 'missing', span: { start: first.startOffset, end: first.startOffset } }
      }
    },
    { resyncEnabled: false },
  )

  /** Goes to where a value ends: its statement's end, `wrt` or `derivative`, in a list a comma, outside all brackets. */
  private skipValue(first: IToken, isListed: boolean): void {
    let open = 0
    for (let back = 0; this.LA(back + 1) !== first; back--) {
      open += bracketStep(this.LA(back))
    }
    for (let token = this.LA(1); token.tokenType !== EOF; token = this.SKIP_TOKEN()) {
      if (open === 0 && isOneOf(token, isListed ? [...valueEnds, t.Comma] : valueEnds)) return
      open += bracketStep(token)
    }
  }

  conditional: Rule<Expression> = this.rule('conditional', () => {
    const first = this.CONSUME(t.If)
    const condition = this.SUBRULE(this.expression)
    this.CONSUME(t.Then)
    const consequent = this.SUBRULE2(this.expression)
    this.CONSUME(t.Else)
    const alternative = this.SUBRULE3(this.expression)
    return this.ACTION(() => {
      const span = this.spanFrom(first)
      return { kind: 'if', condition, consequent, alternative, span } as const
    })
  })

  // ── Lambdas ───────────────────────────────────────────────────────────────

  lambda: Rule<Lambda> = this.rule('lambda', () => {
    const first = this.LA(1)
    const parameters = this.anyOf<Pattern[]>(0, [
      {
        ALT: () => {
          const token = this.CONSUME(t.LambdaName)
          return this.ACTION(() => [this.namePattern(token)])
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.LambdaParen)
          const patterns = this.list(1, t.RightParen, this.pattern)
          this.CONSUME(t.RightParen)
          return patterns
        },
      },
    ])
    this.CONSUME(t.FatArrow)
    const body = this.anyOf<Body>(1, [
      { ALT: () => this.SUBRULE(this.braces) },
      {
        ALT: () => {
          const result = this.SUBRULE(this.expression)
          return this.ACTION(() => ({
            braces: false,
            statements: [],
            result,
            span: result.span,
          }))
        },
      },
    ])
    return this.ACTION(() => ({
      kind: 'lambda',
      parameters,
      body,
      span: this.spanFrom(first),
    }))
  })

  /** `{ let … return … }` */
  braces: Rule<Body> = this.rule('braces', () => {
    const first = this.CONSUME(t.LeftBrace)
    const statements = this.SUBRULE(this.innerStatements)
    this.CONSUME(t.Return)
    const result = this.SUBRULE(this.value)
    this.CONSUME(t.End)
    this.CONSUME(t.RightBrace)
    return this.ACTION(() => ({
      braces: true,
      statements,
      result,
      span: this.spanFrom(first),
    }))
  })

  pattern: Rule<Pattern> = this.rule('pattern', () =>
    this.anyOf<Pattern>(0, [
      {
        ALT: () => {
          const token = this.CONSUME(t.Name)
          return this.ACTION(() => this.namePattern(token))
        },
      },
      {
        ALT: () => {
          const first = this.CONSUME(t.LeftParen)
          const items = this.nonEmptyList(1, t.RightParen, this.pattern)
          this.CONSUME(t.RightParen)
          return this.ACTION(() => ({ kind: 'tuple', items, span: this.spanFrom(first) }))
        },
      },
    ]),
  )

  private namePattern(token: IToken): Pattern {
    const name = this.declaredName(token)
    return { kind: 'name', name, span: name.span }
  }

  /** The name of anything but an axis. */
  protected declaredName(token: IToken): Name {
    const name = this.nameOf(token)
    if (name.text.endsWith("'")) this.report('primed-name', name.span, { name: name.text })
    return name
  }

  // ── Operators ─────────────────────────────────────────────────────────────

  /**
   * Operands and operators, flat, for precedence.ts to make a tree of; then perhaps `|> f |> g[C](k = 1)`. Few rules
   * stand between an expression and the one inside its brackets: each takes its part of the machine's stack.
   */
  operation: Rule<Expression> = this.rule('operation', () => {
    const operators: IToken[] = []
    const operands: (Operand | Question)[] = [this.SUBRULE(this.operand)]
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            operators.push(this.CONSUME(t.BinaryOperator))
            operands.push(this.SUBRULE2(this.operand))
          },
        },
        {
          ALT: () => {
            operators.push(this.CONSUME(t.Is))
            const what = this.SUBRULE(this.question)
            operands.push({ what })
          },
        },
      ]),
    )
    const stages: Pipe['stages'][number][] = []
    this.MANY2(() => {
      this.CONSUME(t.Pipe)
      stages.push(this.SUBRULE(this.stage))
    })
    return this.ACTION(() => this.piped(this.placed({ operands, operators }), stages))
  })

  private piped({ node, span }: Placed, stages: Pipe['stages']): Expression {
    return stages.length === 0
      ? node
      : { kind: 'pipe', value: node, stages, span: this.spanFrom(span) }
  }

  private placed(run: Run): Placed {
    const only = run.operands.length === 1 ? run.operands[0] : undefined
    if (only !== undefined && 'node' in only && only.prefixes.length === 0) return only
    const node = treeOf(run, (misuse) => this.reportMisuse(misuse))
    return { node, span: node.span }
  }

  private reportMisuse(misuse: Misuse): void {
    const span = spanOf(misuse.operator)
    const operator = misuse.operator.image
    switch (misuse.kind) {
      case 'chained-comparison':
        return this.report('chained-comparison', span, { first: misuse.first.image, operator })
      case 'misplaced-not':
        return this.report('misplaced-not', span, {})
      default:
        misuse satisfies never
    }
  }

  /** What stands behind `is`. */
  question: Rule<Name> = this.rule('question', () => {
    const what = this.anyOf(0, [
      { ALT: () => this.CONSUME(t.Name) },
      { ALT: () => this.CONSUME(t.Constant) },
    ])
    return this.ACTION(() => this.nameOf(what))
  })

  stage: Rule<Pipe['stages'][number]> = this.rule('stage', () => {
    const token = this.CONSUME(t.Name)
    let stage = this.ACTION(() => this.nameExpression(token)) as Pipe['stages'][number]
    this.MANY(() => {
      const suffix = this.SUBRULE(this.member)
      this.ACTION(() => {
        stage = withMembers(stage, token.startOffset, suffix.members)
      })
    })
    this.OPTION(() => {
      const suffix = this.SUBRULE(this.bracket)
      this.ACTION(() => {
        const instance = this.withBracket(stage, token.startOffset, suffix)
        if (instance.kind === 'instantiate') stage = instance
        else this.report('index-in-pipe', suffix.span, {})
      })
    })
    this.OPTION2(() => {
      const suffix = this.SUBRULE(this.call)
      this.ACTION(() => {
        stage = callOf(stage, token.startOffset, suffix)
      })
    })
    return stage
  })

  // ── Operands ──────────────────────────────────────────────────────────────

  /** `- not f[C](x).weight` */
  operand: Rule<Operand> = this.rule('operand', () => {
    const prefixes: IToken[] = []
    this.MANY(() => prefixes.push(this.CONSUME(t.PrefixOperator)))
    let placed = this.SUBRULE(this.primary)
    this.MANY2(() => {
      const suffix = this.anyOf<Suffix>(0, [
        { ALT: () => this.SUBRULE(this.call) },
        { ALT: () => this.SUBRULE(this.bracket) },
        { ALT: () => this.SUBRULE(this.member) },
        { ALT: () => this.SUBRULE(this.over) },
      ])
      this.ACTION(() => {
        const node = this.withSuffix(placed, suffix)
        placed = { node, span: node.span }
      })
    })
    return this.ACTION(() => {
      const { node, span } = placed
      if (node.kind === 'list') this.report('list-without-axis', span, {})
      return { prefixes, node, span }
    })
  })

  primary: Rule<Placed> = this.rule('primary', () => {
    const first = this.LA(1)
    const node = this.anyOf<Expression>(0, [
      {
        ALT: () => {
          const token = this.CONSUME(t.Name)
          return this.ACTION(() => this.nameExpression(token))
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(t.NumberToken)
          return this.ACTION(() => this.numberLiteral(token))
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(t.StringToken)
          const value = this.ACTION(() => token.image.slice(1, -1))
          return this.ACTION(() => ({ kind: 'string', value, span: spanOf(token) }))
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(t.Constant)
          return this.ACTION(() => {
            const name = token.image as 'true' | 'false' | 'none' | 'inf' | 'pi'
            return { kind: 'constant', name, span: spanOf(token) }
          })
        },
      },
      {
        ALT: () => {
          const opener = this.CONSUME(t.LeftParen)
          const items = this.nonEmptyList(1, t.RightParen, this.expression)
          const hasComma = this.LA(0).tokenType === t.Comma
          this.CONSUME(t.RightParen)
          return this.ACTION(() => this.parenthesised(items, hasComma, opener))
        },
      },
      {
        ALT: () => {
          const opener = this.CONSUME(t.LeftBracket)
          const items = this.list(3, t.RightBracket, this.expression)
          this.CONSUME(t.RightBracket)
          return this.ACTION(() => ({ kind: 'list', items, span: this.spanFrom(opener) }))
        },
      },
    ])
    return this.ACTION(() => ({ node, span: this.spanFrom(first) }))
  })

  /** `(a)`, which leaves no node behind, or a tuple: `(a, b)`, `(a,)`. */
  private parenthesised(
    items: readonly Expression[],
    hasComma: boolean,
    opener: IToken,
  ): Expression {
    const [only] = items
    if (only !== undefined && items.length === 1 && !hasComma) return only
    return { kind: 'tuple', items, span: this.spanFrom(opener) }
  }

  private nameExpression(token: IToken): NameExpression {
    return { kind: 'name', name: token.image, span: spanOf(token) }
  }

  private numberLiteral(token: IToken): NumberLiteral {
    const text = token.image
    const value = Number(text.replaceAll('_', ''))
    const span = spanOf(token)
    if (!Number.isFinite(value)) this.report('number-too-large', span, { number: text })
    return { kind: 'number', value, text, whole: !/[.eE]/.test(text), span }
  }

  // ── What stands behind an operand ─────────────────────────────────────────

  call: Rule<Suffix & { kind: 'call' }> = this.rule('call', () => {
    const first = this.CONSUME(t.LeftParen)
    const items = this.list(1, t.RightParen, this.argument)
    this.CONSUME(t.RightParen)
    return this.ACTION(() => ({
      kind: 'call',
      arguments: items,
      span: this.spanFrom(first),
    }))
  })

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

  private withSuffix({ node, span }: Placed, suffix: Suffix): Expression {
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
  private withBracket(
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

function callOf<Callee extends Expression>(
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

function withMembers<Object extends Expression>(
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
