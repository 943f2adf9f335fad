// What printing statements and printing expressions share: leaves, brackets, what follows `=`.
import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import type { Expression, Name } from '../ast.ts'
import {
  type Gap,
  PendingComments,
  printBeforeClosing,
  printGap,
  printInline,
  printOwn,
  printTrailing,
} from './comments.ts'
import type { Marks } from './marks.ts'
import { startOf } from './parentheses.ts'

const { group, indent, line, softline } = builders

/** Something to print between brackets. `start` is where its first leaf stands in the source. */
export interface Item {
  readonly start: number
  readonly print: () => Doc
  readonly isDocumented?: boolean
}

export abstract class Printer {
  readonly text: string
  readonly comments: PendingComments
  readonly marks: Marks

  constructor(text: string, comments: PendingComments, marks: Marks) {
    this.text = text
    this.comments = comments
    this.marks = marks
  }

  /** `isAlone`: nothing else stands in its lines, so that the parts of a chain need no indentation. */
  abstract expression(expression: Expression, isAlone?: boolean): Doc

  /** A name, number or word, behind what stands in the gap before it. See Note [Comments between leaves]. */
  leaf(start: number, text: string): Doc {
    return [printInline(this.comments.takeBefore(start)), text]
  }

  name({ text, span }: Name): Doc {
    return this.leaf(span.start, text)
  }

  /** `(a, b)`: on one line, or each item on its own. `tail` is a comma that has to stay. */
  bracketed(open: string, items: readonly Item[], end: number, close: string, tail = ''): Doc {
    const parts: Doc[] = []
    for (const [index, { start, print, isDocumented }] of items.entries()) {
      const space = index === 0 ? softline : line
      const gap = this.comments.gapBefore(start)
      const above = printGap(gap, space, isDocumented ?? false)
      parts.push(index === 0 ? '' : ',', indent([above, printInline(gap.inline), print()]))
    }
    const closing = indent([tail, printBeforeClosing(this.comments.takeBefore(end))])
    return group([open, ...parts, closing, softline, close])
  }

  /** What stands behind `=`, `=>` or `return`: on the same line if it fits or can break inside. */
  assigned(value: Expression): Doc {
    const gap = this.comments.gapBefore(startOf(value))
    const hasOwnLines = gap.own.length + gap.trailing.length > 0
    if (!hasOwnLines && breaksInside(value)) {
      return [' ', printInline(gap.inline), this.expression(value)]
    }
    const lead = [printGap(gap, line, false), printInline(gap.inline)]
    return group(indent([lead, this.expression(value, true)]))
  }

  /** A further item of a list without brackets. */
  nextInLine(start: number, print: () => Doc): Doc {
    const gap = this.comments.gapBefore(start)
    return [',', printGap(gap, line, false), printInline(gap.inline), print()]
  }

  /** `+ b`, `|> f`, `else b`: a further part of a chain, on a line of its own when the chain breaks. */
  nextPart(word: string, start: number, print: () => Doc): Doc {
    const gap: Gap = this.comments.gapBefore(start)
    return [
      printTrailing(gap),
      line,
      printOwn(gap, false),
      word,
      ' ',
      printInline(gap.inline),
      print(),
    ]
  }
}

/** Expressions that end in brackets, so that a long one breaks there and its beginning stays on the line. */
export function breaksInside(expression: Expression): boolean {
  switch (expression.kind) {
    case 'call':
    case 'index':
    case 'instantiate':
    case 'tuple':
    case 'list':
    case 'pipe':
    case 'number':
    case 'string':
    case 'constant':
    case 'name':
    case 'member':
    case 'missing':
      return true
    case 'lambda':
      return expression.body.braces || breaksInside(expression.body.result)
    case 'over':
      return breaksInside(expression.value)
    case 'unary':
      return breaksInside(expression.operand)
    case 'sum':
    case 'product':
    case 'power':
    case 'comparison':
    case 'is':
    case 'logical':
    case 'if':
      return false
    default:
      return expression satisfies never
  }
}
