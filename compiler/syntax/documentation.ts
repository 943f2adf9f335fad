// `///` comments, by the declaration that they stand directly above.
import type { Comment } from './ast.ts'

/** Offset of a declaration's first character → the lines of its documentation. */
export function documentationOf(
  text: string,
  comments: readonly Comment[],
): ReadonlyMap<number, string> {
  const documentation = new Map<number, string>()
  let lines: string[] = []
  let end = -1
  const finish = () => {
    if (lines.length > 0) documentation.set(nextLine(text, end), lines.join('\n'))
    lines = []
  }
  for (const comment of comments) {
    // Behind something else on its line, a comment is about that.
    if (comment.kind !== 'documentation' || !startsLine(text, comment.span.start)) continue
    if (comment.span.start !== nextLine(text, end)) finish()
    lines.push(comment.text.trim())
    end = comment.span.end
  }
  finish()
  return documentation
}

/** Whether nothing but space stands before an offset on its line. */
export function startsLine(text: string, offset: number): boolean {
  for (let i = offset - 1; i >= 0; i--) {
    const character = text[i] ?? ''
    if (character === '\n' || character === '\r') return true
    if (!/\s|\uFEFF/.test(character)) return false
  }
  return true
}

/** The first character after this line's end and the next line's indentation. */
function nextLine(text: string, offset: number): number {
  if (offset < 0) return -1
  const space = /[ \t]*(?:\r\n|\n|\r)?[ \t]*/y
  space.lastIndex = offset
  return offset + (space.exec(text)?.[0].length ?? 0)
}
