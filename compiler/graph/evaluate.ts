// The oracle: what a graph's values are, in f64, node by node as each is defined, without any cleverness.
import type { Graph } from './graph.ts'
import { evaluationOrder, partsOf } from './loop.ts'
import type {
  ArgsortNode,
  AxisName,
  LeafNode,
  Loop,
  MapNode,
  Node,
  ReduceNode,
  ScanNode,
  TakeNode,
} from './node.ts'
import { positionsInOrder } from './order.ts'
import { reduction } from './reduction.ts'
import { evaluateSize } from './size.ts'
import {
  forEachPlace,
  makeTensor,
  putSlice,
  sliced,
  spreadTo,
  stridesOf,
  withoutAxis,
} from './tensor.ts'
import type { Tensor } from './tensor.ts'
import { uniform } from './threefry.ts'

export interface Bindings {
  /** The lengths of the free axes; defined ones follow. */
  readonly axes: ReadonlyMap<AxisName, number> | Readonly<Record<AxisName, number>>
  /** A leaf's numbers, row-major in its layout. */
  readonly leaves: (leaf: LeafNode) => ArrayLike<number>
  readonly seed?: number
  readonly step?: number
}

/** One tensor for each root, its axes sorted (`inLayout` gives another order). */
export function evaluate(graph: Graph, roots: readonly Node[], bindings: Bindings): Tensor[] {
  const evaluator = new Evaluator(graph, bindings)
  for (const node of evaluationOrder(roots)) evaluator.add(node)
  return roots.map((root) => evaluator.of(root))
}

class Evaluator {
  private readonly graph: Graph
  private readonly bindings: Bindings
  private readonly lengths = new Map<AxisName, number>()
  private readonly tensors = new Map<Node, Tensor>()
  private readonly runs = new Map<Loop, readonly Run[]>()
  /** Of one step of a loop: what is around it, and where it is. */
  private readonly around: Surroundings | null

  constructor(graph: Graph, bindings: Bindings, around: Surroundings | null = null) {
    this.graph = graph
    this.bindings = bindings
    this.around = around
  }

  add(node: Node): void {
    this.tensors.set(node, this.evaluate(node))
  }

  of(node: Node): Tensor {
    const tensor = this.tensors.get(node) ?? this.fromAround(node)
    if (tensor === undefined) throw new Error('operands are evaluated before their node')
    return tensor
  }

  /** What does not depend on the carries, at the place of this step; the loop's axis stays, with one place. */
  private fromAround(node: Node): Tensor | undefined {
    if (this.around === null) return undefined
    const { evaluator, axis, place } = this.around
    const tensor = sliced(evaluator.of(node), axis, place)
    this.tensors.set(node, tensor)
    return tensor
  }

  private evaluate(node: Node): Tensor {
    switch (node.kind) {
      case 'constant':
        return this.fill(node, () => node.value)
      case 'size': {
        const size = this.graph.sizes.resolve(node.size)
        return this.fill(node, () => evaluateSize(size, (axis) => this.length(axis)))
      }
      case 'vector':
        if (node.values.length !== this.length(node.axis)) {
          throw new Error(`${node.values.length} values along ${node.axis}`)
        }
        return this.fill(node, (i) => node.values[i] ?? NaN)
      case 'coordinate':
        return this.fill(node, (i) => i)
      case 'leaf':
        return this.leaf(node)
      case 'random':
        return this.laid(node, node.layout, (element) => {
          const { seed = 0, step = 0 } = this.bindings
          return uniform(seed, step, node.site, element, node.lane)
        })
      case 'map':
        return this.map(node)
      case 'reduce':
        return this.reduce(node)
      case 'take':
        return this.take(node)
      case 'spread': {
        const operand = this.of(node.operand)
        const strides = [stridesOf(operand, node.axes)]
        return this.gather(node, strides, ([from = 0]) => operand.data[from] ?? NaN)
      }
      case 'mark':
        return this.of(node.operand)
      case 'custom':
        return this.of(node.value)
      case 'argsort':
        return this.argsort(node)
      case 'scan':
        return this.scan(node)
      case 'gradient':
        throw new Error('a gradient has no value before it is worked out')
      default:
        return node satisfies never
    }
  }

  private length(axis: AxisName): number {
    if (this.around !== null) {
      return axis === this.around.axis ? 1 : this.around.evaluator.length(axis)
    }
    const known = this.lengths.get(axis)
    if (known !== undefined) return known
    const { axes } = this.bindings
    const given = axes instanceof Map ? axes.get(axis) : (axes as Record<AxisName, number>)[axis]
    const size = this.graph.sizes.of(axis)
    const isFree = !this.graph.sizes.isKnown(axis)
    if (given === undefined && isFree) throw new Error(`no length is given for ${axis}`)
    const length = given ?? evaluateSize(size, (free) => this.length(free))
    this.lengths.set(axis, length)
    return length
  }

  private shape(axes: readonly AxisName[]): number[] {
    return axes.map((axis) => this.length(axis))
  }

  private fill(node: Node, at: (position: number) => number): Tensor {
    const tensor = makeTensor(node.axes, this.shape(node.axes))
    for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = at(i)
    return tensor
  }

  private gather(
    node: Node,
    strides: readonly (readonly number[])[],
    at: (offsets: readonly number[], place: readonly number[]) => number,
  ): Tensor {
    const tensor = makeTensor(node.axes, this.shape(node.axes))
    forEachPlace(tensor.shape, strides, (offsets, place, position) => {
      tensor.data[position] = at(offsets, place)
    })
    return tensor
  }

  private leaf(node: LeafNode): Tensor {
    const numbers = this.bindings.leaves(node)
    const count = this.shape(node.layout).reduce((a, b) => a * b, 1)
    if (numbers.length !== count) {
      throw new Error(`${node.name} has ${numbers.length} numbers, not ${count}`)
    }
    return this.laid(node, node.layout, (element) => numbers[element] ?? NaN)
  }

  /** From numbers that are row-major in another order of the axes. */
  private laid(node: Node, layout: readonly AxisName[], at: (element: number) => number): Tensor {
    const shape = this.shape(layout)
    const source = { data: new Float64Array(), axes: layout, shape }
    return this.gather(node, [stridesOf(source, node.axes)], ([element = 0]) => at(element))
  }

  private map(node: MapNode): Tensor {
    const operands = node.operands.map((operand) => this.of(operand))
    const strides = operands.map((operand) => stridesOf(operand, node.axes))
    return this.gather(node, strides, (offsets) =>
      node.operation.evaluate(...operands.map(({ data }, j) => data[offsets[j] ?? 0] ?? NaN)),
    )
  }

  private reduce(node: ReduceNode): Tensor {
    const operand = this.of(node.operand)
    const shape = this.shape(node.over)
    const strides = [stridesOf(operand, node.over)]
    return this.gather(node, [stridesOf(operand, node.axes)], ([start = 0]) => {
      const numbers: number[] = []
      forEachPlace(shape, strides, ([from = 0]) => {
        numbers.push(operand.data[start + from] ?? NaN)
      })
      return reduction(node.reduction, numbers)
    })
  }

  private argsort({ operand, axis, descending, axes }: ArgsortNode): Tensor {
    const values = this.of(operand)
    const tensor = makeTensor(axes, this.shape(axes))
    const length = this.length(axis)
    const [step = 0] = stridesOf(values, [axis])
    const rows = axes.filter((other) => other !== axis)
    forEachPlace(this.shape(rows), [stridesOf(values, rows)], ([start = 0]) => {
      const keys = Array.from({ length }, (_, i) => values.data[start + i * step] ?? NaN)
      for (const [rank, i] of positionsInOrder(keys, descending).entries())
        tensor.data[start + rank * step] = i
    })
    return tensor
  }

  private scan({ loop, index, form }: ScanNode): Tensor {
    const runs = this.runs.get(loop) ?? this.run(loop)
    this.runs.set(loop, runs)
    const run = runs[index]
    if (run === undefined) throw new Error(`a loop has no carry ${index}`)
    return run[form]
  }

  /** Step by step: each is an evaluation of its own, where the loop's axis has one place. */
  private run(loop: Loop): Run[] {
    const { axis, reversed, carries } = loop
    const length = this.length(axis)
    const every = carries.map(({ previous }) =>
      makeTensor(previous.axes, this.shape(previous.axes)),
    )
    let current = carries.map(({ previous, start }) => {
      const shape = previous.axes.map((own) => (own === axis ? 1 : this.length(own)))
      return spreadTo(this.of(start), previous.axes, shape)
    })
    for (let i = 0; i < length; i++) {
      const place = reversed ? length - 1 - i : i
      const step = new Evaluator(this.graph, this.bindings, { evaluator: this, axis, place })
      for (const [j, { previous }] of carries.entries()) {
        const value = current[j]
        if (value !== undefined) step.tensors.set(previous, value)
      }
      for (const node of partsOf(loop).inside) if (!step.tensors.has(node)) step.add(node)
      current = carries.map(({ next }, j) => {
        const { axes, shape } = current[j] ?? step.of(next)
        return spreadTo(step.of(next), axes, shape)
      })
      for (const [j, value] of current.entries()) putSlice(every[j] ?? value, axis, place, value)
    }
    return current.map((value, j) => ({ every: every[j] ?? value, last: withoutAxis(value, axis) }))
  }

  /** Outside of the operand: the fill, or NaN, which shows where an index was not inside after all. */
  private take(node: TakeNode): Tensor {
    const operand = this.of(node.operand)
    const indices = node.indices.map(({ index }) => this.of(index))
    const axes = node.indices.map(({ axis }) => axis)
    const lengths = this.shape(axes)
    const steps = stridesOf(operand, axes)
    const kept = operand.axes.filter((axis) => !axes.includes(axis))
    const keptStrides = node.axes.map((axis) =>
      kept.includes(axis) ? (stridesOf(operand, [axis])[0] ?? 0) : 0,
    )
    const strides = [keptStrides, ...indices.map((index) => stridesOf(index, node.axes))]
    return this.gather(node, strides, ([base = 0, ...at]) => {
      let from = base
      for (const [j, index] of indices.entries()) {
        const position = index.data[at[j] ?? 0] ?? NaN
        const isInside = position >= 0 && position < (lengths[j] ?? 0)
        if (!isInside) return node.fill ?? NaN
        from += position * (steps[j] ?? 0)
      }
      return operand.data[from] ?? NaN
    })
  }
}

interface Surroundings {
  readonly evaluator: Evaluator
  readonly axis: AxisName
  readonly place: number
}

/** What a loop makes of one carry. */
type Run = Readonly<Record<ScanNode['form'], Tensor>>
