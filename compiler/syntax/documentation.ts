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
    if (comment.kind !== 'documentation') continue
    if (comment.span.start !== nextLine(text, end)) finish()
    lines.push(comment.text.trim())
    end = comment.span.end
  }
  finish()
  return documentation
}

/** The first character after this line's end and the next line's indentation. */
function nextLine(text: string, offset: number): number {
  if (offset < 0) return -1
  const space = /[ \t]*(?:\r\n|\n|\r)?[ \t]*/y
  space.lastIndex = offset
  return offset + (space.exec(text)?.[0].length ?? 0)
}
