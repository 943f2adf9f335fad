// From two elaborations to the checked program: each export with its value in either mode, and what they all reach.
import { topological } from '../graph/graph.ts'
import type { AxisName, LeafNode, Node } from '../graph/node.ts'
import { axisSize } from '../graph/size.ts'
import { ownAxes, type ModuleAxis } from '../lower/entry.ts'
import { suggest } from '../source/suggest.ts'
import type { Loss, Metric, Minimize, Output } from '../syntax/ast.ts'
import type { ParameterRecord, StateRecord } from './elaboration.ts'
import { functionsOf } from './exportedFunctions.ts'
import type { Elaborated, Exported } from './fileState.ts'
import { locate, report } from './frame.ts'
import { stepOf } from './optimizer.ts'
import type {
  CheckedFunction,
  CheckedLoss,
  CheckedMetric,
  CheckedOutput,
  CheckedProgram,
  CheckedState,
  CheckedStep,
  Modal,
} from './program.ts'
import { withoutRepeated } from './states.ts'
import { warnOfUnused } from './unused.ts'
import type { Workspace } from './workspace.ts'
import { wrtOf } from './wrt.ts'

export function assemble(
  training: Elaborated,
  evaluation: Elaborated,
  workspace: Workspace,
): CheckedProgram {
  const losses = lossesOf(training, evaluation)
  const outputs = training.outputs.flatMap((output, i): CheckedOutput[] => {
    const value = bothModes(output, evaluation.outputs[i])
    if (value === null) return []
    const { dataType } = value.training
    const { kind, axis } = output.value?.meaning ?? {}
    const classes = kind === 'class' && axis !== undefined ? { classesOf: axis } : {}
    return [{ ...described(output, training), value, layout: output.layout, dataType, ...classes }]
  })
  const metrics = training.metrics.flatMap((metric, i): CheckedMetric[] => {
    const value = bothModes(metric, evaluation.metrics[i])
    return value === null ? [] : [{ ...described(metric, training), value }]
  })
  const functions = functionsOf(training, evaluation)
  const reached = leavesOf([
    ...rootsOfEntries(outputs, metrics, functions),
    ...rootsOfLosses(losses),
  ])
  const states = statesOf(training, reached)
  const all = leavesOf([
    ...reached,
    ...states.flatMap(({ updates }) => updates.map(({ next }) => next)),
  ])
  const parameters = parametersOf(training, evaluation, all)
  const isWhole = !workspace.hasErrors() && !workspace.isIncomplete
  if (isWhole) warnOfUnused(training, all, losses, parameters)
  const { inputs } = training.frame.elaboration
  const { documentation } = training
  return {
    graph: workspace.graph,
    ...(documentation === undefined ? {} : { documentation }),
    axes: axesOf(training, { outputs, functions, parameters, states }),
    copyAxes: copyAxesOf(parameters, workspace),
    conditions: workspace.settledConditions(),
    inputs: [...inputs.values()].map(({ input }) => input),
    parameters,
    states,
    outputs,
    losses,
    metrics,
    functions,
    originalOf: (node) => workspace.originalOf(node),
    isCallMark: ({ label }) => workspace.callLabels.has(label),
  }
}

function bothModes<S extends Output | Loss | Metric>(
  training: Exported<S>,
  evaluation: Exported<S> | undefined,
): Modal<Node> | null {
  if (training.value === undefined || evaluation?.value === undefined) return null
  return { training: training.value.node, evaluation: evaluation.value.node }
}

function described(
  { statement }: Exported<Output | Loss | Metric>,
  { frame }: Elaborated,
): Pick<CheckedMetric, 'name' | 'at' | 'documentation'> {
  const { name, documentation, span } = statement
  return {
    name: name.text,
    at: locate(frame, span),
    ...(documentation === undefined ? {} : { documentation }),
  }
}

// ── Losses ──────────────────────────────────────────────────────────────────

function lossesOf(training: Elaborated, evaluation: Elaborated): CheckedLoss[] {
  const minimized = minimizedLosses(training)
  return training.losses.flatMap((loss, i): CheckedLoss[] => {
    const value = bothModes(loss, evaluation.losses[i])
    const wrt = wrtOf(loss, training)
    const statement = minimized.get(loss.statement.name.text)
    if (value === null || wrt === null) return []
    const step =
      statement === undefined ? null : stepFor(statement, loss.statement, value, wrt, training)
    const checked = { ...described(loss, training), value, wrt }
    return [step === null ? checked : { ...checked, step }]
  })
}

function minimizedLosses({ minimized, losses, frame }: Elaborated): Map<string, Minimize> {
  const found = new Map<string, Minimize>()
  const names = losses.map(({ statement }) => statement.name.text)
  for (const statement of minimized) {
    const { text, span } = statement.loss
    const before = found.get(text)
    if (before !== undefined) {
      report(
        frame,
        'minimized-twice',
        span,
        { loss: text },
        { labels: [{ ...locate(frame, before.span), message: 'its step is given here' }] },
      )
    } else if (names.includes(text)) found.set(text, statement)
    else {
      const near = suggest(text, names)
      const fix =
        near === undefined
          ? {}
          : {
              fix: {
                message: `write \`${near}\``,
                edits: [{ ...locate(frame, span), text: near }],
              },
            }
      report(
        frame,
        'unknown-loss',
        span,
        { loss: text, ...(near === undefined ? {} : { near }) },
        fix,
      )
    }
  }
  return found
}

function stepFor(
  statement: Minimize,
  loss: Loss,
  value: Modal<Node>,
  wrt: CheckedLoss['wrt'],
  { frame }: Elaborated,
): CheckedStep | null {
  const parameters = wrt.filter(({ leaf }) => leaf.role === 'parameter')
  const name = loss.name.text
  if (parameters.length > 0) {
    return stepOf(statement, { loss: name, value: value.training, parameters }, frame)
  }
  report(frame, 'nothing-to-train', statement.loss.span, { loss: name })
  return null
}

// ── What is reached ─────────────────────────────────────────────────────────

function rootsOfEntries(
  outputs: readonly CheckedOutput[],
  metrics: readonly CheckedMetric[],
  functions: readonly CheckedFunction[],
): Node[] {
  return [...outputs, ...metrics, ...functions].flatMap(({ value }) => [
    value.training,
    value.evaluation,
  ])
}

/** Everything that a module may work out. */
export function rootsOf(program: CheckedProgram): Node[] {
  const { outputs, metrics, functions, losses, parameters, states } = program
  return [
    ...rootsOfEntries(outputs, metrics, functions),
    ...rootsOfLosses(losses),
    ...losses.flatMap(({ step }) => (step?.slots ?? []).map(({ initial }) => initial)),
    ...states.flatMap(({ updates }) => updates.map(({ next }) => next)),
    ...[...parameters, ...states].map(({ initial }) => initial),
  ]
}

function rootsOfLosses(losses: readonly CheckedLoss[]): Node[] {
  return losses.flatMap(({ value, wrt, step }) => [
    value.training,
    value.evaluation,
    ...wrt.map(({ leaf }) => leaf),
    ...(step?.updates ?? []).map(({ node }) => node),
  ])
}

function leavesOf(roots: readonly Node[]): Set<LeafNode> {
  return new Set(topological(roots).filter((node): node is LeafNode => node.kind === 'leaf'))
}

function parametersOf(
  training: Elaborated,
  evaluation: Elaborated,
  reached: ReadonlySet<LeafNode>,
): ParameterRecord[] {
  const both = new Map([
    ...evaluation.frame.elaboration.parameters,
    ...training.frame.elaboration.parameters,
  ])
  return inFileOrder([...both.values()], training).filter(({ leaf }) => reached.has(leaf))
}

function statesOf(training: Elaborated, reached: ReadonlySet<LeafNode>): CheckedState[] {
  const records = inFileOrder([...training.frame.elaboration.states.values()], training)
  return records
    .filter(({ leaf, updates }) => reached.has(leaf) || updates.length > 0)
    .map((record) => ({ ...record, updates: withoutRepeated(record.updates) }))
}

/** In the order of the file's statements; inside an instance, as it declares them. */
function inFileOrder<T extends ParameterRecord | StateRecord>(
  records: readonly T[],
  { roots }: Elaborated,
): T[] {
  const place = new Map(roots.map((root, i) => [root, i]))
  const at = ({ root }: T): number => place.get(root) ?? roots.length
  return [...records].sort((a, b) => at(a) - at(b))
}

// ── Axes ────────────────────────────────────────────────────────────────────

function axesOf(
  { frame, axes }: Elaborated,
  used: {
    readonly outputs: readonly CheckedOutput[]
    readonly functions: readonly CheckedFunction[]
    readonly parameters: readonly ParameterRecord[]
    readonly states: readonly CheckedState[]
  },
): ModuleAxis[] {
  const { sizes } = frame.elaboration.graph
  const { inputs } = frame.elaboration
  const documented = new Map(axes.map(({ name, documentation }) => [name.text, documentation]))
  const names = new Set<AxisName>([
    ...documented.keys(),
    ...[...inputs.values()].flatMap(({ input }) => input.axes),
    ...used.parameters.flatMap(ownAxes),
    ...used.states.flatMap((state) => state.axes),
    ...used.outputs.flatMap((output) => output.layout),
    ...used.functions.flatMap((fn) => [...fn.layout, ...fn.inputs.flatMap((input) => input.axes)]),
  ])
  return [...names].map((name) => {
    const documentation = documented.get(name)
    const size = sizes.isKnown(name) ? sizes.of(name) : axisSize(name)
    return { name, size, ...(documentation === undefined ? {} : { documentation }) }
  })
}

function copyAxesOf(
  parameters: readonly ParameterRecord[],
  { graph: { sizes } }: Workspace,
): ModuleAxis[] {
  const names = new Set(parameters.flatMap(({ copies = [] }) => copies))
  return [...names].map((name) => ({ name, size: sizes.of(name) }))
}
