// Numbers with a shape, row-major.

export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array

export interface Tensor<A = NumericArray> {
  readonly data: A
  readonly shape: readonly number[]
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i])
}

/** `[3, 4]`, and `[]` for a scalar. */
export function showShape(shape: readonly (number | string)[]): string {
  return `[${shape.join(', ')}]`
}
