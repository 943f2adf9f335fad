// From a graph to kernels: write out what is not known to loops, choose what is stored, order and fuse the loops, shrink
// what lives inside one iteration, lay out memory, write the nests.
import { topological } from '../graph/graph.ts'
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import type { Sizes } from '../graph/sizes.ts'
import type { Computation, Result } from '../lower/entry.ts'
import { apartFromShift } from './apartFromShift.ts'
import { planBuffers } from './buffers.ts'
import { costOf } from './cost.ts'
import { expand } from './expand.ts'
import { Expressions } from './expression.ts'
import type { PointExpression } from './expression.ts'
import { fuse } from './fuse.ts'
import type { Step } from './fuse.ts'
import { createInliner } from './inline.ts'
import type { Inliner } from './inline.ts'
import { Names } from './names.ts'
import { writeNest } from './nest.ts'
import { outermostAxes, stepAxes, within } from './hoist.ts'
import { followProducts, orderLoops } from './order.ts'
import type { LoopOrder } from './order.ts'
import { dependenciesOf, ownPoint, readsIn } from './point.ts'
import type { Dependency } from './point.ts'
import type { Buffer, Kernel, KernelProgram, StepLoop, Target } from './program.ts'
import { rankAxes } from './rank.ts'
import type { Ranks } from './rank.ts'
import type { Recurrence } from './recurrence.ts'
import { Forms, withBuffers } from './repeat.ts'
import type { Form } from './repeat.ts'
import { schedule } from './schedule.ts'
import type { Item } from './schedule.ts'
import { comparedWithExtremes, shrink } from './shrink.ts'
import type { Storage } from './shrink.ts'
import { stageReductions } from './stage.ts'
import { launchesOf, loopsOf, stepLoops, storagesOf } from './steps.ts'
import { chooseStored } from './store.ts'
import type { Stored } from './store.ts'
import { buffersIn } from './uses.ts'
import { partsOfTooMany } from './thread.ts'
import { isInPlace } from './value.ts'
import type { Value } from './value.ts'
import { multiply } from './vocabulary.ts'
import { wholeNumbersIn } from './wholeNumbers.ts'

/** `computation`'s results hold no gradients. Throws `BeyondTarget` where the target can't run it. */
export function plan(graph: Graph, computation: Computation, target: Target): KernelProgram {
  const { roots, results, hints } = withExpanded(graph, computation.results, target)
  const decisions = decide(graph, results, hints, target)
  const { nodes, stored, dependencies, inliner, names } = decisions
  const layout =
    target.style === 'thread' ? layThreads(graph, decisions) : layNests(decisions, target)
  const { orders, storages, into } = layout
  const buffers = planBuffers(graph, nodes, storages, names)
  const compared = comparedWithExtremes(dependencies)
  const kernelNames = new Names()
  const used = new Set<Buffer>()
  const context = {
    graph,
    inliner,
    orders,
    storages,
    into,
    compared,
    points: layout.points,
    names,
    valueOf: stored.of,
    bufferOf: (node: Node) => bufferOf(node, stored, buffers),
    resultOf: (value: Value) => buffers.ofValue(into.get(value) ?? value),
  }
  const forms = new Forms(context)
  const written = new Map<number, Written>()
  const kernels = layout.kernels.map(({ loops, steps }): Kernel => {
    const form = forms.of(loops)
    const described = { ...describe(loops, kernelNames), ...steps }
    const first = written.get(form.number)
    if (first !== undefined) {
      const repeated = repeat(first, form, described)
      for (const buffer of first.all) used.add(repeated.repeats.bufferFor(buffer))
      return repeated
    }
    const body = writeNest(loops, context)
    const { reads, writes, all } = buffersIn(body)
    for (const buffer of all) used.add(buffer)
    const own = { ...described, body, reads, writes, cost: costOf(body) }
    written.set(form.number, { kernel: own, form, all })
    return own
  })
  const program = { computation, buffers: [...used], kernels, arena: buffers.arena }
  if (target.style === 'nest') return program
  // Sums in stages pass through nothing larger than in one.
  const unstaged = topological(roots)
  return { ...program, wholeNumbers: wholeNumbersIn(graph, unstaged, program.buffers, target) }
}

interface Written {
  readonly kernel: Kernel
  readonly form: Form
  /** The buffers that it touches, in order of first use. */
  readonly all: readonly Buffer[]
}

/** Its own statements only if they are asked for. */
function repeat(
  { kernel, form }: Written,
  { buffers }: Form,
  described: Pick<Kernel, 'name' | 'comment' | 'steps'>,
): Kernel & Required<Pick<Kernel, 'repeats'>> {
  const places = new Map(form.buffers.map((buffer, i) => [buffer, buffers[i]]))
  const bufferFor = (buffer: Buffer): Buffer => {
    const found = places.get(buffer)
    if (found === undefined) throw new Error(`nothing stands for ${buffer.name}`)
    return found
  }
  return {
    ...described,
    get body() {
      return withBuffers(kernel.body, bufferFor)
    },
    reads: kernel.reads.map(bufferFor),
    writes: kernel.writes.map(bufferFor),
    cost: kernel.cost,
    repeats: { kernel, bufferFor },
  }
}

interface Expansion {
  /** Before they are rewritten for threads. */
  readonly roots: readonly Node[]
  readonly results: Result[]
  readonly hints: ReadonlyMap<Node, string>
}

function withExpanded(graph: Graph, given: readonly Result[], target: Target): Expansion {
  const { roots, names } = expand(
    graph,
    given.map(({ node }) => node),
  )
  const known = target.style === 'thread' ? forThreads(graph, roots, names, given) : roots
  const results = given.map((result, i) => ({ ...result, node: known[i] ?? result.node }))
  return { roots, results, hints: names }
}

function forThreads(
  graph: Graph,
  roots: readonly Node[],
  names: ReadonlyMap<Node, string>,
  given: readonly Result[],
): readonly Node[] {
  const ranks = rankAxes(topological(roots), given)
  return stageReductions(graph, apartFromShift(graph, roots, names), ranks)
}

interface Decisions {
  readonly nodes: readonly Node[]
  readonly orders: ReadonlyMap<Value, LoopOrder>
  readonly stored: Stored
  /** In the order in which they run. */
  readonly items: readonly Item[]
  readonly outermost: ReadonlyMap<Recurrence, readonly AxisName[]>
  readonly dependencies: ReadonlyMap<Value, readonly Dependency[]>
  readonly inliner: Inliner
  readonly points: ReadonlyMap<Value, readonly PointExpression[]>
  readonly names: Names
}

/**
 * A tensor that would have to be overwritten both before and after another gets its new value stored first; then it is
 * decided again, at most once for each result.
 */
function decide(
  graph: Graph,
  given: readonly Result[],
  hints: ReadonlyMap<Node, string>,
  target: Target,
): Decisions {
  let results = given
  const apart = new Map<Node, string>()
  for (;;) {
    const names = new Names()
    const nodes = topological(results.map(({ node }) => node))
    const ranks = rankAxes(nodes, results)
    const stored = chooseStored(graph, nodes, results, { ranks, target, apart, names, hints })
    const isStored = (node: Node): boolean => stored.of.has(node)
    const parts = partsOfTooMany(stored.values, isStored, target)
    if (parts.length > 0) {
      for (const part of parts) apart.set(part, 'the kernel would have too many inputs')
      continue
    }
    const inliner = createInliner(graph, new Expressions(), isStored)
    const points = new Map(stored.values.map((value) => [value, ownPoint(value, inliner)]))
    const reads = new Map([...points].map(([value, point]) => [value, readsIn(point)]))
    const needs = dependenciesOf(stored.values, stored.of, reads, target.inPlace)
    const outermost =
      target.style === 'thread'
        ? stepAxes(stored.values)
        : outermostAxes(stored.values, needs, ranks)
    const inside = (value: Value, order: LoopOrder): LoopOrder => within(value, order, outermost)
    const own = ordersOf(graph.sizes, target, ranks, stored, inliner, inside)
    const orders = followProducts(stored.values, own, needs, inside)
    const order = schedule(stored.values, needs, orders)
    if (order.kind === 'order')
      return { ...order, nodes, orders, outermost, stored, inliner, points, names }
    const update = order.updates.find((value) => !apart.has(value.node))
    if (update === undefined) throw new Error('updates wait for each other in a circle')
    const { node } = update
    // One tensor may become another as it was: the product stands for a copy, and keeps -0 and NaN.
    const copy = node.kind === 'leaf' ? graph.map(multiply, [node, graph.constant(1)]) : node
    results = results.map((other) =>
      other.node === node && isInPlace(other) ? { ...other, node: copy } : other,
    )
    apart.set(copy, 'the tensor it replaces is still read')
  }
}

function ordersOf(
  sizes: Sizes,
  target: Target,
  ranks: Ranks,
  stored: Stored,
  inliner: Inliner,
  inside: (value: Value, order: LoopOrder) => LoopOrder,
): Map<Value, LoopOrder> {
  const layoutOf = ({ node }: { readonly node: Node }): Value['layout'] =>
    stored.of.get(node)?.layout ?? (node.kind === 'leaf' ? node.layout : node.axes)
  return new Map(
    stored.values.map((value) => [
      value,
      inside(value, orderLoops(value, target, sizes, ranks, inliner, layoutOf)),
    ]),
  )
}

interface Layout {
  readonly kernels: readonly {
    readonly loops: readonly Step[]
    readonly steps: { readonly steps?: readonly StepLoop[] }
  }[]
  readonly orders: ReadonlyMap<Value, LoopOrder>
  readonly points: ReadonlyMap<Value, readonly PointExpression[]>
  readonly storages: ReadonlyMap<Value, Storage>
  /** Of values that are written to where others lie, these. */
  readonly into: ReadonlyMap<Value, Value>
}

function layNests(
  { items, orders, dependencies, points, ...fusion }: Decisions,
  target: Target,
): Layout {
  const { outermost } = fusion
  const kernels = kernelsOf(fuse(items, { orders, dependencies, outermost, fuse: target.fuse }))
  const { storages } = shrink(kernels, orders, dependencies)
  return {
    kernels: kernels.map((loops) => ({ loops, steps: {} })),
    orders,
    points,
    storages,
    into: new Map(),
  }
}

/** One kernel for each value. */
function layThreads(graph: Graph, { items, orders, inliner, stored }: Decisions): Layout {
  const launches = launchesOf(items, orders, inliner)
  const stepLoop = stepLoops(graph)
  const storages = storagesOf(launches, stored.of, stepLoop)
  return {
    kernels: launches.map((launch) => ({
      loops: loopsOf(launch),
      steps: launch.around.length > 0 ? { steps: launch.around.map(stepLoop) } : {},
    })),
    orders: new Map(launches.map(({ value, order }) => [value, order])),
    points: new Map(launches.map(({ value, point }) => [value, point])),
    storages,
    into: new Map(launches.map(({ value, into }) => [value, into])),
  }
}

/** One for each outermost loop, with the single steps that follow it. */
function kernelsOf(steps: readonly Step[]): Step[][] {
  const kernels: Step[][] = []
  let isLoopSeen = false
  for (const step of steps) {
    const current = kernels.at(-1)
    if (current === undefined || (step.kind === 'loop' && isLoopSeen)) kernels.push([step])
    else current.push(step)
    isLoopSeen ||= step.kind === 'loop'
  }
  return kernels
}

function bufferOf(node: Node, stored: Stored, buffers: ReturnType<typeof planBuffers>) {
  const value = stored.of.get(node)
  const buffer = value === undefined ? null : buffers.ofValue(value)
  if (buffer !== null) return buffer
  if (node.kind !== 'leaf' && node.kind !== 'vector')
    throw new Error(`${node.kind} ${node.id} is stored nowhere`)
  return buffers.ofNode(node)
}

function describe(steps: readonly Step[], names: Names): Pick<Kernel, 'name' | 'comment'> {
  const values = valuesIn(steps)
  const labels = [...new Set(values.map(({ label, name }) => label ?? name))]
  return { name: names.take(nameOfKernel(values)), comment: labels.join(', ') }
}

/** The user's name for something in it, else a result of it, else the first thing that it computes. */
function nameOfKernel(values: readonly Value[]): string {
  const named =
    values.find(({ label }) => label !== null) ?? values.find(({ result }) => result !== null)
  return named?.name ?? values[0]?.name ?? 'kernel'
}

function valuesIn(steps: readonly Step[]): Value[] {
  return steps.flatMap((step) => (step.kind === 'point' ? [step.value] : valuesIn(step.body)))
}
