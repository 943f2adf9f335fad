// The checker's messages as a person sees them, one mistake each. Read a changed snapshot before accepting it.
import { expect, test } from 'vitest'
import { told } from './checking.ts'

const classifier = `axis N, C
input scores: logit[N, C]
input y: class(C)[N]
`

const mistakes: readonly (readonly [name: string, source: string])[] = [
  // Names
  ['an unknown name', 'axis N\ninput x: [N]\nlet hidden = relu(x)\noutput y = hiden'],
  ['a name of torch', 'axis N, D\ninput x: [N, D]\noutput y = matmul(x, x)'],
  [
    'a layer of torch',
    'axis N, D = 2\ninput x: [N, D]\nuse f = Sequential(Linear[D -> D], relu)\noutput y = f(x)',
  ],
  ['a block without axes', 'axis N, D = 2\ninput x: [N, D]\nuse f = Linear(2, 2)\noutput y = f(x)'],
  [
    'labels and scores the other way round',
    `${classifier}loss train = mean(cross_entropy(y, scores))`,
  ],
  ['a name before its definition', 'axis N\ninput x: [N]\noutput y = z\nlet z = relu(x)'],
  ['a name declared twice', 'axis N\ninput x: [N]\nlet z = x\nlet z = -x\noutput y = z'],
  ['an export that JavaScript reserves', 'axis N\ninput x: [N]\noutput default = x'],
  [
    'a member that an instance lacks',
    'axis N, D = 2\ninput x: [N, D]\nuse f = Linear[D -> D]\noutput y = f(x)\noutput w = f.wieght',
  ],
  [
    'a function that calls itself',
    'axis N\ninput x: [N]\nfn f(x) = if sum(x) > 0 then f(x - 1) else x\noutput y = f(x)',
  ],

  // Axes
  ['an outer product by mistake', 'axis N, M\ninput a: [N]\ninput b: [M]\noutput y = a - b'],
  [
    'the same inside a library function',
    'axis N, M\ninput a: [N]\ninput b: [M]\noutput y = huber(a, b)',
  ],
  [
    'the same inside a function of the file',
    'axis N, M\ninput a: [N]\ninput b: [M]\nfn gap(u, v) = abs(u - v)\noutput y = gap(a, b)',
  ],
  [
    'a coordinate where a size is meant',
    "axis N, T, E\ninput q: [N, T, E]\noutput y = dot[E](q, q[T as T']) / E",
  ],
  ['an unknown axis', 'axis N, C\ninput x: [N, C]\noutput y = softmax[K](x)'],
  [
    'an axis that the tensor lacks',
    'axis N, C, D\ninput x: [N, C]\ninput z: [D]\noutput y = sum[D](x) + sum(z)',
  ],
  ['an axis left out that nothing settles', 'axis N, C\ninput x: [N, C]\noutput y = softmax(x)'],
  ['too many axes', 'axis N, C\ninput x: [N, C]\noutput y = softmax[N, C](x)'],
  ['a spread along an axis that is there', 'axis N\ninput x: [N]\noutput y = x[+N]'],

  [
    'an axis right of the arrow that the argument has',
    'axis N = 3, D = 2\ninput x: [N, D]\nuse f = Linear[D -> N]\noutput y = f(x)',
  ],
  [
    'the same in a function',
    'axis N, C = 4\ninput x: [N, C]\noutput y = max_pool[C -> N](x, size = 2)',
  ],
  [
    'the same where tensors are put in a row',
    'axis N = 5, A = 2, B = 3\ninput a: [N, A]\ninput b: [B]\noutput y = concat[A, B -> N](a, b)',
  ],
  ['a dot without axes', 'axis N, D\ninput x: [N, D]\ninput w: [D]\noutput y = dot(x, w)'],
  ['a dot without axes to share', 'axis N, D\ninput x: [N]\ninput w: [D]\noutput y = dot(x, w)'],

  // Sizes
  ['sizes that differ', 'axis A = 3, B = 4\ninput x: [A]\noutput y: [B] = x[A as B]'],
  [
    'a split that does not divide',
    'axis N, D = 10, G = 3, E\ninput x: [N, D]\noutput y = x[D as (G, E)]',
  ],
  [
    'a reshape to another number',
    'axis A = 2, B = 3, P, Q = 4, R = 2\ninput x: [A, B]\noutput y = x[(A, B) as P][P as (Q, R)]',
  ],
  [
    'more of the largest than there are',
    'axis N, T = 3, K = 5\ninput x: [N, T]\nlet (v, i) = topk[T -> K](x)\noutput y = v',
  ],
  ['topk without its arrow', 'axis N, T\ninput x: [N, T]\noutput y = topk[T](x)'],
  [
    'a kernel larger than the image',
    'axis N, I = 1, H = 2, O = 1, P\ninput x: [N, I, H]\nuse f = Conv[I -> O, H -> P](kernel = 3)\noutput y = f(x)',
  ],
  [
    'channels that groups do not divide',
    'axis N, I = 4, H, O = 3, P\ninput x: [N, I, H]\nuse f = Conv[I -> O, H -> P](kernel = 3, groups = 2)\noutput y = f(x)',
  ],

  // Indexing
  ['an index that may fall outside', 'axis N, T\ninput x: [N, T]\noutput y = x[T = T + 1]'],
  [
    'an index that a condition bounds at other places',
    'axis N, C\ninput x: [N, C]\ninput k: int[N]\noutput y = if k >= 0 and k < size(C) then sum[N](x[C = k]) else 0',
  ],
  ['a real index', 'axis N, C\ninput x: [N, C]\ninput k: [N]\noutput y = x[C = k, else 0]'],
  ['a place beyond the end', 'axis N, C = 3\ninput x: [N, C]\noutput y = x[C = 5]'],

  // Kinds
  [
    'softmax twice',
    `${classifier}let p = softmax[C](scores)\nloss r = mean(cross_entropy(p, y)) wrt scores`,
  ],
  [
    'softmax twice, over ten classes',
    `${classifier.replace('C\n', 'C = 10\n')}loss r = mean(cross_entropy(softmax[C](scores), y)) wrt scores`,
  ],
  [
    'softmax on a long way',
    `${classifier}let p = 2 * clamp(dropout(softmax[C](scores)), 0, 1) - 1\nloss r = mean(cross_entropy(p, y)) wrt scores`,
  ],
  [
    'sigmoid twice',
    'axis N\ninput z: [N]\ninput y: [N]\nloss r = mean(binary_cross_entropy_with_logits(sigmoid(z), y)) wrt z',
  ],
  ['NLL of raw scores', `${classifier}loss r = mean(nll(scores, y)) wrt scores`],
  [
    'a score as a probability',
    'axis N\ninput z: [N]\ninput y: [N]\nloss r = mean(binary_cross_entropy(z, y)) wrt z',
  ],
  [
    'a class number as a quantity',
    `${classifier}loss r = mean((mean[C](scores) - y) ^ 2) wrt scores`,
  ],
  [
    'real numbers as class numbers',
    'axis N, C\ninput x: logprob[N, C]\ninput t: [N]\nloss r = mean(nll(x, t)) wrt x',
  ],
  [
    'labels of another axis',
    'axis N, C, K\ninput x: logit[N, C]\ninput y: class(K)[N]\ninput z: [K]\noutput r = cross_entropy[C](x, y)\noutput s = z',
  ],

  [
    'a parameter that is drawn once for all elements',
    'axis N, D = 2, H = 3\ninput x: [N, D]\nparam w: [D, H] = normal(std = 0.3)\noutput y = dot[D](x, w)',
  ],
  [
    'the same in an expression, along one axis',
    'axis N, D = 2, H = 3\ninput x: [N, D]\nparam w: [D, H] = 0.3 * normal[D]()\noutput y = dot[D](x, w)',
  ],

  // Calls
  ['a misspelt option', 'axis N\ninput x: [N]\noutput y = elu(x, alpa = 2)'],
  [
    "an option of another library's",
    'axis N\ninput a: [N]\ninput b: [N]\noutput y = huber(a, b, reduction = "mean")',
  ],
  ['an option out of its range', 'axis N\ninput x: [N]\noutput y = dropout(x, p = 1.5)'],
  [
    'a string that an option does not know',
    'axis N\ninput x: [N]\noutput y = gelu(x, approximate = "tan")',
  ],
  [
    'a missing option',
    'axis N, I = 1, H = 8, O = 2, P\ninput x: [N, I, H]\nuse f = Conv[I -> O, H -> P]\noutput y = f(x)',
  ],
  ['too many arguments', 'axis N\ninput x: [N]\noutput y = relu(x, 0, 1)'],
  [
    'a block called like a function',
    'axis N, D = 3, H = 4\ninput x: [N, D]\noutput y = mean(Linear[D -> H](x))',
  ],
  ['a function used like a block', 'axis N\ninput x: [N]\nuse f = relu\noutput y = f(x)'],

  // Losses and training
  [
    'a loss that is no number',
    'axis N\ninput a: [N]\ninput b: [N]\nloss r = squared_error(a, b) wrt a',
  ],
  ['a step for no loss', 'param w: [] = 1\nloss train = w ^ 2\nminimize trian with sgd(lr = 0.1)'],
  [
    'an unknown optimizer',
    'param w: [] = 1\nloss train = w ^ 2\nminimize train with adan(lr = 0.1)',
  ],
  ['an unknown thing to differentiate by', 'axis N\ninput x: [N]\nloss r = mean(x) wrt bias'],
  [
    'an input that nothing reads',
    'axis N\ninput x: [N]\ninput weight: [N]\nloss r = mean(x) wrt x',
  ],
  [
    'a parameter that no loss trains',
    'param w: [] = 1\nparam b: [] = 1\nloss r = stop_gradient(w) + b',
  ],
  [
    'log-probabilities along another axis',
    `axis N, C
input z: logit[N, C]
input y: class(C)[N]
loss r = mean(nll(log_softmax[N](z), y)) wrt z`,
  ],
  [
    'log-probabilities of a sequence along its steps',
    `axis T, N, C, L
input z: logit[T, N, C]
input y: class(C)[N, L]
input steps: int[N]
input labels: int[N]
loss r = mean(ctc[T, C, L](log_softmax[T](z), y, steps, labels)) wrt z`,
  ],
  ['output axes that the value lacks', 'axis N, C\ninput x: [N, C]\noutput y: [N, C] = sum[C](x)'],
]

test.each(mistakes)('%s', (_, source) => {
  expect(`${source}\n\n${told(source)}`).toMatchSnapshot()
})

test('definitions that nothing calls are looked at too', () => {
  const source = `fn cost[C](z: [C], weight = 1) = exq(z) * weigt - sum[K](z)
block Scale[D]() {
  param weight: [D] = 1
  apply(x: [D]) = x * weihgt
}
`
  expect(told(source)).toMatchSnapshot()
})

test('every mistake of a file is told, and none because of another', () => {
  const source = `axis N, C
input x: [N, C]
let a = softmax[Q](x)
let b = elu(x, alpa = 2)
let c = a + b
loss r = sum(a) + sum(b) + sum(c) wrt x
`
  expect(told(source)).toMatchSnapshot()
})
