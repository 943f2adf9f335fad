// Offsets as lines and columns. Lines end in LF or CRLF; both count from 1, columns in UTF-16 units.

export interface Position {
  readonly line: number
  readonly column: number
}

export interface Lines {
  readonly count: number
  /** Offsets outside the text count as its beginning or its end. */
  positionAt(offset: number): Position
  /** Offset of a line's first character. */
  startOf(line: number): number
  /** A line without its end; empty for a line that the text doesn't have. */
  textOf(line: number): string
}

export function linesOf(text: string): Lines {
  const starts = [0]
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  const startOf = (line: number) => starts[line - 1] ?? text.length

  return {
    count: starts.length,
    startOf,
    positionAt(offset) {
      const inside = Math.min(Math.max(offset, 0), text.length)
      // The last line that starts at or before the offset.
      let low = 0
      let high = starts.length
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if ((starts[middle] ?? 0) <= inside) low = middle
        else high = middle
      }
      return { line: low + 1, column: inside - (starts[low] ?? 0) + 1 }
    },
    textOf(line) {
      if (line < 1 || line > starts.length) return ''
      const end = line < starts.length ? startOf(line + 1) - 1 : text.length
      const whole = text.slice(startOf(line), end)
      return whole.endsWith('\r') ? whole.slice(0, -1) : whole
    },
  }
}
