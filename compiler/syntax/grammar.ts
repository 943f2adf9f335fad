// The grammar of statements, types and definitions: sections 3, 4, 6 and 8 of the language page.
import type { IToken } from 'chevrotain'
import type {
  Apply,
  AxisParameter,
  AxisParameters,
  AxisStatement,
  Body,
  Expression,
  Name,
  NamedArgument,
  Parameter,
  Statement,
  StringLiteral,
  Type,
  TypeAlternative,
} from './ast.ts'
import { ExpressionGrammar } from './expressionGrammar.ts'
import type { Rule } from './grammarBase.ts'
import { LIMIT } from './limits.ts'
import { spanOf } from './place.ts'
import * as t from './tokens.ts'
import { onlyIn, remainsOf } from './statements.ts'

type AxisItem = AxisStatement['axes'][number]
type Imported = { readonly name: Name; readonly alias?: Name }
type Header = { readonly documentation?: string }

/** Options of a grammar: validation needs a newer JavaScript than the parser does, so a test asks for it. */
export class Grammar extends ExpressionGrammar {
  constructor(options = { skipValidations: true }) {
    super(options)
    this.performSelfAnalysis()
  }

  // ── Statements ────────────────────────────────────────────────────────────

  /** One statement of a file, up to its end. */
  fileStatement: Rule<Statement | undefined> = this.RULE(
    'fileStatement',
    (): Statement | undefined => {
      const statement = this.SUBRULE(this.statement)
      this.CONSUME(t.End)
      return statement
    },
    { recoveryValueFunc: () => this.giveUp() },
  )

  statement: Rule<Statement> = this.rule('statement', () =>
    this.anyOf<Statement>(0, [
      { ALT: () => this.SUBRULE(this.importStatement) },
      { ALT: () => this.SUBRULE(this.axisStatement) },
      { ALT: () => this.SUBRULE(this.constStatement) },
      { ALT: () => this.SUBRULE(this.inputStatement) },
      { ALT: () => this.SUBRULE(this.paramStatement) },
      { ALT: () => this.SUBRULE(this.stateStatement) },
      { ALT: () => this.SUBRULE(this.updateStatement) },
      { ALT: () => this.SUBRULE(this.useStatement) },
      { ALT: () => this.SUBRULE(this.letStatement) },
      { ALT: () => this.SUBRULE(this.outputStatement) },
      { ALT: () => this.SUBRULE(this.lossStatement) },
      { ALT: () => this.SUBRULE(this.metricStatement) },
      { ALT: () => this.SUBRULE(this.minimizeStatement) },
      { ALT: () => this.SUBRULE(this.fnStatement) },
      { ALT: () => this.SUBRULE(this.blockStatement) },
      { ALT: () => this.SUBRULE(this.optimizerStatement) },
    ]),
  )

  /** A statement inside braces. After a slip, the next one is read. */
  innerStatement: Rule<Statement | undefined> = this.RULE(
    'innerStatement',
    (): Statement | undefined => this.SUBRULE(this.statement),
    { recoveryValueFunc: () => this.giveUp() },
  )

  innerStatements: Rule<Statement[]> = this.rule('innerStatements', () => {
    const statements: Statement[] = []
    this.MANY({
      GATE: () => this.slips <= LIMIT.slips,
      DEF: () => {
        const word = this.LA(1)
        const next = this.LA(2)
        const statement = this.SUBRULE(this.innerStatement)
        this.CONSUME(t.End)
        this.ACTION(() => {
          const found = statement ?? remainsOf(word, next)
          if (found !== undefined) statements.push(found)
        })
      },
    })
    return statements
  })

  private giveUp(): undefined {
    this.slips++
  }

  /** The documentation of a declaration that starts with this token. */
  private header(first: IToken): Header {
    const documentation = this.documentation.get(first.startOffset)
    return documentation === undefined ? {} : { documentation }
  }

  importStatement: Rule<Statement> = this.rule('importStatement', () => {
    const first = this.CONSUME(t.Import)
    this.CONSUME(t.LeftBrace)
    const names = this.nonEmptyList(1, t.RightBrace, this.importedName)
    this.CONSUME(t.RightBrace)
    this.CONSUME(t.From)
    const from = this.SUBRULE(this.string)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'import',
      names,
      from,
      span: this.spanFrom(first),
    }))
  })

  importedName: Rule<Imported> = this.rule('importedName', () => {
    const name = this.SUBRULE(this.name)
    const alias = this.OPTION(() => {
      this.CONSUME(t.As)
      return this.SUBRULE2(this.name)
    })
    return alias === undefined ? { name } : { name, alias }
  })

  string: Rule<StringLiteral> = this.rule('string', () => {
    const token = this.CONSUME(t.StringToken)
    return this.ACTION(() => ({
      kind: 'string',
      value: token.image.slice(1, -1),
      span: spanOf(token),
    }))
  })

  axisStatement: Rule<Statement> = this.rule('axisStatement', () => {
    const first = this.CONSUME(t.Axis)
    const axes = this.nonEmptyList(1, t.End, this.axisItem)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'axis',
      axes,
      span: this.spanFrom(first),
    }))
  })

  axisItem: Rule<AxisItem> = this.rule('axisItem', () => {
    const name = this.SUBRULE(this.name)
    const over = this.OPTION(() => {
      this.CONSUME(t.Over)
      return this.SUBRULE2(this.name)
    })
    const size = this.OPTION2(() => {
      this.CONSUME(t.Equals)
      return this.SUBRULE(this.value, { ARGS: [true] })
    })
    return {
      name,
      ...(over === undefined ? {} : { over }),
      ...(size === undefined ? {} : { size }),
    }
  })

  constStatement: Rule<Statement> = this.rule('constStatement', () => {
    const first = this.CONSUME(t.Const)
    const name = this.SUBRULE(this.declared)
    this.CONSUME(t.Equals)
    const value = this.SUBRULE(this.value)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'const',
      name,
      value,
      span: this.spanFrom(first),
    }))
  })

  inputStatement: Rule<Statement> = this.rule('inputStatement', () => {
    const first = this.CONSUME(t.Input)
    const name = this.SUBRULE(this.declared)
    this.CONSUME(t.Colon)
    const type = this.SUBRULE(this.type)
    const value = this.OPTION(() => {
      this.CONSUME(t.Equals)
      return this.SUBRULE(this.value)
    })
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'input',
      name,
      type,
      ...(value === undefined ? {} : { default: value }),
      span: this.spanFrom(first),
    }))
  })

  paramStatement: Rule<Statement> = this.rule('paramStatement', () => {
    const first = this.CONSUME(t.Param)
    const name = this.SUBRULE(this.declared)
    this.CONSUME(t.Colon)
    const type = this.SUBRULE(this.type)
    const how = this.anyOf<'draw' | 'value'>(0, [
      {
        ALT: () => {
          this.CONSUME(t.Tilde)
          return 'draw'
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Equals)
          return 'value'
        },
      },
    ])
    const value = this.SUBRULE(this.value)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'param',
      name,
      type,
      initial: { how, value },
      span: this.spanFrom(first),
    }))
  })

  stateStatement: Rule<Statement> = this.rule('stateStatement', () => {
    const first = this.CONSUME(t.State)
    const name = this.SUBRULE(this.declared)
    const type = this.OPTION(() => this.SUBRULE(this.annotation))
    this.CONSUME(t.Equals)
    const value = this.SUBRULE(this.value)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'state',
      name,
      ...(type === undefined ? {} : { type }),
      value,
      span: this.spanFrom(first),
    }))
  })

  updateStatement: Rule<Statement> = this.rule('updateStatement', () => {
    const first = this.CONSUME(t.Update)
    const name = this.SUBRULE(this.name)
    this.CONSUME(t.Equals)
    const value = this.SUBRULE(this.value)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'update',
      name,
      value,
      span: this.spanFrom(first),
    }))
  })

  useStatement: Rule<Statement> = this.rule('useStatement', () => {
    const first = this.CONSUME(t.Use)
    const name = this.SUBRULE(this.declared)
    this.CONSUME(t.Equals)
    const value = this.SUBRULE(this.value)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'use',
      name,
      value,
      span: this.spanFrom(first),
    }))
  })

  letStatement: Rule<Statement> = this.rule('letStatement', () => {
    const first = this.CONSUME(t.Let)
    const pattern = this.SUBRULE(this.pattern)
    const type = this.OPTION(() => this.SUBRULE(this.annotation))
    this.CONSUME(t.Equals)
    const value = this.SUBRULE(this.value)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'let',
      pattern,
      ...(type === undefined ? {} : { type }),
      value,
      span: this.spanFrom(first),
    }))
  })

  outputStatement: Rule<Statement> = this.rule('outputStatement', () => {
    const first = this.CONSUME(t.Output)
    const name = this.SUBRULE(this.declared)
    const type = this.OPTION(() => this.SUBRULE(this.annotation))
    this.CONSUME(t.Equals)
    const value = this.SUBRULE(this.value)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'output',
      name,
      ...(type === undefined ? {} : { type }),
      value,
      span: this.spanFrom(first),
    }))
  })

  lossStatement: Rule<Statement> = this.rule('lossStatement', () => {
    const first = this.CONSUME(t.Loss)
    const name = this.SUBRULE(this.declared)
    this.CONSUME(t.Equals)
    const value = this.SUBRULE(this.value)
    const wrt = this.OPTION(() => {
      this.CONSUME(t.Wrt)
      return this.nonEmptyList(1, t.End, this.path)
    })
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'loss',
      name,
      value,
      ...(wrt === undefined ? {} : { wrt }),
      span: this.spanFrom(first),
    }))
  })

  /** `hidden`, `hidden.weight`: one name, with its points. */
  path: Rule<Name> = this.rule('path', () => {
    const first = this.SUBRULE(this.name)
    const parts: Name[] = []
    this.MANY(() => {
      const suffix = this.SUBRULE(this.member)
      this.ACTION(() => parts.push(...suffix.members))
    })
    return this.ACTION(() => ({
      text: [first, ...parts].map(({ text }) => text).join('.'),
      span: this.spanFrom(first.span),
    }))
  })

  metricStatement: Rule<Statement> = this.rule('metricStatement', () => {
    const first = this.CONSUME(t.Metric)
    const name = this.SUBRULE(this.declared)
    this.CONSUME(t.Equals)
    const value = this.SUBRULE(this.value)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'metric',
      name,
      value,
      span: this.spanFrom(first),
    }))
  })

  minimizeStatement: Rule<Statement> = this.rule('minimizeStatement', () => {
    const first = this.LA(1)
    const direction = this.anyOf<'minimize' | 'maximize'>(0, [
      {
        ALT: () => {
          this.CONSUME(t.Minimize)
          return 'minimize'
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Maximize)
          return 'maximize'
        },
      },
    ])
    const loss = this.SUBRULE(this.name)
    this.CONSUME(t.With)
    const optimizer = this.SUBRULE(this.value, { ARGS: [true] })
    const options: NamedArgument[] = []
    this.MANY({
      GATE: () => this.LA(2).tokenType !== t.End,
      DEF: () => {
        this.CONSUME(t.Comma)
        options.push(this.SUBRULE(this.namedArgument))
      },
    })
    this.OPTION(() => this.CONSUME2(t.Comma))
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'minimize',
      direction,
      loss,
      optimizer,
      options,
      span: this.spanFrom(first),
    }))
  })

  /** The name of anything but an axis. */
  declared: Rule<Name> = this.rule('declared', () => {
    const token = this.CONSUME(t.Name)
    return this.ACTION(() => this.declaredName(token))
  })

  // ── Definitions ───────────────────────────────────────────────────────────

  fnStatement: Rule<Statement> = this.rule('fnStatement', () => {
    const first = this.LA(1)
    const exported = this.OPTION(() => this.CONSUME(t.Export)) !== undefined
    this.CONSUME(t.Fn)
    const name = this.SUBRULE(this.declared)
    const axes = this.OPTION2(() => this.SUBRULE(this.axisParameters))
    const parameters = this.SUBRULE(this.parameters)
    const result = this.OPTION3(() => this.SUBRULE(this.annotation))
    const body = this.SUBRULE(this.body)
    const derivative = this.OPTION4(() => {
      const word = this.CONSUME(t.Derivative)
      const token = this.CONSUME(t.LambdaName)
      this.CONSUME(t.FatArrow)
      const value = this.SUBRULE(this.value)
      return this.ACTION(() => ({
        cotangent: this.declaredName(token),
        value,
        span: this.spanFrom(word),
      }))
    })
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'fn',
      exported,
      name,
      ...(axes === undefined ? {} : { axes }),
      parameters,
      ...(result === undefined ? {} : { result }),
      body: { ...body, statements: this.only('function', body.statements) },
      ...(derivative === undefined ? {} : { derivative }),
      span: this.spanFrom(first),
    }))
  })

  blockStatement: Rule<Statement> = this.rule('blockStatement', () => {
    const first = this.CONSUME(t.Block)
    const name = this.SUBRULE(this.declared)
    const axes = this.OPTION(() => this.SUBRULE(this.axisParameters))
    const parameters = this.OPTION2(() => this.SUBRULE(this.parameters))
    this.CONSUME(t.LeftBrace)
    const statements = this.SUBRULE(this.innerStatements)
    const apply = this.SUBRULE(this.apply)
    this.CONSUME(t.End)
    this.CONSUME(t.RightBrace)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'block',
      name,
      ...(axes === undefined ? {} : { axes }),
      parameters: parameters ?? [],
      statements: this.only('block', statements),
      apply,
      span: this.spanFrom(first),
    }))
  })

  apply: Rule<Apply> = this.rule('applyStatement', () => {
    const first = this.CONSUME(t.Apply)
    const parameters = this.SUBRULE(this.parameters)
    const result = this.OPTION(() => this.SUBRULE(this.annotation))
    const body = this.SUBRULE(this.body)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'apply',
      parameters,
      ...(result === undefined ? {} : { result }),
      body: { ...body, statements: this.only('apply', body.statements) },
      span: this.spanFrom(first),
    }))
  })

  optimizerStatement: Rule<Statement> = this.rule('optimizerStatement', () => {
    const first = this.CONSUME(t.Optimizer)
    const name = this.SUBRULE(this.declared)
    const parameters = this.SUBRULE(this.parameters)
    this.CONSUME(t.LeftBrace)
    const statements = this.SUBRULE(this.innerStatements)
    this.CONSUME(t.RightBrace)
    return this.ACTION(() => ({
      ...this.header(first),
      kind: 'optimizer',
      name,
      parameters,
      statements: this.only('optimizer', statements),
      span: this.spanFrom(first),
    }))
  })

  /** `= expr` or `{ let … return expr }` */
  body: Rule<Body> = this.rule('body', () =>
    this.anyOf<Body>(0, [
      {
        ALT: () => {
          const first = this.CONSUME(t.Equals)
          const result = this.SUBRULE(this.value)
          return this.ACTION(() => ({
            braces: false,
            statements: [],
            result,
            span: this.spanFrom(first),
          }))
        },
      },
      { ALT: () => this.SUBRULE(this.braces) },
    ]),
  )

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

  private only(place: Parameters<typeof onlyIn>[0], statements: readonly Statement[]) {
    return onlyIn(place, statements, (statement, facts) => {
      const start = statement.span.start
      this.report('misplaced-statement', { start, end: start + facts.word.length }, facts)
    })
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
}
