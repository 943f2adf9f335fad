// Graphs as the compiler makes them, written out by hand with their gradients.
import type { Node } from '../../compiler/graph/node.ts'
import { axisSize, constantSize } from '../../compiler/graph/size.ts'
import { gradient, update, value } from './agreement.ts'
import type { Case } from './agreement.ts'
import { builder, numbers } from './builder.ts'
import type { Builder } from './builder.ts'

/** Softmax cross-entropy from scores and labels, its mean, and the gradient of that. */
function crossEntropy(
  { op, reduce, take, at, sum, size, named }: Builder,
  scores: Node,
  label: Node,
): { loss: Node; gradient: Node } {
  const total = reduce('logsumexp', ['C'], scores)
  const losses = op('neg', take(op('sub', scores, total), { C: label }, 0))
  const weight = op('div', 1, size('N'))
  const isKnown = op('and', op('le', 0, label), op('lt', label, size('C')))
  const softmax = op('mul', op('select', isKnown, weight, 0), op('exp', op('sub', scores, total)))
  const isLabel = op('select', op('eq', at('C'), label), weight, 0)
  return {
    loss: named('loss', op('div', sum(['N'], losses), size('N'))),
    gradient: named('d_scores', op('sub', softmax, isLabel)),
  }
}

export function softmaxCrossEntropy(): Case {
  const b = builder(['N', 'C'])
  const scores = b.leaf('input', 'scores', ['N', 'C'])
  const label = b.leaf('input', 'label', ['N'], 'int')
  const ce = crossEntropy(b, scores, label)
  return {
    graph: b.graph,
    results: [value(ce.loss), gradient('scores', ce.gradient, ['N', 'C'])],
    sizes: { N: 5, C: 4 },
    leaves: { scores: numbers(20), label: [3, 0, -1, 2, 4] },
  }
}

/** One training step: two layers, plain gradient descent but for momentum on the first weight. */
export function perceptronStep(): Case {
  const b = builder(['N', 'D', 'H', 'C'])
  const { op, dot, sum, leaf, named } = b
  const x = leaf('input', 'x', ['N', 'D'])
  const label = leaf('input', 'label', ['N'], 'int')
  const w1 = leaf('parameter', 'hidden.weight', ['H', 'D'])
  const b1 = leaf('parameter', 'hidden.bias', ['H'])
  const w2 = leaf('parameter', 'final.weight', ['C', 'H'])
  const b2 = leaf('parameter', 'final.bias', ['C'])
  const velocity = leaf('slot', 'velocity', ['H', 'D'])
  const rate = leaf('option', 'lr', [])
  const before = op('add', dot(['D'], x, w1), b1)
  const hidden = named('hidden', op('select', op('lt', 0, before), before, 0))
  const scores = named('scores', op('add', dot(['H'], hidden, w2), b2))
  const ce = crossEntropy(b, scores, label)
  const dBefore = op('select', op('lt', 0, before), dot(['C'], ce.gradient, w2), 0)
  const newVelocity = op('add', op('mul', 0.9, velocity), dot(['N'], dBefore, x))
  const descend = (p: Node, d: Node) => update(p, op('sub', p, op('mul', rate, d)))
  return {
    graph: b.graph,
    results: [
      value(ce.loss),
      update(velocity, newVelocity),
      descend(w1, newVelocity),
      descend(b1, sum(['N'], dBefore)),
      descend(w2, dot(['N'], ce.gradient, hidden)),
      descend(b2, sum(['N'], ce.gradient)),
    ],
    sizes: { N: 6, D: 5, H: 7, C: 3 },
    leaves: {
      x: numbers(30),
      label: [0, 2, 1, -1, 0, 2],
      'hidden.weight': numbers(35, 1),
      'hidden.bias': numbers(7, 2),
      'final.weight': numbers(21, 3),
      'final.bias': numbers(3, 4),
      velocity: numbers(35, 5),
      lr: [0.1],
    },
  }
}

/** Normalised rows, and the gradient of half their squared distance to a target. */
export function layerNorm(): Case {
  const b = builder(['N', 'D'])
  const { op, sum, leaf, size } = b
  const x = leaf('input', 'x', ['N', 'D'])
  const scale = leaf('parameter', 'scale', ['D'])
  const mean = (node: Node): Node => op('div', sum(['D'], node), size('D'))
  const centred = op('sub', x, mean(x))
  const deviation = op('sqrt', op('add', mean(op('mul', centred, centred)), 1e-5))
  const normal = op('div', centred, deviation)
  const out = op('mul', normal, scale)
  const g = op('mul', out, scale)
  const inner = op('sub', op('sub', g, mean(g)), op('mul', normal, mean(op('mul', g, normal))))
  return {
    graph: b.graph,
    results: [
      gradient('out', out, ['N', 'D']),
      gradient('x', op('div', inner, deviation), ['N', 'D']),
      gradient('scale', sum(['N'], op('mul', out, normal)), ['D']),
    ],
    sizes: { N: 4, D: 6 },
    leaves: { x: numbers(24), scale: numbers(6, 9) },
  }
}

/** A 3×3 convolution with padding 1, its relu, and the gradient of its kernel. */
export function convolution(): Case {
  const b = builder(['N', 'A', 'B', 'H', 'W', 'P', 'Q'], (sizes) => {
    sizes.declare('K', constantSize(3))
    sizes.declare('L', constantSize(3))
  })
  const { op, dot, take, at, int, leaf, named } = b
  const image = leaf('input', 'image', ['N', 'A', 'H', 'W'])
  const kernel = leaf('parameter', 'kernel', ['B', 'A', 'K', 'L'])
  const bias = leaf('parameter', 'bias', ['B'])
  const along = (p: string, k: string): Node => op('sub', op('add', at(p), at(k)), int(1))
  const windows = take(image, { H: along('P', 'K'), W: along('Q', 'L') }, 0)
  const out = named('out', op('add', dot(['A', 'K', 'L'], windows, kernel), bias))
  const relu = op('select', op('lt', 0, out), out, 0)
  return {
    graph: b.graph,
    results: [
      gradient('out', relu, ['N', 'B', 'P', 'Q']),
      gradient('kernel', dot(['N', 'P', 'Q'], relu, windows), ['B', 'A', 'K', 'L']),
    ],
    sizes: { N: 2, A: 2, B: 3, H: 4, W: 5, P: 4, Q: 5, K: 3, L: 3 },
    leaves: { image: numbers(80), kernel: numbers(54, 3), bias: numbers(3, 8) },
  }
}

/** Causal attention, of one head; its last rows may not look at anything. */
export function attention(): Case {
  const b = builder(['N', 'T', 'E'], (sizes) => sizes.declare("T'", axisSize('T')))
  const { op, dot, take, at, reduce, leaf } = b
  const [q, k, v] = ['q', 'k', 'v'].map((name) => leaf('input', name, ['N', 'T', 'E']))
  if (q === undefined || k === undefined || v === undefined) throw new Error('three inputs')
  const keep = leaf('input', 'keep', ['N', 'T'], 'bool')
  const twin = (node: Node): Node => take(node, { T: at("T'") })
  const score = op('mul', dot(['E'], q, twin(k)), 0.5)
  const visible = op('and', op('le', at("T'"), at('T')), twin(keep))
  const masked = op('select', visible, score, -Infinity)
  const weights = op('exp', op('sub', masked, reduce('logsumexp', ["T'"], masked)))
  return {
    graph: b.graph,
    results: [value(dot(["T'"], weights, twin(v)), ['N', 'T', 'E'])],
    sizes: { N: 2, T: 4, "T'": 4, E: 3 },
    leaves: {
      q: numbers(24),
      k: numbers(24, 1),
      v: numbers(24, 2),
      keep: [1, 0, 1, 1, 0, 0, 1, 1],
    },
  }
}

/** A lookup of rows, and the gradient that goes back to them. */
export function embedding(): Case {
  const b = builder(['N', 'V', 'D'])
  const { op, sum, take, at, leaf } = b
  const word = leaf('input', 'word', ['N'], 'int')
  const table = leaf('parameter', 'table', ['V', 'D'])
  const found = take(table, { V: word }, 0)
  const squares = op('mul', found, found)
  const collected = sum(['N'], op('select', op('eq', at('V'), word), op('mul', 2, found), 0))
  return {
    graph: b.graph,
    results: [
      value(sum(['N', 'D'], squares)),
      gradient('table', collected, ['V', 'D']),
      update(table, op('sub', table, op('mul', 0.1, collected))),
    ],
    sizes: { N: 6, V: 5, D: 3 },
    leaves: { word: [4, 1, 1, -1, 0, 4], table: numbers(15) },
  }
}
