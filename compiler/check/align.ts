// Alignment by name: operands combine when one of them has all the axes; coordinates combine freely among themselves.
import type { AxisName } from '../graph/node.ts'
import { axisText } from '../graph/sizeText.ts'
import type { Label } from '../source/diagnostic.ts'
import type { Location, Span } from '../source/span.ts'
import { axesText } from './axes.ts'
import { reportAt, type Frame } from './frame.ts'
import type { Tensor } from './value.ts'

export interface Operand {
  readonly tensor: Tensor
  readonly at: Location
  readonly text: string
}

/** Whether the operands align; reports when they don't. `whole` is the expression that combines them. */
export function align(frame: Frame, operands: readonly Operand[], whole: Span): boolean {
  if (operands.every(({ tensor }) => tensor.isCoordinate)) return true
  const union = new Set(operands.flatMap(({ tensor }) => tensor.node.axes))
  if (operands.some(({ tensor }) => tensor.node.axes.length === union.size)) return true
  const [first, second] = apart(operands)
  if (first === undefined || second === undefined) return true
  const stray = [first, second].find(({ tensor }) => tensor.node.kind === 'coordinate')
  const at = { path: frame.path, span: whole }
  const labels = [first, second].flatMap((operand) => labelsOf(frame, operand))
  if (stray !== undefined) {
    const other = stray === first ? second : first
    const along = stray.tensor.node.axes[0] ?? ''
    const axis = axisText(along)
    const isInLoop = frame.elaboration.workspace.isLooping(along)
    const facts = {
      axis,
      isInLoop,
      other: knownText(frame, other),
      axes: axesText(frame, other.tensor.node.axes),
    }
    const fix = {
      message: `write \`size(${axis})\``,
      edits: [{ ...stray.at, text: `size(${axis})` }],
    }
    reportAt(frame, 'coordinate-for-size', stray.at, facts, {
      labels,
      ...(isInLoop ? {} : { fix }),
    })
    return false
  }
  reportAt(
    frame,
    'axes-apart',
    at,
    {
      first: knownText(frame, first),
      second: knownText(frame, second),
      firstAxes: axesText(frame, first.tensor.node.axes),
      secondAxes: axesText(frame, second.tensor.node.axes),
      ...missing(frame, second, first),
    },
    { labels },
  )
  return false
}

/** Comparisons, `and` and `or`: what is made of coordinates only aligns with anything. */
export function alignFreely(frame: Frame, operands: readonly Operand[], whole: Span): boolean {
  const bound = operands.filter(({ tensor }) => !tensor.isCoordinate)
  return bound.length < 2 || align(frame, bound, whole)
}

/** Two operands of which each has an axis that the other lacks; at worst the two with the most axes. */
function apart(operands: readonly Operand[]): readonly Operand[] {
  for (const [i, first] of operands.entries()) {
    for (const second of operands.slice(i + 1)) {
      if (lacks(second, first).length > 0 && lacks(first, second).length > 0) {
        return [first, second]
      }
    }
  }
  return []
}

/** The axes of `other` that `operand` doesn't have. */
function lacks(operand: Operand, other: Operand): AxisName[] {
  return other.tensor.node.axes.filter((axis) => !operand.tensor.node.axes.includes(axis))
}

function missing(frame: Frame, second: Operand, first: Operand): { spread?: string } {
  const [axis] = lacks(first, second)
  const text = knownText(frame, first)
  // A name, a call, a value with an index: brackets go on. Anything else wants parentheses.
  const goesOn = /^[\w.]+('|\([^()]*\)|\[[^[\]]*\])*$/.test(text)
  const operand = text.length > 40 ? '(…)' : goesOn ? text : `(${text})`
  return axis === undefined ? {} : { spread: `${operand}[+${axisText(axis)}]` }
}

/** Where an operand stands, and where it got its axes. */
export function labelsOf(frame: Frame, operand: Operand): Label[] {
  const { tensor, at } = operand
  const text = knownText(frame, operand)
  const axes = axesText(frame, tensor.node.axes)
  const here: Label = { ...at, message: `\`${text}\` has axes ${axes}` }
  const { from } = tensor
  if (from === undefined || (from.at.span.start === at.span.start && from.at.path === at.path)) {
    return [here]
  }
  return [here, { ...from.at, message: `\`${from.name}\` is defined here` }]
}

/** In library code, the name that the user knows the value by. */
function knownText(frame: Frame, { tensor, text }: Operand): string {
  const { from } = tensor
  return frame.library === undefined || from === undefined ? text : from.name
}
