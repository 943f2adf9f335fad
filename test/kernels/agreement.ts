// Runs a graph's results both ways: by the graph's evaluator, and scheduled, by the interpreter of kernels.
import { expect } from 'vitest'
import { evaluate } from '../../compiler/graph/evaluate.ts'
import type { Graph } from '../../compiler/graph/graph.ts'
import type { LeafNode, Node } from '../../compiler/graph/node.ts'
import { evaluateSize } from '../../compiler/graph/size.ts'
import { inLayout } from '../../compiler/graph/tensor.ts'
import { topological } from '../../compiler/graph/walk.ts'
import { uniform } from '../../compiler/graph/threefry.ts'
import { BeyondTarget } from '../../compiler/kernels/program.ts'
import { expand } from '../../compiler/kernels/expand.ts'
import { interpret } from '../../compiler/kernels/interpret.ts'
import { plan } from '../../compiler/kernels/plan.ts'
import { printKernels, targetKey } from '../../compiler/kernels/print.ts'
import type { KernelProgram, Target } from '../../compiler/kernels/program.ts'
import type { Computation, Result } from '../../compiler/lower/entry.ts'

const nest: Target = {
  name: 'nest',
  style: 'nest',
  maximumInputs: Infinity,
  maximumOutputs: Infinity,
  inPlace: true,
  fuse: true,
}
export const targets = {
  fused: nest,
  blocked: { ...nest, name: 'blocked', blockFrom: 0 },
  unfused: { ...nest, name: 'unfused', fuse: false },
  thread: {
    name: 'thread',
    style: 'thread',
    maximumInputs: 7,
    maximumOutputs: 1,
    inPlace: false,
    fuse: false,
  },
} as const satisfies Record<string, Target>

export interface Case {
  readonly graph: Graph
  readonly results: readonly Result[]
  readonly sizes: Readonly<Record<string, number>>
  /** Numbers of every input, parameter, state, slot and option, by name. */
  readonly leaves: Readonly<Record<string, readonly number[]>>
}

/** All targets give the evaluator's numbers. */
export function expectAgreement(example: Case): void {
  for (const target of Object.values(targets)) {
    const planned = (): KernelProgram => plan(example.graph, computationOf(example.results), target)
    if (target.style === 'thread' && sorts(example)) {
      expect(planned).toThrow(BeyondTarget)
      continue
    }
    const program = planned()
    const got = run(example, program)
    const want = evaluated(example)
    for (const [key, numbers] of want) {
      const difference = firstDifference(numbers, got.get(key) ?? [])
      if (difference === null) continue
      expect.fail(`${target.name}: ${key} ${difference}\n${printKernels(program)}`)
    }
    expectLimits(program, target)
  }
}

/** Threads work out one element each, and a row is put in order as a whole. Carries that nothing asks for are gone. */
function sorts({ graph, results }: Case): boolean {
  const { roots } = expand(
    graph,
    results.map(({ node }) => node),
  )
  return topological(roots).some(({ kind }) => kind === 'argsort')
}

export function kernelsText(
  { graph, results }: Pick<Case, 'graph' | 'results'>,
  target: Target = targets.fused,
): string {
  return printKernels(plan(graph, computationOf(results), target))
}

export function computationOf(results: readonly Result[]): Computation {
  return {
    name: 'example',
    training: true,
    results,
    inputs: [],
    parameters: [],
    states: [],
    slots: [],
    options: [],
  }
}

export function value(node: Node, layout: readonly string[] = []): Result {
  return { target: { kind: 'value' }, node, layout }
}

export function gradient(name: string, node: Node, layout: readonly string[]): Result {
  return { target: { kind: 'gradient', name }, node, layout }
}

/** The new value of a parameter, state or slot. */
export function update(leaf: Node, node: Node): Result {
  if (leaf.kind !== 'leaf') throw new Error('only a leaf is updated')
  const { role, name, layout } = leaf
  if (role !== 'parameter' && role !== 'state' && role !== 'slot')
    throw new Error(`${role} is not updated`)
  return { target: { kind: role, path: name }, node, layout }
}

export function evaluated(
  { graph, results, sizes, leaves }: Case,
  draws = { seed: 7, step: 3 },
): Map<string, ArrayLike<number>> {
  const tensors = evaluate(
    graph,
    results.map(({ node }) => node),
    { axes: sizes, leaves: (leaf: LeafNode) => leaves[leaf.name] ?? [], ...draws },
  )
  return new Map(
    results.map(({ target, layout }, i) => {
      const tensor = tensors[i]
      if (tensor === undefined) throw new Error('a result was not evaluated')
      return [targetKey(target), inLayout(tensor, layout)]
    }),
  )
}

function run(
  { graph, results, sizes, leaves }: Case,
  program: KernelProgram,
): Map<string, number[]> {
  const tensors = Object.fromEntries(
    Object.entries(leaves).map(([name, data]) => [name, [...data]]),
  )
  const sizeOf = (axis: string): number =>
    sizes[axis] ?? evaluateSize(graph.sizes.of(axis), (free) => sizes[free] ?? Number.NaN)
  const out = interpret(program, {
    sizeOf,
    inputs: leaves,
    tensors,
    options: Object.fromEntries(Object.entries(leaves).map(([name, [first = 0]]) => [name, first])),
    random: (site, lane, element) => uniform(7, 3, site, element, lane),
  })
  for (const { target } of results) {
    if ('path' in target) out.set(targetKey(target), tensors[target.path] ?? [])
  }
  return out
}

function firstDifference(want: ArrayLike<number>, got: readonly number[]): string | null {
  if (want.length !== got.length) return `has ${got.length} elements, not ${want.length}`
  for (const [i, b] of got.entries()) {
    const a = want[i] ?? Number.NaN
    const isSame = Object.is(a, b) || Math.abs(a - b) <= 1e-9 * (1 + Math.abs(a))
    if (!isSame) return `at ${i} is ${b}, not ${a}`
  }
  return null
}

function expectLimits(program: KernelProgram, target: Target): void {
  for (const { reads, writes, name } of program.kernels) {
    expect(reads.length, `${target.name}: inputs of ${name}`).toBeLessThanOrEqual(
      target.maximumInputs,
    )
    expect(writes.length, `${target.name}: outputs of ${name}`).toBeLessThanOrEqual(
      target.maximumOutputs,
    )
    if (target.inPlace) continue
    const both = reads.filter((buffer) => writes.includes(buffer))
    expect(both, `${target.name}: ${name} writes what it reads`).toEqual([])
  }
}
