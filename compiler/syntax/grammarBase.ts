// What both halves of the grammar stand on: chevrotain set up for this language, places of nodes, reports.
import {
  EmbeddedActionsParser,
  type IOrAlt,
  type IParserErrorMessageProvider,
  type IToken,
  type ParserMethod,
  type TokenType,
} from 'chevrotain'
import { type Code, diagnose, type Facts } from '../source/catalogue.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { SourceFile, Span } from '../source/span.ts'
import type { Name } from './ast.ts'
import { endOf, spanOf } from './place.ts'
import * as t from './tokens.ts'

export type Rule<Result> = ParserMethod<[], Result>

/**
 * The parser says only what it would have accepted, by names of tokens and rules; mistakes.ts finds the words. A
 * token's own name is what a `MismatchedTokenException` has for a message, a rule's name what the others have.
 */
const factsForMistakes: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNoViableAltMessage: ({ ruleName }) => ruleName,
  buildEarlyExitMessage: ({ ruleName }) => ruleName,
  buildNotAllInputParsedMessage: ({ ruleName }) => ruleName,
}

export abstract class GrammarBase extends EmbeddedActionsParser {
  source: SourceFile = { path: '', text: '' }
  /** `///` texts by the offset of the declaration below them. */
  documentation: ReadonlyMap<number, string> = new Map()
  reports: Diagnostic[] = []
  /** Statements of this file that had to be given up or mended. */
  slips = 0

  constructor(options: { readonly skipValidations: boolean }) {
    super(t.vocabulary, {
      recoveryEnabled: true,
      maxLookahead: 1,
      skipValidations: options.skipValidations,
      errorMessageProvider: factsForMistakes,
    })
  }

  // A statement with a slip is reported once and read up to its end: guessing single tokens makes second messages.
  protected override canTokenTypeBeInsertedInRecovery(): boolean {
    return false
  }
  protected override canTokenTypeBeDeletedInRecovery(): boolean {
    return false
  }

  /** A rule without recovery of its own: a slip inside is mended by the statement around it. */
  protected rule<Result>(name: string, body: () => Result): Rule<Result> {
    return this.RULE(name, body, { resyncEnabled: false })
  }

  /** `OR`, typed by what is wanted. */
  protected anyOf<Result>(index: number, alternatives: IOrAlt<Result>[]): Result {
    return this.or(index, alternatives)
  }

  /** Items between commas, perhaps none; a comma behind the last is fine. Takes occurrences `index` and `index + 1`. */
  protected list<Item>(index: number, closer: TokenType, item: Rule<Item>): Item[] {
    const items: Item[] = []
    this.option(index, () => this.someItems(index, closer, item, items))
    return items
  }

  /** The same with at least one item. */
  protected nonEmptyList<Item>(index: number, closer: TokenType, item: Rule<Item>): Item[] {
    const items: Item[] = []
    this.someItems(index, closer, item, items)
    return items
  }

  private someItems<Item>(index: number, closer: TokenType, item: Rule<Item>, items: Item[]) {
    items.push(this.subrule(index, item))
    this.many(index, {
      GATE: () => this.LA(2).tokenType !== closer,
      DEF: () => {
        this.consume(index, t.Comma)
        items.push(this.subrule(index + 1, item))
      },
    })
    this.option(index + 1, () => this.consume(index + 1, t.Comma))
  }

  /** From a node's first token to the last one consumed. */
  protected spanFrom(first: IToken | Span): Span {
    const start = 'start' in first ? first.start : first.startOffset
    return { start, end: Math.max(start, endOf(this.LA(0))) }
  }

  protected nameOf(token: IToken): Name {
    return { text: token.image, span: spanOf(token) }
  }

  protected report<C extends Code>(code: C, span: Span, facts: Facts<C>): void {
    this.reports.push(diagnose(code, { path: this.source.path, span }, facts))
  }

  name: Rule<Name> = this.rule('name', () => {
    const token = this.CONSUME(t.Name)
    return this.ACTION(() => this.nameOf(token))
  })
}
