// Every row of the table as a kernel: expanded into what gpu.js can be trusted with, in f32.
import { createRequire } from 'node:module'
import { afterAll, describe, expect, it } from 'vitest'
import { createScope } from '../../backends/js/names.ts'
import { textCore } from '../../backends/gpu/core.ts'
import { asNumber, atom, decimal } from '../../backends/gpu/text.ts'
import type { ScalarOperation } from '../../compiler/graph/operation.ts'
import { operations } from '../../compiler/ops/table.ts'

const { GPU } = createRequire(import.meta.url)('gpu.js') as {
  GPU: new (options: object) => {
    createKernel(source: string, settings: object): (...given: unknown[]) => Float32Array
    destroy(): unknown
  }
}
const gpu = new GPU({ mode: 'webasm' })
afterAll(() => gpu.destroy())

/** The operation at each point, by a kernel of one thread a point. */
function run(row: ScalarOperation, points: readonly (readonly number[])[]): Float32Array {
  const names = createScope(['x', 'y', 'z'])
  const lines: string[] = []
  const given: number[] = []
  const core = textCore(
    {
      add: (line) => lines.push(line),
      name: (wanted) => names.take(wanted),
      constant(value) {
        const text = decimal(value)
        if (text !== null) return atom(text)
        given.push(value)
        return atom(names.take('number'))
      },
    },
    'real',
  )
  const operands = ['x', 'y', 'z'].slice(0, row.arity)
  const loads = operands.map((name) => `const ${name}_0 = ${name}[this.thread.x];`)
  const result = asNumber(row.expand(core, ...operands.map((name) => atom(`${name}_0`))))
  const numbers = given.map((_, i) => (i === 0 ? 'number' : `number${i + 1}`))
  const source = `function (${[...operands, ...numbers].join(', ')}) {
${[...loads, ...lines].join('\n')}
return ${result.text};
}`
  const kernel = gpu.createKernel(source, { output: [points.length], precision: 'single' })
  const arrays = operands.map((_, i) => Float32Array.from(points, (point) => point[i] ?? 0))
  return kernel(...arrays, ...given)
}

const strides = [0.618034, 0.754878, 0.569841]
/** Where a function's value crosses 0 away from 0, relative errors mean nothing. */
const hasZeros = new Set(['lgamma', 'digamma', 'sub', 'add', 'sin', 'cos', 'mod'])
const isNear = (got: number, want: number, tolerance: number): boolean =>
  Object.is(got, want) || got === want || Math.abs(got / want - 1) <= tolerance

describe.each(operations.map((row) => ({ name: row.name, row })))('$name', ({ name, row }) => {
  it('is exact to 1e-6', () => {
    const points = Array.from({ length: 200 }, (_, k) =>
      row.domain.map(({ from, to, whole }, i) => {
        const value = Math.fround(from + (((k + 1) * (strides[i] ?? 0)) % 1) * (to - from))
        return whole === true ? Math.round(value) : value
      }),
    )
    const got = run(row, points)
    const wrong = points
      .map((point, k) => ({ point, got: got[k] ?? NaN, want: row.evaluate(...point) }))
      .filter((each) => !isNear(each.got, each.want, 1e-6))
      .filter((each) => !(hasZeros.has(name) && Math.abs(each.got - each.want) <= 1e-6))
    expect(wrong).toEqual([])
  })
})

describe('edges', () => {
  const edges = [0, -0, 1, -1, 88, -104, 1e-40, 1e30, -1e30, Infinity, -Infinity, NaN]
  it.each(['exp', 'log', 'log1p', 'expm1', 'tanh', 'sigmoid', 'softplus', 'logsigmoid', 'erf'])(
    '%s',
    (name) => {
      const row = operations.find((each) => each.name === name)
      if (row === undefined) throw new Error(`no row ${name}`)
      const got = run(
        row,
        edges.map((edge) => [edge]),
      )
      const wrong = edges
        .map((edge, k) => ({
          edge,
          got: got[k] ?? NaN,
          want: Math.fround(row.evaluate(Math.fround(edge))),
        }))
        .filter(
          (each) => !isNear(each.got, each.want, 1e-6) && Math.abs(each.got - each.want) > 1e-38,
        )
      expect(wrong).toEqual([])
    },
  )
})
