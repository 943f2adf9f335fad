// Draws: the module's numbers are the oracle's, bit for bit, whatever seed and step.
import { expect, test } from 'vitest'
import { axisSize } from '../../compiler/graph/size.ts'
import { uniform } from '../../compiler/graph/threefry.ts'
import type { Expression } from '../../compiler/kernels/program.ts'
import { buffer, computation, loop, output, plan, program, store } from './plans.ts'
import { variable } from './rows.ts'
import { emit, load } from './run.ts'

function draws(lane: 0 | 1) {
  const out = buffer('out', ['N'], { kind: 'result', target: { kind: 'value' } })
  const value = computation('noise')
  const drawn: Expression = { kind: 'random', site: 'noise·1', lane, element: variable('n') }
  return emit(
    plan({ sizes: { N: axisSize('N') }, entries: [output(value, ['N'])] }),
    [program(value, [loop('N', [store(out, [variable('n')], drawn)])], [out])],
    'f32',
  )
}

test.each([0, 1] as const)('lane %i', async (lane) => {
  const { noise } = await load<'noise'>(draws(lane).code)
  for (const seed of [0, 1, 123456789, 2 ** 40 + 5]) {
    const expected = Array.from({ length: 50 }, (_, k) => uniform(seed, 0, 'noise·1', k, lane))
    expect(noise({}, { seed, axes: { N: 50 } })).toMatchObject({
      data: Float32Array.from(expected),
    })
  }
})

test('a size that nothing settles is asked for', async () => {
  const { noise } = await load<'noise'>(draws(0).code)
  expect(() => noise()).toThrow(
    'noise: the size of N is not settled: pass { data, shape }, or the option axes: { N: … }',
  )
})
