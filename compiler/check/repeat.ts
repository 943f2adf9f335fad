// Many copies of one block in a row, as a loop over the copies: one of them is worked out, whose parameters have the
// axis of the copies.
//
// Note [Copies as steps]. From some number of copies on, `repeat(n, A)` is a fold over an axis of n places, so that what
// the compiler has to do, and the code that it writes, are the same for 100 layers as for 1000. The one copy is called
// `net.*`, and a parameter of it, `net.*.weight`, becomes one tensor along the copies; the module's interface alone
// takes it apart into `net.0.weight`, `net.1.weight`, …. Copies that can't be steps stand in a row, each by itself, as
// few copies always do: where what a copy gives has other axes than what it takes, or means something else to the next,
// where a copy has states, where something of one copy is named. If some call has made a loop of them before that shows,
// or what was found belongs to a trial, the check starts again knowing it.
import type { AxisName, LeafNode, Node } from '../graph/node.ts'
import { constantSize } from '../graph/size.ts'
import type { CallSite } from './builtins/builtin.ts'
import type { Elaboration } from './elaboration.ts'
import type { Frame } from './frame.ts'
import type { Instance } from './instance.ts'
import { runCopies, type LoopCall } from './loop.ts'
import { Prototype } from './prototype.ts'
import { asTensor } from './tensors.ts'
import { isNumeric } from './value.ts'
import type { Arguments, Callable, Value } from './value.ts'

export interface RepeatInstance {
  readonly kind: 'repeat'
  readonly path: string
  readonly copy: Callable
  readonly axis: AxisName
  /** Made before everything of the copy. */
  readonly first: Node
  /** By path, each parameter of the copy, and what stands for it: those of all copies. */
  readonly stacks: Map<string, readonly [Node, LeafNode]>
  /** The copies one by one, made when they are first asked for. */
  readonly inRow: () => Instance | null
}

/** The path of the copy that stands for all. */
export function pathOfCopies(path: string): string {
  return `${path}.*`
}

/** Whether a parameter, a state or a site of draws belongs to the copy that stands for all of a path. */
function isOfCopies(path: string, name: string): boolean {
  const copy = pathOfCopies(path)
  return name.startsWith(`${copy}.`) || name.startsWith(`${copy}/`)
}

export function repeatInstance(
  {
    path,
    copies,
    copy,
    makeRow,
  }: {
    readonly path: string
    readonly copies: number
    readonly copy: Callable
    readonly makeRow: () => Instance | null
  },
  { elaboration }: Frame,
): RepeatInstance {
  const { graph, workspace, parameters, states } = elaboration
  const name = `copies of ${path}`
  const axis = workspace.local(name, 'copy')
  if (!graph.sizes.isKnown(axis)) graph.sizes.define(axis, constantSize(copies))
  const first = graph.leaf({ role: 'placeholder', name, layout: [], dataType: 'int' })
  let row: Instance | null | undefined
  const inRow = (): Instance | null => {
    if (row !== undefined) return row
    for (const records of [parameters, states]) {
      for (const record of records.keys()) if (isOfCopies(path, record)) records.delete(record)
    }
    row = makeRow()
    return row
  }
  return { kind: 'repeat', path, copy, axis, first, stacks: new Map(), inRow }
}

/** Null where the copies can't be steps. */
export function callRepeat(
  instance: RepeatInstance,
  given: Arguments,
  site: CallSite,
): Value | null {
  const { path, copy, axis, first } = instance
  const { elaboration } = site.frame
  const { workspace, states } = elaboration
  const [carry, another] = given.positional
  if (carry === undefined || another !== undefined || given.named.length > 0) return null
  const { value } = carry
  if (value.kind === 'poison') return value
  if (!isNumeric(value)) return null
  const start = asTensor(site.frame, value)
  const call: LoopCall = {
    axis,
    form: 'last',
    callee: copy,
    calleeText: site.name,
    start: { value, parts: [start] },
    carry,
    copies: {
      first,
      values: () => stackedParameters(instance, elaboration),
      draws: (drawn) => isOfCopies(path, drawn),
    },
  }
  const trial = workspace.trial(() => runCopies(site, call, `${path}.0`))
  workspace.noteLacking(trial.lacking)
  const last = trial.value
  if (last?.kind !== 'tensor' || last.node.axes.length !== start.node.axes.length) return null
  if ([...states.keys()].some((state) => isOfCopies(path, state))) return null
  workspace.accept(trial)
  workspace.noteLoop(path)
  return last
}

/** What stands for each parameter of the copy: those of all copies, which are parameters from now on. */
function stackedParameters(
  { path, axis, stacks }: RepeatInstance,
  { parameters, workspace }: Elaboration,
): ReadonlyMap<Node, LeafNode> {
  const { graph } = workspace
  for (const record of parameters.values()) {
    if (!isOfCopies(path, record.path) || stacks.has(record.path)) continue
    const layout = [axis, ...record.axes]
    const leaf = graph.leaf({ ...record.leaf, layout })
    const prototype = new Prototype(workspace, [record.initial], record.path)
    const [initial = record.initial] = prototype.along([axis], record.path)
    const copies = [axis, ...(record.copies ?? [])]
    parameters.set(record.path, { ...record, axes: layout, leaf, initial, copies })
    stacks.set(record.path, [record.leaf, leaf])
  }
  return new Map(stacks.values())
}
