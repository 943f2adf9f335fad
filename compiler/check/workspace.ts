// What both elaborations of a file share: the graph, what was reported, and the axes made on the way.
import type { Graph } from '../graph/graph.ts'
import { intervalArithmetic } from '../graph/interval.ts'
import type { Interval, IntervalArithmetic } from '../graph/interval.ts'
import type { AxisName, Node } from '../graph/node.ts'
import type { Size } from '../graph/size.ts'
import type { SizeCondition } from '../lower/entry.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { Location } from '../source/span.ts'
import type { Fact } from './refine.ts'

export interface AxisOrigin {
  readonly at: Location
  /** `declared here`, `made here`. */
  readonly message: string
}

/** An index that lies inside where some facts are so; `refuse`: says that it is not guarded, and what is looked along. */
export interface Proviso {
  readonly facts: readonly Fact[]
  readonly refuse: (moved: readonly AxisName[]) => void
}

interface OpenTrial {
  readonly told: { readonly diagnostic: Diagnostic; readonly alike: string }[]
  readonly conditions: SizeCondition[]
  readonly lacking: Set<AxisName>
  readonly toWriteOut: Set<string>
}

export interface Trial<T> extends Readonly<OpenTrial> {
  readonly value: T
}

export class Workspace {
  readonly graph: Graph
  readonly intervals: IntervalArithmetic
  /** Where values lie, whatever the conditions around them. */
  readonly intervalOfNode = new Map<Node, Interval>()
  readonly diagnostics: Diagnostic[] = []
  readonly conditions: SizeCondition[] = []
  /** By their keys, sizes that are divided by, and that have to be at least 1 when they are bound. */
  readonly divisors = new Set<string>()
  private readonly provisos = new Map<Node, Proviso[]>()
  private readonly originals = new Map<Node, Node>()
  private readonly said = new Set<string>()
  private readonly required = new Set<string>()
  private readonly locals = new Map<string, AxisName>()
  private readonly labels = new Map<string, number>()
  readonly callLabels = new Set<number>()
  private readonly origins = new Map<AxisName, AxisOrigin>()
  private open: OpenTrial | null = null
  /** The axes of the loops whose steps are being worked out, the innermost last. */
  private readonly loops: AxisName[] = []

  /** Mistakes of syntax cost some of the file: what nothing seems to use may stand there. */
  readonly isIncomplete: boolean
  /** From how many copies on they are the steps of a loop. */
  readonly loopFrom: number
  /** Paths of copies that are written out, and of those that are steps already in what was worked out. */
  private readonly writtenOut: Set<string>
  private readonly inLoops = new Set<string>()
  /** Paths of copies that can't be steps, as was found too late. */
  readonly toWriteOut = new Set<string>()

  constructor(
    graph: Graph,
    {
      isIncomplete = false,
      loopFrom = Infinity,
      writtenOut = new Set(),
    }: {
      readonly isIncomplete?: boolean
      readonly loopFrom?: number
      readonly writtenOut?: ReadonlySet<string>
    } = {},
  ) {
    this.graph = graph
    this.isIncomplete = isIncomplete
    this.loopFrom = loopFrom
    this.writtenOut = new Set(writtenOut)
    this.intervals = intervalArithmetic(graph.sizes)
  }

  /**
   * Works something out on trial: what it reports, and the conditions it makes, wait until they are accepted. `lacking`:
   * axes that some value was found to lack.
   */
  trial<T>(work: () => T): Trial<T> {
    const outer = this.open
    const open: OpenTrial = { told: [], conditions: [], lacking: new Set(), toWriteOut: new Set() }
    this.open = open
    try {
      return { ...open, value: work() }
    } finally {
      this.open = outer
    }
  }

  /** See Note [Copies as steps]. */
  isWrittenOut(path: string): boolean {
    return this.writtenOut.has(path)
  }

  noteLoop(path: string): void {
    this.inLoops.add(path)
  }

  /** From now on; from the start, where they are steps already, or what is worked out now may be given up. */
  writeOut(path: string): void {
    if (this.open !== null) this.open.toWriteOut.add(path)
    else if (this.inLoops.has(path)) this.toWriteOut.add(path)
    else this.writtenOut.add(path)
  }

  /** Whether what is worked out now may be given up. */
  isTrying(): boolean {
    return this.open !== null
  }

  accept({ told, conditions, toWriteOut }: Trial<unknown>): void {
    for (const path of toWriteOut) (this.open ?? this).toWriteOut.add(path)
    for (const { diagnostic, alike } of told) this.report(diagnostic, alike)
    for (const condition of conditions) this.require(condition)
  }

  /** Works out a step of a loop along an axis. */
  inLoop<T>(axis: AxisName, work: () => T): T {
    this.loops.push(axis)
    try {
      return work()
    } finally {
      this.loops.pop()
    }
  }

  isLooping(axis: AxisName): boolean {
    return this.loops.includes(axis)
  }

  noteLacking(axes: Iterable<AxisName>): void {
    for (const axis of axes) this.open?.lacking.add(axis)
  }

  /** Once, though both elaborations find it. Of those that are `alike` at a place, the first alone is told. */
  report(diagnostic: Diagnostic, alike = `${diagnostic.code}\n${diagnostic.message}`): void {
    if (this.open !== null) {
      this.open.told.push({ diagnostic, alike })
      return
    }
    const { path, span } = diagnostic
    const key = [path, span.start, span.end, alike].join('\n')
    if (this.said.has(key)) return
    this.said.add(key)
    this.diagnostics.push(diagnostic)
  }

  /** Whether there is one of this code at this place already. */
  hasTold({ code, path, span }: Diagnostic): boolean {
    return this.diagnostics.some(
      (told) =>
        told.code === code &&
        told.path === path &&
        told.span.start === span.start &&
        told.span.end === span.end,
    )
  }

  hasErrors(): boolean {
    return this.diagnostics.some(({ severity }) => severity === 'error')
  }

  /** A new axis for a place in a call; the same one when the other elaboration comes by. */
  local(key: string, name: string): AxisName {
    const known = this.locals.get(key)
    if (known !== undefined) return known
    const axis = this.graph.sizes.fresh(name)
    this.locals.set(key, axis)
    return axis
  }

  /** What a node without `fill` takes lies inside where the facts are so. */
  provide(node: Node, proviso: Proviso): void {
    this.provisos.set(node, [...(this.provisos.get(node) ?? []), proviso])
  }

  hasProvisos(): boolean {
    return this.provisos.size > 0
  }

  provisosOf(node: Node): readonly Proviso[] {
    return this.provisos.get(this.originalOf(node)) ?? []
  }

  /** The value that a node was made from, when something below it was marked for a gradient. */
  noteOriginal(node: Node, original: Node): void {
    if (node !== original) this.originals.set(node, this.originalOf(original))
  }

  originalOf(node: Node): Node {
    return this.originals.get(node) ?? node
  }

  /** Tells the marks of one value apart, alike in both elaborations. */
  markLabel(key: string): number {
    const label = this.labels.get(key) ?? this.labels.size
    this.labels.set(key, label)
    return label
  }

  /** Of what the calls of an instance with states give. */
  callLabel(path: string): number {
    const label = this.markLabel(`call of ${path}`)
    this.callLabels.add(label)
    return label
  }

  /** The first origin of an axis' size is the one that messages show. */
  noteOrigin(axis: AxisName, origin: AxisOrigin): void {
    if (!this.origins.has(axis)) this.origins.set(axis, origin)
  }

  originOf(axis: AxisName): AxisOrigin | undefined {
    return this.origins.get(axis)
  }

  require(condition: SizeCondition): void {
    if (this.open !== null) {
      this.open.conditions.push(condition)
      return
    }
    const { sizes } = this.graph
    const left = sizes.resolve(condition.left)
    const right = sizes.resolve(condition.right)
    const key = [condition.relation, left.key, right.key].join('\n')
    if (this.required.has(key)) return
    this.required.add(key)
    this.conditions.push({ ...condition, left, right })
  }

  /** Sizes that were axes of their own when a condition was made may have been settled since. */
  settledConditions(): SizeCondition[] {
    const { sizes } = this.graph
    return this.conditions.map((condition) => ({
      ...condition,
      left: sizes.resolve(condition.left),
      right: sizes.resolve(condition.right),
    }))
  }
}

/** How a size is known, and where from. */
export interface SizeOrigin {
  readonly size: Size
  readonly origin?: AxisOrigin
}
