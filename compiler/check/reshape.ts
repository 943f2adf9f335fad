// Renaming, merging and splitting axes: all of them are indices, row-major, with sizes that must agree.
import type { AxisName } from '../graph/node.ts'
import { constantOf, divideSizesExactly } from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { axisText, sizeText } from '../graph/sizeText.ts'
import type { Span } from '../source/span.ts'
import { locate, report, type Frame } from './frame.ts'
import { productOfSizes } from './intervals.ts'
import { places as placesIn } from './intervals.ts'
import type { Place } from './places.ts'
import { divideExactly, originLabels, requireEqual, settleAxis } from './settle.ts'
import { apply, asTensor, coordinate } from './tensors.ts'
import type { Tensor } from './value.ts'

/** `T as T'`: T at the coordinate of T'. */
export function renameAxis(frame: Frame, from: AxisName, to: AxisName, span: Span): Place {
  const { sizes } = frame.elaboration.graph
  settleAxis(frame, to, sizes.of(from), span, `renaming \`${axisText(from)}\``)
  return place(frame, from, coordinate(frame, to), span)
}

/** `(H, W) as P`: H at P div W, W at P % W. */
export function mergeAxes(
  frame: Frame,
  from: readonly AxisName[],
  to: AxisName,
  span: Span,
): readonly Place[] {
  const { sizes } = frame.elaboration.graph
  const names = from.map(axisText).join(' * ')
  settleAxis(frame, to, productOfSizes(sizes, from), span, `merging (\`${names}\`)`)
  const merged = coordinate(frame, to)
  return from.map((axis, i) => {
    const inner = productOfSizes(sizes, from.slice(i + 1))
    const quotient = isOne(inner)
      ? merged
      : apply(frame, 'floordiv', [merged, asTensor(frame, { kind: 'size', size: inner })])
    const size = sizes.of(axis)
    const index =
      i === 0 ? quotient : apply(frame, 'mod', [quotient, asTensor(frame, { kind: 'size', size })])
    return place(frame, axis, { ...index, interval: placesIn(size) }, span)
  })
}

/** `D as (Heads, E)`: D at Heads * size(E) + E. One of the parts may have no size yet. */
export function splitAxis(
  frame: Frame,
  from: AxisName,
  to: readonly AxisName[],
  span: Span,
): Place | null {
  if (!settleParts(frame, from, to, span)) return null
  const { sizes } = frame.elaboration.graph
  const terms = to.map((axis, i) => {
    const inner = productOfSizes(sizes, to.slice(i + 1))
    const part = coordinate(frame, axis)
    return isOne(inner)
      ? part
      : apply(frame, 'mul', [part, asTensor(frame, { kind: 'size', size: inner })])
  })
  const [first, ...others] = terms
  if (first === undefined) return null
  const index = others.reduce((total, term) => apply(frame, 'add', [total, term]), first)
  return place(frame, from, { ...index, interval: placesIn(sizes.of(from)) }, span)
}

function settleParts(frame: Frame, from: AxisName, to: readonly AxisName[], span: Span): boolean {
  const { graph, fed } = frame.elaboration
  const { sizes } = graph
  const size = sizes.of(from)
  const open = to.filter((axis) => !sizes.isKnown(axis) && !sizes.dependsOn(size, axis))
  // A part that comes with an input has its size from there, if another part can be worked out.
  const unfed = open.filter((axis) => !fed.has(axis))
  const [wanted, second] = unfed.length > 0 ? unfed : open
  if (wanted === undefined || second !== undefined) {
    if (second !== undefined && unfed.length > 1) {
      report(frame, 'split-unsettled', span, {
        axis: axisText(from),
        parts: unfed.map(axisText),
      })
      return false
    }
  }
  const target = wanted !== undefined && second === undefined ? wanted : undefined
  if (target === undefined) {
    const maker = `the parts (${to.map(axisText).join(', ')})`
    const product = productOfSizes(sizes, to)
    if (isApart(frame, size, product)) {
      const parts = to.map((axis) => sizeText(sizes.of(axis))).join(' * ')
      report(
        frame,
        'split-differs',
        span,
        {
          axis: axisText(from),
          size: sizeText(size),
          parts: `${parts} = ${sizeText(product)}`,
        },
        { labels: to.flatMap((axis) => originLabels(frame, { axis, size })) },
      )
      return false
    }
    requireEqual(frame, { axis: from, size }, { size: product, maker }, span)
    return true
  }
  const others = to.filter((axis) => axis !== target)
  const product = productOfSizes(sizes, others)
  const divisor = others.length === 1 ? others[0] : undefined
  const quotient =
    divideSizesExactly(size, product) ??
    divideExactly(
      frame,
      { axis: from, size },
      divisor === undefined ? { size: product } : { axis: divisor, size: product },
      span,
    )
  if (quotient === null) return false
  settleAxis(frame, target, quotient, span, `splitting \`${axisText(from)}\``)
  return true
}

function isApart(frame: Frame, a: Size, b: Size): boolean {
  return frame.elaboration.graph.sizes.compare(a, b) === 'different'
}

function place(frame: Frame, axis: AxisName, index: Tensor, span: Span): Place {
  return {
    axis,
    index,
    isInside: true,
    fillsMissing: false,
    at: locate(frame, span),
    text: axisText(axis),
  }
}

function isOne(size: Size): boolean {
  return constantOf(size) === 1
}
