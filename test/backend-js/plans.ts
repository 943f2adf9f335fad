// Module plans and kernels, written by hand as the stages before the backend would hand them over.
import { Graph } from '../../compiler/graph/graph.ts'
import { axisSize, constantSize, multiplySizes, type Size } from '../../compiler/graph/size.ts'
import type { AxisName } from '../../compiler/graph/node.ts'
import type {
  Buffer,
  BufferPlace,
  ElementType,
  Expression,
  Kernel,
  KernelProgram,
  Statement,
} from '../../compiler/kernels/program.ts'
import type {
  Computation,
  Entry,
  ModuleInput,
  ModulePlan,
  ModuleTensor,
} from '../../compiler/lower/entry.ts'

export const zero = constantSize(0)
const graph = new Graph()
const nothing = graph.constant(0)

export type Sizes = Readonly<Record<AxisName, number | Size>>

export function sizeOf(sizes: Sizes, axis: AxisName): Size {
  const size = (Object.hasOwn(sizes, axis) ? sizes[axis] : undefined) ?? axisSize(axis)
  return typeof size === 'number' ? constantSize(size) : size
}

export function buffer(
  name: string,
  axes: readonly AxisName[],
  place: BufferPlace,
  type: ElementType = 'real',
  sizes: Sizes = {},
): Buffer {
  const extents = axes.map((axis) => sizeOf(sizes, axis))
  return { name, type, axes, extents, place, reason: 'a test' }
}

export function load(from: Buffer, ...indices: Expression[]): Expression {
  return { kind: 'load', buffer: from, indices }
}

export function loop(
  axis: AxisName,
  body: readonly Statement[],
  extent: Size = axisSize(axis),
): Statement {
  return { kind: 'loop', axis, variable: axis.toLowerCase(), extent, parallel: true, body }
}

export function store(
  into: Buffer,
  indices: readonly Expression[],
  value: Expression,
  accumulate?: 'sum',
): Statement {
  return {
    kind: 'store',
    buffer: into,
    indices,
    value,
    ...(accumulate === undefined ? {} : { accumulate }),
  }
}

export function sum(name: string): Statement {
  return { kind: 'accumulator', local: name, reduction: 'sum' }
}

export function accumulate(
  name: string,
  reduction: 'sum' | 'max' | 'argmax',
  value: Expression,
  position?: Expression,
): Statement {
  return {
    kind: 'accumulate',
    local: name,
    reduction,
    value,
    ...(position === undefined ? {} : { position }),
  }
}

export function program(
  computation: Computation,
  body: readonly Statement[],
  buffers: readonly Buffer[],
  arena: Partial<KernelProgram['arena']> = {},
): KernelProgram {
  const kernel: Kernel = {
    name: 'kernel',
    comment: computation.name,
    body,
    reads: buffers,
    writes: writtenBy(body),
    cost: { operations: zero, loads: zero, stores: zero },
  }
  return {
    computation,
    buffers,
    kernels: [kernel],
    arena: { real: zero, wide: zero, int: zero, bool: zero, ...arena },
  }
}

function writtenBy(statements: readonly Statement[]): Buffer[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'store' || statement.kind === 'fill') return [statement.buffer]
    return 'body' in statement ? writtenBy(statement.body) : []
  })
}

export function computation(name: string, parts: Partial<Computation> = {}): Computation {
  return {
    name,
    training: false,
    results: [{ target: { kind: 'value' }, node: nothing, layout: [] }],
    inputs: [],
    parameters: [],
    states: [],
    slots: [],
    options: [],
    ...parts,
  }
}

export function input(
  name: string,
  axes: readonly AxisName[],
  parts: Partial<ModuleInput> = {},
): ModuleInput {
  return { name, axes, kind: 'real', dataType: 'real', ...parts }
}

export function tensor(path: string, axes: readonly AxisName[]): ModuleTensor {
  return { path, axes, dataType: 'real', initial: nothing, initialiser: '0' }
}

export function plan(parts: Partial<ModulePlan> & { readonly sizes?: Sizes }): ModulePlan {
  const { sizes = {}, ...rest } = parts
  return {
    axes: Object.keys(sizes).map((name) => ({ name, size: sizeOf(sizes, name) })),
    copyAxes: [],
    conditions: [],
    inputs: [],
    parameters: [],
    states: [],
    slots: [],
    entries: [],
    ...rest,
  }
}

export function output(
  value: Computation,
  axes: readonly AxisName[],
  parts: Partial<Entry> = {},
): Entry {
  return {
    kind: 'output',
    name: value.name,
    inputs: value.inputs,
    value: { training: value, evaluation: value },
    axes,
    dataType: 'real',
    ...parts,
  } as Entry
}

export function loss(
  value: Computation,
  valueAndGrad: Computation,
  wrt: readonly string[],
  step?: Computation,
): Entry {
  return {
    kind: 'loss',
    name: value.name,
    inputs: valueAndGrad.inputs,
    value: { training: value, evaluation: value },
    valueAndGrad: { training: valueAndGrad, evaluation: valueAndGrad },
    wrt,
    ...(step === undefined ? {} : { step }),
  }
}

export { graph, multiplySizes }
