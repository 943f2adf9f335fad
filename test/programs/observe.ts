// Everything that a program says, as numbers by label: by the evaluator of graphs, and by a module. The labels are the same.
import { differentiate } from '../../compiler/derive/differentiate.ts'
import { evaluate } from '../../compiler/graph/evaluate.ts'
import type { Graph } from '../../compiler/graph/graph.ts'
import type { LeafNode } from '../../compiler/graph/node.ts'
import { inLayout } from '../../compiler/graph/tensor.ts'
import type { Computation, ModulePlan, ResultTarget } from '../../compiler/lower/entry.ts'
import { entryOf, settled, type GeneratedModule } from '../conformance/generatedModule.ts'
import { sizeOf } from './program.ts'

export type Observed = Map<string, ArrayLike<number>>

/** What a program is given. */
export interface Given {
  readonly sizes: ReadonlyMap<string, number>
  /** Row-major, by name; those of inputs left out are the defaults'. */
  readonly inputs: ReadonlyMap<string, Tensor>
  /** Numbers of parameters and states, by path. */
  readonly tensors: ReadonlyMap<string, readonly number[]>
}
export interface Tensor {
  readonly axes: readonly string[]
  readonly data: readonly number[]
  readonly isLeftOut: boolean
}

export const SEED = 5
const STEPS = 2

/** As the graphs are before any rewriting; only derivatives are worked out. */
export function observeGraph(graph: Graph, plan: ModulePlan, given: Given): Observed {
  const out: Observed = new Map()
  const store = new Map<string, ArrayLike<number>>(given.tensors)
  const axes = new Map(given.sizes)
  const run = (
    computation: Pick<Computation, 'results' | 'options'>,
    step: number,
  ): [ResultTarget, ArrayLike<number>][] => {
    const nodes = differentiate(
      graph,
      computation.results.map(({ node }) => node),
    )
    const leaves = (leaf: LeafNode): ArrayLike<number> => {
      if (leaf.role === 'input') return given.inputs.get(leaf.name)?.data ?? []
      if (leaf.role !== 'option') return store.get(leaf.name) ?? []
      const option = computation.options.find(({ name }) => name === leaf.name)
      return [option?.default ?? step + 1]
    }
    const tensors = evaluate(graph, nodes, { axes, leaves, seed: SEED, step })
    return computation.results.map(({ target, layout }, i) => {
      const tensor = tensors[i]
      if (tensor === undefined) throw new Error('a result was not evaluated')
      return [target, inLayout(tensor, layout)]
    })
  }
  const note = (label: string, computation: Computation): void => {
    for (const [target, numbers] of run(computation, 0)) out.set(labelled(label, target), numbers)
  }
  const initial = run(initialOf(plan), 0)
  for (const [target, numbers] of initial) out.set(labelled('init', target), numbers)
  for (const entry of plan.entries) {
    note(`${entry.name} evaluation`, entry.value.evaluation)
    note(`${entry.name} training`, entry.value.training)
    if (entry.kind !== 'loss') continue
    note(`${entry.name} gradient, evaluation`, entry.valueAndGrad.evaluation)
    note(`${entry.name} gradient, training`, entry.valueAndGrad.training)
  }
  for (const entry of plan.entries) {
    if (entry.kind !== 'loss' || entry.step === undefined) continue
    for (const [target, numbers] of initial)
      if (target.kind === 'slot') store.set(target.path, numbers)
    for (let step = 0; step < STEPS; step++) {
      const results = run(entry.step, step)
      for (const [target, numbers] of results) {
        out.set(labelled(`${entry.name} step ${step + 1}`, target), numbers)
        if ('path' in target) store.set(target.path, numbers)
      }
    }
  }
  return out
}

/** All tensors of the model, also those that a module leaves at 0. */
function initialOf(plan: ModulePlan): Pick<Computation, 'results' | 'options'> {
  const results = (['parameter', 'state', 'slot'] as const).flatMap((kind) =>
    plan[`${kind}s`].map(({ path, axes, initial }) => ({
      target: { kind, path },
      node: initial,
      layout: axes,
    })),
  )
  return { results, options: [] }
}

function labelled(label: string, target: ResultTarget): string {
  switch (target.kind) {
    case 'value':
      return label
    case 'gradient':
      return `${label} ${target.name}`
    case 'parameter':
    case 'state':
    case 'slot':
      return `${label} ${target.path}`
    default:
      return target satisfies never
  }
}

export type Tensors = Record<
  'params' | 'state' | 'optimizer',
  Record<string, Float32Array | Float64Array>
>
export interface Model extends Tensors {
  /** Where the tensors lie on a device. */
  read?(): Promise<Tensors>
  write?(tensors: Tensors): Promise<void>
  dispose?(): Promise<void>
}

export async function modelOf(module: GeneratedModule, given: Given): Promise<Model | undefined> {
  const init = module['init'] as ((options: object) => Model | Promise<Model>) | undefined
  if (init === undefined) return undefined
  const model = await init({ seed: SEED, axes: freeAxes(module, given) })
  const tensors = await tensorsOf(model)
  for (const [path, numbers] of given.tensors)
    (tensors.params[path] ?? tensors.state[path])?.set(numbers)
  await model.write?.(tensors)
  return model
}

/** The model's own, or copies where it lies on a device. */
async function tensorsOf(model: Model): Promise<Tensors> {
  const { params, state, optimizer } = (await model.read?.()) ?? model
  return { params, state, optimizer }
}

function freeAxes({ signature }: GeneratedModule, { sizes }: Given): Record<string, number> {
  const free = Object.entries(signature.axes).filter(
    ([name, { size, formula }]) => size === null && formula === undefined && sizes.has(name),
  )
  return Object.fromEntries(free.map(([name]) => [name, sizeOf(name, sizes)]))
}

/** The parameters of a call: the model, where there is one, and the inputs that are given. */
export function callWith(
  module: GeneratedModule,
  given: Given,
  model: Model | undefined,
  options: object = {},
): unknown[] {
  const inputs = [...given.inputs]
    .filter(([, { isLeftOut }]) => !isLeftOut)
    .map(([name, { axes, data }]) => {
      const shape = axes.map((axis) => sizeOf(axis, given.sizes))
      return [name, { data, shape }] as const
    })
  const all = {
    ...(model === undefined ? { seed: SEED } : {}),
    // Not every entry has an input that tells the size of each of its axes.
    axes: freeAxes(module, given),
    ...options,
  }
  return [...(model === undefined ? [] : [model]), Object.fromEntries(inputs), all]
}

export async function observeModule(
  module: GeneratedModule,
  plan: ModulePlan,
  given: Given,
): Promise<Observed> {
  const out: Observed = new Map()
  const fresh = await modelOf(module, { ...given, tensors: new Map() })
  for (const record of await recordsOf(fresh)) {
    for (const [path, numbers] of Object.entries(record))
      out.set(`init ${path}`, Array.from(numbers))
  }
  const model = await modelOf(module, given)
  for (const entry of plan.entries) {
    const call = entryOf(module, entry.name)
    for (const mode of ['evaluation', 'training']) {
      const options = { training: mode === 'training' }
      const parameters = callWith(module, given, model, options)
      const value = await (entry.kind === 'loss' ? call.value(...parameters) : call(...parameters))
      out.set(`${entry.name} ${mode}`, numbersOf(value))
      if (entry.kind !== 'loss') continue
      const label = `${entry.name} gradient, ${mode}`
      const both = await settled(call.valueAndGrad(...parameters))
      out.set(label, numbersOf(both.value))
      for (const [name, numbers] of Object.entries(both.grad)) {
        out.set(`${label} ${name}`, numbersOf(numbers))
      }
    }
  }
  for (const entry of plan.entries) {
    if (entry.kind !== 'loss' || entry.step === undefined) continue
    for (let step = 1; step <= STEPS; step++) {
      const label = `${entry.name} step ${step}`
      const value = await entryOf(module, entry.name).step(...callWith(module, given, model))
      out.set(label, numbersOf(value))
      const written = entry.step.results.map(({ target }) => ('path' in target ? target.path : ''))
      for (const record of await recordsOf(model)) {
        for (const [path, numbers] of Object.entries(record)) {
          if (written.includes(path)) out.set(`${label} ${path}`, Array.from(numbers))
        }
      }
    }
  }
  await fresh?.dispose?.()
  await model?.dispose?.()
  return out
}

async function recordsOf(model: Model | undefined): Promise<readonly Model['params'][]> {
  return model === undefined ? [] : Object.values(await tensorsOf(model))
}

/** A number, a list, or what an output returns. */
function numbersOf(value: unknown): ArrayLike<number> {
  if (typeof value === 'number') return [value]
  const list = value as ArrayLike<number> | { readonly data: ArrayLike<number> }
  return Array.from('data' in list ? list.data : list, Number)
}
