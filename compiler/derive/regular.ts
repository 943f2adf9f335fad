// Which operations have a finite derivative at every finite point.
import { Graph } from '../graph/graph.ts'
import type { ScalarOperation } from '../graph/operation.ts'
import { foldingAlgebra } from '../rewrite/fold.ts'

/** Where derivatives of the usual functions break down: 0, 1, -1, and either side of them. */
const probes = [-2, -1, -0.5, 0, 0.5, 1, 2]

const known = new WeakMap<ScalarOperation, boolean>()

/** Told by trying, so that a new row of the table needs no entry here. */
export function isRegular(operation: ScalarOperation): boolean {
  const before = known.get(operation)
  if (before !== undefined) return before
  const regular = combinations(operation.arity).every((at) => hasFiniteDerivative(operation, at))
  known.set(operation, regular)
  return regular
}

function hasFiniteDerivative(operation: ScalarOperation, at: readonly number[]): boolean {
  const build = foldingAlgebra(new Graph())
  const x = at.map((value) => build.constant(value))
  const y = build.constant(operation.evaluate(...at))
  return operation
    .derivative({ g: build.constant(1), x, y, build })
    .every((part) => part === null || (part.kind === 'constant' && Number.isFinite(part.value)))
}

function combinations(count: number): number[][] {
  if (count === 0) return [[]]
  return combinations(count - 1).flatMap((rest) => probes.map((probe) => [...rest, probe]))
}
