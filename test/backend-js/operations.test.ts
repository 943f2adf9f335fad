// Every row of the table: what its JavaScript gives, against the row's own evaluation, by enumeration.
import { describe, expect, test } from 'vitest'
import { createOperations } from '../../backends/js/operations.ts'
import { asNumber, atom } from '../../backends/js/js.ts'
import { reachedParts } from '../../backends/js/runtime/parts.ts'
import type { ScalarOperation } from '../../compiler/graph/operation.ts'
import { operations } from '../../compiler/ops/table.ts'
import { load } from './run.ts'

type Evaluate = (...operands: number[]) => number

/** A module of one function for each row, called by the row's place. */
async function written(): Promise<readonly Evaluate[]> {
  const spelled = createOperations()
  const names = ['a', 'b', 'c']
  const texts = operations.map((operation, place) => {
    const operands = names.slice(0, operation.arity).map((name) => atom(name))
    const result = asNumber(spelled.apply(operation, operands))
    return `export function f${place}(a, b, c) { return ${result.text} }`
  })
  const parts = reachedParts(spelled.parts).map(({ text }) => text)
  const module = await load([...texts, ...spelled.functions(), ...parts].join('\n'))
  return operations.map((_, place) => (module as unknown as Record<string, Evaluate>)[`f${place}`]!)
}

const edges = [0, -0, 1, -1, 0.5, -0.5, 2, 3, -3, 1e-20, 1e20, -1e20, Infinity, -Infinity, NaN]

function samples(operation: ScalarOperation): number[][] {
  const lists = operation.domain.map(({ from, to, whole }) => {
    const points = [0, 0.11, 0.29, 0.5, 0.73, 0.97, 1].map((part) => from + part * (to - from))
    return whole === true ? [...new Set(points.map(Math.round))] : points
  })
  return product(lists)
}

function product(lists: readonly (readonly number[])[]): number[][] {
  return lists.reduce<number[][]>(
    (rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])),
    [[]],
  )
}

/** NaN is NaN; zeros of either sign are one; else 1e-12 of the value. */
function isClose(got: number, want: number): boolean {
  if (Number.isNaN(want)) return Number.isNaN(got)
  if (got === want) return true
  return Math.abs(got - want) <= 1e-12 * Math.abs(want) + 1e-300
}

const functions = await written()

describe.each(operations.map((operation, place) => ({ operation, place, name: operation.name })))(
  '$name',
  ({ operation, place }) => {
    const run = functions[place]!
    const differing = (rows: readonly (readonly number[])[]) =>
      rows
        .map((row) => ({ row, got: run(...row), want: operation.evaluate(...row) }))
        .filter(({ got, want }) => !isClose(got, want))

    test('on its domain', () => {
      expect(differing(samples(operation))).toEqual([])
    })
    test('at edges', () => {
      const lists = Array.from({ length: operation.arity }, () => edges)
      expect(differing(product(lists))).toEqual([])
    })
  },
)
