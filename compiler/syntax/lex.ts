// Text → tokens and comments. Marks of other languages are reported and read as what they mean, so that parsing goes on.
import { type ILexingError, type IToken, Lexer } from 'chevrotain'
import { diagnose } from '../source/catalogue.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { SourceFile, Span } from '../source/span.ts'
import type { Comment } from './ast.ts'
import { endOf, insertedAt, isOneOf, readAs, spanOf } from './place.ts'
import * as t from './tokens.ts'

export interface Lexed {
  readonly tokens: readonly IToken[]
  readonly comments: readonly Comment[]
  readonly diagnostics: readonly Diagnostic[]
}

const lexer = new Lexer(t.vocabulary, { positionTracking: 'onlyOffset' })

const habitOf = new Map(t.habits.map((habit) => [habit.token, habit.means]))

export function lex(source: SourceFile): Lexed {
  const result = lexer.tokenize(source.text)
  const { tokens, mistakes, end } = mendTokens(result.tokens, source)
  for (const error of result.errors) {
    if (error.offset < end) mistakes.push(strangeCharacters(error, source))
  }
  const comments = (result.groups[t.COMMENTS] ?? [])
    .filter((token) => token.startOffset < end)
    .map(comment)
  return { tokens, comments, diagnostics: mistakes.sort((a, b) => a.span.start - b.span.start) }
}

function comment(token: IToken): Comment {
  const { image } = token
  const span = spanOf(token)
  if (image.startsWith('/*')) return { kind: 'block', text: image.slice(2, -2), span }
  // Four strokes and more are a ruled line, not documentation.
  if (/^\/\/\/(?!\/)/.test(image)) return { kind: 'documentation', text: image.slice(3), span }
  return { kind: 'line', text: image.slice(2), span }
}

/** Reads every token that the language doesn't have as the one that is meant. `end`: where reading stopped. */
function mendTokens(found: readonly IToken[], { path, text }: SourceFile) {
  const tokens: IToken[] = []
  const mistakes: Diagnostic[] = []
  const at = (span: Span) => ({ path, span })
  const replace = (span: Span, replacement: string, message: string) => ({
    fix: { message, edits: [{ path, span, text: replacement }] },
  })

  for (const [position, token] of found.entries()) {
    const span = spanOf(token)
    const previous = tokens.at(-1)
    const touchesPrevious = previous !== undefined && endOf(previous) === span.start
    const means = habitOf.get(token.tokenType)

    if (means !== undefined) {
      const facts = { found: token.image, wanted: means.text.trim() }
      const fix = replace(span, means.text, `write \`${facts.wanted}\``)
      mistakes.push(diagnose('foreign-mark', at(span), facts, fix))
      tokens.push(readAs(token, means.token, means.text.trim()))
    } else if (token.tokenType === t.Semicolons) {
      mistakes.push(diagnose('semicolon', at(span), {}, replace(span, '', 'leave it out')))
    } else if (token.tokenType === t.HashComment) {
      const mark = { start: span.start, end: span.start + 1 }
      mistakes.push(diagnose('hash-comment', at(mark), {}, replace(mark, '//', 'write `//`')))
    } else if (token.tokenType === t.SingleQuoted) {
      const written = `"${token.image.slice(1, -1)}"`
      mistakes.push(
        diagnose('single-quotes', at(span), {}, replace(span, written, `write \`${written}\``)),
      )
      tokens.push(readAs(token, t.StringToken, written))
    } else if (token.tokenType === t.UnterminatedString) {
      const image = token.image.trimEnd()
      const here = { start: span.start, end: span.start + image.length }
      const behind = { start: here.end, end: here.end }
      mistakes.push(
        diagnose('unterminated-string', at(here), {}, replace(behind, '"', 'close the string')),
      )
      tokens.push(readAs(token, t.StringToken, `${image}"`))
    } else if (token.tokenType === t.UnterminatedComment) {
      const opening = { start: span.start, end: span.start + 2 }
      mistakes.push(diagnose('unterminated-comment', at(opening), {}))
      return { tokens, mistakes, end: span.start }
    } else if (token.tokenType === t.ForeignWord) {
      mistakes.push(diagnose('foreign-letters', at(span), { word: token.image }))
      tokens.push(readAs(token, t.Name))
    } else if (
      touchesPrevious &&
      previous.tokenType === t.Name &&
      previous.image.endsWith("'") &&
      isOneOf(token, [t.Name, t.NumberToken])
    ) {
      const whole = { start: previous.startOffset, end: span.end }
      tokens[tokens.length - 1] = readAs(previous, t.Name, previous.image.replaceAll("'", ''))
      mistakes.push(
        diagnose('prime-inside-name', at(whole), { name: text.slice(whole.start, span.end) }),
      )
    } else if (
      touchesPrevious &&
      previous.tokenType === t.NumberToken &&
      isOneOf(token, [t.Name, t.LeftParen]) &&
      // `embed.0.weight` has a point between; `x.0(y)` calls a member.
      tokens.at(-2)?.tokenType !== t.Dot
    ) {
      const facts = { number: previous.image, next: token.image }
      const fix = replace({ start: span.start, end: span.start }, ' * ', 'write the `*`')
      mistakes.push(
        diagnose('missing-times', at({ start: previous.startOffset, end: span.end }), facts, fix),
      )
      tokens.push(insertedAt(span.start, t.Times, '*'), token)
    } else if (token.tokenType === t.Dot && isBarePoint(token, previous, found[position + 1])) {
      const number = touchesPrevious && previous.tokenType === t.NumberToken
      const digit = { start: number ? span.end : span.start, end: number ? span.end : span.start }
      mistakes.push(diagnose('bare-point', at(span), {}, replace(digit, '0', 'write the 0')))
    } else {
      tokens.push(token)
    }
  }
  return { tokens, mistakes, end: text.length + 1 }
}

/** The point of `1.` or `.5`. In `embed.0` it stands behind a name or a closing bracket. */
function isBarePoint(point: IToken, previous: IToken | undefined, next: IToken | undefined) {
  const touchesNext = next !== undefined && endOf(point) === next.startOffset
  const touchesPrevious = previous !== undefined && endOf(previous) === point.startOffset
  if (touchesPrevious && previous.tokenType === t.NumberToken) {
    return !(touchesNext && isOneOf(next, [t.Name, t.NumberToken]))
  }
  return (
    touchesNext &&
    next.tokenType === t.NumberToken &&
    !(touchesPrevious && isOneOf(previous, [t.Name, t.RightParen, t.RightBracket]))
  )
}

function strangeCharacters({ offset, length }: ILexingError, { path, text }: SourceFile) {
  const found = text.slice(offset, offset + length)
  return diagnose(
    'unknown-character',
    { path, span: { start: offset, end: offset + length } },
    { found },
  )
}
