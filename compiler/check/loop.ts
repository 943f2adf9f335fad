// A loop worked out: its step is elaborated once, for a place that stands for all of them.
//
// Note [What a carry is]. What the step makes of the carry tells what the carry is: its axes, whether it is whole, where
// it lies, what it means. So the step is worked out on trial with what the start says; if the result is more, again with
// both together, until nothing changes; only that round is reported.
import { axisText } from '../graph/sizeText.ts'
import type { Carry, DataType, AxisName, LeafNode, Loop, Node, ScanNode } from '../graph/node.ts'
import { constantOf } from '../graph/size.ts'
import { raise, usesAxis, variablesOf } from '../graph/raise.ts'
import type { Step } from '../graph/raise.ts'
import type { CallSite } from './builtins/builtin.ts'
import { invoke } from './evaluate.ts'
import { report, type Frame } from './frame.ts'
import { arithmetic, everything } from './intervals.ts'
import type { Interval } from '../graph/interval.ts'
import { firstPassage, joined, meaningOfType, picked } from './meanings.ts'
import { fromElsewhere } from './refine.ts'
import { Site } from './site.ts'
import { asTensor, noted, tensor } from './tensors.ts'
import { isNumeric, nounOf, poison } from './value.ts'
import type { Argument, Callable, Meaning, Passage, Tensor, Value } from './value.ts'
import type { Trial } from './workspace.ts'

/** A value, and the tensors in it, through all tuples. */
interface Parts {
  readonly value: Value
  readonly parts: readonly Tensor[]
}

export interface LoopCall {
  readonly axis: AxisName
  readonly form: ScanNode['form']
  readonly callee: Callable
  /** The step as written, for messages. */
  readonly calleeText: string
  readonly start: Parts
  /** As written, for messages. */
  readonly carry: Argument
  /** What a step gets besides, if anything. */
  readonly elements?: Parts & { readonly argument: Argument }
  /** Of copies as steps. */
  readonly copies?: Copies
}

/** What each of them has of its own. */
export interface Copies {
  /** Made before all of it. */
  readonly first: Node
  /** What stands in a step for something along the axis, and that: asked for once it has been worked out. */
  readonly values: () => ReadonlyMap<Node, Node>
  /** Whether numbers drawn at a site are a copy's. */
  readonly draws: (site: string) => boolean
}

/** What is known of one carry. */
interface Shape {
  readonly axes: readonly AxisName[]
  readonly dataType: DataType
  readonly interval: Interval
  readonly meaning: Meaning
  readonly passage: Passage | undefined
}

/** Rounds that may widen what is known of where a carry lies, before nothing is assumed of it. */
const mostWidenings = 3

export function runLoop(site: CallSite, call: LoopCall): Value {
  const { workspace } = site.frame.elaboration
  const place = site.frame.site.next(site.name)
  const stage = new Stage(site, call, place.name)
  let shapes = call.start.parts.map(shapeOf)
  // Axes, types and meanings only ever widen, and there are finitely many in a file.
  for (let round = 0; ; round++) {
    const trial = workspace.trial(() => stage.step(shapes))
    const given = trial.value
    if (isMistaken(trial) || given === null) {
      const wider = withAxes(shapes, trial.lacking, call.axis)
      if (wider !== null) {
        shapes = wider
        continue
      }
      workspace.accept(trial)
      return poison
    }
    const next = shapes.map((shape, i) => joinedShape(site.frame, shape, given.parts[i], round))
    if (next.every((shape, i) => isSame(site.frame, shape, shapes[i]))) {
      workspace.accept(trial)
      return stage.result(shapes, given)
    }
    shapes = next
  }
}

/**
 * A loop whose steps are copies: each must be the same graph, whether it is given what the loop starts from or what a
 * copy gives, since these may mean different things to it. Null where they differ, or are mistaken; then nothing is told.
 */
export function runCopies(site: CallSite, call: LoopCall, given: string): Value | null {
  const { frame } = site
  const { workspace } = frame.elaboration
  const place = frame.site.next(site.name)
  const stage = new Stage(site, call, place.name)
  const trials: Trial<Parts | null>[] = []
  const step = (shapes: readonly Shape[], carry: Argument): Parts | null => {
    const trial = workspace.trial(() => stage.step(shapes, carry))
    trials.push(trial)
    workspace.noteLacking(trial.lacking)
    return isMistaken(trial) ? null : trial.value
  }
  const plain = call.start.parts.map(shapeOf)
  const trial = step(plain, call.carry)
  if (trial === null) return null
  // Whole numbers to start from are reals where copies give these.
  const start = plain.map((shape, i) => typedAs(shape, trial.parts[i]))
  const first = start.every((shape, i) => shape === plain[i]) ? trial : step(start, call.carry)
  if (first === null) return null
  const isAlike = ({ parts }: Parts): boolean =>
    parts.every(({ node }, i) => node === first.parts[i]?.node)
  const later = { ...call.carry, text: given }
  const second = step(first.parts.map(shapeOf), later)
  if (second === null || !isAlike(second)) return null
  const isSettled = second.parts.every((part, i) => hasSameMeaning(part, first.parts[i] ?? part))
  if (!isSettled) return null
  // What all copies may be given.
  let shapes = start
  for (let round = 0; ; round++) {
    const any = step(shapes, round === 0 ? call.carry : later)
    if (any === null || !isAlike(any)) return null
    const next = shapes.map((shape, i) => joinedShape(frame, shape, any.parts[i], round))
    if (next.every((shape, i) => isSame(frame, shape, shapes[i]))) {
      for (const trial of trials) workspace.accept(trial)
      return stage.result(shapes, meaningAsBoth(any, second))
    }
    shapes = next
  }
}

/** The values of one, which mean what they do in both. */
function meaningAsBoth({ value, parts }: Parts, other: Parts): Parts {
  return {
    value,
    parts: parts.map((part, i) => {
      const own = other.parts[i]
      const meaning = own === undefined ? undefined : joined([own, part])
      return { ...part, meaning: meaning ?? meaningOfType(part.node.dataType) }
    }),
  }
}

function isMistaken({ told }: Trial<unknown>): boolean {
  return told.some(({ diagnostic }) => diagnostic.severity === 'error')
}

class Stage {
  private readonly site: CallSite
  private readonly call: LoopCall
  private readonly name: string
  /** Stands for the place along the axis. */
  private readonly place: LeafNode
  /** What a step gets for the elements, and these. */
  private readonly elements = new Map<Node, Node>()
  private readonly element: Argument | undefined

  constructor(site: CallSite, call: LoopCall, name: string) {
    this.site = site
    this.call = call
    this.name = name
    const { graph } = site.frame.elaboration
    this.place = graph.leaf({
      role: 'placeholder',
      name: `place of ${name}`,
      layout: [],
      dataType: 'int',
    })
    if (call.elements !== undefined) {
      const value = rebuilt(call.elements, (x) => this.elementOf(x))
      this.element = { ...call.elements.argument, value }
    }
  }

  private elementOf(x: Tensor): Tensor {
    const { frame } = this.site
    const { axis } = this.call
    if (!x.node.axes.includes(axis)) return x
    const node =
      x.node.kind === 'coordinate'
        ? this.place
        : frame.elaboration.graph.take(x.node, [{ axis, index: this.place }])
    this.elements.set(node, x.node)
    // A condition around speaks of the places of the result, which steps at other places lead to.
    const { from: _, ...rest } = fromElsewhere(x, [axis])
    return noted(frame, { ...rest, node, meaning: picked(x.meaning, [axis]) })
  }

  private leafOf(index: number, { axes, dataType }: Shape, along: readonly AxisName[]): LeafNode {
    const name = `carry ${index} of ${this.name}`
    const layout = [...along, ...axes]
    return this.site.frame.elaboration.graph.leaf({ role: 'placeholder', name, layout, dataType })
  }

  /** What a step makes of carries of these shapes; null where that is a mistake, which is reported. */
  step(shapes: readonly Shape[], carried: Argument = this.call.carry): Parts | null {
    const { site, call } = this
    const { frame } = site
    const { states } = frame.elaboration
    let index = 0
    const carry = rebuilt(call.start, () => {
      const shape = shapes[index]
      if (shape === undefined) throw new Error('each carry has its shape')
      const node = this.leafOf(index++, shape, [])
      const { interval, meaning, passage } = shape
      return noted(frame, tensor({ node, interval, meaning, passage }))
    })
    const given = {
      positional: [
        { ...carried, value: carry },
        ...(this.element === undefined ? [] : [this.element]),
      ],
      named: [],
    }
    const before = new Map([...states].map(([path, { updates }]) => [path, updates.length]))
    const inner = { ...site, name: call.calleeText, frame: { ...frame, site: new Site(this.name) } }
    const value = frame.elaboration.workspace.inLoop(call.axis, () =>
      invoke(call.callee, given, inner),
    )
    let isUpdated = false
    for (const [path, { updates }] of states) {
      isUpdated ||= updates.length > (before.get(path) ?? 0)
      updates.length = before.get(path) ?? 0
    }
    if (isUpdated) report(frame, 'loop-update', site.span, { name: site.name })
    return this.partsOf(value)
  }

  /** The parts of a step's result, where it is made as the start is. */
  private partsOf(value: Value): Parts | null {
    const { frame, span, name } = this.site
    const parts: Tensor[] = []
    const isAlike = (one: Value, start: Value): boolean => {
      if (one.kind === 'tuple' || start.kind === 'tuple') {
        if (one.kind !== 'tuple' || start.kind !== 'tuple') return false
        if (one.items.length !== start.items.length) return false
        return one.items.every((item, i) => isAlike(item, start.items[i] ?? poison))
      }
      if (!isNumeric(one)) return false
      parts.push(asTensor(frame, one))
      return true
    }
    if (isPoisoned(value)) return null
    if (isAlike(value, this.call.start.value)) return { value, parts }
    const facts = { name, start: wordsFor(this.call.start.value), next: wordsFor(value) }
    report(frame, 'loop-carry-shape', span, facts)
    return null
  }

  /** The loop itself, from what its step gives. */
  result(shapes: readonly Shape[], given: Parts): Value {
    const { site, call } = this
    const { frame } = site
    const { graph, workspace } = frame.elaboration
    const leaves = shapes.map((shape, i) => this.leafOf(i, shape, []))
    const nexts = given.parts.map(({ node }) => node)
    const draws = ({ site: drawn }: { readonly site: string }): boolean =>
      drawn.startsWith(`${this.name}/`) || call.copies?.draws(drawn) === true
    const own = [...(call.copies?.values() ?? [])]
    const first = call.copies?.first ?? this.place
    const key = `${frame.key}|${site.span.start}`
    const labelOf = (wrt: Node): number => workspace.markLabel(`${key}|${wrt.id}`)
    const note = (made: Node, from: Node): void => workspace.noteOriginal(made, from)
    const stepAlong = (axis: AxisName): Step => {
      const isTwin = axis !== call.axis
      const index = graph.coordinate(axis)
      const moved = [...this.elements].map(([node, x]): [Node, Node] => [
        node,
        isTwin && node !== this.place ? graph.take(x, [{ axis: call.axis, index }]) : x,
      ])
      const replaced = new Map<Node, Node>([...moved, ...own, [this.place, index]])
      for (const [i, shape] of shapes.entries()) {
        const leaf = leaves[i]
        if (leaf !== undefined) replaced.set(leaf, this.leafOf(i, shape, [axis]))
      }
      return { replaced, first, draws, labelOf, note }
    }
    const plain = stepAlong(call.axis)
    const isUsed =
      shapes.some(({ axes }) => axes.includes(call.axis)) ||
      usesAxis(variablesOf(nexts, plain), call.axis, plain)
    const axis = isUsed ? this.twin(key) : call.axis
    const step = isUsed ? stepAlong(axis) : plain
    const raised = raise(graph, nexts, axis, step)
    const carries = shapes.map((shape, i): Carry => {
      const [next, start] = [raised[i], call.start.parts[i]?.node]
      if (next === undefined || start === undefined) throw new Error('each carry goes on')
      return { previous: this.leafOf(i, shape, [axis]), start, next }
    })
    const along = shapes.find(({ axes }) => axes.includes(call.axis))
    if (along !== undefined && call.form === 'every') {
      report(frame, 'loop-carry-axis', site.span, { name: site.name, axis: axisText(call.axis) })
      return poison
    }
    const loop: Loop = { axis, reversed: false, carries }
    let index = 0
    return rebuilt(call.start, (start) => {
      const i = index++
      const next = given.parts[i]
      const shape = shapes[i]
      if (next === undefined || shape === undefined) throw new Error('each carry goes on')
      const scan = graph.scan(loop, i, call.form)
      const place = graph.coordinate(call.axis)
      const node =
        isUsed && call.form === 'every' ? graph.take(scan, [{ axis, index: place }]) : scan
      const ends = call.form === 'every' || this.hasSteps() ? [next] : [start, next]
      const intervals = arithmetic(frame)
      const interval = ends.map((end) => end.interval).reduce((a, b) => intervals.join(a, b))
      const meaning = shape.dataType === next.node.dataType ? joined(ends) : undefined
      return noted(
        frame,
        tensor({
          node,
          interval,
          passage: firstPassage(ends),
          ...(meaning === undefined ? {} : { meaning }),
        }),
      )
    })
  }

  private hasSteps(): boolean {
    const { sizes } = this.site.frame.elaboration.graph
    return (constantOf(sizes.of(this.call.axis)) ?? 0) > 0
  }

  /** Another axis of the same size, for a loop whose steps look along its axis themselves. */
  private twin(key: string): AxisName {
    const { graph, workspace } = this.site.frame.elaboration
    const { axis } = this.call
    const twin = workspace.local(`${key}|loop`, axisText(axis))
    if (!graph.sizes.isKnown(twin)) graph.sizes.define(twin, graph.sizes.of(axis))
    return twin
  }
}

// ── What is known of a carry ────────────────────────────────────────────────

function shapeOf({ node, interval, meaning, passage }: Tensor): Shape {
  return { axes: node.axes, dataType: node.dataType, interval, meaning, passage }
}

function joinedShape(frame: Frame, shape: Shape, next: Tensor | undefined, round: number): Shape {
  if (next === undefined) return shape
  const { node, interval, meaning } = next
  const dataType = joinedType(shape.dataType, node.dataType)
  const isWide = round >= mostWidenings
  const intervals = arithmetic(frame)
  const both = intervals.join(shape.interval, interval)
  const isInside = isWithin(frame, interval, shape.interval)
  const sameMeaning = meaning.kind === shape.meaning.kind && meaning.axis === shape.meaning.axis
  const isMissing = meaning.missing === true || shape.meaning.missing === true
  return {
    axes: [...new Set([...shape.axes, ...node.axes])],
    dataType,
    interval: isInside ? shape.interval : isWide ? everythingOf(dataType) : both,
    meaning: sameMeaning
      ? { ...shape.meaning, ...(isMissing ? { missing: true } : {}) }
      : meaningOfType(dataType),
    passage: shape.passage ?? next.passage,
  }
}

function typedAs(shape: Shape, next: Tensor | undefined): Shape {
  const isReal = shape.meaning.kind === 'int' && next?.node.dataType === 'real'
  return isReal ? { ...shape, dataType: 'real', meaning: meaningOfType('real') } : shape
}

function everythingOf(dataType: DataType): Interval {
  return { ...everything, whole: dataType !== 'real' }
}

function joinedType(a: DataType, b: DataType): DataType {
  if (a === b) return a
  return a === 'real' || b === 'real' ? 'real' : 'int'
}

function isWithin(frame: Frame, inner: Interval, outer: Interval): boolean {
  const intervals = arithmetic(frame)
  const isBounded =
    intervals.isAtLeast(inner.lo, outer.lo) && intervals.isAtLeast(outer.hi, inner.hi)
  return isBounded && (inner.whole || !outer.whole)
}

function isSame(frame: Frame, a: Shape, b: Shape | undefined): boolean {
  return (
    b !== undefined &&
    a.axes.length === b.axes.length &&
    a.dataType === b.dataType &&
    hasSameMeaning(a, b) &&
    a.passage === b.passage &&
    isWithin(frame, a.interval, b.interval)
  )
}

function hasSameMeaning(
  { meaning: a }: Pick<Shape, 'meaning'>,
  { meaning: b }: Pick<Shape, 'meaning'>,
): boolean {
  return a.kind === b.kind && a.axis === b.axis && a.missing === b.missing
}

/** With axes that something in the step lacked; null where that adds none. The carry may be what lacked them. */
function withAxes(
  shapes: readonly Shape[],
  lacking: ReadonlySet<AxisName>,
  loop: AxisName,
): Shape[] | null {
  const added = [...lacking].filter((axis) => axis !== loop)
  const wider = shapes.map((shape) => ({
    ...shape,
    axes: [...new Set([...shape.axes, ...added])],
  }))
  const isWider = wider.some(({ axes }, i) => axes.length > (shapes[i]?.axes.length ?? 0))
  return isWider ? wider : null
}

// ── Tuples ──────────────────────────────────────────────────────────────────

/** The same tuples around other tensors. */
function rebuilt({ value, parts }: Parts, part: (tensor: Tensor) => Tensor): Value {
  let index = 0
  const build = (one: Value): Value => {
    if (one.kind === 'tuple') return { kind: 'tuple', items: one.items.map(build) }
    const own = parts[index++]
    if (own === undefined) throw new Error('each number of a tuple is a part')
    return part(own)
  }
  return build(value)
}

function isPoisoned(value: Value): boolean {
  return value.kind === 'tuple' ? value.items.some(isPoisoned) : value.kind === 'poison'
}

function wordsFor(value: Value): string {
  return value.kind === 'tuple' ? `a tuple of ${value.items.length}` : nounOf(value)
}
