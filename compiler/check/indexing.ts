// `x[T = T1 + 1, H as H', (A, B) as C, +M, else 0]`: lookups, slices, windows, renamings, merges, splits and spreads.
import type { AxisName, Node } from '../graph/node.ts'
import { axisText } from '../graph/sizeText.ts'
import type { Index, IndexEntry } from '../syntax/ast.ts'
import { align } from './align.ts'
import { resolveAxes, resolveAxis } from './axes.ts'
import { axesText } from './axes.ts'
import { textOf } from './describe.ts'
import { evaluate } from './evaluate.ts'
import { locate, report, type Frame } from './frame.ts'
import { arithmetic, type Interval } from './intervals.ts'
import { firstPassage, joined, picked } from './meanings.ts'
import { placesFor, type Place } from './places.ts'
import { fromElsewhere, narrowedTo } from './refine.ts'
import { mergeAxes, renameAxis, splitAxis } from './reshape.ts'
import { apply, asTensor, noted, spreadOver, tensor } from './tensors.ts'
import { isNumeric, nounOf, poison } from './value.ts'
import type { Tensor, Value } from './value.ts'

export function index(expression: Index, frame: Frame): Value {
  const operand = evaluate(expression.value, frame)
  const otherwise =
    expression.otherwise === undefined ? undefined : evaluate(expression.otherwise, frame)
  if (operand.kind === 'poison' || otherwise?.kind === 'poison') return poison
  if (!isNumeric(operand)) {
    report(frame, 'not-indexable', expression.value.span, {
      text: textOf(expression.value),
      noun: nounOf(operand),
    })
    return poison
  }
  if (otherwise !== undefined && !isNumeric(otherwise)) {
    report(frame, 'not-a-number', expression.span, {
      text: 'else',
      noun: nounOf(otherwise),
      isBlock: false,
    })
    return poison
  }
  const found = placesOf(expression, asTensor(frame, operand), frame)
  if (found === null) return poison
  const fallback = otherwise === undefined ? undefined : asTensor(frame, otherwise)
  return taken(expression, found, fallback, frame)
}

// ── What the entries say ────────────────────────────────────────────────────

interface Found {
  /** The operand, repeated where the entries spread it. */
  readonly operand: Tensor
  readonly places: readonly Place[]
}

function placesOf(expression: Index, operand: Tensor, frame: Frame): Found | null {
  const spreads: AxisName[] = []
  const places: Place[] = []
  const leaving = new Set(expression.entries.flatMap((entry) => leavingAxes(entry, frame)))
  let failed = false
  for (const entry of expression.entries) {
    const made = placesOfEntry(entry, operand, expression, leaving, frame)
    if (made === null) failed = true
    else if (made.kind === 'spread') spreads.push(...made.axes)
    else places.push(...made.places)
  }
  if (failed) return null
  const twice = places.find(({ axis }, i) => places.findIndex((other) => other.axis === axis) < i)
  if (twice !== undefined) {
    report(frame, 'axis-twice', expression.span, { axis: axisText(twice.axis) })
    return null
  }
  return { operand: spreadOver(frame, operand, spreads), places }
}

type Made =
  | { readonly kind: 'spread'; readonly axes: readonly AxisName[] }
  | { readonly kind: 'places'; readonly places: readonly Place[] }

function placesOfEntry(
  entry: IndexEntry,
  operand: Tensor,
  expression: Index,
  leaving: ReadonlySet<AxisName>,
  frame: Frame,
): Made | null {
  switch (entry.kind) {
    case 'spread': {
      const axes = resolveAxes(frame, entry.axis)
      if (axes === null) return null
      const present = axes.find((axis) => operand.node.axes.includes(axis))
      if (present === undefined) return { kind: 'spread', axes }
      report(frame, 'spread-present', entry.span, {
        text: textOf(expression.value),
        axis: axisText(present),
      })
      return null
    }
    case 'at': {
      const axes = resolveAxes(frame, entry.axis)
      if (axes === null || !hasAxes(axes, operand, entry.axis.span, expression, frame)) return null
      const isLiteral = expression.otherwise === undefined
      const places = placesFor(entry, axes, isLiteral, frame)
      return places === null ? null : { kind: 'places', places }
    }
    case 'as': {
      const from = entry.from.map((name) => resolveAxes(frame, name))
      const to = entry.to.map((name) => resolveAxes(frame, name))
      const fromAxes = from.filter((axes) => axes !== null).flat()
      const toAxes = to.filter((axes) => axes !== null).flat()
      if (from.includes(null) || to.includes(null)) return null
      if (!hasAxes(fromAxes, operand, entry.span, expression, frame)) return null
      const present = toAxes.find((axis) => operand.node.axes.includes(axis) && !leaving.has(axis))
      if (present !== undefined) {
        report(frame, 'rename-to-present', entry.span, {
          text: textOf(expression.value),
          axis: axisText(present),
          from: axisText(fromAxes[0] ?? ''),
        })
        return null
      }
      return reshape(entry, fromAxes, toAxes, frame)
    }
    default:
      return entry satisfies never
  }
}

function reshape(
  entry: IndexEntry & { kind: 'as' },
  from: readonly AxisName[],
  to: readonly AxisName[],
  frame: Frame,
): Made | null {
  // `(H, W) as P` merges, also where a list in the parentheses has one member, or none.
  const isMerge = entry.from.length > 1 || entry.to.length === 1
  const [source] = from
  const [target] = to
  if (entry.to.length === 1 && from.length === to.length) {
    const places = from.map((axis, i) => renameAxis(frame, axis, to[i] ?? axis, entry.span))
    return { kind: 'places', places }
  }
  if (isMerge && target !== undefined && to.length === 1) {
    if (source === undefined) {
      // Of no axes at all, one of size 1.
      mergeAxes(frame, [], target, entry.span)
      return { kind: 'spread', axes: [target] }
    }
    return { kind: 'places', places: mergeAxes(frame, from, target, entry.span) }
  }
  if (source !== undefined && from.length === 1) {
    const place = splitAxis(frame, source, to, entry.span)
    return place === null ? null : { kind: 'places', places: [place] }
  }
  report(frame, 'reshape-unclear', entry.span, {
    from: axesText(frame, from),
    to: axesText(frame, to),
  })
  return null
}

/** The axes that an entry takes away from its operand. */
function leavingAxes(entry: IndexEntry, frame: Frame): readonly AxisName[] {
  if (entry.kind === 'spread') return []
  const names = entry.kind === 'at' ? [entry.axis] : entry.from
  return names.flatMap((name) => {
    const found = frame.scope.lookup(name.text)
    if (found?.kind === 'axes') return found.axes
    if (found?.kind === 'axis') return [found.axis]
    // A twin, or a mistake that is reported where the entry is read.
    return name.text.endsWith("'") ? [resolveAxis(frame, name) ?? ''] : []
  })
}

function hasAxes(
  axes: readonly AxisName[],
  operand: Tensor,
  span: Index['span'],
  expression: Index,
  frame: Frame,
): boolean {
  const missing = axes.find((axis) => !operand.node.axes.includes(axis))
  if (missing === undefined) return true
  frame.elaboration.workspace.noteLacking([missing])
  const { from } = operand
  report(
    frame,
    'axis-missing',
    span,
    {
      text: textOf(expression.value),
      axis: axisText(missing),
      axes: axesText(frame, operand.node.axes),
    },
    from === undefined
      ? {}
      : { labels: [{ ...from.at, message: `\`${from.name}\` is defined here` }] },
  )
  return false
}

// ── The value ───────────────────────────────────────────────────────────────

function taken(
  expression: Index,
  { operand, places }: Found,
  otherwise: Tensor | undefined,
  frame: Frame,
): Value {
  const { graph } = frame.elaboration
  if (places.length === 0) return operand
  const leaving = new Set(places.map(({ axis }) => axis))
  const kept = operand.node.axes.filter((axis) => !leaving.has(axis))
  if (!alignIndices(expression, places, kept, frame)) return poison
  const indices = places.map(({ axis, index }) => ({ axis, index: index.node }))
  const mayMiss = places.filter(({ isInside }) => !isInside)
  const readsMissing = places.some(({ fillsMissing }) => fillsMissing)
  const constant = otherwise === undefined ? null : constantOf(otherwise.node)
  const fill = constant ?? (mayMiss.length > 0 || readsMissing ? 0 : null)
  const along = [...leaving]
  const node = graph.take(operand.node, indices, fill)
  const intervals = arithmetic(frame)
  const provisos = places.flatMap(({ proviso }) => (proviso === undefined ? [] : [proviso]))
  const [first] = provisos
  if (first !== undefined && fill === null) {
    const facts = provisos.flatMap((proviso) => proviso.facts)
    frame.elaboration.workspace.provide(node, { ...first, facts })
  }
  const filled = (interval: Interval): Interval =>
    fill === null ? interval : intervals.join(interval, intervals.point(fill))
  const value = tensor({
    node,
    meaning: picked(operand.meaning, along),
    interval: filled(operand.interval),
    passage: operand.passage,
    isCoordinate: operand.isCoordinate && places.every(({ index }) => index.isCoordinate),
  })
  const { narrowed } = fromElsewhere(operand, along)
  const picks = noted(
    frame,
    narrowed === undefined
      ? value
      : narrowedTo(value, { ...narrowed, interval: filled(narrowed.interval) }),
  )
  if (otherwise === undefined || constant !== null || mayMiss.length === 0) return picks
  return chosen(expression, picks, otherwise, mayMiss, frame)
}

/** `else` of something that is no constant: chosen where an index lies outside. */
function chosen(
  expression: Index,
  picks: Tensor,
  otherwise: Tensor,
  places: readonly Place[],
  frame: Frame,
): Value {
  const at = locate(frame, expression.otherwise?.span ?? expression.span)
  const text = expression.otherwise === undefined ? 'else' : textOf(expression.otherwise)
  const operands = [
    { tensor: picks, at: locate(frame, expression.span), text: textOf(expression) },
    { tensor: otherwise, at, text },
  ]
  if (!align(frame, operands, expression.span)) return poison
  const inside = places
    .map(({ axis, index }) => insideOf(axis, index, frame))
    .reduce((all, one) => apply(frame, 'and', [all, one]))
  const value = apply(frame, 'select', [inside, picks, otherwise])
  const meaning = joined([picks, otherwise])
  const passage = firstPassage([picks, otherwise])
  return {
    ...value,
    ...(meaning === undefined ? {} : { meaning }),
    ...(passage === undefined ? {} : { passage }),
  }
}

function insideOf(axis: AxisName, index: Tensor, frame: Frame): Tensor {
  const size = asTensor(frame, { kind: 'size', size: frame.elaboration.graph.sizes.of(axis) })
  const zero = asTensor(frame, { kind: 'number', value: 0, whole: true })
  return apply(frame, 'and', [apply(frame, 'ge', [index, zero]), apply(frame, 'lt', [index, size])])
}

/** What is left of the operand and the indices by data align like operands: coordinates are free. */
function alignIndices(
  expression: Index,
  places: readonly Place[],
  kept: readonly AxisName[],
  frame: Frame,
): boolean {
  const byData = places.filter(({ index }) => !index.isCoordinate)
  const clash = byData.length < 2 ? undefined : apartIndices(byData)
  if (clash === undefined) return true
  const { graph } = frame.elaboration
  const rest = kept.reduce<Node>((node, axis) => graph.spread(node, axis), graph.constant(0))
  const operands = clash.map(({ index, at, text }) => ({ tensor: index, at, text }))
  return align(
    frame,
    [{ tensor: tensor({ node: rest }), at: locate(frame, expression.span), text: '' }, ...operands],
    expression.span,
  )
}

function apartIndices(places: readonly Place[]): readonly Place[] | undefined {
  const union = new Set(places.flatMap(({ index }) => index.node.axes))
  return places.some(({ index }) => index.node.axes.length === union.size) ? undefined : places
}

function constantOf(node: Node): number | null {
  return node.kind === 'constant' ? node.value : null
}
