// Source text → syntax tree and diagnostics, whatever the text is: lex, lay out, parse statement by statement.
import type { IToken } from 'chevrotain'
import { diagnose } from '../source/catalogue.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { SourceFile } from '../source/span.ts'
import type { File, Statement } from './ast.ts'
import { documentationOf } from './documentation.ts'
import { Grammar } from './grammar.ts'
import { layOut } from './layout.ts'
import { lex } from './lex.ts'
import { LIMIT } from './limits.ts'
import { measure } from './measure.ts'
import { explain } from './mistakes.ts'
import { isOneOf, spanOf } from './place.ts'
import { remainsOf } from './statements.ts'
import * as t from './tokens.ts'

export interface Parsed {
  readonly file: File
  /** In the order of their places; at most `LIMIT.mistakes`, and a note that there are more. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Never throws. What could not be read is reported and stands in the tree as `missing`, or not at all. */
export function parse(source: SourceFile): Parsed {
  const refusal = refuse(source)
  if (refusal !== undefined) return { file: fileOf(source, [], []), diagnostics: [refusal] }

  const lexed = lex(source)
  const layout = layOut(source, lexed)
  const early = [...lexed.diagnostics, ...layout.diagnostics]
  grammar.source = source
  grammar.documentation = documentationOf(source.text, lexed.comments)
  const statements: Statement[] = []
  const late: Diagnostic[] = []
  for (const tokens of layout.statements) {
    const { statement, diagnostics } = parseStatement(tokens, source, early)
    late.push(...diagnostics)
    if (statement !== undefined) statements.push(statement)
  }
  const diagnostics = early.concat(late).sort((a, b) => a.span.start - b.span.start)
  return { file: fileOf(source, statements, lexed.comments), diagnostics: firstOf(diagnostics) }
}

/** Building a parser analyses its grammar, so there is one for all. */
const grammar = new Grammar()

function parseStatement(
  tokens: readonly IToken[],
  { path }: SourceFile,
  early: readonly Diagnostic[],
): { statement: Statement | undefined; diagnostics: readonly Diagnostic[] } {
  grammar.input = [...tokens]
  grammar.reports = []
  const read = grammar.fileStatement()
  const [word, next] = tokens
  const statement =
    read ?? (word === undefined || next === undefined ? undefined : remainsOf(word, next))
  const reports = [...grammar.reports]
  let reported: IToken | undefined
  for (const error of grammar.errors) {
    const start = innermostWord(tokens, error.token)
    // One message for each statement: what follows a slip is often caused by it.
    if (start === reported || isReported(start, tokens, early)) continue
    reported = start
    reports.push(explain(error, tokens, path))
  }
  if (statement === undefined) return { statement, diagnostics: reports }
  const tooLarge = measure(statement, path)
  if (tooLarge === undefined) return { statement, diagnostics: reports }
  reports.push(tooLarge)
  const remains = word === undefined || next === undefined ? undefined : remainsOf(word, next)
  return { statement: remains, diagnostics: reports }
}

/** The word of the innermost statement that a token belongs to, as far as its beginning goes. */
function innermostWord(tokens: readonly IToken[], token: IToken): IToken | undefined {
  const position = tokens.indexOf(token)
  const before = position < 0 ? tokens : tokens.slice(0, position + 1)
  return before.findLast((candidate) => isStatementStart(candidate)) ?? tokens[0]
}

function isStatementStart(token: IToken): boolean {
  return isOneOf(token, [t.StatementWord, t.Return])
}

/** Whether an earlier pass has reported something in the statement that starts with this word. */
function isReported(
  start: IToken | undefined,
  tokens: readonly IToken[],
  early: readonly Diagnostic[],
): boolean {
  if (start === undefined) return false
  const position = tokens.indexOf(start)
  const next = tokens.slice(position + 1).find((token) => isStatementStart(token))
  const last = tokens.at(-1) ?? start
  const end = next === undefined ? spanOf(last).end : next.startOffset
  return early.some(({ span }) => span.start >= start.startOffset && span.start <= end)
}

function refuse({ path, text }: SourceFile): Diagnostic | undefined {
  const start = { path, span: { start: 0, end: 0 } }
  if (text.length > LIMIT.characters) {
    return diagnose('file-too-large', start, { size: text.length, limit: LIMIT.characters })
  }
  // A NUL is in no text; characters that could not be decoded are in some, but not many.
  const undecoded = text.slice(0, 4096).split('\uFFFD').length - 1
  return text.includes('\0') || undecoded > 16 ? diagnose('not-text', start, {}) : undefined
}

function fileOf(
  { path, text }: SourceFile,
  statements: readonly Statement[],
  comments: File['comments'],
): File {
  return { kind: 'file', path, statements, comments, span: { start: 0, end: text.length } }
}

function firstOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const next = diagnostics[LIMIT.mistakes]
  if (next === undefined) return diagnostics
  const count = diagnostics.length - LIMIT.mistakes
  return [...diagnostics.slice(0, LIMIT.mistakes), diagnose('more-mistakes', next, { count })]
}
