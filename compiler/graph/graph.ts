// The graph: the one place that makes nodes. The same content gives the same object; nothing is simplified here.
import type {
  ArgsortNode,
  AxisName,
  Carry,
  CoordinateNode,
  CustomNode,
  DataType,
  GradientNode,
  LeafNode,
  Loop,
  MapNode,
  MarkNode,
  Node,
  RandomNode,
  ReduceNode,
  ReductionName,
  ScanNode,
  SizeNode,
  SpreadNode,
  TakeNode,
  VectorNode,
  ConstantNode,
} from './node.ts'
import { Keys } from './keys.ts'
import type { ScalarOperation } from './operation.ts'
import { Origins } from './origin.ts'
import type { Origin } from './origin.ts'
import type { Size } from './size.ts'
import { Sizes } from './sizes.ts'

/** What a node's key begins with. */
const codes = {
  constant: 0,
  size: 1,
  vector: 2,
  leaf: 3,
  coordinate: 4,
  map: 5,
  reduce: 6,
  take: 7,
  spread: 8,
  mark: 9,
  gradient: 10,
  custom: 11,
  random: 12,
  argsort: 13,
  scan: 14,
} as const satisfies Record<Node['kind'], number>

export class Graph {
  readonly sizes: Sizes
  /** The key of each node has the node's number. */
  private readonly keys = new Keys()
  private readonly nodes: Node[] = []
  private readonly loopKeys = new Keys()
  private readonly loops: Loop[] = []
  private readonly operations = new Map<ScalarOperation, number>()
  private readonly origins = new Origins()

  constructor(sizes: Sizes = new Sizes()) {
    this.sizes = sizes
  }

  /** How many nodes there are; their numbers lie below. */
  get count(): number {
    return this.nodes.length
  }

  /** Keeps NaN, the infinities, and -0 apart from 0. */
  constant(value: number, dataType: DataType = 'real'): ConstantNode {
    const key = [codes.constant, this.text(dataType), this.text(written(value))]
    return this.intern<ConstantNode>(key, (id) => ({
      id,
      axes: [],
      dataType,
      kind: 'constant',
      value,
    }))
  }

  size(size: Size): SizeNode {
    return this.intern<SizeNode>([codes.size, this.text(size.key)], (id) => ({
      id,
      axes: [],
      dataType: 'int',
      kind: 'size',
      size,
    }))
  }

  vector(axis: AxisName, values: readonly number[], dataType: DataType = 'real'): VectorNode {
    const key = [codes.vector, dataType, axis, ...values.map(written)]
    return this.intern<VectorNode>(this.numbered(key), (id) => ({
      id,
      axes: [axis],
      dataType,
      kind: 'vector',
      axis,
      values: [...values],
    }))
  }

  leaf(leaf: Pick<LeafNode, 'role' | 'name' | 'layout' | 'dataType'>): LeafNode {
    const { role, name, dataType } = leaf
    const layout = [...leaf.layout]
    const key = [codes.leaf, role, dataType, name, ...layout]
    return this.intern<LeafNode>(this.numbered(key), (id) => ({
      id,
      axes: sortedSet(layout),
      dataType,
      kind: 'leaf',
      role,
      name,
      layout,
    }))
  }

  coordinate(axis: AxisName): CoordinateNode {
    return this.intern<CoordinateNode>([codes.coordinate, this.text(axis)], (id) => ({
      id,
      axes: [axis],
      dataType: 'int',
      kind: 'coordinate',
      axis,
    }))
  }

  map(operation: ScalarOperation, operands: readonly Node[]): MapNode {
    if (operands.length !== operation.arity) {
      throw new Error(`${operation.name} takes ${operation.arity} operands, not ${operands.length}`)
    }
    const key = [codes.map, this.numberOf(operation)]
    for (const { id } of operands) key.push(id)
    return this.intern<MapNode>(key, (id) => ({
      id,
      axes: sortedSet(axesOfAll(operands)),
      dataType: operation.dataType?.(operands.map((node) => node.dataType)) ?? 'real',
      kind: 'map',
      operation,
      operands: [...operands],
    }))
  }

  /** Over no axes too: whether that is the operand itself is a matter of rewriting. */
  reduce(reduction: ReductionName, over: readonly AxisName[], operand: Node): ReduceNode {
    const sorted = sortedSet([...over])
    for (const axis of sorted) requireAxis(operand, axis, reduction)
    const key = [codes.reduce, this.text(reduction), operand.id]
    for (const axis of sorted) key.push(this.text(axis))
    return this.intern<ReduceNode>(key, (id) => ({
      id,
      axes: sortedSet(operand.axes.filter((axis) => !sorted.includes(axis))),
      dataType: reducedType(reduction, operand.dataType),
      kind: 'reduce',
      reduction,
      over: sorted,
      operand,
    }))
  }

  take(
    operand: Node,
    indices: readonly { readonly axis: AxisName; readonly index: Node }[],
    fill: number | null = null,
  ): TakeNode {
    const sorted = indices.map(({ axis, index }) => ({ axis, index }))
    sorted.sort((a, b) => (a.axis < b.axis ? -1 : 1))
    for (const { axis, index } of sorted) {
      requireAxis(operand, axis, 'take')
      if (index.dataType !== 'int') throw new Error(`an index along ${axis} is ${index.dataType}`)
    }
    const replaced = new Set(sorted.map(({ axis }) => axis))
    if (replaced.size < sorted.length) throw new Error('an axis is indexed twice')
    const key = [codes.take, operand.id, this.text(fill === null ? 'none' : written(fill))]
    for (const { axis, index } of sorted) key.push(this.text(axis), index.id)
    return this.intern<TakeNode>(key, (id) => ({
      id,
      axes: sortedSet([
        ...operand.axes.filter((axis) => !replaced.has(axis)),
        ...sorted.flatMap(({ index }) => index.axes),
      ]),
      dataType: operand.dataType,
      kind: 'take',
      operand,
      indices: sorted,
      fill,
    }))
  }

  spread(operand: Node, axis: AxisName): SpreadNode {
    if (operand.axes.includes(axis)) throw new Error(`spread along ${axis}, which is there already`)
    return this.intern<SpreadNode>([codes.spread, operand.id, this.text(axis)], (id) => ({
      id,
      axes: sortedSet([...operand.axes, axis]),
      dataType: operand.dataType,
      kind: 'spread',
      operand,
      axis,
    }))
  }

  mark(operand: Node, label: number): MarkNode {
    return this.intern<MarkNode>([codes.mark, operand.id, label], (id) => ({
      id,
      axes: operand.axes,
      dataType: operand.dataType,
      kind: 'mark',
      operand,
      label,
    }))
  }

  gradient(of: Node, wrt: Node): GradientNode {
    return this.intern<GradientNode>([codes.gradient, of.id, wrt.id], (id) => ({
      id,
      axes: wrt.axes,
      dataType: 'real',
      kind: 'gradient',
      of,
      wrt,
    }))
  }

  custom(parts: Pick<CustomNode, 'value' | 'inputs' | 'cotangent' | 'pullbacks'>): CustomNode {
    const { value, cotangent } = parts
    const inputs = [...parts.inputs]
    const pullbacks = [...parts.pullbacks]
    if (inputs.length !== pullbacks.length) throw new Error('one pullback for each input')
    const key = [codes.custom, value.id, cotangent.id, ...inputs.map(idOf), ...pullbacks.map(idOf)]
    return this.intern<CustomNode>(key, (id) => ({
      id,
      axes: value.axes,
      dataType: value.dataType,
      kind: 'custom',
      value,
      inputs,
      cotangent,
      pullbacks,
    }))
  }

  random(parts: Pick<RandomNode, 'site' | 'lane' | 'layout'>): RandomNode {
    const { site, lane } = parts
    const layout = [...parts.layout]
    return this.intern<RandomNode>(this.numbered([codes.random, lane, site, ...layout]), (id) => ({
      id,
      axes: sortedSet(layout),
      dataType: 'real',
      kind: 'random',
      site,
      lane,
      layout,
    }))
  }

  argsort(operand: Node, axis: AxisName, descending = false): ArgsortNode {
    requireAxis(operand, axis, 'argsort')
    const key = [codes.argsort, operand.id, this.text(axis), Number(descending)]
    return this.intern<ArgsortNode>(key, (id) => ({
      id,
      axes: operand.axes,
      dataType: 'int',
      kind: 'argsort',
      operand,
      axis,
      descending,
    }))
  }

  scan(loop: Loop, index: number, form: ScanNode['form']): ScanNode {
    const { axis, reversed } = loop
    for (const carry of loop.carries) requireCarry(carry, axis)
    const parts = loop.carries.flatMap(({ previous, start, next }) => [previous, start, next])
    const number = this.loopKeys.number([this.text(axis), Number(reversed), ...parts.map(idOf)])
    const known = this.loops[number] ?? { axis, reversed, carries: [...loop.carries] }
    this.loops[number] = known
    const previous = known.carries[index]?.previous
    if (previous === undefined) throw new Error(`a loop has no carry ${index}`)
    return this.intern<ScanNode>([codes.scan, number, index, this.text(form)], (id) => ({
      id,
      axes: previous.axes.filter((own) => form === 'every' || own !== axis),
      dataType: previous.dataType,
      kind: 'scan',
      loop: known,
      index,
      form,
    }))
  }

  /** Where a value stands in the sources, what the user calls it, which library function made it. */
  note(node: Node, origin: Origin): void {
    this.origins.note(node, origin)
  }

  originOf(node: Node): readonly Origin[] {
    return this.origins.of(node)
  }

  /** `node` took the place of `from`: it keeps where that came from. Returns `node`. */
  derived<T extends Node>(node: T, from: Node): T {
    this.origins.derived(node, from)
    return node
  }

  private intern<T extends Node>(key: readonly number[], make: (id: number) => T): T {
    const number = this.keys.number(key)
    const known = this.nodes[number]
    // The key begins with the kind, so that a node found under it is of the type asked for.
    if (known !== undefined) return known as T
    const node = make(number)
    this.nodes.push(node)
    return node
  }

  private numberOf(operation: ScalarOperation): number {
    const known = this.operations.get(operation)
    if (known !== undefined) return known
    const number = this.operations.size
    this.operations.set(operation, number)
    return number
  }

  private text(text: string): number {
    return this.keys.text(text)
  }

  private numbered(key: readonly (number | string)[]): number[] {
    return key.map((part) => (typeof part === 'number' ? part : this.text(part)))
  }
}

function written(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function idOf(node: Node): number {
  return node.id
}

/** Most nodes have the axes of an operand: then they share the list too. */
function sortedSet(axes: readonly AxisName[]): readonly AxisName[] {
  const isSorted = axes.every((axis, i) => i === 0 || (axes[i - 1] ?? '') < axis)
  return isSorted ? axes : [...new Set(axes)].sort()
}

/** Perhaps with repetitions. */
function axesOfAll([first, ...others]: readonly Node[]): readonly AxisName[] {
  let all = first?.axes ?? []
  for (const { axes } of others) {
    if (!axes.every((axis) => all.includes(axis))) all = [...all, ...axes]
  }
  return all
}

function requireAxis(operand: Node, axis: AxisName, by: string): void {
  if (operand.axes.includes(axis)) return
  throw new Error(`${by} over ${axis}, which [${operand.axes.join(', ')}] does not have`)
}

function requireCarry({ previous, start, next }: Carry, axis: AxisName): void {
  const isBound = previous.role === 'placeholder' && previous.axes.includes(axis)
  const isInside = (node: Node): boolean => node.axes.every((own) => previous.axes.includes(own))
  if (!isBound || !isInside(start) || !isInside(next) || start.axes.includes(axis)) {
    const shown = [previous, start, next].map(({ axes }) => `[${axes.join(', ')}]`)
    throw new Error(`a carry along ${axis} is ${shown.join(', ')}: ${previous.role}, start, next`)
  }
}

/** Truth values count as 0 and 1 in arithmetic; positions are whole. */
function reducedType(reduction: ReductionName, operand: DataType): DataType {
  switch (reduction) {
    case 'sum':
    case 'prod':
    case 'max':
    case 'min':
      return operand === 'real' ? 'real' : 'int'
    case 'any':
    case 'all':
      return 'bool'
    case 'argmax':
    case 'argmin':
      return 'int'
    case 'logsumexp':
      return 'real'
    default:
      return reduction satisfies never
  }
}

export {
  isGiven,
  operandsOf,
  reaches,
  substitute,
  rebuildAll,
  topological,
  withOperands,
  withoutMarks,
} from './walk.ts'
export type { Origin } from './origin.ts'
