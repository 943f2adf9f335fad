// Sizes that must agree: told at once where the normal forms decide, else asked of the sizes when they are bound.
import type { AxisName } from '../graph/node.ts'
import {
  axisSize,
  constantOf,
  constantSize,
  divideSizesExactly,
  floorDivideSizes,
  multiplySizes,
  scaleSize,
  subtractSizes,
} from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { axisText, sizeText } from '../graph/sizeText.ts'
import type { Label } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import { report, userLocation, type Frame } from './frame.ts'
import { filled } from './intervals.ts'

/** Gives an axis its size, or checks the size that it has. `maker`: what makes it, for messages. */
export function settleAxis(
  frame: Frame,
  axis: AxisName,
  size: Size,
  span: Span,
  maker: string,
): void {
  const { workspace, graph } = frame.elaboration
  const { sizes } = graph
  if (!sizes.isKnown(axis) && !sizes.dependsOn(size, axis)) {
    sizes.define(axis, size)
    const message = `\`${axisText(axis)}\` gets its size here`
    workspace.noteOrigin(axis, { at: userLocation(frame, span), message })
    return
  }
  requireEqual(frame, { axis, size: axisSize(axis) }, { size, maker }, span)
}

/** What is compared: an axis with its size, or a size that something makes. */
export interface Sized {
  readonly size: Size
  readonly axis?: AxisName
  readonly maker?: string
}

export function requireEqual(frame: Frame, left: Sized, right: Sized, span: Span): void {
  const { workspace, graph } = frame.elaboration
  const { sizes } = graph
  const comparison = sizes.compare(left.size, right.size)
  if (comparison === 'equal') return
  const message = `${sizedText(frame, left)}, but ${sizedText(frame, right)}`
  if (comparison === 'undecided' || isForSomeData(frame, left.size, right.size, comparison)) {
    workspace.require({
      relation: '==',
      left: left.size,
      right: right.size,
      message: `${sizedText(frame, left)}, and ${sizedText(frame, right)}: they must be equal`,
      at: userLocation(frame, span),
    })
    return
  }
  report(
    frame,
    'sizes-differ',
    span,
    { message, isCertain: comparison === 'different' },
    { labels: [left, right].flatMap((sized) => originLabels(frame, sized)) },
  )
}

/** A size that the data brings may be the number that is wanted: 2 * N for N of 12 is 24. */
function isForSomeData(frame: Frame, left: Size, right: Size, comparison: string): boolean {
  const { sizes } = frame.elaboration.graph
  const isNumber = (size: Size): boolean => constantOf(sizes.resolve(size)) !== null
  return comparison === 'independent' && isNumber(left) !== isNumber(right)
}

/** The condition `left >= right`, checked now where it can be. False: it certainly fails. */
export function requireAtLeast(
  frame: Frame,
  left: Size,
  right: Size,
  span: Span,
  message: string,
): boolean {
  const { workspace, graph } = frame.elaboration
  const { sizes } = graph
  const difference = subtractSizes(left, right)
  if (sizes.proveAtLeast(difference, 0)) return true
  const known = constantOf(sizes.resolve(difference))
  if (known !== null && known < 0) return false
  workspace.require({ relation: '>=', left, right, message, at: userLocation(frame, span) })
  return true
}

/**
 * A divisor of whole numbers is not 0, where `places` have an element each: proved, or asked for when sizes are bound.
 * False: it certainly is 0.
 */
export function requireDivisor(
  frame: Frame,
  size: Size,
  places: readonly AxisName[],
  { text, span }: { readonly text: string; readonly span: Span },
): boolean {
  const { workspace, graph } = frame.elaboration
  const { sizes } = graph
  const isNegative = size.terms.every(({ coefficient }) => coefficient < 0)
  const magnitude = isNegative ? scaleSize(size, -1) : size
  if (sizes.proveAtLeast(magnitude, 1, filled(places))) return true
  workspace.divisors.add(size.key)
  const message = `\`${text}\` is divided by, and must be at least 1`
  return requireAtLeast(frame, magnitude, constantSize(1), span, message)
}

/** `left / right`, which must divide; where that is not known, it is asked for when sizes are bound. */
export function divideExactly(frame: Frame, left: Sized, right: Sized, span: Span): Size | null {
  const { workspace, graph } = frame.elaboration
  const { sizes } = graph
  const over = sizes.resolve(left.size)
  const under = sizes.resolve(right.size)
  const exact = divideSizesExactly(over, under)
  if (exact !== null) return exact
  const a = constantOf(over)
  const b = constantOf(under)
  if ((a !== null && b !== null) || b === 0) {
    report(
      frame,
      'not-divisible',
      span,
      { left: sizedText(frame, left), right: String(b) },
      { labels: [left, right].flatMap((sized) => originLabels(frame, sized)) },
    )
    return null
  }
  const quotient = floorDivideSizes(over, under)
  workspace.require({
    relation: '==',
    left: over,
    right: multiplySizes(under, quotient),
    message: `${nameOf(left, over)} must be a multiple of ${nameOf(right, under)}`,
    at: userLocation(frame, span),
  })
  return quotient
}

/** An axis by its name, and by its size where that is another. */
function nameOf({ axis }: Sized, resolved: Size): string {
  const text = sizeText(resolved)
  if (axis === undefined || axisText(axis) === text) return text
  return `${axisText(axis)} = ${text}`
}

/** `A is 3`, `this makes it 2 * N`. */
export function sizedText(frame: Frame, { size, axis, maker }: Sized): string {
  const resolved = frame.elaboration.graph.sizes.resolve(size)
  const text = sizeText(resolved)
  if (axis === undefined) return maker === undefined ? text : `${maker} makes ${text}`
  const name = axisText(axis)
  return text === name ? `\`${name}\` has a size of its own` : `\`${name}\` is ${text}`
}

export function originLabels(frame: Frame, { axis }: Sized): Label[] {
  if (axis === undefined) return []
  const origin = frame.elaboration.workspace.originOf(axis)
  if (origin === undefined) return []
  return [{ ...origin.at, message: origin.message }]
}
