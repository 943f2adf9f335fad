// Data as people type it, rows as lists of numbers, made into numbers in row-major order with their shape.
import { DataError } from './fault.ts'
import { quote } from './nearest.ts'
import type { Tensor } from './tensor.ts'

type Rows = readonly (ArrayLike<number> | Rows)[]
/** Numbers in row-major order with their shape, or alone where that is enough to settle the sizes; or nested lists. */
export type InputData = Tensor<ArrayLike<number>> | ArrayLike<number> | Rows | number
export type FlatData = Tensor<ArrayLike<number>> | ArrayLike<number> | number

/** Lists of lists get their shape; everything else stays as it is. */
export function flatten(name: string, value: InputData): FlatData {
  if (isFlat(value)) return value
  const shape: number[] = []
  let first: unknown = value
  while (isList(first)) {
    shape.push(first.length)
    first = first[0]
  }
  const data: number[] = []
  collect(name, value, shape, 0, data)
  return shape.length > 1 ? { data, shape } : data
}

function isFlat(value: InputData): value is FlatData {
  return typeof value === 'number' || 'shape' in value || ArrayBuffer.isView(value)
}

function collect(
  name: string,
  list: ArrayLike<unknown>,
  shape: readonly number[],
  depth: number,
  data: number[],
): void {
  if (list.length !== shape[depth]) {
    throw new DataError(
      `The input ${quote(name)} is ragged: one of its lists has ${list.length} entries, and the first ${shape[depth] ?? 0}.`,
    )
  }
  for (const item of Array.from(list)) {
    if (isList(item)) {
      if (depth + 1 === shape.length) throw new DataError(mixed(name))
      collect(name, item, shape, depth + 1, data)
    } else if (depth + 1 < shape.length) throw new DataError(mixed(name))
    else if (typeof item === 'number' || typeof item === 'boolean') data.push(Number(item))
    else {
      const found = typeof item === 'string' ? quote(item) : String(item)
      throw new DataError(
        `The input ${quote(name)} takes numbers, and its number ${data.length} is ${found}.`,
      )
    }
  }
}

function mixed(name: string): string {
  return `The input ${quote(name)} is ragged: it has lists beside numbers.`
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}
