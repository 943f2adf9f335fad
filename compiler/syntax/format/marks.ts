// Where marks and words stand that the tree has no places for: closing parentheses, `return`.
import type { IToken, TokenType } from 'chevrotain'
import * as t from '../tokens.ts'

export class Marks {
  readonly closingParens: readonly number[]
  readonly returns: readonly number[]

  constructor(tokens: readonly IToken[]) {
    const offsetsOf = (type: TokenType) =>
      tokens.filter((token) => token.tokenType === type).map((token) => token.startOffset)
    this.closingParens = offsetsOf(t.RightParen)
    this.returns = offsetsOf(t.Return)
  }

  /** The first `)` at or after an offset. */
  closingParen(offset: number): number {
    return this.closingParens[firstNotBefore(this.closingParens, offset)] ?? offset
  }

  /** The last `return` before an offset. */
  returnBefore(offset: number): number {
    return this.returns[firstNotBefore(this.returns, offset) - 1] ?? offset
  }
}

function firstNotBefore(offsets: readonly number[], offset: number): number {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((offsets[middle] ?? offset) < offset) low = middle + 1
    else high = middle
  }
  return low
}
