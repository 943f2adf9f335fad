// The checker: elaborates a file with `training` true, again with false where that makes a difference, and puts what is
// exported together.
import { Graph } from '../graph/graph.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { File } from '../syntax/ast.ts'
import { Elaboration } from './elaboration.ts'
import { elaborateFile } from './file.ts'
import { checkGuards } from './guards.ts'
import { interpreter } from './interpreter.ts'
import { assemble, rootsOf } from './assemble.ts'
import type { CheckedProgram } from './program.ts'
import { checkUncalled } from './uncalled.ts'
import { standardScope } from './standard.ts'
import { Workspace } from './workspace.ts'

export interface CheckOptions {
  /** The text of an imported file; may throw. */
  readonly read?: (path: string) => string
  /** Sizes given to axes from outside. */
  readonly axes?: Readonly<Record<string, number>>
  /** The standard library: path to text. */
  readonly std: Readonly<Record<string, string>>
  /** Mistakes of syntax cost some of the file: what nothing seems to use may stand there. */
  readonly isIncomplete?: boolean
  /** From how many copies on `repeat` is a loop; see Note [Copies as steps]. */
  readonly loopFrom?: number
}

/** To write out fewer costs some tenths of a second of compiling at most. */
const usualLoopFrom = 64

export interface Checked {
  /** Absent when there are errors. */
  readonly program?: CheckedProgram
  /** All mistakes of the file, in the order of their places. */
  readonly diagnostics: readonly Diagnostic[]
}

export function check(file: File, options: CheckOptions): Checked {
  const writtenOut = new Set<string>()
  for (;;) {
    const checked = checkOnce(file, options, writtenOut)
    if (!('toWriteOut' in checked)) return checked
    for (const path of checked.toWriteOut) writtenOut.add(path)
  }
}

/** Or what has to be written out, before anything is told; see Note [Copies as steps]. */
function checkOnce(
  file: File,
  { std, axes = {}, read, isIncomplete = false, loopFrom = usualLoopFrom }: CheckOptions,
  writtenOut: ReadonlySet<string>,
): Checked | Pick<Workspace, 'toWriteOut'> {
  const workspace = new Workspace(new Graph(), { isIncomplete, loopFrom, writtenOut })
  const outside = { interpreter, standard: standardScope(std), read }
  // Training first: updates and everything random happen there.
  const training = elaborateFile(file, new Elaboration(workspace, outside, true), axes)
  // What was too much once would be too much again.
  const { isRefused, dependsOnMode } = training.frame.elaboration
  const evaluation =
    isRefused || !dependsOnMode
      ? training
      : elaborateFile(file, new Elaboration(workspace, outside, false), axes)
  if (workspace.toWriteOut.size > 0) return { toWriteOut: workspace.toWriteOut }
  const program = assemble(training, evaluation, workspace)
  checkGuards(workspace, rootsOf(program))
  checkUncalled(file, training)
  const diagnostics = inOrder(workspace.diagnostics, file.path)
  return workspace.hasErrors() ? { diagnostics } : { program, diagnostics }
}

/** By place in the file; what was found first stays first at the same place. */
function inOrder(diagnostics: readonly Diagnostic[], path: string): readonly Diagnostic[] {
  const rank = (diagnostic: Diagnostic): number => (diagnostic.path === path ? 0 : 1)
  return [...diagnostics].sort((a, b) => rank(a) - rank(b) || a.span.start - b.span.start)
}
