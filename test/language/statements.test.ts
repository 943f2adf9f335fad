// Section 3: the statements of a file, and what is diagnosed about them.
import { describe, expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import {
  expectClose,
  messages,
  moduleOf,
  numbers,
  plain,
  slopes,
  tensor,
  thrown,
} from './running.ts'

const files: Readonly<Record<string, string>> = {
  'lib.lossdsl': `
    import { third } from "./deeper/numbers.lossdsl"
    const half = 0.5
    fn scaled(x) = half * x * third
    fn relu(x) = x + 100
    fn through(x) = relu(x)
    block Scale[D]() { param weight: [D] = 2 apply(x: [D]) = x * weight }
    optimizer plainly(lr = 1.0) { update parameter = parameter - lr * gradient }
    axis N
    input ignored: [N]
    let value = 3
  `,
  'deeper/numbers.lossdsl': 'const third = 3',
  'a.lossdsl': 'import { b } from "./b.lossdsl"\nfn a(x) = b(x)',
  'b.lossdsl': 'import { a } from "./a.lossdsl"\nfn b(x) = a(x)',
}
function read(path: string): string {
  const text = files[path]
  if (text === undefined) throw new Error(`no such file: ${path}`)
  return text
}

describe('import', () => {
  test('functions, blocks, optimizers and constants, under their own names or others', async () => {
    const { entry, init } = await moduleOf(
      `import { scaled as s, half, Scale, plainly } from "./lib.lossdsl"
      axis N, D = 2
      input x: [N, D]
      use f = Scale[D]
      output y = s(f(x)) + half
      loss l = sum(f(x))
      minimize l with plainly(lr = 0.5)`,
      { read },
    )
    const model = init()
    // 0.5 * (x * 2) * 3 + 0.5
    expectClose(plain(entry('y')(model, { x: [[1, 2]] })).data, [3.5, 6.5])
    expect(entry('l').step(model, { x: [[1, 2]] })).toBe(6)
    expect(model.params['f.weight']).toEqual(Float64Array.of(1.5, 1))
  })
  test("a file's own names come before the library's, at home and where they are imported", async () => {
    expectClose(await numbers('fn relu(x) = x + 1', 'relu(1)'), [2])
    expectClose(
      await numbers(
        'import { through } from "./lib.lossdsl"',
        'through(1) + relu(-1)',
        {},
        { read },
      ),
      [101],
    )
    expectClose(
      await numbers('import { relu } from "./lib.lossdsl"', 'relu(1) + relu6(1)', {}, { read }),
      [102],
    )
  })
  test.each([
    ['import { hlaf } from "./lib.lossdsl"', 'import-unknown', 'did you mean `half`'],
    ['import { value } from "./lib.lossdsl"', 'import-unknown', '`value`'],
    ['import { ignored } from "./lib.lossdsl"', 'import-unknown', '`ignored`'],
    ['import { x } from "./none.lossdsl"', 'import-unreadable', 'no such file'],
    ['import { half } from "lib.lossdsl"', 'import-not-relative', '"./lib.lossdsl"'],
    ['import { a } from "./a.lossdsl"', 'import-cycle', 'imports this file'],
    ['import { half } from "./lib.lossdsl"\nconst half = 1', 'declared-twice', '`half`'],
  ])('%s', (source, code, words) => {
    const told = messages(source, { read })
    expect(told.join('\n')).toContain(`error ${code}: `)
    expect(told.join('\n')).toContain(words)
  })
  test('without a reader', () => {
    expect(messages('import { half } from "./lib.lossdsl"')[0]).toMatch(/^error import-unreadable/)
  })
})

describe('names', () => {
  test.each([
    ['input x: []\nlet y = z\nlet z = x', 'used-before-defined', '`z`'],
    ['input x: []\nlet x = 1', 'declared-twice', '`x`'],
    ['axis N\naxis N = 2', 'declared-twice', '`N`'],
    ['fn f(x) = x\nlet f = 2', 'declared-twice', '`f`'],
    ['input x: []\noutput y = x\nloss y = x', 'declared-twice', '`y`'],
    ['input x: []\noutput y = xx', 'unknown-name', 'did you mean `x`'],
    ['param w: [] = 1\nuse w = Dropout\nloss l = w', 'declared-twice', '`w`'],
  ])('%s', (source, code, words) => {
    const told = messages(source).join('\n')
    expect(told).toContain(`error ${code}: `)
    expect(told).toContain(words)
  })
})

describe('axis', () => {
  test('fixed, free, and made of others', async () => {
    const { shape } = await tensor('axis N, C = 3, K = 2 * C\ninput x: [N, K]', 'x', {
      x: [1, 2, 3, 4, 5, 6],
    })
    expect(shape).toEqual([1, 6])
  })
  test('a twin has the size of its axis, and follows it in the layout', async () => {
    const found = await tensor(
      'axis T, N\ninput x: [T, N]',
      "x[T as T''] + 10 * x[T as T'][+T''] + 100 * x[+T', +T'']",
      {
        x: [[1], [2]],
      },
    )
    expect(found.axes).toEqual(['T', "T'", "T''", 'N'])
    expectClose(found.data, [111, 112, 121, 122, 211, 212, 221, 222])
  })
})

describe('const', () => {
  test('a number, a truth value or a string known to the compiler', async () => {
    const declarations =
      'const beta = 0.5 * 2\nconst on = not false\nconst how = "tanh"\ninput x: []'
    expectClose(
      await numbers(declarations, 'if on then beta + gelu(x, approximate = how) else 0', { x: 0 }),
      [1],
    )
  })
  test('nothing else', () => {
    expect(messages('input x: []\nconst c = x\noutput y = c')[0]).toMatch(/^error not-known/)
  })
})

describe('input', () => {
  test('row-major in the order written', async () => {
    const declarations = 'axis N, C\ninput x: [C, N]'
    const found = await tensor(declarations, 'x', {
      x: { data: [1, 2, 3, 4, 5, 6], shape: [3, 2] },
    })
    expect(found).toEqual({ data: [1, 3, 5, 2, 4, 6], shape: [2, 3], axes: ['N', 'C'] })
  })
  test('one with a default may be left out', async () => {
    const declarations = 'axis N, C = 2\ninput x: [N, C]\ninput weight: [C] = 1\ninput by: [] = 0.5'
    expectClose(await numbers(declarations, 'x * weight * by', { x: [2, 4] }), [1, 2])
    expectClose(
      await numbers(declarations, 'x * weight * by', { x: [2, 4], weight: [1, 3], by: 1 }),
      [2, 12],
    )
  })
  test('one that nothing reads is a warning', () => {
    expect(messages('axis N\ninput x: [N]\ninput z: [N]\noutput y = x')).toEqual([
      expect.stringMatching(/^warning unused-input: .*`z`/),
    ])
  })
})

describe('param and state', () => {
  test('= computes, ~ draws', async () => {
    const { init } = await moduleOf(`
      axis D = 400
      param a: [D] = D * 2
      param b: [D] ~ normal(mean = 5, std = 0.1)
      param c: [] = 1 / 4
      state s: [D] = 1 + D
      loss l = sum(a) + sum(b) + c + sum(stop_gradient(s))
    `)
    const { params, state } = init({ seed: 3 })
    expectClose(Array.from(params.a!.slice(0, 3)), [0, 2, 4])
    expect(Array.from(params.c!)).toEqual([0.25])
    expect(Array.from(state.s!.slice(0, 2))).toEqual([1, 2])
    const mean = Array.from(params.b!).reduce((sum, value) => sum + value, 0) / 400
    expect(Math.abs(mean - 5)).toBeLessThan(0.03)
    expect(init({ seed: 3 }).params.b).toEqual(params.b)
    expect(init({ seed: 4 }).params.b).not.toEqual(params.b)
    expect(init({ seed: 0 }).params.b).toEqual(init().params.b)
  })
  test('updates take effect in steps only', async () => {
    const { entry, init } = await moduleOf(`
      param w: [] = 2
      state m: [] = 0
      update m = m + w
      output now = m + w
      loss l = w * w + 0 * m
      minimize l with sgd(lr = 0.25)
    `)
    const model = init()
    entry('l').value(model, {})
    entry('l').value(model, {}, { training: true })
    entry('l').valueAndGrad(model, {})
    expect(plain(entry('now')(model, {})).data).toEqual([2])
    // The update reads the parameters from before the step: m = 2, w = 2 - 0.25 * 4.
    entry('l').step(model, {})
    expect([model.state.m![0], model.params.w![0]]).toEqual([2, 1])
    entry('l').step(model, {})
    expect([model.state.m![0], model.params.w![0]]).toEqual([3, 0.5])
  })
  test('a state that the loss does not reach is not updated by its step', async () => {
    const { entry, init } = await moduleOf(`
      param w: [] = 2
      state a: [] = 0
      state b: [] = 0
      update a = a + 1
      update b = b + 1
      loss reaches_a = w + a
      loss reaches_b = w + b
      minimize reaches_a with sgd(lr = 0.5)
      minimize reaches_b with sgd(lr = 0.5)
    `)
    const model = init()
    entry('reaches_a').step(model, {})
    expect([model.state.a![0], model.state.b![0]]).toEqual([1, 0])
    entry('reaches_b').step(model, {})
    expect([model.state.a![0], model.state.b![0]]).toEqual([1, 1])
    expect(model.step).toBe(2)
  })
  test('an input that only an update needs counts as reached by the step', async () => {
    const { entry, init } = await moduleOf(`
      axis N
      input x: [N]
      param w: [] = 2
      state m: [] = 0
      update m = mean(x)
      loss l = w * (1 + m)
      minimize l with sgd(lr = 0.5)
    `)
    const model = init()
    expect(thrown(() => entry('l').step(model, {}))).toMatch(/^TypeError: .*x/)
    entry('l').step(model, { x: [1, 3] })
    expect(model.state.m![0]).toBe(2)
  })
  test.each([
    ['axis N\ninput x: [N]\nparam w: [] = mean(x)\nloss l = w', 'initial-reads-data', '`w`'],
    ['param w: int[] = 1\nloss l = w', 'parameter-not-real', '`w`'],
    ['param w: [] ~ 3\nloss l = w', 'not-an-initialiser', '`3`'],
    ['param w: [] = 1\nupdate w = 3\nloss l = w', 'not-a-state', '`w`'],
    ['state s: [] = 1\nupdate s = 3\nupdate s = 4\noutput y = s', 'updated-twice', '`s`'],
    ['axis N, M\nparam w: [N] = M\noutput y = w', 'initial-axes-differ', '[M]'],
  ])('%s', (source, code, words) => {
    const told = messages(source).join('\n')
    expect(told).toContain(`error ${code}: `)
    expect(told).toContain(words)
  })
})

describe('let', () => {
  test('a type states and checks kind and axes', async () => {
    const declarations = 'axis N, C\ninput x: [N, C]'
    await numbers(`${declarations}\nlet z: logit[N, C] = x`, 'z', { x: [[1]] })
    await numbers(`${declarations}\nlet z: [C, N] = x`, 'z', { x: [[1]] })
    expect(messages(`${declarations}\nlet z: [N] = x\noutput y = z`)[0]).toMatch(
      /^error let-axes-differ/,
    )
    expect(messages(`${declarations}\nlet z: prob[N, C] = x\noutput y = z`)[0]).toMatch(
      /^warning not-a-probability: `z`/,
    )
    expect(messages(`${declarations}\nlet z: int[N, C] = x\noutput y = z`)[0]).toMatch(
      /^error option-kind: `z` is declared/,
    )
  })
  test('a tuple is taken apart', async () => {
    expectClose(await numbers('let (a, (b, c)) = (1, (2, 3))', 'a + 10 * b + 100 * c'), [321])
    expect(messages('let (a, b) = (1, 2, 3)\noutput y = a + b')[0]).toMatch(
      /^error pattern-differs: .*2/,
    )
    expect(messages('let (a, b) = 1\noutput y = a + b')[0]).toMatch(/^error pattern-differs/)
  })
})

describe('output', () => {
  test.each([
    ['axis B, A\ninput x: [A, B]\noutput y = x', ['B', 'A'], [1, 3, 2, 4]],
    ['axis B, A\ninput x: [A, B]\noutput y: [A, B] = x', ['A', 'B'], [1, 2, 3, 4]],
  ])('%s', async (source, axes, data) => {
    const { entry } = await moduleOf(source)
    const found = plain(
      entry('y')({
        x: [
          [1, 2],
          [3, 4],
        ],
      }),
    )
    expect([found.axes, found.data]).toEqual([axes, data])
  })
  test('the array goes by what the numbers are, and by the precision', async () => {
    const source = `axis N\ninput x: [N]\noutput real = x / 2\noutput whole = 2 * N * (if x == x then 1 else 0)\noutput truth = x > 0
      output one = 1\noutput yes = true`
    for (const [precision, Real] of [
      ['f32', Float32Array],
      ['f64', Float64Array],
    ] as const) {
      const { entry } = await moduleOf(source, { precision })
      const of = (name: string) => (entry(name)({ x: [1, -1] }) as { data: unknown }).data
      expect([of('real'), of('whole'), of('truth')]).toEqual([
        Real.of(0.5, -0.5),
        Int32Array.of(0, 2),
        Uint8Array.of(1, 0),
      ])
    }
  })
  test.each([
    ['axis N, C\ninput x: [N, C]\noutput y: [N] = x', 'output-axes-differ', '[N, C]'],
    ['axis N, C\ninput x: [N]\noutput y: [N, C] = x', 'output-axes-differ', 'it lacks `C`'],
    ['input x: []\noutput default = x', 'export-reserved', '`default`'],
    ['input x: []\noutput init = x', 'export-reserved', '`init`'],
    ['input x: []\nmetric signature = x', 'export-reserved', '`signature`'],
    ['input x: []\nexport fn ShapeError(x) = x', 'export-reserved', '`ShapeError`'],
    ['input x: []\noutput y = relu', 'not-a-number', '`relu`'],
    ['input x: []\noutput y = (x, x)', 'not-a-number', ''],
  ])('%s', (source, code, words) => {
    const told = messages(source).join('\n')
    expect(told).toContain(`error ${code}: `)
    expect(told).toContain(words)
  })
})

describe('loss and metric', () => {
  const declarations = `axis N, D = 2
    input x: [N, D]
    input k: int[N]
    use f = Linear[D ->](use_bias = false)
    param b: [] = 1
    let z = f(x) + b + k`
  test.each([
    // The parameters that it reaches; if none, all its real inputs; or what `wrt` names.
    [`${declarations}\nloss l = sum(z)`, ['f.weight', 'b']],
    [`${declarations}\nloss l = sum(z) wrt b`, ['b'], 'untrained-parameter'],
    [`${declarations}\nloss l = sum(z) wrt x, f`, ['x', 'f.weight'], 'untrained-parameter'],
    ['axis N\ninput x: [N]\ninput a: [N]\ninput k: int[N]\nloss l = sum(x * a * k)', ['x', 'a']],
    ['axis N\ninput x: [N]\ninput a: [N]\nloss l = sum(x * a) wrt a', ['a']],
  ])('%s', async (source, paths, warning?: string) => {
    const { entry, init } = await moduleOf(source, warning === undefined ? {} : { warning })
    const model = init === undefined ? [] : [init()]
    const inputs = source.includes('input a') ? { x: [1, 2], a: [3, 4] } : { x: [1, 2] }
    const more = source.includes('k:')
      ? { k: Array.from({ length: source.includes('D]') ? 1 : 2 }, () => 1) }
      : {}
    expect(Object.keys(entry('l').valueAndGrad(...model, { ...inputs, ...more }).grad)).toEqual(
      paths,
    )
  })
  test.each([
    ['axis N\ninput x: [N]\nloss l = x', 'error not-scalar', 'mean'],
    ['axis N\ninput x: [N]\nmetric m = x', 'error not-scalar', 'the metric `m`'],
    ['axis N\ninput x: [N]\nloss l = sum(x) wrt y', 'error wrt-unknown', '`y`'],
    ['axis N\ninput x: [N]\nlet z = x\nloss l = sum(z) wrt z', 'error wrt-unknown', 'grad(y, z)'],
    ['axis N\ninput x: int[N]\nloss l = sum(x) wrt x', 'error wrt-not-real', '`x`'],
    ['param w: [] = 1\nparam v: [] = 1\nloss l = w ^ 2', 'warning untrained-parameter', '`v`'],
    [
      'param w: [] = 1\nstate n = 0\nupdate n = n + 1\noutput seen = n\nloss l = w ^ 2\nminimize l with sgd()',
      'warning idle-update',
      '`n`',
    ],
    ['param w: [] = 1\nloss l = w\nminimize m with sgd()', 'error unknown-loss', '`m`'],
    [
      'param w: [] = 1\nloss l = w\nminimize l with sgd(lr = 1)\nmaximize l with sgd(lr = 1)',
      'error minimized-twice',
      '`l`',
    ],
    ['input x: []\nloss l = x\nminimize l with sgd(lr = 1)', 'error nothing-to-train', '`l`'],
    [
      'param w: [] = 1\nloss l = w\nminimize l with sgd(lr = 1, momentun = 1)',
      'error unknown-option',
      '`momentum`',
    ],
    [
      'param w: [] = 1\nloss l = w\nminimize l with sgd(lr = 1), clip_norn = 1',
      'error',
      'clip_norm',
    ],
    ['param w: [] = 1\nloss l = w\nminimize l with relu()', 'error', 'relu'],
  ])('%s', (source, code, words) => {
    const told = messages(source).join('\n')
    expect(told).toContain(code)
    expect(told).toContain(words)
  })
  test('a metric is in eval mode, and so are outputs and value; valueAndGrad and step train', async () => {
    const { entry, init } = await moduleOf(`
      param w: [] = 1
      let mode = if training then w else 10 * w
      loss l = mode
      metric m = mode
      output o = mode
      minimize l with sgd(lr = 0.5)
    `)
    const model = init()
    const l = entry('l')
    expect([l.value(model, {}), l.value(model, {}, { training: true })]).toEqual([10, 1])
    expect(l.valueAndGrad(model, {}).grad.w).toEqual(Float64Array.of(1))
    expect(l.valueAndGrad(model, {}, { training: false }).grad.w).toEqual(Float64Array.of(10))
    expect([entry('m')(model, {}), entry('m')(model, {}, { training: true })]).toEqual([10, 1])
    expect([
      plain(entry('o')(model, {})).data,
      plain(entry('o')(model, {}, { training: true })).data,
    ]).toEqual([[10], [1]])
    expect(thrown(() => l.step(model, {}, { training: false }))).toMatch(/^TypeError: .*training/)
    // The loss before the update.
    expect([l.step(model, {}), model.params.w![0]]).toEqual([1, 0.5])
  })
})

describe('minimize and maximize', () => {
  const trained = async (how: string) => {
    const { entry, init } = await moduleOf(`
      axis D = 2
      input x: [D]
      param w: [D] = 0
      param b: [] = 0
      loss l = sum(w * x) + 12 * b
      ${how}
    `)
    const model = init()
    entry('l').step(model, { x: [3, 4] })
    return [...model.params.w!, ...model.params.b!]
  }
  test.each([
    ['minimize l with sgd(lr = 1)', [-3, -4, -12]],
    ['maximize l with sgd(lr = 1)', [3, 4, 12]],
    // The 2-norm of all gradients together is 13.
    ['minimize l with sgd(lr = 1), clip_norm = 1', [-3 / 13, -4 / 13, -12 / 13]],
    ['minimize l with sgd(lr = 1), clip_norm = 20', [-3, -4, -12]],
    ['minimize l with sgd(lr = 1), clip_value = 3.5', [-3, -3.5, -3.5]],
    ['maximize l with sgd(lr = 1), clip_value = 3.5', [3, 3.5, 3.5]],
  ])('%s', async (how, wanted) => {
    // torch's clip_grad_norm_ divides by the norm plus 1e-6.
    expectClose(await trained(how), wanted, 5)
  })
  test('several in a file: each trains what its loss is differentiated by', async () => {
    const { entry, init } = await moduleOf(`
      param a: [] = 1
      param b: [] = 1
      loss first = a * b wrt a
      loss second = -a * b wrt b
      minimize first with sgd(lr = 0.5)
      minimize second with adam(lr = 0.1)
    `)
    const model = init()
    expect(entry('first').step(model, {})).toBe(1)
    expect([model.params.a![0], model.params.b![0]]).toEqual([0.5, 1])
    expect(entry('second').step(model, {})).toBe(-0.5)
    expectClose([model.params.a![0]!, model.params.b![0]!], [0.5, 1.1], 6)
    expect(Object.keys(model.optimizer)).toEqual(['second.b.m', 'second.b.v'])
  })
  test("an optimizer's step counts its own loss's steps, the model's counts all", async () => {
    const { entry, init } = await moduleOf(`
      param a: [] = 0
      param b: [] = 0
      loss first = a
      loss second = b
      minimize first with sgd(lr = (step) => step)
      minimize second with sgd(lr = (step) => step)
    `)
    const model = init()
    for (const name of ['first', 'first', 'second', 'first']) entry(name).step(model, {})
    expect([model.params.a![0], model.params.b![0], model.step]).toEqual([-6, -1, 4])
  })
  test("parameters of the same axes each have the optimizer's draws of their own, whatever others there are", async () => {
    const after = async (...names: string[]): Promise<unknown[]> => {
      const { entry, init } = await moduleOf(`
        axis D = 4
        optimizer noisy() {
          state v = uniform()
          update v = v + uniform()
          update parameter = parameter - gradient + v + uniform[D]()
        }
        ${names.map((name) => `param ${name}: [D] = 1`).join('\n')}
        loss l = sum(${names.join(' + ')})
        minimize l with noisy()
      `)
      const model = init()
      entry('l').step(model, {})
      entry('l').step(model, {})
      return names.flatMap((name) => [...model.params[name]!])
    }
    const both = await after('a', 'b')
    expect(new Set(both).size).toBe(8)
    expect(await after('b')).toEqual(both.slice(4))
  })
  test('an optimizer reads a parameter by its name, and the one at hand as `parameter`', async () => {
    const { entry, init } = await moduleOf(`
      axis D = 3
      param a: [D] = 1
      param b: [D] = 2
      optimizer shifting() {
        state before = 0
        update before = parameter + a
        update parameter = before + gradient + (if D > 0 then parameter[D = D - 1] else 10 * a)
      }
      loss l = sum(a + 5 * b)
      minimize l with shifting()
    `)
    const model = init()
    entry('l').step(model, {})
    expect([...model.params.a!, ...model.params.b!]).toEqual([11, 2, 2, 15, 7, 7])
    entry('l').step(model, {})
    expect([...model.params.a!, ...model.params.b!]).toEqual([113, 14, 5, 118, 23, 15])
  })
})

test('each entry takes exactly the inputs that it reaches; a batch may carry more', async () => {
  const { entry } = await moduleOf(`
    axis N
    input a: [N]
    input b: [N]
    output of_a = a + 1
    output of_b = b + 1
  `)
  expect(plain(entry('of_a')({ a: [1] })).data).toEqual([2])
  expect(plain(entry('of_a')({ a: [1], b: [1, 2, 3] })).data).toEqual([2])
  expect(thrown(() => entry('of_a')({ b: [1] }))).toMatch(/^TypeError: .*input a/)
  expect(thrown(() => entry('of_a')({ a: [1], c: [2] }))).toMatch(/^TypeError: .*c/)
})

test('a file with only definitions is a library', () => {
  const { code, diagnostics, signature } = compile(
    'fn f(x) = x + 1\nblock B() { apply(x) = x }\nconst c = 1',
  )
  expect(diagnostics).toEqual([])
  expect(code).toEqual(expect.any(String))
  expect(signature?.entries).toEqual({})
})

test('an instance called twice updates twice, in the order of the calls', async () => {
  const { entry, init } = await moduleOf(`
    block Log() {
      state s: [] = 0
      apply(x) {
        update s = 10 * s + mean(x)
        return x
      }
    }
    axis N
    input x: [N]
    param w: [] = 1
    use log = Log
    loss l = sum(log(2 * log(x))) * w
    minimize l with sgd(lr = 0)
  `)
  const model = init()
  entry('l').step(model, { x: [1] })
  expect(model.state['log.s']![0]).toBe(12)
})

test('an instance that the loss does not reach is not updated', async () => {
  const { entry, init } = await moduleOf(`
    axis N, C = 1
    input x: [N, C]
    use a = BatchNorm[C](affine = false, eps = 1e-3)
    use b = BatchNorm[C](eps = 1e-4)
    output o = a(x)
    loss l = sum(b(x) ^ 2)
    minimize l with sgd(lr = 0)
  `)
  const model = init()
  entry('l').step(model, { x: [[1], [3]] })
  expectClose([model.state['a.running_mean']![0]!, model.state['b.running_mean']![0]!], [0, 0.2])
})

test('gradients by parameters of instances go by their path', async () => {
  const found = await slopes(
    'axis N, D = 2\ninput x: [N, D]\nuse hidden = Linear[D ->](use_bias = false)',
    'hidden(x)',
    {
      x: [
        [1, 2],
        [3, 4],
      ],
    },
  )
  expect(found).toEqual({ 'hidden.weight': [4, 6] })
})
