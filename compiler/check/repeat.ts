// Many copies of one block in a row, as a loop over the copies: one of them is worked out, whose parameters have the
// axis of the copies.
//
// Note [Copies as steps]. From some number of copies on, `repeat(n, A)` is a fold over an axis of n places, so that what
// the compiler has to do, and the code that it writes, are the same for 100 layers as for 1000. The one copy is called
// `net.*`, and a parameter of it, `net.*.weight`, becomes one tensor along the copies; the module's interface alone
// takes it apart into `net.0.weight`, `net.1.weight`, …. Where copies can't be steps they are written out, each by itself,
// as few copies always are: where what a copy gives has other axes than what it takes, where it has states, where
// something of one copy is named. That shows only in the course of the check, which then starts again knowing it.
import type { AxisName, LeafNode, Node } from '../graph/node.ts'
import { constantSize } from '../graph/size.ts'
import type { CallSite } from './builtins/builtin.ts'
import type { Elaboration } from './elaboration.ts'
import type { Frame } from './frame.ts'
import { runLoop } from './loop.ts'
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
  /** What stands for each parameter of the copy: that of all copies. */
  readonly stacks: Map<Node, LeafNode>
}

/** The path of the copy that stands for all. */
export function pathOfCopies(path: string): string {
  return `${path}.*`
}

export function repeatInstance(
  path: string,
  copies: number,
  copy: Callable,
  { elaboration }: Frame,
): RepeatInstance {
  const { graph, workspace } = elaboration
  const axis = workspace.local(`copies of ${path}`, 'copy')
  if (!graph.sizes.isKnown(axis)) graph.sizes.define(axis, constantSize(copies))
  const name = `copies of ${path}`
  const first = graph.leaf({ role: 'placeholder', name, layout: [], dataType: 'int' })
  return { kind: 'repeat', path, copy, axis, first, stacks: new Map() }
}

/** Null where the copies can't be steps: then they have to be written out. */
export function callRepeat(
  instance: RepeatInstance,
  given: Arguments,
  site: CallSite,
): Value | null {
  const { path, copy, axis, first } = instance
  const { elaboration } = site.frame
  const prefix = `${pathOfCopies(path)}.`
  const [carry, another] = given.positional
  if (carry === undefined || another !== undefined || given.named.length > 0) return null
  const { value } = carry
  if (value.kind === 'poison') return value
  if (!isNumeric(value)) return null
  const start = asTensor(site.frame, value)
  const trial = elaboration.workspace.trial(() =>
    runLoop(site, {
      axis,
      form: 'last',
      callee: copy,
      calleeText: site.name,
      start: { value, parts: [start] },
      carry,
      own: {
        first,
        values: () => stackedParameters(instance, elaboration),
        draws: (drawn) => drawn.startsWith(prefix),
      },
    }),
  )
  const isMistaken = trial.told.some(({ diagnostic }) => diagnostic.severity === 'error')
  const hasStates = [...elaboration.states.keys()].some((state) => state.startsWith(prefix))
  const last = trial.value
  if (isMistaken || hasStates || last.kind !== 'tensor') return null
  const { axes } = last.node
  if (axes.length !== start.node.axes.length) return null
  elaboration.workspace.accept(trial)
  return last
}

/** What stands for each parameter of the copy: those of all copies, which are parameters from now on. */
function stackedParameters(
  { path, axis, stacks }: RepeatInstance,
  { parameters, workspace }: Elaboration,
): ReadonlyMap<Node, LeafNode> {
  const known = new Set<Node>(stacks.values())
  const { graph } = workspace
  for (const record of parameters.values()) {
    if (!record.path.startsWith(`${pathOfCopies(path)}.`) || known.has(record.leaf)) continue
    const layout = [axis, ...record.axes]
    const leaf = graph.leaf({ ...record.leaf, layout })
    const prototype = new Prototype(workspace, [record.initial], record.path)
    const [initial = record.initial] = prototype.at(record.path, new Map(), [axis])
    const copies = [axis, ...(record.copies ?? [])]
    parameters.set(record.path, { ...record, axes: layout, leaf, initial, copies })
    stacks.set(record.leaf, leaf)
  }
  return stacks
}
