// Sorting: the positions of the values along an axis in order, and the first few of them.
import { coordinateInterval } from '../intervals.ts'
import type { AxisName } from '../../graph/node.ts'
import { axisText, sizeText } from '../../graph/sizeText.ts'
import { report } from '../frame.ts'
import { picked } from '../meanings.ts'
import { requireAtLeast } from '../settle.ts'
import { noted, tensor } from '../tensors.ts'
import { poison } from '../value.ts'
import type { Arguments, Tensor } from '../value.ts'
import type { Builtin, CallSite } from './builtin.ts'
import { axesGiven, hasAxes, knownFlag, operandsOf, receive } from './given.ts'

/** `x[T = argsort[T](x)]` is x in order. */
const argsort: Builtin = {
  name: 'argsort',
  meaning:
    'The positions in order of their values: equal ones stay in order, and NaN counts as the largest.',
  usage: 'argsort[T](x, descending = false)',
  apply(site, given) {
    const received = receive(site, given, { least: 1, names: ['x'], options: ['descending'] })
    const axes = axesGiven(site, given)
    if (received === null || axes === null) return poison
    const descending = knownFlag(site, received, 'descending', false)
    const [operand] = operandsOf(site, received.positional, 'labels') ?? []
    if (operand === undefined || descending === null || !hasAxes(site, axes, operand)) return poison
    const along = given.axes === undefined ? operand.tensor.node.axes : axes
    const [axis, second] = along
    if (axis !== undefined && second === undefined) {
      return positions(site, operand.tensor, axis, descending)
    }
    report(site.frame, 'argmax-one-axis', site.span, {
      name: site.name,
      axes: along.map(axisText),
    })
    return poison
  },
}

function positions(
  { frame }: CallSite,
  { node }: Tensor,
  axis: AxisName,
  descending: boolean,
): Tensor {
  const { graph } = frame.elaboration
  return noted(
    frame,
    tensor({
      node: graph.argsort(node, axis, descending),
      interval: coordinateInterval(graph.sizes, axis),
    }),
  )
}

/** `topk[T -> K](x)`: the largest along T in order, as K, and where they are. */
const topk: Builtin = {
  name: 'topk',
  meaning: 'The largest values in order, and their positions; the smallest with `largest = false`.',
  usage: 'topk[T -> K](x, largest = true)',
  apply(site, given) {
    const { frame, span } = site
    const { graph } = frame.elaboration
    const axes = sourceAndTarget(site, given)
    if (axes === null) return poison
    const received = receive(site, given, { least: 1, names: ['x'], options: ['largest'] })
    if (received === null) return poison
    const { from, to } = axes
    const largest = knownFlag(site, received, 'largest', true)
    const [operand] = operandsOf(site, received.positional, 'labels') ?? []
    if (operand === undefined || largest === null || !hasAxes(site, [from], operand)) return poison
    const { tensor: x, text } = operand
    if (to !== from && x.node.axes.includes(to)) {
      report(frame, 'axes-do-not-fit', given.axes?.at.span ?? span, {
        of: site.name,
        problem: `\`${text}\` has the axis \`${axisText(to)}\` already`,
      })
      return poison
    }
    if (!isEnough(site, from, to)) return poison
    const order = positions(site, x, from, largest)
    const first = [{ axis: from, index: graph.coordinate(to) }]
    const index = { ...order, node: graph.take(order.node, first) }
    const node = graph.take(x.node, [{ axis: from, index: index.node }])
    const values = { ...x, node, meaning: picked(x.meaning, [from]), isCoordinate: false }
    return { kind: 'tuple', items: [noted(frame, values), noted(frame, index)] }
  },
}

function isEnough({ frame, span, name }: CallSite, from: AxisName, to: AxisName): boolean {
  const { sizes } = frame.elaboration.graph
  const facts = { name, from: axisText(from), to: axisText(to) }
  const [there, wanted] = [sizes.of(from), sizes.of(to)]
  const message = `${name}[${facts.from} -> ${facts.to}] needs ${facts.from} to be at least ${sizeText(wanted)}`
  if (requireAtLeast(frame, there, wanted, span, message)) return true
  report(frame, 'more-than-there-are', span, {
    ...facts,
    there: sizeText(there),
    wanted: sizeText(wanted),
  })
  return false
}

function sourceAndTarget(
  site: CallSite,
  { axes }: Arguments,
): { from: AxisName; to: AxisName } | null {
  const [entry, second] = axes?.entries ?? []
  const [from, otherFrom] = entry?.from ?? []
  const [to, otherTo] = entry?.to ?? []
  const isOne = second === undefined && otherFrom === undefined && otherTo === undefined
  if (isOne && from !== undefined && to !== undefined) return { from, to }
  report(site.frame, 'axes-do-not-fit', axes?.at.span ?? site.span, {
    of: site.name,
    problem: 'it is written `topk[T -> K](x)`',
    made: 'K',
  })
  return null
}

export const sorting: readonly Builtin[] = [argsort, topk]
