import { expect, test } from 'vitest'
import { axisSize } from '../../compiler/graph/size.ts'
import {
  buffer,
  computation,
  input,
  load,
  loop,
  loss,
  output,
  plan,
  program,
  store,
  sum,
  accumulate,
} from './plans.ts'
import {
  divide,
  exp,
  local,
  log,
  multiply,
  number,
  select,
  subtract,
  equal,
  variable,
} from './rows.ts'
import { emit, load as importModule } from './run.ts'

const n = variable('n')
const c = variable('c')

function scale() {
  const x = buffer('x', ['N'], { kind: 'input', name: 'x' })
  const out = buffer('out', ['N'], { kind: 'result', target: { kind: 'value' } })
  const doubled = computation('doubled', { inputs: ['x'] })
  return {
    plan: plan({
      sizes: { N: axisSize('N') },
      inputs: [input('x', ['N'])],
      entries: [output(doubled, ['N'])],
    }),
    programs: [
      program(doubled, [loop('N', [store(out, [n], multiply(load(x, n), number(2)))])], [x, out]),
    ],
  }
}

function crossEntropy() {
  const x = buffer('x', ['N', 'C'], { kind: 'input', name: 'x' })
  const y = buffer('y', ['N'], { kind: 'input', name: 'y' }, 'int')
  const value = buffer('value', [], { kind: 'result', target: { kind: 'value' } })
  const grad = buffer('grad', ['N', 'C'], {
    kind: 'result',
    target: { kind: 'gradient', name: 'x' },
  })
  const both = computation('train.valueAndGrad', { inputs: ['x', 'y'] })
  const only = computation('train', { inputs: ['x', 'y'] })
  const body = (withGrad: boolean) => [
    sum('total'),
    loop('N', [
      {
        kind: 'accumulator',
        local: 'top',
        reduction: 'max',
        comment: 'maximum of the row',
      } as const,
      loop('C', [accumulate('top', 'max', load(x, n, c))]),
      sum('s'),
      loop('C', [accumulate('s', 'sum', exp(subtract(load(x, n, c), local('top'))))]),
      accumulate('total', 'sum', subtract(log(local('s')), load(x, n, load(y, n)))),
      ...(withGrad
        ? [
            loop('C', [
              store(
                grad,
                [n, c],
                subtract(
                  divide(exp(subtract(load(x, n, c), local('top'))), local('s')),
                  select(equal(c, load(y, n)), number(1), number(0)),
                ),
              ),
            ]),
          ]
        : []),
    ]),
    store(value, [], divide(local('total'), { kind: 'size', size: axisSize('N') })),
  ]
  return {
    plan: plan({
      sizes: { N: axisSize('N'), C: axisSize('C') },
      inputs: [
        input('x', ['N', 'C']),
        input('y', ['N'], { kind: 'class', kindAxis: 'C', dataType: 'int' }),
      ],
      entries: [loss(only, both, ['x'])],
    }),
    programs: [
      program(only, body(false), [x, y, value]),
      program(both, body(true), [x, y, value, grad]),
    ],
  }
}

const scaled = scale()
const ce = crossEntropy()

test('an elementwise output', async () => {
  const { code } = emit(scaled.plan, scaled.programs)

  const { doubled } = await importModule(code)
  expect(doubled!({ x: [1, 2, 3] })).toEqual({
    data: Float64Array.of(2, 4, 6),
    shape: [3],
    axes: ['N'],
  })
})

test('cross entropy', async () => {
  const { code } = emit(ce.plan, ce.programs)
  const { train } = await importModule(code)
  expect(train!.valueAndGrad!({ x: [[1, 2, 3]], y: [1] })).toMatchObject({
    grad: { x: expect.any(Float64Array) },
  })
})
