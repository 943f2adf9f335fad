// A line of source as a terminal shows it: tabs spread out, wide and invisible characters counted, long lines cut.

/** Columns of an excerpt; a longer line is cut around what is underlined. */
const WIDTH = 100
const TAB = 4

export interface Excerpt {
  readonly text: string
  /** What stands under `text` to underline it: spaces, then marks. */
  readonly underline: string
}

/** A line and its underline from `start` to `end` (offsets in the line). An empty stretch gets one mark. */
export function excerpt(line: string, start: number, end: number, mark: '^' | '-'): Excerpt {
  const { cells, columnOf } = layOut(line)
  const from = columnOf(start)
  const to = Math.max(columnOf(end), from + 1)
  if (cells.length <= WIDTH) {
    return { text: cells.join(''), underline: ' '.repeat(from) + mark.repeat(to - from) }
  }
  // What is underlined stands in the window's first third, so that what follows it is seen too.
  const first = Math.max(0, Math.min(from - Math.floor(WIDTH / 3), cells.length - WIDTH))
  const last = Math.min(first + WIDTH, cells.length)
  const before = first > 0 ? '…' : ''
  const after = last < cells.length ? '…' : ''
  const shown = Math.max(1, Math.min(to, last) - from)
  return {
    text: before + cells.slice(first, last).join('') + after,
    underline: ' '.repeat(before.length + from - first) + mark.repeat(shown),
  }
}

/** One cell for each column: a wide character fills one and leaves the next empty. */
function layOut(line: string): { cells: string[]; columnOf: (offset: number) => number } {
  const cells: string[] = []
  const columns: number[] = []
  for (const character of line) {
    const column = cells.length
    for (let i = 0; i < character.length; i++) columns.push(column)
    if (character === '\t') {
      do cells.push(' ')
      while (cells.length % TAB !== 0)
    } else if (/\p{Cc}|\p{Cs}|[\u200B-\u200F\u2028-\u202F\u2060-\u206F\uFEFF]/u.test(character)) {
      // Would be invisible, or command the terminal.
      cells.push('\uFFFD')
    } else if (/\p{Mn}|\p{Me}/u.test(character) && column > 0) {
      cells[column - 1] += character
    } else if (isWide(character)) {
      cells.push(character, '')
    } else {
      cells.push(character)
    }
  }
  return { cells, columnOf: (offset) => columns[offset] ?? cells.length }
}

/** East Asian wide characters and pictures fill two columns. */
function isWide(character: string): boolean {
  return (
    /\p{Emoji_Presentation}/u.test(character) ||
    /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u.test(
      character,
    )
  )
}
