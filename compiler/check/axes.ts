// Axis names of a source become axes of the graph: lists, twins, and the fresh axes of each call.
import type { AxisName } from '../graph/node.ts'
import { axisText } from '../graph/sizeText.ts'
import { suggest } from '../source/suggest.ts'
import type { Name } from '../syntax/ast.ts'
import { locate, report, type Frame } from './frame.ts'
import { layoutOf } from './layout.ts'
import type { Entry, Scope } from './scope.ts'

export type AxisEntry = Extract<Entry, { kind: 'axis' | 'axes' | 'unsettled' }>

export function isAxisEntry(entry: Entry): entry is AxisEntry {
  return entry.kind !== 'value'
}

/** The axes that a name stands for: one, or the members of a list. Reports and gives null when there are none such. */
export function resolveAxes(frame: Frame, name: Name): readonly AxisName[] | null {
  const found = findAxis(frame, name.text)
  if (found === undefined) return unknownAxis(frame, name)
  const { entry, scope } = found
  switch (entry.kind) {
    case 'axis':
      return [entry.axis]
    case 'axes':
      return entry.axes
    case 'unsettled': {
      report(frame, 'axis-unsettled', name.span, { axis: name.text, of: entry.of })
      // Said once: from here on it is an axis like any other.
      const axis = freshAxis(frame, name.text, `unsettled ${name.text}`)
      scope.declare(name.text, { kind: 'axis', axis })
      return [axis]
    }
    default:
      return entry satisfies never
  }
}

/**
 * How many of a tensor's axes make each dimension in torch's layout, where it is not one each: the axes of a side,
 * `I` of `Linear[...I -> ...O]`, are features of one dimension there.
 */
export function dimensionsOf(
  frame: Frame,
  names: readonly Name[] | undefined,
): { readonly dimensions?: readonly number[] } {
  const dimensions = (names ?? []).flatMap((name) => {
    const entry = findAxis(frame, name.text)?.entry
    if (entry?.kind !== 'axes') return [1]
    return entry.isSide === true ? [entry.axes.length] : entry.axes.map(() => 1)
  })
  return dimensions.every((count) => count === 1) ? {} : { dimensions }
}

/** The one axis that a name stands for; of a list, the member at hand, or its only one. */
export function resolveAxis(frame: Frame, name: Name): AxisName | null {
  const axes = resolveAxes(frame, name)
  if (axes === null) return null
  const [only] = axes
  if (axes.length === 1 && only !== undefined) return only
  const member = frame.member === undefined ? undefined : axes[frame.member]
  if (member !== undefined) return member
  report(frame, 'list-for-axis', name.span, { name: name.text, axes: axes.map(axisText) })
  return null
}

export function findAxis(
  frame: Frame,
  name: string,
): { readonly entry: AxisEntry; readonly scope: Scope } | undefined {
  return frame.scope.find(name, isAxisEntry) ?? twin(frame, name)
}

/**
 * `N'` is another axis of N's size. It belongs to the scope of N, so that a function's own twin of an axis parameter
 * differs from the twin that the user writes outside.
 */
function twin(
  frame: Frame,
  name: string,
): { readonly entry: AxisEntry; readonly scope: Scope } | undefined {
  if (!name.endsWith("'")) return undefined
  const base = findAxis(frame, name.slice(0, -1))
  if (base === undefined) return undefined
  const { entry, scope } = base
  if (entry.kind === 'unsettled') return base
  const { workspace, graph } = frame.elaboration
  const { sizes } = graph
  const twinOf = (axis: AxisName, i: number): AxisName => {
    const made = scope.isFile ? `${axis}'` : freshAxis(frame, name, `twin ${name} ${i}`)
    if (!sizes.isKnown(made)) sizes.declare(made, sizes.of(axis))
    const origin = workspace.originOf(axis)
    if (origin !== undefined) workspace.noteOrigin(made, origin)
    return made
  }
  const twinEntry: AxisEntry =
    entry.kind === 'axis'
      ? { kind: 'axis', axis: twinOf(entry.axis, 0) }
      : { kind: 'axes', axes: entry.axes.map(twinOf) }
  scope.declare(name, twinEntry)
  return { entry: twinEntry, scope }
}

/** An axis of this call alone, the same in both elaborations; `place` tells the axes of one call apart. */
export function freshAxis(frame: Frame, name: string, place: string): AxisName {
  return frame.elaboration.workspace.local(`${frame.key}|${place}`, axisText(name))
}

function unknownAxis(frame: Frame, name: Name): null {
  const known = frame.scope.names(isAxisEntry)
  const near = suggest(name.text, known)
  const isValue = frame.scope.lookup(name.text) !== undefined
  const later = frame.scope.declaredLater(name.text)
  if (later !== undefined) {
    report(
      frame,
      'used-before-defined',
      name.span,
      { name: name.text },
      { labels: [{ ...later, message: 'defined here' }] },
    )
    return null
  }
  report(
    frame,
    'unknown-axis',
    name.span,
    { axis: name.text, isValue, ...(near === undefined ? {} : { near }) },
    near === undefined
      ? {}
      : {
          fix: {
            message: `write \`${near}\``,
            edits: [{ ...locate(frame, name.span), text: near }],
          },
        },
  )
  return null
}

/** `[N, D]`: the axes as the user knows them, in the order of their declaration. */
export function axesText(frame: Frame, axes: readonly AxisName[]): string {
  const ordered = layoutOf(axes, frame.elaboration.graph.sizes.axes())
  return `[${ordered.map(axisText).join(', ')}]`
}
