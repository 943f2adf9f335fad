// Tokens as places: where they stand in the text, and tokens made by hand where the text lacks one.
import { createTokenInstance, type IToken, tokenMatcher, type TokenType } from 'chevrotain'
import type { Span } from '../source/span.ts'

export function spanOf(token: IToken): Span {
  return { start: token.startOffset, end: endOf(token) }
}

/** The offset behind the token's last character. The lexer leaves `endOffset` out; tokens made here have it. */
export function endOf({ startOffset, endOffset, image }: IToken): number {
  return endOffset === undefined ? startOffset + image.length : endOffset + 1
}

/** A token of no width, where the text should have had one. */
export function insertedAt(offset: number, type: TokenType, image = ''): IToken {
  return createTokenInstance(type, image, offset, offset - 1, NaN, NaN, NaN, NaN)
}

/** The same place, read as another token. */
export function readAs(token: IToken, type: TokenType, image = token.image): IToken {
  const end = endOf(token) - 1
  return createTokenInstance(type, image, token.startOffset, end, NaN, NaN, NaN, NaN)
}

export function isOneOf(token: IToken | undefined, types: readonly TokenType[]): boolean {
  return token !== undefined && types.some((type) => tokenMatcher(token, type))
}
