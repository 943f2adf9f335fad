// Section 6: functions, overloads, options, axes in bodies; blocks, chains and copies.
import { describe, expect, test } from 'vitest'
import { expectClose, messages, moduleOf, plain, tensor } from './running.ts'

const declarations = 'axis N = 2, C = 3, H = 1\ninput x: [N, C]'
const x = [
  [1, 5, 3],
  [4, 2, 6],
]
const at = (definitions: string, expression: string) =>
  tensor(`${declarations}\n${definitions}\noutput seen = sum(x)`, expression, { x })
const told = (definitions: string, expression: string) =>
  messages(`${declarations}\n${definitions}\noutput y = ${expression} + sum(x) + size(H)`)

test.each<[string, string, readonly string[], readonly number[]]>([
  // Axes that a function does not mention pass through.
  ['fn f[C](x: [C]) = x - max[C](x)', 'f[C](x)', ['N', 'C'], [-4, 0, -2, -2, -4, 0]],
  ['fn f[C](x: [C]) = x - max[C](x)', 'f[C](x[+H])', ['N', 'C', 'H'], [-4, 0, -2, -2, -4, 0]],
  ['fn f[C](x: [C]) = sum[C](x)', 'f[N](x)', ['C'], [5, 7, 9]],
  // `mean(x)` and `mean_except` see all axes that the argument has.
  ['fn f(x) = mean(x)', 'f(x)', [], [3.5]],
  ['fn f[C](x: [C]) = mean_except[C](x)', 'f[C](x)', ['C'], [2.5, 3.5, 4.5]],
  // Options: numbers, truth values, strings, functions, sizes, tensors.
  ['fn f(x, by = 2.0) = x * by', 'sum(f(x)) + sum(f(x, by = 3))', [], [105]],
  [
    'fn f(x, negate: bool = false) = if negate then -x else x',
    'sum(f(x, negate = true))',
    [],
    [-21],
  ],
  [
    'fn f(x, mode: "sum" | "mean" = "sum") = if mode == "sum" then sum(x) else mean(x)',
    'f(x) + f(x, mode = "mean")',
    [],
    [24.5],
  ],
  ['fn f(x, g = (v) => v + 1) = sum(g(x))', 'f(x) + f(x, g = square)', [], [27 + 91]],
  ['fn f(x, k = 3) = sum(x) * k', 'f(x, k = size(C))', [], [63]],
  [
    'fn f[C](x: [C], weight: [C] = 1) = sum[C](x * weight)',
    'f[C](x) + f[C](x, weight = C)',
    ['N'],
    [9 + 11, 12 + 14],
  ],
  ['fn f(x, w = none) = if w is none then sum(x) else sum(x * w)', 'f(x) + f(x, w = 2)', [], [63]],
  [
    'fn f(x, size: int | "all" = "all") = if size == "all" then 0 else size',
    'f(x) + f(x, size = 4)',
    [],
    [4],
  ],
  // Defaults may use what stands before.
  ['fn f(a, b = a + 1, c = 2 * b) = a + 10 * b + 100 * c', 'f(1)', [], [421]],
  // Overloads on kinds: the first that accepts without a warning, else the first that accepts.
  [
    'fn f(p: prob) = 1\nfn f(z: logit) = 2',
    'f(sigmoid(x[N = 0, C = 0])) * 10 + f(sum(x))',
    [],
    [12],
  ],
  [
    'fn f(z: logit) = 2\nfn f(p: prob) = 1',
    'f(sigmoid(x[N = 0, C = 0])) * 10 + f(sum(x))',
    [],
    [12],
  ],
  [
    'fn f[C](z: [C], y: class(C)) = 1\nfn f[C](z: [C], y: prob(C)[C]) = 2',
    'f(x, argmax[C](x)) * 10 + f(x, softmax[C](x))',
    [],
    [12],
  ],
  // Bodies hold let, const and axis; axes declared there are new at each call.
  [
    'fn f(x) { const k = 2 let y = x * k axis J = 2 return sum[J](y[+J] * J) }',
    'sum(f(x) + f(x))',
    [],
    [84],
  ],
  [
    'fn half[C -> P](x: [C]) { axis P = (size(C) + 1) div 2 return x[C = 2 * P] }',
    'half[C -> Q](x)',
    ['N', 'Q'],
    [1, 3, 4, 6],
  ],
  [
    'fn win[...(H -> P)](x: [H], kernel: int) { axis K over H = kernel axis P = H - kernel + 1 return sum[K](x[H = P + K]) }',
    'win[N -> R, C -> Q](x, kernel = 2)',
    ['R', 'Q'],
    [12, 16],
  ],
  [
    'fn win[...(H -> P)](x: [H], kernel: int) { axis K over H = kernel axis P = H - kernel + 1 return sum[K](x[H = P + K]) }',
    'win[N -> R, C -> Q](x, kernel = (1, 3))',
    ['R', 'Q'],
    [9, 12],
  ],
  ['fn flat[...A -> B](x: [A]) = x[(A) as B]', 'flat[N, C -> Q](x)', ['Q'], [1, 5, 3, 4, 2, 6]],
  ['fn total[...A](x: [A]) = sum[A](x) / size(A)', 'total[N, C](x)', [], [3.5]],
  ['fn total[...A](x: [A]) = sum[A](x)', 'total[](x)', ['N', 'C'], [1, 5, 3, 4, 2, 6]],
  // A twin inside a function is its own.
  ["fn gram[C](x: [C]) = sum[C](x * x[C as C'][C' as C])", 'gram[C](x)', ['N'], [35, 56]],
])('%s: %s', async (definitions, expression, axes, wanted) => {
  const source = /[QR]/.test(expression) ? `axis R, Q\n${definitions}` : definitions
  const found = await at(source, expression)
  expect(found.axes).toEqual(axes)
  expectClose(found.data, wanted)
})

test.each([
  [
    'fn f(x, mode: "sum" | "mean" = "sum") = x',
    'f(x, mode = "max")',
    /^error option-not-allowed: `mode` of `f`.*"sum".*"mean"/,
  ],
  ['fn f(x, k: positive = 1) = x', 'f(x, k = 0)', /^error option-out-of-range: `k` of `f`/],
  ['fn f(x, k: int = 1) = x', 'f(x, k = 1.5)', /^error option-kind: `k` of `f`/],
  ['fn f(x, k: bool = true) = x', 'f(x, k = 1)', /^error option-kind/],
  ['fn f(x, k = 1) = x', 'f(x, j = 1)', /^error unknown-option: `f` has no option `j`/],
  ['fn f(x, k = 1) = x', 'f(x, 1, 2)', /^error argument-count/],
  ['fn f(x, k) = x', 'f(x)', /^error argument-missing: `f` needs `k`/],
  ['fn f(x, k = 1) = x', 'f(x, k = 1, k = 2)', /^error argument-twice/],
  ['fn f(x) = if sum(x) > 0 then f(x - 1) else x', 'f(x)', /^error recursion/],
  ['fn f(x) { state s = 0 return x }', 'f(x)', /^error/],
  ['fn f(x) { let y = x }', 'f(x)', /^error/],
  [
    'fn f[C](x: [C]) = x',
    'f[H](x)',
    /^error argument-lacks-axis: `f` needs `H` in its argument `x`/,
  ],
  [
    '',
    'cross_entropy[C](x, x[N = 0], weights = 1)',
    /^error (unknown-option|class-wanted|option-kind)/,
  ],
  ['', 'huber(x, x, delta = 0)', /^error option-out-of-range: `delta` of `huber`/],
  // An error inside a library function is reported at the user's call.
  ['input m: [M]\naxis M'.split('\n').reverse().join('\n'), 'mse(x, m)', /^error axes-apart/],
])('%s: %s', (definitions, expression, words) => {
  expect(told(definitions, expression)[0]).toMatch(words)
})

test("an error inside a library function stands at the user's call", async () => {
  const { compile } = await import('../../compiler/index.ts')
  const source = 'axis N, M\ninput a: [N]\ninput b: [M]\noutput y = huber(a, b)'
  const [found] = compile(source).diagnostics
  expect(found?.path).toBe('source.lossdsl')
  expect(source.slice(found!.span.start, found!.span.end)).toContain('huber(a, b)')
})

test('a stated kind of the result counts, and is taken at its word', () => {
  expect(told('fn f(x): prob = x', 'binary_cross_entropy(f(x), 1)')).toEqual([])
  expect(told('fn f(x): logprob = -abs(x)', 'sum(nll[C](f(x), argmax[C](x)))')).toEqual([])
  expect(told('fn f(x): logit = sigmoid(x)', 'sum(f(x))')[0] ?? 'none').toMatch(
    /none|normalised-twice/,
  )
})

describe('export fn', () => {
  test('its tensors have exactly their axes, untyped ones are scalars, options are optional inputs', async () => {
    const { entry } = await moduleOf(`axis N, D
      export fn distance(x: [N, D], y: [D], scale = 2.0, squared: bool = false) =
        if squared then sum[D]((x - y) ^ 2) * scale else norm[D](x - y) * scale
      export fn add(a, b) = a + b
      export fn pick[C](z: [C], y: class(C)) = z[C = y]`)
    const given = {
      x: [
        [3, 4],
        [0, 0],
      ],
      y: [0, 0],
    }
    expect(plain(entry('distance')(given))).toEqual({ data: [10, 0], shape: [2], axes: ['N'] })
    expectClose(plain(entry('distance')({ ...given, scale: 1 })).data, [5, 0])
    expect(entry('add')({ a: 1, b: 2 })).toBe(3)
    expect(entry('pick')({ z: [1, 2, 3], y: 2 })).toBe(3)
    expect(() => entry('add')({ a: [1, 2], b: 2 })).toThrow(/a/)
    expect(() => entry('add')({ a: 1 })).toThrow(/b/)
    expect(() => entry('pick')({ z: [1, 2, 3], y: 3 })).toThrow(/y/)
  })
})

describe('blocks', () => {
  test('own parameters, states and instances; end in apply; named by path', async () => {
    const { init, entry } = await moduleOf(`
      axis N, D = 2, E = 3
      input x: [N, D]
      block Inner[I -> O]() {
        param weight: [O, I] = 1
        param unreached: [O] = 5
        apply(x: [I]) = dot[I](x, weight)
      }
      block Outer[I -> O](times = 2.0) {
        use first = Inner[I -> O]
        use second = Inner[O -> O]
        param bias: [O] = times
        apply(x: [I]) {
          let h = first(x)
          return second(h) * times + bias
        }
      }
      use f = Outer[D -> E](times = 3)
      output y = f(x)
      output tied = dot[D](x, f.first.weight)`)
    const model = init()
    // A parameter that apply does not reach does not exist.
    expect(Object.keys(model.params).toSorted()).toEqual([
      'f.bias',
      'f.first.weight',
      'f.second.weight',
    ])
    // h = 3 for each of E; second: 9; times 3, plus 3.
    expectClose(plain(entry('y')(model, { x: [[1, 2]] })).data, [30, 30, 30])
    expectClose(plain(entry('tied')(model, { x: [[1, 2]] })).data, [3, 3, 3])
  })
  test('called twice: the same parameters; gradients add up', async () => {
    const { init, entry } = await moduleOf(`axis N, D = 1
      input x: [N, D]
      block Scale[D]() { param w: [D] = 2 apply(x: [D]) = x * w }
      use f = Scale[D]
      loss l = sum(f(f(x)))`)
    // w² x, so 2 w x = 12.
    expect(entry('l').valueAndGrad(init(), { x: [3] })).toEqual({
      value: 12,
      grad: { 'f.w': Float64Array.of(12) },
    })
  })
  test('chain numbers its parts by position; repeat makes independent copies; functions are completed', async () => {
    const { init, entry } = await moduleOf(`axis N, D = 2, H = 3
      input x: [N, D]
      use f = chain(Linear[D -> H], relu, elu(alpha = 2), Linear[H -> D](use_bias = false))
      use g = repeat(3, Linear[D -> D](use_bias = false))
      use h = chain(repeat(2, PReLU()), softmax[D])
      output y = h(g(f(x)))`)
    const model = init()
    expect(Object.keys(model.params).join(' ')).toEqual(
      [
        'f.0.weight',
        'f.0.bias',
        'f.3.weight',
        'g.0.weight',
        'g.1.weight',
        'g.2.weight',
        'h.0.0.weight',
        'h.0.1.weight',
      ].join(' '),
    )
    expect(model.params['g.0.weight']).not.toEqual(model.params['g.1.weight'])
    const { data } = plain(entry('y')(model, { x: [[1, 2]] }))
    expect(data[0]! + data[1]!).toBeCloseTo(1, 12)
  })
  test('sizes of an instance are settled where it is first called', async () => {
    const { entry, init } = await moduleOf(`axis N, H = 5, P, A = 2
      input x: [N, H]
      use f = Conv[-> A, H -> P](kernel = 3)
      output y = sum[A](f(x)) * 0 + size(P)`)
    expectClose(plain(entry('y')(init(), { x: [[1, 2, 3, 4, 5]] })).data, [3, 3, 3])
  })
  test.each([
    ['use f = relu', 'error use-not-block'],
    ['use f = Linear', 'error block-without-axes'],
    ['use f = Linear[C -> H](bias = false)', 'error unknown-option'],
    ['use f = chain(Linear[C -> H], 3)', 'error not-a-part'],
    ['use f = repeat(0, Linear[C -> C])', 'error copies-out-of-range'],
    ['use f = Linear[C -> H]\nlet w = f.wieght', 'error unknown-member: `f` has no `wieght`'],
    ['let y = Linear[C -> H](x) + 1', 'error not-a-number'],
    ['block B() { apply(x) = x param w: [] = 1 }', 'error'],
    ['block B() { param w: [] = 1 }', 'error'],
    ['block B() { apply(x) = self(x) }\nuse b = B\nlet y = b(x)', 'error unknown-name'],
    ['use f = Linear[C -> H]\nlet y = f(x, 1)', 'error argument-count'],
    ['use f = Linear[H -> C]\nlet y = f(x[C = 0])', 'error argument-lacks-axis'],
  ])('%s', (definitions, words) => {
    expect(told(definitions, '1').join('\n')).toContain(words)
  })
})

describe('optimizers', () => {
  const run = async (optimizer: string, how: string, steps = 1, options: object[] = []) => {
    const { entry, init } = await moduleOf(`${optimizer}
      axis D = 2
      param w: [D] = 1
      loss l = sum(w * [2, 3] over D)
      minimize l with ${how}`)
    const model = init()
    for (let i = 0; i < steps; i++) entry('l').step(model, {}, options[i])
    return { w: Array.from(model.params.w!), slots: Object.keys(model.optimizer) }
  }
  test('parameter, gradient and step are given; a state has the parameter’s axes', async () => {
    const optimizer = `optimizer mine(lr = 0.5, momentum = 0.5) {
      state v = 0
      state n: [] = 0
      let v1 = momentum * v + gradient
      update v = v1
      update n = n + 1
      update parameter = parameter - lr * v1 * step - 0 * n
    }`
    const { w, slots } = await run(optimizer, 'mine()', 2)
    // 1 - 0.5 * 2 * 1 = 0, then v = 3, 0 - 0.5 * 3 * 2 = -3.
    expectClose(w, [-3, 1 - 1.5 - 4.5])
    expect(slots).toContain('l.w.v')
  })
  test('options at a call: numbers that no condition depends on', async () => {
    expectClose((await run('', 'sgd(lr = 0.5)', 2, [{ lr: 1 }])).w, [1 - 2 - 1, 1 - 3 - 1.5])
    await expect(run('', 'sgd(lr = 0.5, momentum = 0.9)', 1, [{ momentum: 0.5 }])).rejects.toThrow(
      /no option momentum/,
    )
    await expect(run('', 'sgd(lr = 0.5)', 1, [{ rate: 0.5 }])).rejects.toThrow(/no option rate/)
    await expect(run('', 'sgd(lr = (step) => 1.0)', 1, [{ lr: 0.5 }])).rejects.toThrow(
      /no option lr/,
    )
  })
  test.each([
    ['sgd(lr = (step) => 1.0 / step)', [1 - 2 - 1 - 2 / 3, 1 - 3 - 1.5 - 1]],
    ['sgd(lr = step_lr(1.0, step_size = 1, gamma = 0.5))', [1 - 2 * 1.75, 1 - 3 * 1.75]],
    ['sgd(lr = 1.0, momentum = 0.5)', [1 - 2 * (1 + 1.5 + 1.75), 1 - 3 * (1 + 1.5 + 1.75)]],
    [
      'sgd(lr = 1.0, nesterov = true, momentum = 0.5)',
      [1 - 2 * (1.5 + 1.75 + 1.875), 1 - 3 * (1.5 + 1.75 + 1.875)],
    ],
  ])('%s', async (how, wanted) => {
    expectClose((await run('', how, 3)).w, wanted)
  })
})
