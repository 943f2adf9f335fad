// For every rule of rewriting an expression that it must fire on, in the order of the rules' names.
import type { AxisName, DataType, LeafNode, Node } from '../../compiler/graph/node.ts'
import { addSizes, axisSize, constantSize, multiplySizes } from '../../compiler/graph/size.ts'
import { Graph } from '../../compiler/graph/graph.ts'
import { formulas } from '../derive/formulas.ts'
import type { Formulas } from '../derive/formulas.ts'

export interface Setting extends Formulas {
  readonly graph: Graph
  /** Real inputs: x over N and C, u over N, v over C. */
  readonly x: Node
  readonly u: Node
  readonly v: Node
  /** A class for each N, and a truth value. */
  readonly label: Node
  readonly flag: Node
  readonly leaves: readonly LeafNode[]
  readonly at: (axis: AxisName) => Node
  readonly length: (axis: AxisName) => Node
  readonly whole: (value: number) => Node
  readonly sum: (over: readonly AxisName[], operand: Node) => Node
  readonly take: (operand: Node, axis: AxisName, index: Node, fill?: number | null) => Node
}

export const lengths: Readonly<Record<AxisName, number>> = { N: 3, C: 4, H: 4 }

export function setting(): Setting {
  const graph = new Graph()
  const { sizes } = graph
  for (const axis of Object.keys(lengths)) sizes.declare(axis)
  sizes.declare('K', constantSize(3))
  sizes.declare('Ten', constantSize(10))
  sizes.declare('One', constantSize(1))
  sizes.declare("C'", axisSize('C'))
  sizes.declare('E', addSizes(axisSize('C'), constantSize(2)))
  sizes.declare('M', multiplySizes(axisSize('H'), axisSize('C')))
  const leaf = (name: string, layout: readonly AxisName[], dataType: DataType = 'real'): LeafNode =>
    graph.leaf({ role: 'input', name, layout, dataType })
  const [x, u, v] = [leaf('x', ['N', 'C']), leaf('u', ['N']), leaf('v', ['C'])]
  const [label, flag] = [leaf('label', ['N'], 'int'), leaf('flag', ['N'], 'bool')]
  return {
    ...formulas(graph),
    graph,
    x,
    u,
    v,
    label,
    flag,
    leaves: [x, u, v, label, flag],
    at: (axis) => graph.coordinate(axis),
    length: (axis) => graph.size(axisSize(axis)),
    whole: (value) => graph.constant(value, 'int'),
    sum: (over, operand) => graph.reduce('sum', over, operand),
    take: (operand, axis, index, fill = null) => graph.take(operand, [{ axis, index }], fill),
  }
}

type Example = (setting: Setting) => Node

const exponentials: Readonly<Record<string, Example>> = {
  'log of exp': ({ op, x }) => op('log', op('exp', x)),
  'log of sigmoid': ({ op, x }) => op('log', op('sigmoid', x)),
  'log of 1 + exp': ({ op, add, constant, x }) => op('log', add(constant(1), op('exp', x))),
  'log of a sum': ({ op, add, x, u }) => op('log', add(op('exp', x), op('exp', u))),
  'log of sum over axes': ({ op, sum, x }) => op('log', sum(['C'], op('exp', x))),
  'log of product over axes': ({ op, graph, x }) =>
    op('log', graph.reduce('prod', ['C'], op('sigmoid', x))),
  'log of product': ({ op, mul, x, u }) => op('log', mul(op('square', u), op('exp', x))),
  'log of quotient': ({ op, div, sum, x }) => {
    const e = op('exp', x)
    return op('log', div(e, sum(['C'], e)))
  },
  'log of power': ({ op, x, u }) => op('log', op('pow', op('sigmoid', x), u)),
  'log of square': ({ op, x }) => op('log', op('square', op('exp', x))),
  'log of root': ({ op, x }) => op('log', op('sqrt', op('exp', x))),
  'log of max': ({ op, constant, x }) => op('log', op('max', op('exp', x), constant(0.5))),
  'log of min': ({ op, x }) => op('log', op('min', op('exp', x), op('sigmoid', x))),
  'log of choice': ({ op, select, flag, constant, x }) =>
    op('log', select(flag, op('exp', x), constant(0))),
  'log of lookup': ({ op, take, label, x }) => op('log', take(op('exp', x), 'C', label, 0)),
  'log of repetition': ({ op, graph, u }) => op('log', graph.spread(op('exp', u), 'C')),
  'complement of sigmoid': ({ op, sub, constant, x }) => sub(constant(1), op('sigmoid', x)),
  'sigmoid by hand': ({ op, add, div, neg, constant, x }) =>
    div(constant(1), add(constant(1), op('exp', neg(x)))),
  'softmax by hand': ({ op, div, sum, x }) => div(op('exp', x), sum(['C'], op('exp', x))),
  'product of exponentials': ({ op, mul, x, u }) => mul(op('exp', x), op('exp', u)),
  'exp of logsigmoid': ({ op, x }) => op('exp', op('logsigmoid', x)),
  'exp of log': ({ op, x }) => op('exp', op('log', op('square', x))),
  'exp minus 1': ({ op, sub, constant, x }) => sub(op('exp', x), constant(1)),
  '1 minus exp': ({ op, sub, constant, x }) => sub(constant(1), op('exp', x)),
  log1p: ({ op, add, constant, x }) => op('log', add(constant(1), op('square', x))),
  'log1p of negative': ({ op, sub, constant, x }) =>
    op('log', sub(constant(1), op('tanh', op('square', x)))),
  'log1p of exp': ({ op, x }) => op('log1p', op('exp', x)),
  'log1p of -sigmoid': ({ op, neg, x }) => op('log1p', neg(op('sigmoid', x))),
  'cross-entropy of sigmoid': (here) => boundedCrossEntropy(here, here.op('sigmoid', here.x)),
}

/** The library's binary cross-entropy of a probability, with its bounded logarithms and derivative. */
export function boundedCrossEntropy(here: Setting, probability: Node): Node {
  const { graph, op, add, sub, mul, div, neg, constant, u } = here
  const [p, y] = [graph.mark(probability, 1), graph.mark(u, 2)]
  const bounded = (value: Node): Node => op('max', op('log', value), constant(-100))
  const one = constant(1)
  const value = neg(add(mul(y, bounded(p)), mul(sub(one, y), bounded(sub(one, p)))))
  const cotangent = graph.leaf({
    role: 'placeholder',
    name: 'g',
    layout: value.axes,
    dataType: 'real',
  })
  const guarded = op('max', mul(sub(one, p), p), constant(1e-12))
  const pullbacks = [
    div(mul(cotangent, sub(p, y)), guarded),
    mul(cotangent, sub(bounded(sub(one, p)), bounded(p))),
  ]
  return graph.custom({ value, inputs: [p, y], cotangent, pullbacks })
}

const arithmetic: Readonly<Record<string, Example>> = {
  constant: ({ add, constant }) => add(constant(2), constant(3)),
  'neutral element': ({ mul, constant, x }) => mul(x, constant(1)),
  'constant choice': ({ select, graph, x, u }) => select(graph.constant(1, 'bool'), x, u),
  'negated condition': ({ op, select, flag, x, u }) => select(op('not', flag), x, u),
  'same condition twice': ({ select, flag, x, u, v }) => select(flag, select(flag, x, u), v),
  'double negation': ({ op, flag }) => op('not', op('not', flag)),
  'known truth': ({ op, graph, flag }) => op('and', flag, graph.constant(1, 'bool')),
  'whole times zero': ({ mul, whole, label }) => mul(label, whole(0)),
  'zero over number': ({ div, whole, constant }) => div(constant(0), whole(3)),
  'sign of a sum': ({ add, neg, x, u }) => add(x, neg(u)),
  'sign of a product': ({ mul, neg, x, u }) => mul(neg(x), neg(u)),
  'constants together': ({ mul, constant, x }) => mul(constant(2), mul(constant(3), x)),
  'constant rises': ({ mul, constant, x, u }) => mul(mul(constant(2), x), u),
  'scalars together': ({ mul, sum, x, u }) => mul(sum(['N'], u), mul(sum(['C', 'N'], x), x)),
  'small power': ({ op, constant, x }) => op('pow', x, constant(3)),
  'root as power': ({ op, constant, x }) => op('pow', op('square', x), constant(0.5)),
  'gradient stopped': ({ op, x }) => op('stop_gradient', x),
  'real already': ({ op, x }) => op('to_real', x),
  'extremum of the same': ({ op, x }) => op('max', x, x),
  idempotent: ({ op, x }) => op('abs', op('abs', x)),
  'order of repetitions': ({ graph, u }) => graph.spread(graph.spread(u, 'H'), 'C'),
  'repetition out of a reduction': ({ graph, sum, x }) => sum(['C'], graph.spread(x, 'H')),
  'repetition within': ({ graph, mul, x, u }) => mul(graph.spread(u, 'C'), x),
  'repetition outside': ({ graph, op, u }) => op('sin', graph.spread(u, 'C')),
}

const indices: Readonly<Record<string, Example>> = {
  'size that is a number': ({ length }) => length('Ten'),
  'only place': ({ at }) => at('One'),
  'index arithmetic': ({ add, sub, mul, whole, at }) =>
    add(sub(mul(whole(2), at('H')), at('H')), whole(1)),
  'quotient of digits': ({ op, add, mul, length, at }) =>
    op('floordiv', add(mul(length('C'), at('H')), at('C')), length('C')),
  'remainder of digits': ({ op, add, mul, length, at }) =>
    op('mod', add(mul(length('C'), at('H')), at('C')), length('C')),
  'quotient of quotient': ({ op, whole, at }) =>
    op('floordiv', op('floordiv', at('M'), whole(2)), whole(3)),
  'comparison of indices': ({ op, length, at }) => op('lt', at('C'), length('C')),
}

const lookups: Readonly<Record<string, Example>> = {
  'lookup in place': ({ take, at, x }) => take(x, 'C', at('C')),
  'lookup inside': ({ take, at, x }) => take(x, 'C', at("C'"), 0),
  'lookup of coordinate': ({ take, at, label }) => take(at('C'), 'C', label),
  'lookup of numbers': ({ take, graph, whole }) =>
    take(graph.vector('K', [0.5, 1.5, 2.5]), 'K', whole(2)),
  'lookup of repetition': ({ take, graph, label, u }) => take(graph.spread(u, 'C'), 'C', label),
  'lookup at a repeated place': ({ take, graph, label, x }) =>
    take(x, 'C', graph.spread(label, 'H')),
  'lookup in lookup': ({ take, add, whole, label, at, x }) =>
    take(take(x, 'C', add(at('K'), whole(1)), 0), 'K', add(label, whole(-1)), null),
  'rename through sum of products': ({ take, sum, mul, at, x, u }) =>
    take(sum(['N'], mul(x, u)), 'C', at("C'")),
  'lookup through operation': ({ take, op, label, x }) => take(op('sin', x), 'C', label),
  'lookup in contraction': ({ take, sum, mul, sub, graph, at, x, u }) => {
    // A window's sum of a matrix product: the gradient of a convolution.
    const inner = sum(['N'], mul(x, mul(u, graph.spread(graph.spread(u, 'K'), 'H'))))
    return sum(['K'], take(inner, 'C', sub(at("C'"), at('K')), 0))
  },
}

const sums: Readonly<Record<string, Example>> = {
  'reduction over nothing': ({ sum, x }) => sum([], x),
  'sum of repetition': ({ sum, graph, u }) => sum(['C'], graph.spread(u, 'C')),
  'extremum of repetition': ({ graph, u }) => graph.reduce('max', ['C'], graph.spread(u, 'C')),
  'product of repetition': ({ op, graph, u }) =>
    graph.reduce('prod', ['C'], graph.spread(op('square', u), 'C')),
  'logsumexp of repetition': ({ graph, u }) =>
    graph.reduce('logsumexp', ['C'], graph.spread(u, 'C')),
  'reduction of reduction': ({ sum, x }) => sum(['N'], sum(['C'], x)),
  'sum of one-hot': ({ sum, op, select, constant, at, label, x }) =>
    sum(['C'], select(op('eq', at('C'), label), x, constant(0))),
  'sum of choice': ({ sum, select, constant, flag, x }) => sum(['C'], select(flag, x, constant(0))),
  'sign of a sum over axes': ({ sum, neg, x }) => sum(['C'], neg(x)),
  'factor out of a sum': ({ sum, mul, x, u }) => sum(['C'], mul(u, x)),
  'sum of a sum with one-hot': ({ sum, op, add, select, constant, at, label, x, u }) =>
    sum(['C'], add(x, select(op('eq', at('C'), label), u, constant(0)))),
}

export const examples: Readonly<Record<string, Example>> = {
  ...exponentials,
  ...arithmetic,
  ...indices,
  ...lookups,
  ...sums,
}
