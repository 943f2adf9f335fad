// `dot`, `concat` and `stack`: products over shared axes, and tensors put in a row or side by side.
import type { AxisName } from '../../graph/node.ts'
import { addSizes, constantSize } from '../../graph/size.ts'
import { axisText } from '../../graph/sizeText.ts'
import { align, type Operand } from '../align.ts'
import { report, reportAt } from '../frame.ts'
import { arithmetic } from '../intervals.ts'
import { fromElsewhere } from '../refine.ts'
import { firstPassage, joined } from '../meanings.ts'
import { settleAxis } from '../settle.ts'
import { apply, asTensor, constant, coordinate, noted, tensor } from '../tensors.ts'
import { poison } from '../value.ts'
import type { Arguments, Tensor, Value } from '../value.ts'
import type { Builtin, CallSite } from './builtin.ts'
import { axesGiven, hasAxes, operandsOf, receive } from './given.ts'
import { reduced } from './reductions.ts'

const dot: Builtin = {
  name: 'dot',
  meaning: 'Multiplies, and sums over the named axes; every other axis of any operand stays.',
  usage: 'dot[I](a, b)',
  apply(site, given) {
    const received = receive(site, given, { least: 1, most: Infinity })
    const over = axesGiven(site, given)
    if (received === null || over === null) return poison
    const operands = operandsOf(site, received.positional)
    if (operands !== null && given.axes === undefined) {
      const shared = operands
        .map(({ tensor: { node } }) => node.axes)
        .reduce((all, axes) => all.filter((axis) => axes.includes(axis)))
      const facts = { shared: shared.map(axisText), operands: operands.map(({ text }) => text) }
      report(site.frame, 'dot-without-axes', site.span, facts)
      return poison
    }
    if (operands === null || !someHasEach(site, over, operands)) return poison
    const product = operands
      .map((operand) => operand.tensor)
      .reduce((all, one) => apply(site.frame, 'mul', [all, one]))
    return reduced(site, 'sum', product, over)
  },
}

function someHasEach(
  site: CallSite,
  over: readonly AxisName[],
  operands: readonly Operand[],
): boolean {
  const lacking = over.find((axis) =>
    operands.every(({ tensor: { node } }) => !node.axes.includes(axis)),
  )
  if (lacking === undefined) return true
  report(
    site.frame,
    'dot-lacks-axis',
    site.span,
    { axis: axisText(lacking), operands: operands.map(({ text }) => text) },
    {
      labels: operands.map(({ tensor: { node }, at, text }) => ({
        ...at,
        message: `\`${text}\` has axes [${node.axes.map(axisText).join(', ')}]`,
      })),
    },
  )
  return false
}

// ── In a row ────────────────────────────────────────────────────────────────

/** `concat[A, B -> C](a, b)`: a where C is below the size of A, then b. */
const concat: Builtin = {
  name: 'concat',
  meaning: "a's A and b's B in a row, as C.",
  usage: 'concat[A, B -> C](a, b)',
  apply(site, given) {
    const { frame, span } = site
    const axes = sourcesAndTarget(site, given)
    if (axes === null) return poison
    const { sources, target } = axes
    const received = receive(site, given, { least: sources.length })
    const operands = received === null ? null : operandsOf(site, received.positional, 'labels')
    if (operands === null) return poison
    if (!operands.every((operand, i) => hasAxes(site, sources.slice(i, i + 1), operand))) {
      return poison
    }
    const present = operands.find(({ tensor: { node } }) => node.axes.includes(target))
    if (present !== undefined) {
      const facts = { text: present.text, axis: axisText(target), of: site.name }
      reportAt(frame, 'made-axis-present', present.at, facts)
      return poison
    }
    const { sizes } = frame.elaboration.graph
    const total = addSizes(...sources.map((axis) => sizes.of(axis)))
    settleAxis(frame, target, total, span, 'the parts in a row')
    const pieces = operands.map((operand, i) =>
      pieceOf(operand, sources.slice(0, i + 1), target, site),
    )
    if (!align(frame, pieces, span)) return poison
    return chosenBy(site, pieces, target, (i) => {
      const end = addSizes(...sources.slice(0, i + 1).map((axis) => sizes.of(axis)))
      return apply(frame, 'lt', [
        coordinate(frame, target),
        asTensor(frame, { kind: 'size', size: end }),
      ])
    })
  },
}

/** The last of the sources along the target; nothing outside its own stretch is ever chosen. */
function pieceOf(
  operand: Operand,
  sources: readonly AxisName[],
  target: AxisName,
  site: CallSite,
): Operand {
  const { frame } = site
  const { graph } = frame.elaboration
  const own = sources.at(-1)
  if (own === undefined) return operand
  const start = addSizes(...sources.slice(0, -1).map((axis) => graph.sizes.of(axis)))
  const place = coordinate(frame, target)
  const index =
    start.terms.length === 0
      ? place
      : apply(frame, 'sub', [place, asTensor(frame, { kind: 'size', size: start })])
  const value = fromElsewhere(operand.tensor, [own])
  const node = graph.take(value.node, [{ axis: own, index: index.node }], 0)
  return { ...operand, tensor: noted(frame, { ...value, node, isCoordinate: false }) }
}

function sourcesAndTarget(
  site: CallSite,
  given: Arguments,
): { sources: readonly AxisName[]; target: AxisName } | null {
  const entries = given.axes?.entries ?? []
  const arrowAt = entries.findIndex(({ arrow }) => arrow)
  const last = entries[arrowAt]
  const sources = entries.slice(0, arrowAt + 1).flatMap(({ from }) => from ?? [])
  const targets = last?.to ?? []
  const [target, second] = targets
  const fits = arrowAt === entries.length - 1 && target !== undefined && second === undefined
  if (fits && sources.length > 1) return { sources, target }
  report(site.frame, 'axes-do-not-fit', given.axes?.at.span ?? site.span, {
    of: site.name,
    problem: 'it is written `concat[A, B -> C](a, b)`',
  })
  return null
}

// ── Side by side ────────────────────────────────────────────────────────────

/** `stack[-> K](a, b, c)` */
const stack: Builtin = {
  name: 'stack',
  meaning: 'Tensors side by side along a new axis.',
  usage: 'stack[-> K](a, b, c)',
  apply(site, given) {
    const { frame, span } = site
    const [entry, second] = given.axes?.entries ?? []
    const [axis, other] = entry?.to ?? []
    if (entry?.from !== undefined || second !== undefined || other !== undefined || !axis) {
      report(frame, 'axes-do-not-fit', given.axes?.at.span ?? span, {
        of: site.name,
        problem: 'it is written `stack[-> K](a, b, c)`',
      })
      return poison
    }
    const received = receive(site, given, { least: 1, most: Infinity })
    const operands = received === null ? null : operandsOf(site, received.positional, 'labels')
    if (operands === null || !align(frame, operands, span)) return poison
    const present = operands.find(({ tensor: { node } }) => node.axes.includes(axis))
    if (present !== undefined) {
      const facts = { text: present.text, axis: axisText(axis) }
      report(frame, 'spread-present', span, facts)
      return poison
    }
    settleAxis(frame, axis, constantSize(operands.length), span, 'the stack')
    if (operands.length === 1) {
      const [only] = operands
      if (only === undefined) return poison
      const node = frame.elaboration.graph.spread(only.tensor.node, axis)
      return noted(frame, { ...only.tensor, node })
    }
    return chosenBy(site, operands, axis, (i) =>
      apply(frame, 'eq', [coordinate(frame, axis), constant(frame, i, true)]),
    )
  },
}

/** The first operand whose condition holds, else the last. */
function chosenBy(
  site: CallSite,
  operands: readonly Operand[],
  axis: AxisName,
  condition: (i: number) => Tensor,
): Value {
  const { frame } = site
  const tensors = operands.map((operand) => operand.tensor)
  const last = tensors.at(-1)
  if (last === undefined) return poison
  const value = tensors
    .slice(0, -1)
    .reduceRight((rest, one, i) => apply(frame, 'select', [condition(i), one, rest]), last)
  const meaning = joined(tensors)
  const passage = firstPassage(tensors)
  const intervals = arithmetic(frame)
  const interval = tensors.map((one) => one.interval).reduce((all, one) => intervals.join(all, one))
  const { node } = value
  return noted(frame, {
    ...tensor({ node, interval, passage }),
    // What summed to 1 over the joined axis no longer does.
    ...(meaning === undefined || meaning.axis === axis ? {} : { meaning }),
  })
}

export const joining: readonly Builtin[] = [dot, concat, stack]
