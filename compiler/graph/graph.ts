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
import type { ScalarOperation } from './operation.ts'
import { Origins } from './origin.ts'
import type { Origin } from './origin.ts'
import type { Size } from './size.ts'
import { Sizes } from './sizes.ts'

export class Graph {
  readonly sizes: Sizes
  private readonly nodes = new Map<string, Node>()
  private readonly loops = new Map<string, Loop>()
  private readonly operations = new Map<ScalarOperation, number>()
  private readonly origins = new Origins()

  constructor(sizes: Sizes = new Sizes()) {
    this.sizes = sizes
  }

  /** Keeps NaN, the infinities, and -0 apart from 0. */
  constant(value: number, dataType: DataType = 'real'): ConstantNode {
    const written = Object.is(value, -0) ? '-0' : String(value)
    return this.intern(['constant', dataType, written], { kind: 'constant', value }, [], dataType)
  }

  size(size: Size): SizeNode {
    return this.intern(['size', size.key], { kind: 'size', size }, [], 'int')
  }

  vector(axis: AxisName, values: readonly number[], dataType: DataType = 'real'): VectorNode {
    const written = values.map((value) => (Object.is(value, -0) ? '-0' : String(value)))
    const key = ['vector', dataType, axis, ...written]
    return this.intern(key, { kind: 'vector', axis, values: [...values] }, [axis], dataType)
  }

  leaf(leaf: Pick<LeafNode, 'role' | 'name' | 'layout' | 'dataType'>): LeafNode {
    const { role, name, dataType } = leaf
    const layout = [...leaf.layout]
    const key = ['leaf', role, dataType, ...layout, JSON.stringify(name)]
    return this.intern(key, { kind: 'leaf', role, name, layout }, layout, dataType)
  }

  coordinate(axis: AxisName): CoordinateNode {
    return this.intern(['coordinate', axis], { kind: 'coordinate', axis }, [axis], 'int')
  }

  map(operation: ScalarOperation, operands: readonly Node[]): MapNode {
    if (operands.length !== operation.arity) {
      throw new Error(`${operation.name} takes ${operation.arity} operands, not ${operands.length}`)
    }
    const dataType = operation.dataType?.(operands.map((node) => node.dataType)) ?? 'real'
    const number = this.operations.get(operation) ?? this.operations.size
    this.operations.set(operation, number)
    return this.intern(
      ['map', number, ...operands.map(idOf)],
      { kind: 'map', operation, operands: [...operands] },
      axesOfAll(operands),
      dataType,
    )
  }

  /** Over no axes too: whether that is the operand itself is a matter of rewriting. */
  reduce(reduction: ReductionName, over: readonly AxisName[], operand: Node): ReduceNode {
    const sorted = sortedSet([...over])
    for (const axis of sorted) requireAxis(operand, axis, reduction)
    return this.intern(
      ['reduce', reduction, operand.id, ...sorted],
      { kind: 'reduce', reduction, over: sorted, operand },
      operand.axes.filter((axis) => !sorted.includes(axis)),
      reducedType(reduction, operand.dataType),
    )
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
    const written = fill === null ? 'none' : Object.is(fill, -0) ? '-0' : String(fill)
    return this.intern(
      ['take', operand.id, written, ...sorted.flatMap(({ axis, index }) => [axis, index.id])],
      { kind: 'take', operand, indices: sorted, fill },
      [
        ...operand.axes.filter((axis) => !replaced.has(axis)),
        ...sorted.flatMap(({ index }) => index.axes),
      ],
      operand.dataType,
    )
  }

  spread(operand: Node, axis: AxisName): SpreadNode {
    if (operand.axes.includes(axis)) throw new Error(`spread along ${axis}, which is there already`)
    const axes = [...operand.axes, axis]
    const key = ['spread', operand.id, axis]
    return this.intern(key, { kind: 'spread', operand, axis }, axes, operand.dataType)
  }

  mark(operand: Node, label: number): MarkNode {
    const key = ['mark', operand.id, label]
    return this.intern(key, { kind: 'mark', operand, label }, operand.axes, operand.dataType)
  }

  gradient(of: Node, wrt: Node): GradientNode {
    return this.intern(['gradient', of.id, wrt.id], { kind: 'gradient', of, wrt }, wrt.axes, 'real')
  }

  custom(parts: Pick<CustomNode, 'value' | 'inputs' | 'cotangent' | 'pullbacks'>): CustomNode {
    const { value, cotangent } = parts
    const inputs = [...parts.inputs]
    const pullbacks = [...parts.pullbacks]
    if (inputs.length !== pullbacks.length) throw new Error('one pullback for each input')
    return this.intern(
      ['custom', value.id, cotangent.id, ...inputs.map(idOf), ...pullbacks.map(idOf)],
      { kind: 'custom', value, inputs, cotangent, pullbacks },
      value.axes,
      value.dataType,
    )
  }

  random(parts: Pick<RandomNode, 'site' | 'lane' | 'layout'>): RandomNode {
    const { site, lane } = parts
    const layout = [...parts.layout]
    const key = ['random', lane, ...layout, JSON.stringify(site)]
    return this.intern(key, { kind: 'random', site, lane, layout }, layout, 'real')
  }

  argsort(operand: Node, axis: AxisName, descending = false): ArgsortNode {
    requireAxis(operand, axis, 'argsort')
    return this.intern(
      ['argsort', operand.id, axis, String(descending)],
      { kind: 'argsort', operand, axis, descending },
      operand.axes,
      'int',
    )
  }

  scan(loop: Loop, index: number, form: ScanNode['form']): ScanNode {
    const { axis, reversed } = loop
    for (const carry of loop.carries) requireCarry(carry, axis)
    const parts = loop.carries.flatMap(({ previous, start, next }) => [previous, start, next])
    const key = ['scan', axis, String(reversed), ...parts.map(idOf)]
    const written = key.join('\n')
    const known = this.loops.get(written) ?? { axis, reversed, carries: [...loop.carries] }
    this.loops.set(written, known)
    const previous = known.carries[index]?.previous
    if (previous === undefined) throw new Error(`a loop has no carry ${index}`)
    return this.intern(
      [...key, index, form],
      { kind: 'scan', loop: known, index, form },
      previous.axes.filter((own) => form === 'every' || own !== axis),
      previous.dataType,
    )
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

  private intern<T extends Node>(
    key: readonly (string | number)[],
    content: Omit<T, 'id' | 'axes' | 'dataType'>,
    axes: readonly AxisName[],
    dataType: DataType,
  ): T {
    // Axis names hold no line breaks, other texts are quoted: keys of different contents differ.
    const written = key.join('\n')
    const known = this.nodes.get(written)
    // The key begins with the kind, so that a node found under it is of the type asked for.
    if (known !== undefined) return known as T
    const base = { id: this.nodes.size, axes: sortedSet(axes), dataType }
    const node = Object.assign(base, content) as unknown as T
    this.nodes.set(written, node)
    return node
  }
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
  topological,
  withOperands,
  withoutMarks,
} from './walk.ts'
export type { Origin } from './origin.ts'
