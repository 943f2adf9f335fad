// Statements as prettier documents, each on lines of its own, with its comments and at most one empty line before it.
import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import type {
  Apply,
  AxisParameter,
  AxisParameters,
  AxisStatement,
  Body,
  Expression,
  File,
  Import,
  Name,
  Parameter,
  Statement,
  Type,
  TypeAlternative,
} from '../ast.ts'
import { lex } from '../lex.ts'
import {
  type CommentGroup,
  PendingComments,
  printGap,
  printGroup,
  printInline,
} from './comments.ts'
import { Marks } from './marks.ts'
import { startOf } from './parentheses.ts'
import { ExpressionPrinter } from './printExpression.ts'

const { group, hardline, indent, line } = builders

/** The whole file as a document. */
export function printFile(file: File, text: string): Doc {
  const marks = new Marks(lex({ path: file.path, text }).tokens)
  return new StatementPrinter(text, new PendingComments(text, file.comments), marks).file(file)
}

/** A statement, or `return`, to be printed on lines of its own. */
interface Entry {
  readonly start: number
  readonly end: number
  readonly isDocumented: boolean
  readonly print: () => Doc
}

class StatementPrinter extends ExpressionPrinter {
  file({ statements, span }: File): Doc {
    const { lines } = this.entries(this.entriesOf(statements), span.end)
    return lines.length === 0 ? '' : [lines, hardline]
  }

  // ── Statements below one another ──────────────────────────────────────────

  private entriesOf(statements: readonly (Statement | Apply)[]): Entry[] {
    return statements.map((statement) => ({
      start: statement.span.start,
      end: statement.span.end,
      isDocumented: statement.documentation !== undefined,
      print: () => this.statement(statement),
    }))
  }

  /**
   * Entries and the comments between them, up to an offset. `opening` is what stands behind the opening brace on its
   * line. A comment stays behind the entry on whose line it stands; else it stands above the next one.
   */
  private entries(entries: readonly Entry[], end: number): { opening: Doc[]; lines: Doc[] } {
    const opening: Doc[] = []
    const lines: Doc[] = []
    let previousEnd: number | undefined
    // Where the last printed thing ends in the source; comments inside an entry may come out behind it.
    const put = (doc: Doc, start: number, stop: number, isApart: boolean) => {
      if (lines.length > 0) lines.push(hardline)
      const between = previousEnd === undefined ? '' : this.text.slice(previousEnd, start)
      if (lines.length > 0 && (isApart || /\n[ \t]*\n/.test(between))) lines.push(hardline)
      lines.push(doc)
      previousEnd = Math.max(previousEnd ?? 0, stop)
    }

    const above = (groups: readonly CommentGroup[]) => {
      const behind = behindPrevious(groups, previousEnd ?? Infinity)
      const target = lines.length === 0 ? opening : lines
      for (const comments of behind) {
        target.push(' ', printGroup(comments))
        previousEnd = Math.max(previousEnd ?? 0, comments.end)
      }
      return groups.slice(behind.length)
    }

    for (const entry of entries) {
      const groups = above(this.comments.takeBefore(entry.start))
      const last = groups.at(-1)
      const inline = last === undefined || last.endsLine ? [] : [last]
      const own = groups.slice(0, groups.length - inline.length)
      for (const comments of own) put(printGroup(comments), comments.start, comments.end, false)
      // See printOwn: a `///` that documents nothing must not come to document this.
      const documents = own.at(-1)?.comments.at(-1)?.kind === 'documentation'
      const isApart = documents && !entry.isDocumented && inline.length === 0
      const start = inline[0]?.start ?? entry.start
      put([printInline(inline), entry.print()], start, entry.end, isApart)
    }
    for (const comments of above(this.comments.takeBefore(end))) {
      put(printGroup(comments), comments.start, comments.end, false)
    }
    return { opening, lines }
  }

  private inBraces(entries: readonly Entry[], end: number): Doc {
    const { opening, lines } = this.entries(entries, end)
    const inside = lines.length === 0 ? '' : indent([hardline, lines])
    return ['{', opening, inside, hardline, '}']
  }

  braces({ statements, result, span }: Body): Doc {
    const start = this.marks.returnBefore(startOf(result))
    const entries = this.entriesOf(statements)
    const print = () => ['return', this.assigned(result)]
    entries.push({ start, end: result.span.end, isDocumented: false, print })
    return this.inBraces(entries, span.end - 1)
  }

  // ── Each statement ────────────────────────────────────────────────────────

  private statement(statement: Statement | Apply): Doc {
    switch (statement.kind) {
      case 'import':
        return this.import(statement)
      case 'axis':
        return this.axes(statement)
      case 'const':
      case 'update':
      case 'use':
      case 'metric':
        return [statement.kind, ' ', this.name(statement.name), this.given(statement.value)]
      case 'input': {
        const { name, type } = statement
        return ['input ', this.name(name), this.typed(type), this.given(statement.default)]
      }
      case 'param': {
        const { name, type, initial } = statement
        const mark = initial.how === 'draw' ? ' ~' : ' ='
        return ['param ', this.name(name), this.typed(type), mark, this.assigned(initial.value)]
      }
      case 'state':
      case 'output': {
        const { kind, name, type, value } = statement
        return [kind, ' ', this.name(name), this.typed(type), this.given(value)]
      }
      case 'let': {
        const { pattern, type, value } = statement
        return ['let ', this.pattern(pattern), this.typed(type), this.given(value)]
      }
      case 'loss': {
        const { name, value, wrt = [] } = statement
        const head = ['loss ', this.name(name), this.given(value)]
        return wrt.length === 0 ? head : group([head, indent(this.names('wrt', wrt))])
      }
      case 'minimize': {
        const { direction, loss, optimizer, options } = statement
        const head = [direction, ' ', this.name(loss), ' with', this.assigned(optimizer)]
        const rest = options.map(({ name, value }) =>
          this.nextInLine(name.span.start, () => [this.name(name), this.given(value)]),
        )
        return group([head, indent(rest)])
      }
      case 'fn': {
        const { exported, name, axes, parameters, result, body, derivative } = statement
        const head = [
          exported ? 'export fn ' : 'fn ',
          this.name(name),
          axes === undefined ? '' : this.axisParameters(axes),
          this.parameters(parameters, axes?.span.end ?? name.span.end),
          this.typed(result),
          this.body(body),
        ]
        if (derivative === undefined) return head
        const { cotangent, value, span } = derivative
        const rule = this.nextPart('derivative', span.start, () => [
          this.name(cotangent),
          ' =>',
          this.assigned(value),
        ])
        // Behind a closing brace it may stay on the line, however many lines the braces have.
        return body.braces ? [head, group(indent(rule))] : group([head, indent(rule)])
      }
      case 'block': {
        const { name, axes, parameters, statements, apply, span } = statement
        return [
          'block ',
          this.name(name),
          axes === undefined ? '' : this.axisParameters(axes),
          this.parameters(parameters, axes?.span.end ?? name.span.end),
          ' ',
          this.inBraces(this.entriesOf([...statements, apply]), span.end - 1),
        ]
      }
      case 'apply': {
        const { parameters, result, body, span } = statement
        const list = this.parameters(parameters, span.start)
        return ['apply', list, this.typed(result), this.body(body)]
      }
      case 'optimizer': {
        const { name, parameters, statements, span } = statement
        const list = this.parameters(parameters, name.span.end)
        const inside = this.inBraces(this.entriesOf(statements), span.end - 1)
        return ['optimizer ', this.name(name), list, ' ', inside]
      }
      default:
        return statement satisfies never
    }
  }

  /** ` = value`, if there is one. */
  private given(value: Expression | undefined): Doc {
    return value === undefined ? '' : [' =', this.assigned(value)]
  }

  private import({ names, from }: Import): Doc {
    const printed = names.map(({ name, alias }, index) => {
      const print = () =>
        alias === undefined ? this.name(name) : [this.name(name), ' as ', this.name(alias)]
      if (index > 0) return this.nextInLine(name.span.start, print)
      return [printGap(this.comments.gapBefore(name.span.start), line, false), print()]
    })
    const source = this.leaf(from.span.start, `"${from.value}"`)
    return group(['import {', indent(printed), line, '} from ', source])
  }

  private axes({ axes }: AxisStatement): Doc {
    const [first, ...rest] = axes.map(({ name, over, size }, index) => {
      const print = () => [
        this.name(name),
        over === undefined ? '' : [' over ', this.name(over)],
        this.given(size),
      ]
      return index === 0 ? print() : this.nextInLine(name.span.start, print)
    })
    return group(['axis ', first ?? '', indent(rest)])
  }

  /** ` wrt a, b` */
  private names(word: string, names: readonly Name[]): Doc {
    return names.map((name, index) =>
      index === 0
        ? this.nextPart(word, name.span.start, () => this.name(name))
        : this.nextInLine(name.span.start, () => this.name(name)),
    )
  }

  // ── Heads of definitions ──────────────────────────────────────────────────

  private body(body: Body): Doc {
    return body.braces ? [' ', this.braces(body)] : [' =', this.assigned(body.result)]
  }

  private parameters(parameters: readonly Parameter[], after: number): Doc {
    const items = parameters.map((parameter) => ({
      start: parameter.span.start,
      isDocumented: parameter.documentation !== undefined,
      print: () => this.parameter(parameter),
    }))
    const end = this.marks.closingParen(parameters.at(-1)?.span.end ?? after)
    return this.bracketed('(', items, end, ')')
  }

  private parameter(parameter: Parameter): Doc {
    const { pattern, type } = parameter
    return [this.pattern(pattern), this.typed(type), this.given(parameter.default)]
  }

  private axisParameters({ before, arrow, after, span }: AxisParameters): Doc {
    const list = (parameters: readonly AxisParameter[]) =>
      parameters.map((parameter, index) => [index === 0 ? '' : ', ', this.axisParameter(parameter)])
    const left = list(before)
    const space = arrow && before.length > 0 ? ' ' : ''
    const right = arrow ? [`${space}->`, after.length > 0 ? ' ' : '', list(after)] : ''
    return [this.leaf(span.start, '['), left, right, ']']
  }

  private axisParameter(parameter: AxisParameter): Doc {
    switch (parameter.kind) {
      case 'single':
        return this.name(parameter.name)
      case 'list':
        return [this.leaf(parameter.span.start, '...'), this.name(parameter.name)]
      case 'pairs': {
        const from = [this.leaf(parameter.span.start, '...('), this.name(parameter.from)]
        return [from, ' -> ', this.name(parameter.to), ')']
      }
      default:
        return parameter satisfies never
    }
  }

  // ── Types ─────────────────────────────────────────────────────────────────

  /** `: type`, if there is one. */
  private typed(type: Type | undefined): Doc {
    return type === undefined ? '' : [': ', this.type(type)]
  }

  private type({ alternatives, axes }: Type): Doc {
    const kinds = alternatives.map((alternative, index) => [
      index === 0 ? '' : ' | ',
      this.alternative(alternative),
    ])
    if (axes === undefined) return kinds
    const names = axes.map((name, index) => [index === 0 ? '' : ', ', this.name(name)])
    return [kinds, '[', names, ']']
  }

  private alternative(alternative: TypeAlternative): Doc {
    if (alternative.kind === 'string') {
      return this.leaf(alternative.span.start, `"${alternative.value}"`)
    }
    const { name, axis, missing } = alternative
    if (axis === undefined) return this.name(name)
    const label = missing === undefined ? '' : [', missing =', this.assigned(missing)]
    return [this.name(name), '(', this.name(axis), label, ')']
  }
}

/** The comments that stay behind the previous entry: on its line, or inside parentheses that it no longer has. */
function behindPrevious(groups: readonly CommentGroup[], end: number): readonly CommentGroup[] {
  const behind: CommentGroup[] = []
  for (const [index, group] of groups.entries()) {
    const isOnLine = index === 0 && group.endsLine
    const isInside = group.start < end && end !== Infinity
    if (group.startsLine || !(isOnLine || isInside)) break
    behind.push(group)
    // Nothing can stand behind a line comment.
    if (group.comments.at(-1)?.kind !== 'block') break
  }
  return behind
}
