// The order that sorting puts numbers in, as PyTorch's stable sort does.

/** Positions of the keys, the smallest first or the largest; equal ones stay in order, and NaN counts as the largest. */
export function positionsInOrder(keys: readonly number[], descending: boolean): number[] {
  const at = (i: number): number => keys[i] ?? NaN
  return keys
    .map((_, i) => i)
    .sort((i, j) => (descending ? compare(at(j), at(i)) : compare(at(i), at(j))))
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a < b ? -1 : a > b ? 1 : 0
}
