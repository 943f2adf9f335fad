// Whatever a user calls things, the module means what it says.
import { expect, test } from 'vitest'
import { axisSize } from '../../compiler/graph/size.ts'
import { createScope } from '../../backends/js/names.ts'
import { literal } from '../../backends/js/literal.ts'
import {
  buffer,
  computation,
  input,
  load as at,
  loop,
  output,
  plan,
  program,
  store,
} from './plans.ts'
import { square, variable } from './rows.ts'
import { emit, load } from './run.ts'

const nasty = [
  'exp',
  'x',
  'data',
  's',
  't',
  'N',
  'Math',
  'call',
  'AXES',
  'Real',
  'Float32Array',
  'undefined_',
  'computation',
  'Object',
  'rebind',
  'model',
  'options',
  'arena',
]

test.each(nasty)('an entry, an input, an axis and a buffer called %s', async (name) => {
  const x = buffer(name, [name], { kind: 'input', name })
  const out = buffer(`${name}_out`, [name], { kind: 'result', target: { kind: 'value' } })
  const value = computation(name, { inputs: [name] })
  const k = variable(name.toLowerCase())
  const { code, types } = emit(
    plan({
      sizes: { [name]: axisSize(name) },
      inputs: [input(name, [name])],
      entries: [output(value, [name])],
    }),
    [program(value, [loop(name, [store(out, [k], square(at(x, k)))])], [x, out])],
  )
  const module = await load(code)
  const result = module[name]!({ [name]: [2, 3] })
  expect(result).toEqual({ data: Float64Array.of(4, 9), shape: [2], axes: [name] })
  expect(types).toContain(`export declare const ${name}: {`)
})

test('an input and an axis called __proto__', async () => {
  const name = '__proto__'
  const x = buffer('x', [name], { kind: 'input', name })
  const out = buffer('out', [name], { kind: 'result', target: { kind: 'value' } })
  const value = computation('f', { inputs: [name] })
  const k = variable(name)
  const { code } = emit(
    {
      ...plan({ inputs: [input(name, [name])], entries: [output(value, [name])] }),
      axes: [{ name, size: axisSize(name) }],
    },
    [program(value, [loop(name, [store(out, [k], at(x, k))])], [x, out])],
  )
  const { f } = await load<'f'>(code)
  expect(f({ [name]: [4, 9] })).toMatchObject({ data: Float64Array.of(4, 9) })
})

test('a scope gives each name once', () => {
  const scope = createScope(['taken'])
  const wanted = [
    'x',
    'x',
    "T'",
    "T'",
    'w2',
    'w2',
    'taken',
    'Math',
    'for',
    '1st',
    'a-b',
    'hidden.weight',
  ]
  expect(wanted.map((name) => scope.take(name))).toEqual([
    'x',
    'x2',
    'T_',
    'T_2',
    'w2',
    'w2_2',
    'taken2',
    'Math2',
    'for2',
    '_1st',
    'a_b',
    'hidden_weight',
  ])
})

test('literals hold any text', () => {
  const value = { __proto__x: 1, ['__proto__']: [-0, NaN], 'a b': '</script>\u2028"\\', ok: null }
  expect(literal(value)).toBe(
    String.raw`{ __proto__x: 1, ["__proto__"]: [-0, NaN], "a b": "</script>\u2028\"\\", ok: null }`,
  )
})
