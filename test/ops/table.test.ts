// Every row of the table, by enumeration: its derivatives against finite differences, its expansion and its interval
// against its values.
import { describe, expect, it } from 'vitest'
import { Graph } from '../../compiler/graph/graph.ts'
import { intervalArithmetic } from '../../compiler/graph/interval.ts'
import type { LeafNode, Node } from '../../compiler/graph/node.ts'
import type { ScalarOperation } from '../../compiler/graph/operation.ts'
import { Sizes } from '../../compiler/graph/sizes.ts'
import { numberCore } from '../../compiler/ops/expansion/numberCore.ts'
import { operations } from '../../compiler/ops/table.ts'
import { derived, valueOf, type Data } from '../derive/finiteDifferences.ts'

const rows = operations.map((operation) => ({ name: operation.name, operation }))

describe.each(rows)('$name', ({ operation }) => {
  // Whose derivative is not that of its values, on purpose.
  const isStopped = operation.name === 'stop_gradient'
  it.skipIf(isStopped)('has the derivatives of its values, orders one and two', () => {
    expect(samples(operation).flatMap((sample) => wrongSlopes(operation, sample))).toEqual([])
  })

  it.each([
    ['f64', 1e-12],
    ['f32', 3e-5],
  ] as const)('expands to its values in %s', (precision, tolerance) => {
    const core = numberCore(precision)
    const round = precision === 'f32' ? Math.fround : (x: number) => x
    const wrong = samples(operation)
      .map((sample) => sample.map(round))
      .map((sample) => ({
        sample,
        got: operation.expand(core, ...sample),
        want: operation.evaluate(...sample),
      }))
      .filter(({ got, want }) => !(Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want))))
    expect(wrong).toEqual([])
  })

  it('has its values within its interval', () => {
    const arithmetic = intervalArithmetic(new Sizes())
    const whole = operation.domain.map((range) => range.whole === true)
    const operands = operation.domain.map(({ from, to }, i) => arithmetic.of(from, to, whole[i]))
    const interval = operation.interval(arithmetic, ...operands)
    const outside = samples(operation)
      .map((sample) => operation.evaluate(...sample))
      .filter((value) => !arithmetic.contains(interval, arithmetic.point(value)))
    expect(outside).toEqual([])
  })
})

/** Points of the domain that lie off kinks and off one another. */
function samples({ domain, kinks = [] }: ScalarOperation): number[][] {
  const parts = [0.07, 0.23, 0.41, 0.58, 0.77, 0.93]
  return parts.map((_, k) =>
    domain.map(({ from, to, whole }, i) => {
      const value = from + (parts[(k + 2 * i) % parts.length] ?? 0) * (to - from)
      if (whole === true) return Math.round(value)
      const isNearKink = kinks.some((kink) => Math.abs(value - kink) < 0.02)
      return isNearKink ? value + 0.05 : value
    }),
  )
}

function wrongSlopes(operation: ScalarOperation, sample: readonly number[]): string[] {
  const graph = new Graph()
  const types = operation.domain.map(({ whole }) => (whole === true ? 'int' : 'real'))
  // A row of truth values is not differentiated, and what is whole has no slope.
  if (operation.dataType !== undefined && operation.dataType(types) !== 'real') return []
  const leaves = types.map((dataType, i) =>
    graph.leaf({ role: 'input', name: `x${i}`, layout: [], dataType }),
  )
  const data: Data = {
    axes: {},
    leaves: new Map(sample.map((value, i) => [`x${i}`, Float64Array.of(value)])),
  }
  const real = leaves.filter(({ dataType }) => dataType === 'real')
  const value = graph.map(operation, leaves)
  return real.flatMap((x) => {
    const first = graph.gradient(value, x)
    return [
      ...wrongSlope(`d/d${x.name}`, graph, value, x, data),
      ...real.flatMap((z) => wrongSlope(`d²/d${x.name}d${z.name}`, graph, first, z, data)),
    ]
  })
}

function wrongSlope(what: string, graph: Graph, of: Node, wrt: LeafNode, data: Data): string[] {
  const [gradient, value] = derived(graph, [graph.gradient(of, wrt), of])
  if (gradient === undefined || value === undefined) throw new Error('two roots, two results')
  const numbers = data.leaves.get(wrt.name)
  const at = numbers?.[0]
  if (numbers === undefined || at === undefined) throw new Error('each leaf has its number')
  const valueAt = (step: number): number => {
    numbers[0] = at + step
    const result = valueOf(graph, value, data)[0] ?? NaN
    numbers[0] = at
    return result
  }
  const h = 1e-3
  const want = (8 * (valueAt(h) - valueAt(-h)) - (valueAt(2 * h) - valueAt(-2 * h))) / (12 * h)
  const got = valueOf(graph, gradient, data)[0] ?? NaN
  const isNear = Math.abs(got - want) <= 1e-6 * Math.max(1, Math.abs(want))
  const point = [...data.leaves.values()].map(([x]) => x).join(', ')
  return isNear ? [] : [`${what} at ${point}: ${got}, differences say ${want}`]
}
