// `signature`: what a module takes and gives, as a plain object, enough for a generic tool to feed it.
import { addSizes, constantOf, constantSize, type Size } from '../../compiler/graph/size.ts'
import { axisText, sizeText } from '../../compiler/graph/sizeText.ts'
import type { AxisName, DataType } from '../../compiler/graph/node.ts'
import type { KernelProgram } from '../../compiler/kernels/program.ts'
import type {
  Computation,
  Entry,
  InputKind,
  LossEntry,
  ModuleInput,
  ModulePlan,
  ModuleTensor,
} from '../../compiler/lower/entry.ts'
import { ownAxes } from '../../compiler/lower/entry.ts'
import { axisLabels } from './axes.ts'
import { counted, spelledOut, type Counted } from './copies.ts'
import { Code, literal, type Literal } from './literal.ts'
import type { Backend } from './moduleScope.ts'

export interface Signature {
  readonly backend: Backend
  readonly precision: 'f32' | 'f64'
  readonly documentation?: string
  readonly axes: Readonly<Record<string, AxisSignature>>
  readonly entries: Readonly<Record<string, EntrySignature>>
  readonly parameters: readonly TensorSignature[]
  readonly states: readonly TensorSignature[]
  /** Optimizer states: their paths are keys of `model.optimizer`. */
  readonly slots: readonly TensorSignature[]
}
export interface AxisSignature {
  /** Null: settled by the inputs, by `init`, or by the formula in other axes. */
  readonly size: number | null
  readonly formula?: string
  readonly documentation?: string
}
export interface TensorSignature {
  readonly path: string
  readonly axes: readonly string[]
  /** How many of the axes make each dimension in a state dict of torch's; absent: one each. */
  readonly dimensions?: readonly number[]
  /** Absent: real. */
  readonly dataType?: DataType
  readonly initialiser: string
  readonly documentation?: string
}
export interface InputSignature {
  readonly name: string
  readonly axes: readonly string[]
  readonly kind: InputKind
  /** The axis whose coordinates the classes are, or over which probabilities sum to 1. */
  readonly kindAxis?: string
  readonly missing?: number
  readonly optional: boolean
  readonly documentation?: string
}
export interface OutputSignature {
  readonly axes: readonly string[]
  readonly dataType: DataType
  /** Of class numbers, with the axis whose coordinates they are. */
  readonly kind?: 'class'
  readonly kindAxis?: string
}
export interface EntrySignature {
  readonly kind: Entry['kind']
  readonly documentation?: string
  readonly inputs: readonly InputSignature[]
  /** Of outputs and functions. */
  readonly output?: OutputSignature
  /** Of losses: the keys of `grad`. */
  readonly gradient?: readonly string[]
  /** A loss with an optimizer, and the options of its step with their defaults. */
  readonly steps?: boolean
  readonly options?: Readonly<Record<string, number>>
  /** For each call, formulas in the sizes. */
  readonly cost: Readonly<Record<string, Cost>>
}
export interface Cost {
  readonly operations: string
  /** Elements of memory that live during the call only. */
  readonly memory: string
}

/** What the signature calls an axis. */
type Label = (axis: AxisName) => string

export type Programs = ReadonlyMap<Computation, KernelProgram>

export function createSignature(
  plan: ModulePlan,
  programs: Programs,
  precision: 'f32' | 'f64',
  backend: Backend,
): Signature {
  const label = labelling(plan)
  const rowsOf = (tensors: readonly ModuleTensor[]): TensorSignature[] =>
    tensors.flatMap((tensor) => spelledOut(tensorRow(tensor, plan, label)))
  return {
    backend,
    precision,
    ...documented(plan),
    axes: Object.fromEntries(
      plan.axes.map(({ name, size, documentation }) => {
        const constant = constantOf(size)
        const formula = sizeText(size)
        const isFree = constant !== null || formula === axisText(name)
        return [
          label(name),
          { size: constant, ...(isFree ? {} : { formula }), ...documented({ documentation }) },
        ]
      }),
    ),
    entries: Object.fromEntries(
      plan.entries.map((entry) => [entry.name, entrySignature(entry, plan, programs, label)]),
    ),
    parameters: rowsOf(plan.parameters),
    states: rowsOf(plan.states),
    slots: rowsOf(plan.slots),
  }
}

/** As a module has it: what is alike for many copies is said once. */
export function signatureText(signature: Signature, plan: ModulePlan): string {
  if (plan.copyAxes.length === 0) return literal(signature)
  const label = labelling(plan)
  const spelled = (rows: Literal): string => `/* @__PURE__ */ spellOut(${literal(rows, '  ')})`
  const rowsOf = (tensors: readonly ModuleTensor[]): Code =>
    new Code(spelled(tensors.map((tensor) => tensorRow(tensor, plan, label))))
  const entries = plan.entries.map((entry): [string, Literal] => {
    const own = signature.entries[entry.name]
    if (entry.kind !== 'loss') return [entry.name, own]
    const paths = wrtRows(entry, plan)
    const gradient = new Code(`${spelled(paths)}.map(({ path }) => path)`)
    return [entry.name, { ...own, gradient }]
  })
  return literal({
    ...signature,
    entries: Object.fromEntries(entries),
    parameters: rowsOf(plan.parameters),
    states: rowsOf(plan.states),
    slots: rowsOf(plan.slots),
  })
}

function labelling(plan: ModulePlan): Label {
  const labels = axisLabels(plan)
  return (axis) => labels.get(axis) ?? axisText(axis)
}

/** What a loss is differentiated by: parameters' paths, or inputs' names. */
function wrtRows({ wrt }: LossEntry, plan: ModulePlan): Counted<{ readonly path: string }>[] {
  const tensors = new Map(plan.parameters.map((tensor) => [tensor.path, tensor]))
  return wrt.map((path) => counted({ path }, tensors.get(path), plan))
}

function entrySignature(
  entry: Entry,
  plan: ModulePlan,
  programs: Programs,
  label: Label,
): EntrySignature {
  const all = entry.kind === 'function' ? entry.ownInputs : plan.inputs
  const inputs = all
    .filter((input) => entry.inputs.includes(input.name))
    .map((input) => inputSignature(input, label))
  const common = { kind: entry.kind, ...documented(entry), inputs }
  const cost = (computation: Computation): Cost => costOf(programs, computation)
  switch (entry.kind) {
    case 'loss': {
      const { value, valueAndGrad, step } = entry
      return {
        ...common,
        gradient: wrtRows(entry, plan)
          .flatMap(spelledOut)
          .map(({ path }) => path),
        ...(step === undefined
          ? {}
          : {
              steps: true,
              options: Object.fromEntries(step.options.map((each) => [each.name, each.default])),
            }),
        cost: {
          value: cost(value.evaluation),
          valueAndGrad: cost(valueAndGrad.training),
          ...(step === undefined ? {} : { step: cost(step) }),
        },
      }
    }
    case 'metric':
      return { ...common, cost: { value: cost(entry.value.evaluation) } }
    case 'output':
    case 'function': {
      const { axes, dataType } = entry
      const classesOf = entry.kind === 'output' ? entry.classesOf : undefined
      const output: OutputSignature = {
        axes: axes.map(axisText),
        dataType,
        ...(classesOf === undefined ? {} : { kind: 'class', kindAxis: label(classesOf) }),
      }
      return { ...common, output, cost: { value: cost(entry.value.evaluation) } }
    }
    default:
      return entry satisfies never
  }
}

function costOf(programs: Programs, computation: Computation): Cost {
  const program = programs.get(computation)
  if (program === undefined) throw new Error(`${computation.name} has no kernels`)
  return {
    operations: sizeText(sum(program.kernels.map((kernel) => kernel.cost.operations))),
    memory: sizeText(sum(Object.values(program.arena))),
  }
}

function sum(sizes: readonly Size[]): Size {
  return addSizes(constantSize(0), ...sizes)
}

function inputSignature(input: ModuleInput, label: Label): InputSignature {
  const { name, axes, kind, kindAxis, missing } = input
  return {
    name,
    axes: axes.map(label),
    kind,
    ...(kindAxis === undefined ? {} : { kindAxis: label(kindAxis) }),
    ...(missing === undefined ? {} : { missing }),
    optional: input.default !== undefined,
    ...documented(input),
  }
}

function tensorRow(tensor: ModuleTensor, plan: ModulePlan, label: Label): Counted<TensorSignature> {
  const { path, dimensions, dataType, initialiser } = tensor
  const layout = dimensions === undefined ? {} : { dimensions }
  const type = dataType === 'real' ? {} : { dataType }
  const axes = ownAxes(tensor).map(label)
  const row = { path, axes, ...layout, ...type, initialiser, ...documented(tensor) }
  return counted(row, tensor, plan)
}

function documented({ documentation }: { readonly documentation?: string | undefined }): {
  readonly documentation?: string
} {
  return documentation === undefined ? {} : { documentation }
}
