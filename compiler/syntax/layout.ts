// Where statements begin and end, and which brackets belong together: found before parsing, in one pass without
// recursion, so that a slip in one statement never reaches into the next and deep nesting never reaches the parser.
import type { IToken, TokenType } from 'chevrotain'
import { diagnose } from '../source/catalogue.ts'
import type { Diagnostic, Fix } from '../source/diagnostic.ts'
import type { SourceFile, Span } from '../source/span.ts'
import { suggest } from '../source/suggest.ts'
import type { Comment } from './ast.ts'
import type { Lexed } from './lex.ts'
import { LIMIT } from './limits.ts'
import { endOf, insertedAt, isOneOf, readAs, spanOf } from './place.ts'
import * as t from './tokens.ts'

export interface Layout {
  readonly statements: readonly LaidOut[]
  readonly diagnostics: readonly Diagnostic[]
}

export interface LaidOut {
  /** With balanced brackets, and an `End` behind the statement and each one inside it. */
  readonly tokens: readonly IToken[]
  /** Reported, and not to be parsed. */
  readonly tooDeep: boolean
}

/** An open bracket and what was seen inside it so far. */
interface Frame {
  readonly opener: IToken
  /** Where the opener stands in the statement's tokens. */
  readonly index: number
  readonly closer: TokenType
  /** `if`s and lambdas that are still open in the present entry. */
  chained: number
  /** The word that began the statement that owns these braces. */
  readonly owner: TokenType | undefined
}

const closerOf = new Map([
  [t.LeftParen, t.RightParen],
  [t.LeftBracket, t.RightBracket],
  [t.LeftBrace, t.RightBrace],
])
const closerText = new Map([
  [t.RightParen, ')'],
  [t.RightBracket, ']'],
  [t.RightBrace, '}'],
])
const operandEnds = [
  t.Name,
  t.LambdaName,
  t.NumberToken,
  t.StringToken,
  t.Constant,
  t.RightParen,
  t.RightBracket,
  t.RightBrace,
]
/** What an expression goes on behind. */
const continuing = [t.BinaryOperator, t.Not, t.Equals, t.Then, t.Else, t.Pipe, t.FatArrow, t.Tilde]
/** Words whose statements never stand in braces: one at the start of a line means that a `}` is missing. */
const fileOnly = [
  t.Import,
  t.Export,
  t.Fn,
  t.Block,
  t.Optimizer,
  t.Input,
  t.Output,
  t.Loss,
  t.Metric,
  t.Minimize,
  t.Maximize,
]
/** Words of other languages for ours, by what they begin. */
const meantBy = new Map([
  ...['def', 'function', 'func', 'fun', 'define'].map((word) => [word, t.Fn] as const),
  ...['var', 'val', 'auto', 'set'].map((word) => [word, t.Let] as const),
  ...['parameter', 'weight', 'trainable'].map((word) => [word, t.Param] as const),
  ...['class', 'module', 'layer'].map((word) => [word, t.Block] as const),
  ...['dim', 'dimension', 'axes'].map((word) => [word, t.Axis] as const),
  ...['constant', 'define'].map((word) => [word, t.Const] as const),
  ...['require', 'include'].map((word) => [word, t.Import] as const),
])
const statementWords = t.vocabulary.filter(
  (type) => type !== t.StatementWord && isStatementWord(type),
)
const wordOf = new Map(statementWords.map((type) => [type.name, type]))

export function layOut(source: SourceFile, { tokens, comments }: Lexed): Layout {
  return new LayoutPass(source, tokens, comments).run()
}

class LayoutPass {
  readonly source: SourceFile
  readonly tokens: readonly IToken[]
  readonly comments: readonly Comment[]
  readonly diagnostics: Diagnostic[] = []
  readonly statements: LaidOut[] = []
  /** The statement being collected. */
  statement: IToken[] = []
  readonly frames: Frame[] = []
  /** How many of the frames are braces. */
  braces = 0
  /** Open `if`s and lambdas outside all brackets. */
  chained = 0
  /** Sum of all `chained`. */
  chainedInAll = 0
  tooDeep = false

  constructor(source: SourceFile, tokens: readonly IToken[], comments: readonly Comment[]) {
    this.source = source
    this.tokens = tokens
    this.comments = comments
  }

  run(): Layout {
    for (let position = 0; position < this.tokens.length; position++) {
      const token = this.tokens[position]
      if (token === undefined) break
      this.take(token, this.tokens[position + 1])
    }
    const last = this.tokens.at(-1)
    if (last !== undefined) {
      const end = endOf(last)
      this.closeUntil(() => false, end, undefined)
      this.endFileStatement(end)
    }
    return { statements: this.statements, diagnostics: this.diagnostics }
  }

  take(token: IToken, next: IToken | undefined): void {
    const previous = this.statement.at(-1)
    const read = this.asStatementStart(token, previous, next)
    if (read !== undefined) {
      this.beginStatement(read, previous)
      // A word that was put in has no width; the name that the text has comes behind it.
      if (endOf(read) === token.startOffset) this.statement.push(token)
    } else if (isOneOf(token, [t.StatementWord]) && previous?.tokenType !== t.Export) {
      this.useAsName(token)
    } else if (isOneOf(token, [t.Wrt, t.With])) {
      this.closeUntil((frame) => frame.closer === t.RightBrace, token.startOffset, token)
      this.statement.push(token)
    } else if (token.tokenType === t.From && this.frames.at(-1)?.owner === t.Import) {
      this.closeUntil(() => false, token.startOffset, token)
      this.statement.push(token)
    } else if (closerOf.has(token.tokenType)) {
      this.open(token)
    } else if (closerText.has(token.tokenType)) {
      this.close(token, next)
    } else {
      if (token.tokenType === t.Comma) this.setChained(0)
      if (isOneOf(token, [t.If, t.FatArrow])) {
        this.setChained((this.frames.at(-1)?.chained ?? this.chained) + 1)
        this.checkDepth(token)
      }
      const isParameter = next?.tokenType === t.FatArrow && isOneOf(token, [t.Name])
      this.statement.push(isParameter ? readAs(token, t.LambdaName) : token)
    }
  }

  // ── Statements ────────────────────────────────────────────────────────────

  /** The token as the word that begins a statement, if one begins here. */
  asStatementStart(
    token: IToken,
    previous: IToken | undefined,
    next: IToken | undefined,
  ): IToken | undefined {
    const { text } = this.source
    const startsLine =
      previous === undefined || text.slice(endOf(previous), token.startOffset).includes('\n')
    const inBrackets = (this.frames.at(-1)?.closer ?? t.RightBrace) !== t.RightBrace
    const isEqualsNext = next?.tokenType === t.Equals && token.tokenType === t.Name
    const mayStart =
      // `name =` stands in no expression outside brackets, whatever is missing before it.
      (isEqualsNext && startsLine && isOneOf(previous, continuing)) ||
      previous === undefined ||
      previous.tokenType === t.LeftBrace ||
      (isOneOf(previous, operandEnds) && !isOneOf(previous, [t.Over, t.Is, t.Derivative]))

    if (isOneOf(token, [t.StatementWord])) {
      if (previous?.tokenType === t.Export) return undefined
      return startsLine || mayStart ? token : undefined
    }
    if (token.tokenType === t.Return) {
      return this.braces > 0 || startsLine ? token : undefined
    }
    if (inBrackets || !mayStart) return undefined
    if (token.tokenType === t.Apply && next?.tokenType === t.LeftParen) {
      return this.frames.at(-1)?.owner === t.Block ? token : undefined
    }
    return startsLine ? this.asForgottenWord(token, next) : undefined
  }

  /**
   * `z = relu(x)`, `lett z = relu(x)`, `def f(x)`: a statement that lacks its word, or has another's. A name on a new
   * line, behind what could end a statement, never goes on with it; but in a list of axes, a comma is missing.
   */
  asForgottenWord(token: IToken, next: IToken | undefined): IToken | undefined {
    if (token.tokenType !== t.Name || this.statement[0]?.tokenType === t.Axis) return undefined
    if (next === undefined) return token
    const { path } = this.source
    if (next.tokenType === t.Equals) {
      const here = { start: token.startOffset, end: token.startOffset }
      const fix = this.fix(here, 'let ', 'write `let`')
      this.diagnostics.push(
        diagnose('missing-word', { path, span: spanOf(token) }, { name: token.image }, { fix }),
      )
      return insertedAt(token.startOffset, t.Let, 'let')
    }
    if (!isOneOf(next, [t.Name]) || isOneOf(next, [t.Over, t.Is, t.Derivative])) return token
    const meant = meantBy.get(token.image) ?? wordOf.get(suggest(token.image, wordOf.keys()) ?? '')
    if (meant === undefined) return token
    const facts = { found: token.image, wanted: meant.name }
    const fix = this.fix(spanOf(token), meant.name, `write \`${meant.name}\``)
    this.diagnostics.push(diagnose('misspelt-word', { path, span: spanOf(token) }, facts, { fix }))
    return readAs(token, meant, meant.name)
  }

  beginStatement(word: IToken, previous: IToken | undefined): void {
    const end = previous === undefined ? word.startOffset : endOf(previous)
    const closesBraces = this.startsUnindented(word) && isOneOf(word, fileOnly)
    this.closeUntil((frame) => frame.closer === t.RightBrace && !closesBraces, end, word)
    this.setChained(0)
    if (this.frames.length === 0) this.endFileStatement(end)
    else if (this.statement.at(-1)?.tokenType !== t.LeftBrace) this.endInnerStatement(end)
    this.statement.push(word)
  }

  endInnerStatement(offset: number): void {
    this.statement.push(insertedAt(offset, t.End))
  }

  endFileStatement(offset: number): void {
    if (this.statement.length > 0) {
      this.statement.push(insertedAt(offset, t.End))
      this.statements.push({ tokens: this.statement, tooDeep: this.tooDeep })
    }
    this.statement = []
    this.tooDeep = false
  }

  startsUnindented({ startOffset }: IToken): boolean {
    return startOffset === 0 || this.source.text[startOffset - 1] === '\n'
  }

  /** `let loss = 3`: a reserved word where only a name can stand. */
  useAsName(token: IToken): void {
    const span = spanOf(token)
    const facts = { word: token.image }
    this.diagnostics.push(diagnose('reserved-name', { path: this.source.path, span }, facts))
    this.statement.push(readAs(token, t.Name))
  }

  // ── Brackets ──────────────────────────────────────────────────────────────

  open(opener: IToken): void {
    const owner = opener.tokenType === t.LeftBrace ? this.ownerOfBraces() : undefined
    const closer = closerOf.get(opener.tokenType) ?? t.RightParen
    this.frames.push({ opener, index: this.statement.length, closer, chained: 0, owner })
    if (closer === t.RightBrace) this.braces++
    this.checkDepth(opener)
    this.statement.push(opener)
  }

  ownerOfBraces(): TokenType | undefined {
    const inFile = this.frames.length === 0
    return inFile ? this.statement[0]?.tokenType : undefined
  }

  close(token: IToken, next: IToken | undefined): void {
    const { path } = this.source
    const at = { path, span: spanOf(token) }
    const matches = (frame: Frame) => frame.closer === token.tokenType
    const top = this.frames.at(-1)
    if (this.canClose(token)) {
      this.closeUntil(matches, token.startOffset, token)
      const frame = this.pop()
      if (frame === undefined) return
      const holdsStatements = frame.closer === t.RightBrace && frame.owner !== t.Import
      if (holdsStatements && this.statement.at(-1)?.tokenType !== t.LeftBrace) {
        this.endInnerStatement(this.endOfStatement())
      }
      // Behind a name, as in `fn f(x) => x`, parentheses are those of a call or a head, and the `=>` is the slip.
      const isLambda =
        frame.opener.tokenType === t.LeftParen &&
        next?.tokenType === t.FatArrow &&
        !isOneOf(this.statement[frame.index - 1], operandEnds)
      if (isLambda) this.statement[frame.index] = readAs(frame.opener, t.LambdaParen)
      this.statement.push(token)
    } else if (top === undefined || top.closer === t.RightBrace) {
      const fix = this.fix(at.span, '', 'leave it out')
      this.diagnostics.push(diagnose('stray-bracket', at, { found: token.image }, { fix }))
    } else {
      const wanted = closerText.get(top.closer) ?? ''
      const facts = { open: top.opener.image, found: token.image, wanted }
      const label = { path, span: spanOf(top.opener), message: 'opened here' }
      const fix = this.fix(at.span, wanted, `write \`${wanted}\``)
      this.diagnostics.push(diagnose('wrong-bracket', at, facts, { labels: [label], fix }))
      this.pop()
      this.statement.push(readAs(token, top.closer, wanted))
    }
  }

  /** Whether a bracket that this one closes is open: `)` and `]` don't reach beyond a brace, `}` does. */
  canClose({ tokenType }: IToken): boolean {
    const lowest = Math.max(0, this.frames.length - LIMIT.nesting)
    for (let i = this.frames.length - 1; i >= lowest; i--) {
      const closer = this.frames[i]?.closer
      if (closer === tokenType) return true
      if (closer === t.RightBrace) return false
    }
    return false
  }

  /** Closes the innermost brackets until `keep` holds, and reports them as never closed. */
  closeUntil(keep: (frame: Frame) => boolean, offset: number, next: IToken | undefined): void {
    const open: Frame[] = []
    for (let top = this.frames.at(-1); top !== undefined && !keep(top); top = this.frames.at(-1)) {
      this.pop()
      open.push(top)
      if (top.closer === t.RightBrace && top.owner !== t.Import) this.endInnerStatement(offset)
      this.statement.push(insertedAt(offset, top.closer, closerText.get(top.closer)))
    }
    const innermost = open[0]
    if (innermost === undefined || this.tooDeep) return
    const { path } = this.source
    const end = this.endOfText(offset)
    const wanted = open.map((frame) => closerText.get(frame.closer)).join('')
    const facts = {
      open: innermost.opener.image,
      wanted,
      next: next === undefined ? undefined : next.image,
      inComment: this.closesInComment(innermost),
    }
    // The last few openers are enough to see what happened.
    const labels = open
      .slice(0, 3)
      .map(({ opener }) => ({ path, span: spanOf(opener), message: 'opened here' }))
    const span = { start: end, end: Math.min(end + 1, this.source.text.length) }
    const fix = this.fix({ start: end, end }, wanted, `write \`${wanted}\``)
    this.diagnostics.push(diagnose('unclosed-bracket', { path, span }, facts, { labels, fix }))
  }

  pop(): Frame | undefined {
    const frame = this.frames.pop()
    if (frame === undefined) return undefined
    this.chainedInAll -= frame.chained
    if (frame.closer === t.RightBrace) this.braces--
    return frame
  }

  endOfStatement(): number {
    const last = this.statement.at(-1)
    return last === undefined ? 0 : endOf(last)
  }

  /** The end of the last token before an offset. */
  endOfText(offset: number): number {
    const last = this.statement.findLast((token) => endOf(token) > token.startOffset)
    return last === undefined ? offset : endOf(last)
  }

  /** `(a // 2) * b`: whether the closing bracket stands in a comment that was meant as a division. */
  closesInComment({ opener, closer }: Frame): boolean {
    // Enough to help a person; a file with this many mistakes isn't read comment by comment.
    if (this.diagnostics.length > LIMIT.mistakes) return false
    const line = this.source.text.indexOf('\n', opener.startOffset)
    const text = closerText.get(closer) ?? ''
    return this.comments.some(
      (comment) =>
        comment.span.start > opener.startOffset &&
        (line < 0 || comment.span.start < line) &&
        comment.text.includes(text),
    )
  }

  // ── Depth ─────────────────────────────────────────────────────────────────

  setChained(value: number): void {
    const frame = this.frames.at(-1)
    this.chainedInAll += value - (frame?.chained ?? this.chained)
    if (frame === undefined) this.chained = value
    else frame.chained = value
  }

  checkDepth(token: IToken): void {
    if (this.tooDeep || this.frames.length + this.chainedInAll <= LIMIT.nesting) return
    this.tooDeep = true
    const at = { path: this.source.path, span: spanOf(token) }
    this.diagnostics.push(diagnose('too-deep', at, { limit: LIMIT.nesting }))
  }

  fix(span: Span, text: string, message: string): Fix {
    return { message, edits: [{ path: this.source.path, span, text }] }
  }
}

function isStatementWord(type: TokenType): boolean {
  return type.CATEGORIES?.includes(t.StatementWord) ?? false
}
