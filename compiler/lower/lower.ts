// From the checked program to a module's computations: for each call of each entry, the graph of its results and the
// inputs, parameters and states that it reaches.
import type {
  CheckedLoss,
  CheckedProgram,
  CheckedState,
  CheckedStep,
  Modal,
} from '../check/program.ts'
import { substitute, topological, withoutMarks, type Graph } from '../graph/graph.ts'
import type { AxisName, LeafNode, Node } from '../graph/node.ts'
import type {
  Computation,
  Entry,
  FunctionEntry,
  LossEntry,
  MetricEntry,
  ModuleOption,
  ModulePlan,
  ModuleTensor,
  Modes,
  OutputEntry,
  Result,
} from './entry.ts'

/** `entries`: names of the exports to keep; absent, all. */
export function lower(program: CheckedProgram, entries?: readonly string[]): ModulePlan {
  const kept = (entry: { readonly name: string }): boolean =>
    entries === undefined || entries.includes(entry.name)
  const losses = program.losses.filter(kept)
  const lowered: Entry[] = [
    ...losses.map((loss) => lossEntry(program, loss)),
    ...program.metrics.filter(kept).map((metric): MetricEntry => {
      const value = modes(program, metric.name, metric.value, [])
      return { ...described(metric), kind: 'metric', value, inputs: inputsOf(program, value) }
    }),
    ...program.outputs.filter(kept).map((output): OutputEntry => {
      const { layout, dataType, classesOf } = output
      const value = modes(program, output.name, output.value, layout)
      return {
        ...described(output),
        kind: 'output',
        value,
        inputs: inputsOf(program, value),
        axes: layout,
        dataType,
        ...(classesOf === undefined ? {} : { classesOf }),
      }
    }),
    ...program.functions.filter(kept).map((fn): FunctionEntry => {
      const { layout, dataType, inputs: ownInputs } = fn
      const value = modes(program, fn.name, fn.value, layout)
      const inputs = ownInputs.map((input) => input.name)
      return {
        ...described(fn),
        kind: 'function',
        value,
        inputs,
        ownInputs,
        axes: layout,
        dataType,
      }
    }),
  ]
  return assemble(program, lowered, losses)
}

function assemble(
  program: CheckedProgram,
  entries: readonly Entry[],
  losses: readonly CheckedLoss[],
): ModulePlan {
  const computations = entries.flatMap(computationsOf)
  const reached = (pick: (computation: Computation) => readonly string[]): Set<string> =>
    new Set(computations.flatMap(pick))
  const parameters = reached((computation) => computation.parameters)
  const states = reached((computation) => computation.states)
  const plan = {
    ...(program.documentation === undefined ? {} : { documentation: program.documentation }),
    axes: program.axes,
    copyAxes: program.copyAxes,
    conditions: program.conditions,
    // Also those that nothing reads, or no entry that is kept: a batch may carry them.
    inputs: program.inputs,
    parameters: program.parameters.filter((tensor) => parameters.has(tensor.path)),
    states: program.states.filter((tensor) => states.has(tensor.path)),
    slots: losses.flatMap(({ step }) => {
      if (step === undefined) return []
      const live = liveSlots(step)
      return step.slots.filter((slot) => live.has(slot.path))
    }),
    entries,
  }
  const tensors = [...plan.parameters, ...plan.states, ...plan.slots]
  return tensors.length === 0 ? plan : { ...plan, init: initComputation(program, plan) }
}

/** Every computation of an entry, each once. */
export function computationsOf(entry: Entry): Computation[] {
  const all = [entry.value.evaluation, entry.value.training]
  if (entry.kind === 'loss') {
    all.push(entry.valueAndGrad.training, entry.valueAndGrad.evaluation)
    if (entry.step !== undefined) all.push(entry.step)
  }
  return [...new Set(all)]
}

function lossEntry(program: CheckedProgram, loss: CheckedLoss): LossEntry {
  const { graph } = program
  const value = modes(program, loss.name, loss.value, [])
  const withGradient = (training: boolean): Computation => {
    const node = training ? loss.value.training : loss.value.evaluation
    const gradients = loss.wrt.map(({ name, leaf }): Result => ({
      target: { kind: 'gradient', name },
      node: graph.gradient(node, leaf),
      layout: leaf.layout,
    }))
    const name = `${loss.name}.valueAndGrad${training ? '' : '.evaluation'}`
    return computation(program, name, training, [valueResult(node), ...gradients], [])
  }
  const training = withGradient(true)
  const same = loss.value.training === loss.value.evaluation
  const valueAndGrad = { training, evaluation: same ? training : withGradient(false) }
  const step = loss.step === undefined ? undefined : stepComputation(program, loss, loss.step)
  const inputs = [
    ...inputsOf(program, value),
    ...inputsOf(program, valueAndGrad),
    ...(step?.inputs ?? []),
  ]
  return {
    ...described(loss),
    kind: 'loss',
    value,
    valueAndGrad,
    wrt: loss.wrt.map(({ name }) => name),
    inputs: inOrder(program, inputs),
    ...(step === undefined ? {} : { step }),
  }
}

/** The loss before the update, and everything that a training step changes. */
function stepComputation(
  program: CheckedProgram,
  loss: CheckedLoss,
  step: CheckedStep,
): Computation {
  // A call inside `grad` is reached by what the marking of its data has made of it.
  const reached = new Set(topological([loss.value.training]).map(program.originalOf))
  const live = liveSlots(step)
  const updates = step.updates.filter(
    ({ target, path }) => target === 'parameter' || live.has(path),
  )
  const results: Result[] = [
    valueResult(loss.value.training),
    ...updates.map(({ target, path, node, layout }): Result => ({
      target: { kind: target, path },
      node,
      layout,
    })),
  ]
  for (const state of program.states) {
    const node = nextValue(program.graph, state, reached)
    if (node === state.leaf) continue
    const target = { kind: 'state', path: state.path } as const
    const { axes: layout, dataType } = state
    results.push({ target, node, layout, dataType })
  }
  return computation(program, `${loss.name}.step`, true, results, step.options)
}

/** The state after the updates whose triggers are reached, one upon the other. */
function nextValue(
  graph: Graph,
  { leaf, updates }: CheckedState,
  reached: ReadonlySet<Node>,
): Node {
  return updates
    .filter(({ triggers }) => triggers.some((trigger) => reached.has(trigger)))
    .reduce<Node>((value, { next }) => {
      const [composed = next] = substitute(graph, [next], new Map<Node, Node>([[leaf, value]]))
      return composed
    }, leaf)
}

/** The slots that some parameter's update reads, if only through other slots: adam's `largest` is none without amsgrad. */
function liveSlots(step: CheckedStep): Set<string> {
  const live = new Set<string>()
  let frontier = step.updates.filter(({ target }) => target === 'parameter')
  while (frontier.length > 0) {
    const read = new Set(reachedLeaves(frontier.map(({ node }) => node)).map((leaf) => leaf.name))
    const next = step.updates.filter(
      ({ target, path }) => target === 'slot' && read.has(path) && !live.has(path),
    )
    for (const { path } of next) live.add(path)
    frontier = next
  }
  return live
}

function initComputation(
  program: CheckedProgram,
  plan: Pick<ModulePlan, 'parameters' | 'states' | 'slots'>,
): Computation {
  const results = (['parameter', 'state', 'slot'] as const).flatMap((kind) =>
    plan[`${kind}s`]
      .filter(({ initial }: ModuleTensor) => !isZero(initial))
      .map(({ path, axes, initial }: ModuleTensor): Result => ({
        target: { kind, path },
        node: initial,
        layout: axes,
      })),
  )
  return computation(program, 'init', false, results, [])
}

function isZero(initial: Node): boolean {
  let node = initial
  while (node.kind === 'spread') node = node.operand
  return node.kind === 'constant' && Object.is(node.value, 0)
}

/** One computation where training and evaluation have the same graph. */
function modes(
  program: CheckedProgram,
  name: string,
  value: Modal<Node>,
  layout: readonly AxisName[],
): Modes {
  const result = (node: Node): Result => ({ target: { kind: 'value' }, node, layout })
  const evaluation = computation(program, name, false, [result(value.evaluation)], [])
  if (value.training === value.evaluation) return { training: evaluation, evaluation }
  const training = computation(program, `${name}.training`, true, [result(value.training)], [])
  return { training, evaluation }
}

function computation(
  program: CheckedProgram,
  name: string,
  training: boolean,
  marked: readonly Result[],
  options: readonly ModuleOption[],
): Computation {
  const nodes = withoutMarks(
    program.graph,
    marked.map(({ node }) => node),
    program.isCallMark,
  )
  const results = marked.map((result, i): Result => ({ ...result, node: nodes[i] ?? result.node }))
  const leaves = reachedLeaves(results.map(({ node }) => node))
  const named = (role: LeafNode['role']): string[] =>
    leaves.filter((leaf) => leaf.role === role).map((leaf) => leaf.name)
  // What a step writes it holds, though it may not read it.
  const written = (kind: 'parameter' | 'state' | 'slot'): string[] =>
    results.flatMap(({ target }) => (target.kind === kind ? [target.path] : []))
  const paths = (kind: 'parameter' | 'state' | 'slot'): string[] => [
    ...new Set([...named(kind), ...(name === 'init' ? [] : written(kind))]),
  ]
  const used = new Set(named('option'))
  return {
    name,
    training,
    results,
    inputs: inOrder(program, named('input')),
    parameters: paths('parameter'),
    states: paths('state'),
    slots: paths('slot'),
    options: options.filter((option) => used.has(option.name)),
  }
}

function reachedLeaves(roots: readonly Node[]): LeafNode[] {
  return topological(roots).filter((node): node is LeafNode => node.kind === 'leaf')
}

function valueResult(node: Node): Result {
  return { target: { kind: 'value' }, node, layout: [] }
}

function inputsOf(program: CheckedProgram, value: Modes): string[] {
  return inOrder(program, [...value.evaluation.inputs, ...value.training.inputs])
}

/** Each name once, in the order of the file (inputs of exported functions after them, as met). */
function inOrder(program: CheckedProgram, names: readonly string[]): string[] {
  const left = new Set(names)
  const ordered = program.inputs.map((input) => input.name).filter((name) => left.delete(name))
  return [...ordered, ...left]
}

function described(entry: { readonly name: string; readonly documentation?: string }): {
  name: string
  documentation?: string
} {
  const { name, documentation } = entry
  return documentation === undefined ? { name } : { name, documentation }
}
