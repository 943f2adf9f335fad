// The grammar of types, and of the parameters and axes in the head of a definition.
import type { IToken } from 'chevrotain'
import type {
  AxisParameter,
  AxisParameters,
  Expression,
  Name,
  NamedArgument,
  Parameter,
  StringLiteral,
  Type,
  TypeAlternative,
} from './ast.ts'
import { ExpressionGrammar } from './expressionGrammar.ts'
import type { Rule } from './grammarBase.ts'
import { spanOf } from './place.ts'
import * as t from './tokens.ts'

export abstract class TypeGrammar extends ExpressionGrammar {
  /** The documentation of a declaration that starts with this token. */
  protected header(first: IToken): { readonly documentation?: string } {
    const documentation = this.documentation.get(first.startOffset)
    return documentation === undefined ? {} : { documentation }
  }

  // ── Types ─────────────────────────────────────────────────────────────────

  annotation: Rule<Type> = this.rule('annotation', () => {
    this.CONSUME(t.Colon)
    return this.SUBRULE(this.type)
  })

  type: Rule<Type> = this.rule('type', () => {
    const first = this.LA(1)
    const alternatives: TypeAlternative[] = []
    const axes = this.anyOf<Name[] | undefined>(0, [
      { ALT: () => this.SUBRULE(this.typeAxes) },
      {
        ALT: () => {
          alternatives.push(this.SUBRULE(this.typeAlternative))
          this.MANY(() => {
            this.CONSUME(t.Bar)
            alternatives.push(this.SUBRULE2(this.typeAlternative))
          })
          return this.OPTION(() => this.SUBRULE2(this.typeAxes))
        },
      },
    ])
    return this.ACTION(() => ({
      alternatives,
      ...(axes === undefined ? {} : { axes }),
      span: this.spanFrom(first),
    }))
  })

  typeAxes: Rule<Name[]> = this.rule('typeAxes', () => {
    this.CONSUME(t.LeftBracket)
    const axes = this.list(1, t.RightBracket, this.name)
    this.CONSUME(t.RightBracket)
    return axes
  })

  typeAlternative: Rule<TypeAlternative> = this.rule('typeAlternative', () =>
    this.anyOf<TypeAlternative>(0, [
      { ALT: () => this.SUBRULE(this.string) },
      { ALT: () => this.SUBRULE(this.kind) },
    ]),
  )

  /** `logit`, `prob(C)`, `class(C, missing = -100)` */
  kind: Rule<TypeAlternative> = this.rule('kind', () => {
    const name = this.SUBRULE(this.name)
    const kind = this.OPTION(() => {
      this.CONSUME(t.LeftParen)
      const axis = this.SUBRULE2(this.name)
      const missing = this.OPTION2(() => {
        this.CONSUME(t.Comma)
        return this.SUBRULE(this.namedArgument)
      })
      this.CONSUME(t.RightParen)
      return { axis, missing: this.ACTION(() => this.missingLabel(missing)) }
    })
    return this.ACTION(() => ({
      kind: 'kind',
      name,
      ...(kind === undefined ? {} : { axis: kind.axis }),
      ...(kind?.missing === undefined ? {} : { missing: kind.missing }),
      span: this.spanFrom(name.span),
    }))
  })

  private missingLabel(option: NamedArgument | undefined): Expression | undefined {
    if (option !== undefined && option.name.text !== 'missing') {
      const found = `\`${option.name.text}\``
      this.report('expected', option.name.span, { wanted: ['`missing`'], found })
    }
    return option?.value
  }

  string: Rule<StringLiteral> = this.rule('string', () => {
    const token = this.CONSUME(t.StringToken)
    return this.ACTION(() => ({
      kind: 'string',
      value: token.image.slice(1, -1),
      span: spanOf(token),
    }))
  })

  // ── Heads of definitions ──────────────────────────────────────────────────

  parameters: Rule<Parameter[]> = this.rule('parameters', () => {
    this.CONSUME(t.LeftParen)
    const parameters = this.list(1, t.RightParen, this.parameter)
    this.CONSUME(t.RightParen)
    return parameters
  })

  parameter: Rule<Parameter> = this.rule('parameter', () => {
    const first = this.LA(1)
    const pattern = this.SUBRULE(this.pattern)
    const type = this.OPTION(() => this.SUBRULE(this.annotation))
    const value = this.OPTION2(() => {
      this.CONSUME(t.Equals)
      return this.SUBRULE(this.expression)
    })
    return this.ACTION(() => ({
      ...this.header(first),
      pattern,
      ...(type === undefined ? {} : { type }),
      ...(value === undefined ? {} : { default: value }),
      span: this.spanFrom(first),
    }))
  })

  /** `[C]`, `[T -> K]`, `[...I -> O, ...(H -> P)]` */
  axisParameters: Rule<AxisParameters> = this.rule('axisParameters', () => {
    const first = this.CONSUME(t.LeftBracket)
    const before = this.list(1, t.RightBracket, this.axisParameter)
    const after = this.OPTION(() => {
      this.CONSUME(t.Arrow)
      return this.list(3, t.RightBracket, this.axisParameter)
    })
    this.CONSUME(t.RightBracket)
    return this.ACTION(() => ({
      before,
      arrow: after !== undefined,
      after: after ?? [],
      span: this.spanFrom(first),
    }))
  })

  axisParameter: Rule<AxisParameter> = this.rule('axisParameter', () =>
    this.anyOf<AxisParameter>(0, [
      {
        ALT: () => {
          const name = this.SUBRULE(this.name)
          return this.ACTION(() => ({ kind: 'single', name, span: name.span }))
        },
      },
      {
        ALT: () => {
          const first = this.CONSUME(t.Ellipsis)
          return this.anyOf<AxisParameter>(1, [
            {
              ALT: () => {
                const name = this.SUBRULE2(this.name)
                return this.ACTION(() => ({ kind: 'list', name, span: this.spanFrom(first) }))
              },
            },
            {
              ALT: () => {
                this.CONSUME(t.LeftParen)
                const from = this.SUBRULE3(this.name)
                this.CONSUME(t.Arrow)
                const to = this.SUBRULE4(this.name)
                this.CONSUME(t.RightParen)
                return this.ACTION(() => ({
                  kind: 'pairs',
                  from,
                  to,
                  span: this.spanFrom(first),
                }))
              },
            },
          ])
        },
      },
    ]),
  )
}
