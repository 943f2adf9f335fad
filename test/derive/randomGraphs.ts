// Small well-typed graphs over a few axes, put together from numbers that fast-check draws.
import fc from 'fast-check'
import { Graph } from '../../compiler/graph/graph.ts'
import type { AxisName, DataType, LeafNode, Node } from '../../compiler/graph/node.ts'
import { axisSize, constantSize, multiplySizes, subtractSizes } from '../../compiler/graph/size.ts'
import type { Algebra } from '../../compiler/graph/operation.ts'
import { algebra } from '../../compiler/ops/algebra.ts'

/** Lengths of the free axes. */
export const lengths: Readonly<Record<AxisName, number>> = { A: 2, B: 3, C: 2 }

export interface RandomGraph {
  readonly graph: Graph
  readonly value: Node
  readonly leaves: readonly LeafNode[]
  readonly index: LeafNode
}

/** Which step to take, and three choices that the step makes of it. */
type Step = readonly [kind: number, first: number, second: number, third: number]

const choice = fc.nat({ max: 1000 })
export const steps = fc.array(fc.tuple(choice, choice, choice, choice), {
  minLength: 2,
  maxLength: 9,
})

export function buildGraph(drawn: readonly Step[]): RandomGraph {
  const graph = new Graph()
  const { sizes } = graph
  for (const axis of Object.keys(lengths)) sizes.declare(axis)
  sizes.declare("A'", axisSize('A'))
  sizes.declare("B'", axisSize('B'))
  sizes.declare('B1', subtractSizes(axisSize('B'), constantSize(1)))
  sizes.declare('M', multiplySizes(axisSize('A'), axisSize('B')))
  sizes.declare('K', constantSize(2))
  sizes.declare('One', constantSize(1))
  const leaf = (name: string, layout: readonly AxisName[], dataType: DataType = 'real'): LeafNode =>
    graph.leaf({ role: 'input', name, layout, dataType })
  const leaves = [leaf('x', ['A', 'B']), leaf('w', ['B', 'C']), leaf('v', ['A'])]
  const index = leaf('index', ['A'], 'int')
  const nodes: Node[] = [...leaves]
  const builder = new Builder(graph, nodes, index)
  for (const step of drawn) {
    const node = builder.step(step)
    if (node !== null && node.axes.length <= 3) nodes.push(node)
  }
  const last = nodes.at(-1) ?? leaves[0]
  if (last === undefined) throw new Error('there are leaves')
  return { graph, value: last, leaves, index }
}

const unary = ['sin', 'tanh', 'sigmoid', 'softplus', 'square', 'neg', 'logsigmoid', 'cos']
const binary = ['add', 'sub', 'mul', 'mul', 'max', 'min', 'logaddexp']
const reductions = ['sum', 'sum', 'max', 'min', 'logsumexp', 'prod'] as const

class Builder {
  private readonly graph: Graph
  private readonly nodes: readonly Node[]
  private readonly index: Node
  private readonly build: Algebra

  constructor(graph: Graph, nodes: readonly Node[], index: Node) {
    this.graph = graph
    this.nodes = nodes
    this.index = index
    this.build = algebra(graph)
  }

  step([kind, first, second, third]: Step): Node | null {
    const { graph, build } = this
    const a = pick(this.nodes, first)
    const b = pick(this.nodes, second)
    switch (kind % 10) {
      case 0:
      case 1:
        return build.op(pick(unary, second), a)
      case 2:
      case 3:
        return build.op(pick(binary, third), a, b)
      case 4:
        return build.div(a, build.add(build.constant(1.5), build.op('square', b)))
      case 5: {
        if (a.axes.length === 0) return null
        const over = a.axes.filter((_, i) => ((second >> i) & 1) === 1)
        const [one] = a.axes
        const some = over.length === 0 && one !== undefined ? [one] : over
        return graph.reduce(pick(reductions, third), some, a)
      }
      case 6:
        return build.select(this.condition(third, b), a, b)
      case 7: {
        const axis = pick(["A'", 'C', 'K', 'One'], second)
        return a.axes.includes(axis) ? null : graph.spread(a, axis)
      }
      case 8:
      case 9:
        return this.lookup(a, second, third)
      default:
        return null
    }
  }

  private condition(which: number, node: Node): Node {
    const { graph, build } = this
    const [axis] = node.axes
    if (which % 3 === 0 && axis !== undefined) {
      return build.op('le', graph.coordinate(axis), graph.constant(0, 'int'))
    }
    return build.op('gt', node, build.constant((which % 7) / 7 - 0.4))
  }

  private lookup(operand: Node, which: number, fillChoice: number): Node | null {
    const axis = operand.axes.length === 0 ? null : pick(operand.axes, fillChoice)
    if (axis === null) return null
    const fill = fillChoice % 2 === 0 ? 0 : 0.5
    const { graph, build } = this
    const at = (index: Node, outside: number | null): Node =>
      graph.take(operand, [{ axis, index }], outside)
    const coordinate = graph.coordinate(axis)
    const whole = (value: number): Node => graph.constant(value, 'int')
    const length = graph.size(axisSize(axis))
    switch (which % 12) {
      case 0:
        return at(build.sub(coordinate, whole(1)), fill)
      case 1:
        return at(build.sub(build.sub(length, whole(1)), coordinate), null)
      case 2:
        return at(whole(0), null)
      case 3:
        return axis === 'B' ? at(build.add(graph.coordinate('B1'), whole(1)), null) : null
      case 4:
        return axis === 'B' ? at(graph.coordinate("B'"), null) : null
      case 5:
        // Windows of two, with padding.
        return at(build.sub(build.add(coordinate, graph.coordinate('K')), whole(1)), fill)
      case 6:
        return axis === 'B' ? at(this.index, null) : at(this.index, fill)
      case 7:
        return at(graph.reduce('argmax', [axis], operand), null)
      case 8:
        return axis === 'B' ? at(build.mul(whole(2), graph.coordinate('C')), null) : null
      case 9: {
        const other = operand.axes.find((candidate) => candidate !== axis)
        return other === undefined ? null : at(graph.coordinate(other), fill)
      }
      case 10: {
        if (!operand.axes.includes('A') || !operand.axes.includes('B')) return null
        const merged = graph.coordinate('M')
        const by = graph.size(axisSize('B'))
        return graph.take(operand, [
          { axis: 'A', index: build.op('floordiv', merged, by) },
          { axis: 'B', index: build.op('mod', merged, by) },
        ])
      }
      case 11: {
        if (axis === 'M') {
          const by = graph.size(axisSize('B'))
          return at(build.add(build.mul(graph.coordinate("A'"), by), graph.coordinate("B'")), null)
        }
        // Every second where the place is even.
        const half = build.op('floordiv', coordinate, whole(2))
        const isEven = build.op('eq', build.op('mod', coordinate, whole(2)), whole(0))
        return at(build.select(isEven, half, whole(-1)), fill)
      }
      default:
        return null
    }
  }
}

function pick<T>(from: readonly T[], which: number): T {
  const found = from[which % from.length]
  if (found === undefined) throw new Error('nothing to choose from')
  return found
}
