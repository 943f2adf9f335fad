// Source text → syntax tree and diagnostics, whatever the text is: lex, lay out, parse statement by statement.
import type { IRecognitionException, IToken } from 'chevrotain'
import { type Code, diagnose } from '../source/catalogue.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { SourceFile } from '../source/span.ts'
import type { File, Statement } from './ast.ts'
import { documentationOf } from './documentation.ts'
import { Grammar } from './grammar.ts'
import { type LaidOut, layOut } from './layout.ts'
import { lex } from './lex.ts'
import { LIMIT } from './limits.ts'
import { measure } from './measure.ts'
import { explain } from './mistakes.ts'
import { isOneOf } from './place.ts'
import { remainsOf } from './statements.ts'
import * as t from './tokens.ts'

export interface Parsed {
  readonly file: File
  /** In the order of their places; at most `LIMIT.mistakes`, and a note that there are more. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Never throws. What could not be read is reported and stands in the tree as `missing`, or not at all. */
export function parse(source: SourceFile): Parsed {
  const refusals = refuse(source)
  if (refusals.length > 0) return { file: fileOf(source, [], []), diagnostics: refusals }

  const lexed = lex(source)
  const layout = layOut(source, lexed)
  const early = [...lexed.diagnostics, ...layout.diagnostics].sort(byPlace)
  grammar.source = source
  grammar.slips = 0
  grammar.documentation = documentationOf(source.text, lexed.comments)
  const statements: Statement[] = []
  const late: Diagnostic[] = []
  for (const laidOut of layout.statements) {
    const { statement, errors, reports } = read(laidOut, source.path)
    if (statement !== undefined) statements.push(statement)
    late.push(...reports)
    for (const slip of independentOf(early, errors, laidOut.tokens, source.text)) {
      late.push(explain(slip, laidOut.tokens, source.path))
    }
  }
  const diagnostics = early.concat(late).sort(byPlace)
  return { file: fileOf(source, statements, lexed.comments), diagnostics: firstOf(diagnostics) }
}

/** Building a parser analyses its grammar, so there is one for all. */
const grammar = new Grammar()

interface Read {
  readonly statement: Statement | undefined
  readonly errors: readonly IRecognitionException[]
  readonly reports: readonly Diagnostic[]
}

function read({ tokens, tooDeep }: LaidOut, path: string): Read {
  const [word, next] = tokens[0]?.tokenType === t.Export ? tokens.slice(1) : tokens
  const remains = word === undefined || next === undefined ? undefined : remainsOf(word, next)
  // Behind very many slips, only names are taken.
  if (tooDeep || grammar.slips > LIMIT.slips) return { statement: remains, errors: [], reports: [] }

  grammar.input = [...tokens]
  grammar.reports = []
  const statement = grammar.fileStatement()
  const { errors, reports } = grammar
  if (statement === undefined) return { statement: remains, errors, reports }
  const tooLarge = measure(statement, path)
  if (tooLarge === undefined) return { statement, errors, reports }
  return { statement: remains, errors, reports: [...reports, tooLarge] }
}

/** One slip for each statement, and none where an earlier pass has reported something: the rest is often caused by it. */
function independentOf(
  early: readonly Diagnostic[],
  errors: readonly IRecognitionException[],
  tokens: readonly IToken[],
  text: string,
): readonly IRecognitionException[] {
  if (errors.length === 0) return errors
  const first = tokens[0]?.startOffset ?? 0
  const last = tokens.at(-1)?.startOffset ?? first
  const here = between(early, first, last)
  // A bracket in the wrong place moves everything behind it.
  if (here.some(({ code }) => bracketCodes.has(code))) return []

  const starts = tokens.filter((token) => isOneOf(token, [t.StatementWord, t.Return]))
  const found: IRecognitionException[] = []
  let reported: IToken | undefined
  for (const error of errors.slice(0, LIMIT.mistakes + 1)) {
    const offset = Number.isNaN(error.token.startOffset) ? last : error.token.startOffset
    const index = starts.findLastIndex((token) => token.startOffset <= offset)
    const start = starts[index] ?? tokens[0]
    const from = start?.startOffset ?? first
    const to = starts[index + 1]?.startOffset ?? last
    const isReported = between(here, from, to).length > 0 || isDueToCharacter(early, to, text)
    if (start !== reported && !isReported) found.push(error)
    reported = start
  }
  return found
}

/** `let z = 😀`: whether a statement ends where it does because of a character that no token has. */
function isDueToCharacter(early: readonly Diagnostic[], end: number, text: string): boolean {
  const space = /[ \t]*/y
  space.lastIndex = end
  const next = end + (space.exec(text)?.[0].length ?? 0)
  return between(early, next, next).some(
    ({ code }) => code === ('unknown-character' satisfies Code),
  )
}

/** Those of diagnostics in order that start from `first` to `last`. */
function between(diagnostics: readonly Diagnostic[], first: number, last: number) {
  const indexOf = (offset: number) => {
    let low = 0
    let high = diagnostics.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((diagnostics[middle]?.span.start ?? offset) < offset) low = middle + 1
      else high = middle
    }
    return low
  }
  return diagnostics.slice(indexOf(first), indexOf(last + 1))
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.span.start - b.span.start
}

const bracketCodes: ReadonlySet<string> = new Set<Code>([
  'unclosed-bracket',
  'wrong-bracket',
  'stray-bracket',
])

function refuse({ path, text }: SourceFile): readonly Diagnostic[] {
  const start = { path, span: { start: 0, end: 0 } }
  if (text.length > LIMIT.characters) {
    const facts = { size: text.length, limit: LIMIT.characters }
    return [diagnose('file-too-large', start, facts), ...tooDeepIn({ path, text })]
  }
  // A NUL is in no text; characters that could not be decoded are in some, but not many.
  const undecoded = text.slice(0, 4096).split('\uFFFD').length - 1
  return text.includes('\0') || undecoded > 16 ? [diagnose('not-text', start, {})] : []
}

/** What made a file so large may be its nesting, and splitting it would not help: its beginning shows that. */
function tooDeepIn({ path, text }: SourceFile): readonly Diagnostic[] {
  const beginning = { path, text: text.slice(0, LIMIT.beginning) }
  const { diagnostics } = layOut(beginning, lex(beginning))
  return diagnostics.filter(({ code }) => code === ('too-deep' satisfies Code)).slice(0, 1)
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
  const shown = LIMIT.mistakes
  return [...diagnostics.slice(0, shown), diagnose('more-mistakes', next, { shown })]
}
