// Which ends of an axis an index provably keeps to, so that no guard is written for them.
import type { Graph } from '../graph/graph.ts'
import { reaches, topological } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import {
  addSizes,
  axesOfSize,
  axisSize,
  constantSize,
  multiplySizes,
  scaleSize,
  subtractSizes,
} from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { add, multiply, negate, subtract } from './vocabulary.ts'

const one = constantSize(1)

export interface Bounds {
  /** At least 0. */
  readonly low: boolean
  /** Less than the axis's size. */
  readonly high: boolean
}

/** Only indices made of coordinates, sizes and numbers by sums and products are seen through. */
export function isWithin(
  graph: Graph,
  { axis, index }: { readonly axis: AxisName; readonly index: Node },
): Bounds {
  const form = polynomial(graph, index)
  if (form === null) return { low: false, high: false }
  const facts = axesOfSize(form)
    .filter((name) => name.startsWith(coordinateMark))
    .map((name) => {
      const size = graph.sizes.of(name.slice(coordinateMark.length))
      return subtractSizes(subtractSizes(size, one), axisSize(name))
    })
  const room = subtractSizes(subtractSizes(graph.sizes.of(axis), one), form)
  return {
    low: graph.sizes.proveAtLeast(form, 0, facts),
    high: graph.sizes.proveAtLeast(room, 0, facts),
  }
}

/** No axis is named so: the variable that a coordinate is, among sizes. */
const coordinateMark = '@'

function polynomial(graph: Graph, index: Node): Size | null {
  // Also keeps the walk from entering the graph that data come from.
  if (reaches(index, isOpaque)) return null
  const forms = new Map<Node, Size | null>()
  for (const node of topological([index])) forms.set(node, formOf(graph, node, forms))
  return forms.get(index) ?? null
}

function isOpaque({ kind }: Node): boolean {
  return !(
    ['constant', 'size', 'coordinate', 'spread', 'map'] satisfies Node['kind'][] as string[]
  ).includes(kind)
}

function formOf(graph: Graph, node: Node, forms: ReadonlyMap<Node, Size | null>): Size | null {
  switch (node.kind) {
    case 'constant':
      return Number.isSafeInteger(node.value) ? constantSize(node.value) : null
    case 'size':
      return graph.sizes.resolve(node.size)
    case 'coordinate':
      return axisSize(`${coordinateMark}${node.axis}`)
    case 'spread':
      return forms.get(node.operand) ?? null
    case 'map': {
      const [a, b] = node.operands.map((operand) => forms.get(operand) ?? null)
      if (a === undefined || a === null) return null
      if (node.operation === negate) return scaleSize(a, -1)
      if (b === undefined || b === null) return null
      if (node.operation === add) return addSizes(a, b)
      if (node.operation === subtract) return subtractSizes(a, b)
      if (node.operation === multiply) return multiplySizes(a, b)
      return null
    }
    case 'vector':
    case 'leaf':
    case 'reduce':
    case 'take':
    case 'mark':
    case 'gradient':
    case 'custom':
    case 'random':
    case 'argsort':
    case 'scan':
      return null
    default:
      return node satisfies never
  }
}
