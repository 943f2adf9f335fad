// Reductions of plain numbers, with PyTorch's conventions at the edges: the oracle's.
import type { ReductionName } from './node.ts'

export function reduction(name: ReductionName, numbers: readonly number[]): number {
  switch (name) {
    case 'sum':
      return sum(numbers)
    case 'prod':
      return numbers.reduce((a, b) => a * b, 1)
    case 'max':
      return numbers.reduce((a, b) => Math.max(a, b), -Infinity)
    case 'min':
      return numbers.reduce((a, b) => Math.min(a, b), Infinity)
    case 'any':
      return Number(numbers.some((x) => x !== 0))
    case 'all':
      return Number(numbers.every((x) => x !== 0))
    case 'argmax':
      return firstWinner(numbers, (a, b) => a > b)
    case 'argmin':
      return firstWinner(numbers, (a, b) => a < b)
    case 'logsumexp':
      return logsumexp(numbers)
    default:
      return name satisfies never
  }
}

/** With the rounding errors carried along (A. Neumaier, 1974): right to the last bits. */
function sum(numbers: readonly number[]): number {
  let total = 0
  let lost = 0
  for (const x of numbers) {
    const next = total + x
    lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total
    total = next
  }
  return Number.isFinite(total) ? total + lost : total
}

/** The place of the first of equals; NaN beats every number; -1 among none. */
function firstWinner(
  numbers: readonly number[],
  beats: (challenger: number, holder: number) => boolean,
): number {
  let winner = -1
  let holder = NaN
  for (const [i, x] of numbers.entries()) {
    if (Number.isNaN(x)) return i
    if (winner >= 0 && !beats(x, holder)) continue
    winner = i
    holder = x
  }
  return winner
}

/** Of nothing, and of -∞ only, -∞; with a +∞ among them, +∞. */
function logsumexp(numbers: readonly number[]): number {
  const greatest = reduction('max', numbers)
  if (!Number.isFinite(greatest)) return greatest
  return greatest + Math.log(sum(numbers.map((x) => Math.exp(x - greatest))))
}
