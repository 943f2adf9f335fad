// Modules as the tests use them: kernels written by hand, as scheduling would write them.
import { axisSize } from '../../compiler/graph/size.ts'
import type { KernelProgram, Statement } from '../../compiler/kernels/program.ts'
import type { ModulePlan } from '../../compiler/lower/entry.ts'
import {
  accumulate,
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
  tensor,
} from './plans.ts'
import {
  add,
  divide,
  equal,
  exp,
  local,
  log,
  multiply,
  number,
  option,
  select,
  subtract,
  variable,
} from './rows.ts'

export interface Example {
  readonly plan: ModulePlan
  readonly programs: readonly KernelProgram[]
}

const n = variable('n')
const c = variable('c')
const d = variable('d')
const size = (axis: string) => ({ kind: 'size', size: axisSize(axis) }) as const

/** `output doubled = 2 * x` */
export function doubled(): Example {
  const x = buffer('x', ['N'], { kind: 'input', name: 'x' })
  const out = buffer('out', ['N'], { kind: 'result', target: { kind: 'value' } })
  const value = computation('doubled', { inputs: ['x'] })
  const body = [loop('N', [store(out, [n], multiply(load(x, n), number(2)))])]
  return {
    plan: plan({
      sizes: { N: axisSize('N') },
      inputs: [input('x', ['N'], { documentation: 'What is doubled.' })],
      entries: [output(value, ['N'], { documentation: 'Twice x. */ alert(1)' })],
    }),
    programs: [program(value, body, [x, out])],
  }
}

/** `loss train = mean(cross_entropy(x, y))`, with the gradient in the same loop over rows. */
export function crossEntropy(): Example {
  const x = buffer('x', ['N', 'C'], { kind: 'input', name: 'x' })
  const y = buffer('y', ['N'], { kind: 'input', name: 'y' }, 'int')
  const value = buffer('value', [], { kind: 'result', target: { kind: 'value' } })
  const target = { kind: 'gradient', name: 'x' } as const
  const grad = buffer('grad', ['N', 'C'], { kind: 'result', target })
  const shifted = subtract(load(x, n, c), local('top'))
  const perRow: Statement[] = [
    { kind: 'accumulator', local: 'top', reduction: 'max', comment: 'maximum of the row' },
    loop('C', [accumulate('top', 'max', load(x, n, c))]),
    sum('s'),
    loop('C', [accumulate('s', 'sum', exp(shifted))]),
    accumulate(
      'total',
      'sum',
      subtract(add(log(local('s')), local('top')), load(x, n, load(y, n))),
    ),
  ]
  const slope = subtract(
    divide(exp(shifted), local('s')),
    select(equal(c, load(y, n)), number(1), number(0)),
  )
  const gradient = loop('C', [store(grad, [n, c], divide(slope, size('N')))])
  const mean = store(value, [], divide(local('total'), size('N')))
  const only = computation('train', { inputs: ['x', 'y'] })
  const both = computation('train.valueAndGrad', { inputs: ['x', 'y'] })
  const label = { kind: 'class', kindAxis: 'C', dataType: 'int', missing: -100 } as const
  return {
    plan: plan({
      sizes: { N: axisSize('N'), C: axisSize('C') },
      inputs: [input('x', ['N', 'C'], { kind: 'logit' }), input('y', ['N'], label)],
      entries: [loss(only, both, ['x'])],
    }),
    programs: [
      program(only, [sum('total'), loop('N', perRow), mean], [x, y, value]),
      program(both, [sum('total'), loop('N', [...perRow, gradient]), mean], [x, y, value, grad]),
    ],
  }
}

/** `loss fit = sum((dot[D](x, w) + b - y) ^ 2)`, `minimize fit with sgd(lr = 0.1, momentum = 0.9)`. */
export function regression(): Example {
  const x = buffer('x', ['N', 'D'], { kind: 'input', name: 'x' })
  const y = buffer('y', ['N'], { kind: 'input', name: 'y' })
  const w = buffer('w', ['D'], { kind: 'parameter', path: 'line.w' })
  const b = buffer('b', [], { kind: 'parameter', path: 'b' })
  const v = buffer('v', ['D'], { kind: 'slot', path: 'fit.line.w.v' })
  const value = buffer('value', [], { kind: 'result', target: { kind: 'value' } })
  const dw = buffer('dw', ['D'], {
    kind: 'result',
    target: { kind: 'gradient', name: 'line.w' },
  })
  const db = buffer('db', [], { kind: 'result', target: { kind: 'gradient', name: 'b' } })
  const gw = buffer('gw', ['D'], { kind: 'temporary', offset: { terms: [], key: '0' } })
  const error = [
    sum('dot'),
    loop('D', [accumulate('dot', 'sum', multiply(load(x, n, d), load(w, d)))]),
    {
      kind: 'let',
      local: 'error',
      type: 'real',
      value: subtract(add(local('dot'), load(b)), load(y, n)),
    },
    accumulate('total', 'sum', multiply(local('error'), local('error'))),
  ] satisfies Statement[]
  const twice = multiply(number(2), local('error'))
  const all = { inputs: ['x', 'y'], parameters: ['line.w', 'b'] }
  const only = computation('fit', all)
  const both = computation('fit.valueAndGrad', all)
  const step = computation('fit.step', {
    ...all,
    slots: ['fit.line.w.v'],
    options: [{ name: 'lr', default: 0.1 }],
  })
  const init = computation('init')
  const into = (target: typeof gw) => [
    { kind: 'fill', buffer: target, value: 0 } as const,
    loop('N', [
      ...error,
      accumulate('slope', 'sum', twice),
      loop('D', [store(target, [d], multiply(twice, load(x, n, d)), 'sum')]),
    ]),
  ]
  const initial = (name: string, path: string, kind: 'parameter' | 'slot', axes: string[]) =>
    buffer(name, axes, { kind: 'result', target: { kind, path } })
  const [w0, b0, v0] = [
    initial('w0', 'line.w', 'parameter', ['D']),
    initial('b0', 'b', 'parameter', []),
    initial('v0', 'fit.line.w.v', 'slot', ['D']),
  ] as const
  const moved = subtract(load(w, d), multiply(option('lr'), load(v, d)))
  return {
    plan: plan({
      sizes: { N: axisSize('N'), D: axisSize('D') },
      inputs: [input('x', ['N', 'D']), input('y', ['N'])],
      parameters: [tensor('line.w', ['D']), tensor('b', [])],
      slots: [tensor('fit.line.w.v', ['D'])],
      entries: [loss(only, both, ['line.w', 'b'], step)],
      init,
    }),
    programs: [
      program(
        init,
        [loop('D', [store(w0, [d], add(d, number(1)))]), store(b0, [], number(0.5))],
        [w0, b0, v0],
      ),
      program(
        only,
        [sum('total'), loop('N', error), store(value, [], local('total'))],
        [x, y, w, b, value],
      ),
      program(
        both,
        [
          sum('total'),
          sum('slope'),
          ...into(dw),
          store(db, [], local('slope')),
          store(value, [], local('total')),
        ],
        [x, y, w, b, value, dw, db],
      ),
      program(
        step,
        [
          sum('total'),
          sum('slope'),
          ...into(gw),
          loop('D', [
            store(v, [d], add(multiply(number(0.9), load(v, d)), load(gw, d))),
            store(w, [d], moved),
          ]),
          store(b, [], subtract(load(b), multiply(option('lr'), local('slope')))),
          store(value, [], local('total')),
        ],
        [x, y, w, b, v, value, gw],
        { real: axisSize('D') },
      ),
    ],
  }
}
