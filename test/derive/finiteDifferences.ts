// Derivatives by nudging: the gradient of a graph against central differences of its value.
import { evaluate } from '../../compiler/graph/evaluate.ts'
import type { Graph } from '../../compiler/graph/graph.ts'
import type { LeafNode, Node } from '../../compiler/graph/node.ts'
import { inLayout } from '../../compiler/graph/tensor.ts'
import { differentiate } from '../../compiler/derive/differentiate.ts'
import type { Rewrite } from '../../compiler/rewrite/engine.ts'
import { simplify, stabilise } from '../../compiler/rewrite/simplify.ts'

export interface Data {
  readonly axes: Readonly<Record<string, number>>
  readonly leaves: Map<string, Float64Array>
}

/** As the compiler's pipeline does it: made stable, differentiated, made stable and simplified. */
export function derived(graph: Graph, roots: readonly Node[], log: Rewrite[] = []): Node[] {
  const expanded = differentiate(graph, stabilise(graph, roots, log))
  return simplify(graph, stabilise(graph, expanded, log), log)
}

/** The numbers of one node; a leaf's are row-major in its layout. */
export function valueOf(graph: Graph, node: Node, data: Data): Float64Array {
  const [tensor] = evaluate(graph, [node], {
    axes: data.axes,
    leaves: (leaf) => {
      const numbers = data.leaves.get(leaf.name)
      if (numbers === undefined) throw new Error(`no numbers for ${leaf.name}`)
      return numbers
    },
  })
  if (tensor === undefined) throw new Error('one root, one tensor')
  return tensor.data
}

export interface Mismatch {
  readonly element: number
  readonly exact: number
  readonly difference: number
}

/**
 * Elements in which d sum(of) / d wrt is off. Where differences over several distances disagree, a kink is near, and
 * nothing is said.
 */
export function mismatches(graph: Graph, of: Node, wrt: LeafNode, data: Data): Mismatch[] {
  const [gradient, value] = derived(graph, [graph.gradient(of, wrt), of])
  if (gradient === undefined || value === undefined) throw new Error('two roots, two results')
  const exact = gradientInLayout(graph, gradient, wrt, data)
  const numbers = data.leaves.get(wrt.name)
  if (numbers === undefined) throw new Error(`no numbers for ${wrt.name}`)
  const sum = (): number => valueOf(graph, value, data).reduce((a, b) => a + b, 0)
  const slope = (element: number, distance: number): number => {
    const before = numbers[element] ?? NaN
    numbers[element] = before + distance
    const above = sum()
    numbers[element] = before - distance
    const below = sum()
    numbers[element] = before
    return (above - below) / (2 * distance)
  }
  return [...exact].flatMap((derivative, element) => {
    const difference = slope(element, 1e-5)
    const tolerance = 1e-4 * Math.max(1, Math.abs(difference))
    const isSmooth = [2e-5, 1e-6].every(
      (distance) => Math.abs(slope(element, distance) - difference) < tolerance / 4,
    )
    if (!isSmooth || Math.abs(derivative - difference) <= tolerance) return []
    return [{ element, exact: derivative, difference }]
  })
}

function gradientInLayout(graph: Graph, gradient: Node, wrt: LeafNode, data: Data): Float64Array {
  const tensor = { data: valueOf(graph, gradient, data), axes: gradient.axes }
  const shape = gradient.axes.map((axis) => lengthOf(graph, axis, data))
  return inLayout({ ...tensor, shape }, wrt.layout)
}

function lengthOf(graph: Graph, axis: string, data: Data): number {
  const coordinate = graph.coordinate(axis)
  return valueOf(graph, coordinate, data).length
}

/** Numbers between -1.5 and 1.5, the same for the same seed. */
export function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state / 0x7fffffff) * 3 - 1.5
  }
}
