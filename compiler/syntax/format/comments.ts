// Where comments go when a file is printed anew.
//
// Note [Comments between leaves]. A comment belongs to the gap between two leaves (names, numbers, words) of the tree,
// and stays in that gap whatever is printed around it, so that printing twice changes nothing. Whoever prints a leaf
// first takes what is pending before it. A gap with a line break of its own (between items of a list, parts of a chain,
// statements) keeps comments on lines of their own; in any other gap a comment stands before the next leaf.
import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import type { Comment } from '../ast.ts'
import { startsLine } from '../documentation.ts'

const { breakParent, hardline, join, literalline } = builders

/** Comments that stand on one line together. */
export interface CommentGroup {
  readonly comments: readonly Comment[]
  readonly start: number
  readonly end: number
  /** Nothing stands before it on its line. */
  readonly startsLine: boolean
  /** Nothing stands behind it on its line. */
  readonly endsLine: boolean
}

/** The comments of a gap, by what they are near. */
export interface Gap {
  /** Behind the last leaf on its line. */
  readonly trailing: readonly CommentGroup[]
  /** On lines of their own. */
  readonly own: readonly CommentGroup[]
  /** Before the next leaf on its line. */
  readonly inline: readonly CommentGroup[]
}

/** The comments of a file that are not printed yet, in order. */
export class PendingComments {
  readonly text: string
  readonly groups: readonly CommentGroup[]
  next = 0

  constructor(text: string, comments: readonly Comment[]) {
    this.text = text
    this.groups = groupsOf(text, comments)
  }

  /** Takes the comments before an offset. */
  takeBefore(offset: number): CommentGroup[] {
    const first = this.next
    while ((this.groups[this.next]?.start ?? Infinity) < offset) this.next++
    return this.groups.slice(first, this.next)
  }

  gapBefore(offset: number): Gap {
    return gapOf(this.takeBefore(offset))
  }

  /** Whether a comment stands between two offsets, printed or not. */
  hasBetween(start: number, end: number): boolean {
    let low = 0
    let high = this.groups.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.groups[middle]?.start ?? Infinity) < start) low = middle + 1
      else high = middle
    }
    return (this.groups[low]?.start ?? Infinity) < end
  }
}

function groupsOf(text: string, comments: readonly Comment[]): CommentGroup[] {
  const groups: Comment[][] = []
  for (const comment of comments) {
    const last = groups.at(-1)
    const previous = last?.at(-1)
    const sameLine =
      previous?.kind === 'block' &&
      /^[ \t]*$/.test(text.slice(previous.span.end, comment.span.start))
    if (last !== undefined && sameLine) last.push(comment)
    else groups.push([comment])
  }
  return groups.map((group) => {
    const start = group[0]?.span.start ?? 0
    const end = group.at(-1)?.span.end ?? start
    const endsLine = /^[ \t]*(?:\r|\n|$)/.test(text.slice(end, lineEnd(text, end) + 1))
    return { comments: group, start, end, startsLine: startsLine(text, start), endsLine }
  })
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end < 0 ? text.length : end
}

function gapOf(groups: readonly CommentGroup[]): Gap {
  const trailing = groups.slice(0, 1).filter((group) => !group.startsLine && group.endsLine)
  const rest = groups.slice(trailing.length)
  const own = rest.filter((group) => group.endsLine)
  // Within a gap only the last group can have something behind it; in a gap that parentheses were taken out of, others.
  return { trailing, own, inline: rest.filter((group) => !group.endsLine) }
}

// ── Printing ────────────────────────────────────────────────────────────────

export function printGroup(group: CommentGroup): Doc {
  return join(' ', group.comments.map(printComment))
}

function printComment({ kind, text }: Comment): Doc {
  if (kind === 'block') return join(literalline, `/*${text}*/`.split('\n'))
  return `${kind === 'documentation' ? '///' : '//'}${text}`.trimEnd()
}

/** Comments in a gap without a line break: all before the next leaf. */
export function printInline(groups: readonly CommentGroup[]): Doc {
  return groups.map((group) => [printGroup(group), group.endsLine ? hardline : ' '])
}

/** A gap with a line break: `line` is it, `before` what separates, e.g. a comma; `after` what leads the next leaf. */
export function printGap(gap: Gap, line: Doc, isDocumented: boolean): Doc {
  return [printTrailing(gap), line, printOwn(gap, isDocumented)]
}

export function printTrailing({ trailing }: Gap): Doc {
  return trailing.map((group) => [' ', printGroup(group), breakParent])
}

/**
 * Comments on their own lines, above something. A `///` that documents nothing must not come to document what it is
 * printed above: an empty line keeps them apart.
 */
export function printOwn({ own, inline }: Gap, isDocumented: boolean): Doc {
  const documents = own.at(-1)?.comments.at(-1)?.kind === 'documentation'
  const apart = documents && !isDocumented && inline.length === 0
  return [own.map((group) => [printGroup(group), hardline]), apart ? hardline : '']
}

/** Comments before a closing bracket, which stands on a line of its own if any ends its line. */
export function printBeforeClosing(groups: readonly CommentGroup[]): Doc {
  return groups.map((group, index) => {
    if (index > 0 || (group.startsLine && group.endsLine)) return [hardline, printGroup(group)]
    return [' ', printGroup(group), group.endsLine ? breakParent : '']
  })
}
