// Warnings about what nothing uses: inputs that are not read, parameters that no loss trains, updates that no step runs.
import { topological } from '../graph/graph.ts'
import type { LeafNode } from '../graph/node.ts'
import type { ParameterRecord } from './elaboration.ts'
import type { Elaborated } from './fileState.ts'
import { report } from './frame.ts'
import type { CheckedLoss } from './program.ts'
import { differentiable } from './wrt.ts'

export function warnOfUnused(
  elaborated: Elaborated,
  reached: ReadonlySet<LeafNode>,
  losses: readonly CheckedLoss[],
  parameters: readonly ParameterRecord[],
): void {
  const { frame } = elaborated
  const { elaboration, scope } = frame
  for (const { input, leaf } of elaboration.inputs.values()) {
    const at = scope.own(input.name)?.at
    if (!reached.has(leaf) && at !== undefined) {
      report(frame, 'unused-input', at.span, { name: input.name })
    }
  }
  if (losses.length === 0) return
  warnOfIdle(elaborated, losses)
  const trained = new Set(
    losses.flatMap(({ value, wrt }) => {
      const flows = differentiable([value.training])
      return wrt.flatMap(({ leaf }) => (flows.has(leaf) ? [leaf] : []))
    }),
  )
  // A parameter of the file itself is declared in so many words, though nothing reads it.
  const own = [...elaboration.parameters.values()].filter(({ path, root }) => path === root)
  for (const parameter of new Set([...parameters, ...own])) {
    const at = scope.own(parameter.root)?.at
    if (trained.has(parameter.leaf) || at === undefined) continue
    report(frame, 'untrained-parameter', at.span, {
      path: parameter.path.replaceAll('*', '0'),
      isOfCopies: parameter.copies !== undefined,
      isRead: reached.has(parameter.leaf),
    })
  }
}

/** An instance's updates go with its calls; a state of the file itself has to be read by a loss. */
function warnOfIdle({ frame }: Elaborated, losses: readonly CheckedLoss[]): void {
  const { elaboration, scope } = frame
  const stepped = losses.filter(({ step }) => step !== undefined)
  const reached = new Set(topological(stepped.map(({ value }) => value.training)))
  for (const { path, root, leaf, updates } of elaboration.states.values()) {
    const at = scope.own(root)?.at
    if (path !== root || updates.length === 0 || reached.has(leaf) || at === undefined) continue
    report(frame, 'idle-update', at.span, { name: path })
  }
}
