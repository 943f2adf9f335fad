// The grammar of expressions: section 5 of the language page, one rule for each construct.
import { EOF, isRecognitionException, type IToken, type ParserMethod } from 'chevrotain'
import type {
  Body,
  Expression,
  Lambda,
  Name,
  NameExpression,
  NumberLiteral,
  Pattern,
  Pipe,
  Statement,
} from './ast.ts'
import type { Rule } from './grammarBase.ts'
import { isOneOf, spanOf } from './place.ts'
import { type Misuse, type Operand, type Question, type Run, treeOf } from './precedence.ts'
import { callOf, type Placed, type Suffix, SuffixGrammar, withMembers } from './suffixGrammar.ts'
import * as t from './tokens.ts'

const valueEnds = [t.End, t.Wrt, t.Derivative]
const openers = [t.LeftParen, t.LambdaParen, t.LeftBracket, t.LeftBrace]
const closers = [t.RightParen, t.RightBracket, t.RightBrace]

/** How many more brackets are open behind a token. */
function bracketStep(token: IToken): number {
  if (isOneOf(token, openers)) return 1
  return isOneOf(token, closers) ? -1 : 0
}

export abstract class ExpressionGrammar extends SuffixGrammar {
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
}
