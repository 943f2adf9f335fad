// Checks what must hold of every graph, between passes and in tests. A fault here is a fault of the compiler.
import type { Graph } from './graph.ts'
import { axesMixedBy, partsOf } from './loop.ts'
import type { Loop, Node } from './node.ts'
import { operandsOf, rebuild, topological } from './walk.ts'

/** What is wrong, in words; empty if nothing is. `differentiated`: no gradient and no placeholder is left. */
export function verify(
  graph: Graph,
  roots: readonly Node[],
  stage: 'any' | 'differentiated' = 'any',
): string[] {
  const order = topological(roots)
  const bound = new Set<Node>(
    order.flatMap((node) =>
      node.kind === 'scan' ? node.loop.carries.map(({ previous }) => previous) : [],
    ),
  )
  return order.flatMap((node) =>
    [
      ...faultsOf(graph, node),
      ...(stage === 'differentiated' && !bound.has(node) ? leftovers(node) : []),
    ].map((fault) => `node ${node.id} (${node.kind}): ${fault}`),
  )
}

function faultsOf(graph: Graph, node: Node): string[] {
  const faults: string[] = []
  const operands = operandsOf(node)
  if (operands.some((operand) => operand.id >= node.id)) {
    faults.push('an operand was made after it')
  }
  const isSorted = node.axes.every((axis, i) => i === 0 || (node.axes[i - 1] ?? '') < axis)
  if (!isSorted) faults.push(`axes [${node.axes.join(', ')}] are not a sorted set`)
  // The constructors hold every rule on axes and data types: made again, a node is the same object.
  try {
    if (rebuild(graph, node, operands) !== node) faults.push('it does not belong to this graph')
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error))
  }
  return [...faults, ...derivativeFaults(node)]
}

function derivativeFaults(node: Node): string[] {
  switch (node.kind) {
    case 'gradient':
      return isVariable(node.wrt) ? [] : [`it is taken with respect to a ${node.wrt.kind}`]
    case 'custom': {
      const { value, cotangent, inputs, pullbacks } = node
      const faults = inputs
        .filter((input) => !isVariable(input))
        .map(({ kind }) => `a ${kind} is an input`)
      if (cotangent.axes.join() !== value.axes.join()) faults.push('the cotangent has other axes')
      if (inputs.length !== pullbacks.length) faults.push('not one pullback for each input')
      return faults
    }
    case 'constant':
    case 'size':
    case 'vector':
    case 'leaf':
    case 'coordinate':
    case 'map':
    case 'reduce':
    case 'take':
    case 'spread':
    case 'mark':
    case 'random':
    case 'argsort':
      return []
    case 'scan':
      return loopFaults(node.loop)
    default:
      return node satisfies never
  }
}

/** A step looks at its own place only; see Note [Loops]. */
function loopFaults(loop: Loop): string[] {
  return partsOf(loop)
    .inside.filter((node) => axesMixedBy(node).includes(loop.axis))
    .map(({ id, kind }) => `its step's ${kind} ${id} looks along ${loop.axis}`)
}

function isVariable(node: Node): boolean {
  return node.kind === 'leaf' || node.kind === 'mark'
}

function leftovers(node: Node): string[] {
  if (node.kind === 'gradient') return ['it was not worked out']
  if (node.kind === 'leaf' && node.role === 'placeholder') return [`${node.name} was not bound`]
  return []
}
