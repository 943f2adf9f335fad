// A diagnostic as a person sees it: the words, the lines they are about, and what to write instead.
import type { Diagnostic, Severity } from './diagnostic.ts'
import { excerpt } from './excerpt.ts'
import { type Lines, linesOf } from './lines.ts'
import type { Span } from './span.ts'

/** A file's text, or undefined for a file that can't be shown. */
export type Sources = (path: string) => string | undefined

/** What a piece of the picture is, for whoever colours it. */
export type Style = Severity | 'message' | 'path' | 'frame' | 'label' | 'hint'
export type Paint = (text: string, style: Style) => string

/**
 * The text that the command line prints, without a line end behind it:
 *
 *     error[expected]: expected an expression, found `)`
 *       --> model.lossdsl:3:14
 *        |
 *      3 | let z = relu()
 *        |              ^
 *        = hint: …
 *
 * `source` is the text of the diagnostic's own file, or all files by path. `paint` may wrap pieces in colours.
 */
export function render(
  diagnostic: Diagnostic,
  source: string | Sources,
  paint: Paint = (text) => text,
): string {
  const lookUp: Sources =
    typeof source === 'string' ? (path) => (path === diagnostic.path ? source : undefined) : source
  const marks = marksOf(diagnostic, lookUp)
  const numbers = marks.flatMap(({ lines, last }) => (lines === undefined ? [] : [String(last)]))
  const width = Math.max(1, ...numbers.map((number) => number.length))
  const picture = new Picture(width, diagnostic.severity, paint)

  const { code, severity, message, hint, fix } = diagnostic
  picture.text.push(`${paint(`${severity}[${code}]`, severity)}${paint(`: ${message}`, 'message')}`)
  for (const group of groupByPath(marks)) picture.drawFile(group)
  if (hint !== undefined || fix !== undefined) {
    if (marks.some(({ lines }) => lines !== undefined)) picture.frame('|')
    if (hint !== undefined) picture.advice('hint', hint)
    if (fix !== undefined) picture.advice('fix', fix.message)
  }
  return picture.text.join('\n')
}

/** A stretch of a file to underline. */
interface Mark {
  readonly path: string
  readonly lines: Lines | undefined
  readonly span: Span
  readonly first: number
  readonly last: number
  readonly primary: boolean
  readonly message: string
}

function marksOf({ path, span, labels }: Diagnostic, lookUp: Sources): Mark[] {
  const linesByPath = new Map<string, Lines | undefined>()
  const mark = (markPath: string, markSpan: Span, primary: boolean, message: string): Mark => {
    if (!linesByPath.has(markPath)) {
      const text = lookUp(markPath)
      linesByPath.set(markPath, text === undefined ? undefined : linesOf(text))
    }
    const lines = linesByPath.get(markPath)
    const first = lines?.positionAt(markSpan.start).line ?? 1
    // A span that ends behind a line's end ends on that line.
    const end = Math.max(markSpan.start, markSpan.end - 1)
    const last = lines?.positionAt(end).line ?? 1
    return { path: markPath, lines, span: markSpan, first, last, primary, message }
  }
  return [
    mark(path, span, true, ''),
    ...labels.map((label) => mark(label.path, label.span, false, label.message)),
  ]
}

/** The diagnostic's own file first, the others in the order of their labels. */
function groupByPath(marks: readonly Mark[]): Mark[][] {
  const groups = new Map<string, Mark[]>()
  for (const mark of marks) {
    const group = groups.get(mark.path)
    if (group === undefined) groups.set(mark.path, [mark])
    else group.push(mark)
  }
  return [...groups.values()]
}

class Picture {
  readonly text: string[] = []
  readonly width: number
  readonly severity: Severity
  readonly paint: Paint

  constructor(width: number, severity: Severity, paint: Paint) {
    this.width = width
    this.severity = severity
    this.paint = paint
  }

  drawFile(marks: readonly Mark[]): void {
    const [leading] = marks
    if (leading === undefined) return
    const { path, lines, span } = leading
    const position = lines?.positionAt(span.start)
    const place = position === undefined ? path : `${path}:${position.line}:${position.column}`
    const arrow = this.paint(`${' '.repeat(this.width + 1)}-->`, 'frame')
    this.text.push(`${arrow} ${this.paint(place, 'path')}`)
    if (lines === undefined) return this.listMessages(marks)

    this.frame('|')
    let previous: number | undefined
    for (const line of linesToShow(marks)) {
      if (previous !== undefined && line > previous + 1) this.text.push(this.paint('...', 'frame'))
      this.drawLine(lines, line, marks)
      previous = line
    }
  }

  /** A line, and under it one row of marks for each stretch that it holds. */
  drawLine(lines: Lines, line: number, marks: readonly Mark[]): void {
    const text = lines.textOf(line)
    const offset = lines.startOf(line)
    let shown: string | undefined
    for (const mark of marks) {
      if (line !== mark.first && line !== mark.last) continue
      const indentation = text.length - text.trimStart().length
      const start = line === mark.first ? mark.span.start - offset : indentation
      const end = line === mark.last ? mark.span.end - offset : text.length
      const drawn = excerpt(text, start, Math.min(end, text.length), mark.primary ? '^' : '-')
      // A long line is cut differently for each mark, and then shown for each.
      if (drawn.text !== shown) this.source(line, drawn.text)
      shown = drawn.text
      const message = line === mark.last && mark.message !== '' ? ` ${mark.message}` : ''
      const style = mark.primary ? this.severity : 'label'
      this.frame('|', ` ${this.paint(drawn.underline + message, style)}`)
    }
  }

  /** Labels of a file whose text isn't at hand. */
  listMessages(marks: readonly Mark[]): void {
    for (const { message } of marks) {
      if (message !== '') this.frame('=', ` ${this.paint(message, 'label')}`)
    }
  }

  source(line: number, text: string): void {
    const number = String(line).padStart(this.width + 1)
    this.text.push(`${this.paint(`${number} |`, 'frame')}${text === '' ? '' : ` ${text}`}`)
  }

  frame(mark: string, behind = ''): void {
    this.text.push(this.paint(`${' '.repeat(this.width + 1)} ${mark}`, 'frame') + behind)
  }

  advice(kind: 'hint' | 'fix', text: string): void {
    this.frame('=', ` ${this.paint(`${kind}:`, 'hint')} ${text}`)
  }
}

/** First and last lines of all stretches. */
function linesToShow(marks: readonly Mark[]): number[] {
  const shown = new Set(marks.flatMap(({ first, last }) => [first, last]))
  return [...shown].sort((a, b) => a - b)
}
