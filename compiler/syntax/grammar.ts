// The grammar of statements, types and definitions: sections 3, 4, 6 and 8 of the language page.
import type { TokenType } from 'chevrotain'
import type { Apply, AxisStatement, Body, Name, NamedArgument, Statement } from './ast.ts'
import type { Rule } from './grammarBase.ts'
import { LIMIT } from './limits.ts'
import { spanOf } from './place.ts'
import * as t from './tokens.ts'
import { TypeGrammar } from './typeGrammar.ts'
import { onlyIn, remainsOf } from './statements.ts'

type AxisItem = AxisStatement['axes'][number]
type Imported = { readonly name: Name; readonly alias?: Name }

/** Options of a grammar: validation needs a newer JavaScript than the parser does, so a test asks for it. */
export class Grammar extends TypeGrammar {
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
      { ALT: () => this.SUBRULE(this.plainStatement) },
      { ALT: () => this.SUBRULE(this.inputStatement) },
      { ALT: () => this.SUBRULE(this.paramStatement) },
      { ALT: () => this.SUBRULE(this.typedStatement) },
      { ALT: () => this.SUBRULE(this.letStatement) },
      { ALT: () => this.SUBRULE(this.lossStatement) },
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

  /** Reads a word or mark, which stands for something. */
  private word<Meaning>(type: TokenType, meaning: Meaning): Meaning {
    this.CONSUME(type)
    return meaning
  }

  private giveUp(): undefined {
    this.slips++
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

  axisStatement: Rule<Statement> = this.rule('axisStatement', () => {
    const first = this.CONSUME(t.Axis)
    const axes = this.nonEmptyList(1, t.End, this.axisItem)
    // Without a comma they are axes all the same, so that nothing more is said of them.
    let isReported = false
    this.MANY3(() => {
      const next = this.LA(1)
      axes.push(...this.nonEmptyList(5, t.End, this.axisItem))
      this.ACTION(() => {
        if (!isReported) this.report('axis-comma', spanOf(next), { axis: next.image })
        isReported = true
      })
    })
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

  /** `const`, `use`, `update`, `metric`: a name and its value. */
  plainStatement: Rule<Statement> = this.rule('plainStatement', () => {
    const first = this.LA(1)
    const kind = this.anyOf<'const' | 'use' | 'update' | 'metric'>(0, [
      { ALT: () => this.word(t.Const, 'const') },
      { ALT: () => this.word(t.Use, 'use') },
      { ALT: () => this.word(t.Update, 'update') },
      { ALT: () => this.word(t.Metric, 'metric') },
    ])
    const name = this.SUBRULE(this.declared)
    this.CONSUME(t.Equals)
    const value = this.SUBRULE(this.value)
    return this.ACTION(() => ({
      ...this.header(first),
      kind,
      name,
      value,
      span: this.spanFrom(first),
    }))
  })

  /** `state`, `output`: a name, perhaps its type, and its value. */
  typedStatement: Rule<Statement> = this.rule('typedStatement', () => {
    const first = this.LA(1)
    const kind = this.anyOf<'state' | 'output'>(0, [
      { ALT: () => this.word(t.State, 'state') },
      { ALT: () => this.word(t.Output, 'output') },
    ])
    const name = this.SUBRULE(this.declared)
    const type = this.OPTION(() => this.SUBRULE(this.annotation))
    this.CONSUME(t.Equals)
    const value = this.SUBRULE(this.value)
    return this.ACTION(() => ({
      ...this.header(first),
      kind,
      name,
      ...(type === undefined ? {} : { type }),
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
      { ALT: () => this.word(t.Tilde, 'draw') },
      { ALT: () => this.word(t.Equals, 'value') },
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

  minimizeStatement: Rule<Statement> = this.rule('minimizeStatement', () => {
    const first = this.LA(1)
    const direction = this.anyOf<'minimize' | 'maximize'>(0, [
      { ALT: () => this.word(t.Minimize, 'minimize') },
      { ALT: () => this.word(t.Maximize, 'maximize') },
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

  private only(place: Parameters<typeof onlyIn>[0], statements: readonly Statement[]) {
    return onlyIn(place, statements, (statement, facts) => {
      const start = statement.span.start
      this.report('misplaced-statement', { start, end: start + facts.word.length }, facts)
    })
  }
}
