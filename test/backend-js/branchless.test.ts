// Choices on data are made without branches, and give the same numbers to the last bit.
import { expect, test } from 'vitest'
import { axisSize } from '../../compiler/graph/size.ts'
import { operation } from '../../compiler/ops/table.ts'
import type { Expression } from '../../compiler/kernels/program.ts'
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
import { less, local, multiply, number, select, variable } from './rows.ts'
import { emit, load } from './run.ts'

const numbers = [0, -0, 1, -1, 0.5, -0.5, 3, -3, 1e300, -1e300, Infinity, -Infinity, NaN]
const x = buffer('x', ['N'], { kind: 'input', name: 'x' })
const element = at(x, variable('n'))

function codeOf(value: Expression): string {
  const out = buffer('out', ['N'], { kind: 'result', target: { kind: 'value' } })
  const f = computation('f', { inputs: ['x'] })
  const body = [
    { kind: 'let', local: 'v', type: 'real', value: element } as const,
    store(out, [variable('n')], value),
  ]
  return emit(
    plan({
      sizes: { N: axisSize('N') },
      inputs: [input('x', ['N'])],
      entries: [output(f, ['N'])],
    }),
    [program(f, [loop('N', body)], [x, out])],
  ).code
}

async function valuesOf(value: Expression): Promise<number[]> {
  const { f } = await load<'f'>(codeOf(value))
  return [...(f({ x: numbers }) as { data: Float64Array }).data]
}

const v = local('v')
const apply = (name: string, ...operands: Expression[]): Expression => ({
  kind: 'operation',
  operation: operation(name),
  operands,
  type: 'real',
})

test('a choice on data works out both sides', async () => {
  const relu = select(less(v, number(0)), number(0), v)
  const scaled = select(less(number(1), v), multiply(v, number(2)), relu)
  expect(codeOf(scaled)).toContain('$sides')
  const expected = numbers.map((value) => (1 < value ? value * 2 : value < 0 ? 0 : value))
  expect(await valuesOf(scaled)).toEqual(expected)
})

test.each([
  ['max', [0]],
  ['max', [-2]],
  ['min', [0]],
  ['min', [2]],
  ['clamp', [-1, 1]],
  ['sign', []],
  ['sigmoid', []],
  ['softplus', []],
  ['logsigmoid', []],
] as const)('%s %j', async (name, bounds) => {
  const value = apply(name, v, ...bounds.map(number))
  const { evaluate } = operation(name)
  // Zeros of either sign are one: `max(-0, 0)` is 0 or -0.
  const got = (await valuesOf(value)).map((each) => each + 0)
  const want = numbers.map((each) => evaluate(each, ...bounds) + 0)
  for (const [k, expected] of want.entries()) {
    expect([numbers[k], got[k]]).toEqual([numbers[k], closeTo(expected)])
  }
})

function closeTo(value: number): unknown {
  if (!Number.isFinite(value) || value === 0) return value
  const digits = 14 - Math.floor(Math.log10(Math.abs(value)))
  return digits < 0 ? value : expect.closeTo(value, Math.min(digits, 300))
}

test('a side that may load out of range is worked out only when it is taken', () => {
  const behind = at(x, {
    kind: 'operation',
    operation: operation('sub'),
    operands: [variable('n'), number(1)],
    type: 'int',
  })
  expect(codeOf(select(less(v, number(0)), behind, v))).not.toContain('$sides')
})

test('a condition that does not depend on data stays a condition', () => {
  const first = select(less(variable('n'), number(1)), v, number(0))
  expect(codeOf(first)).toContain('n < 1 ? v : 0')
})
