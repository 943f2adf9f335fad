// Whether numbers match, and how a mismatch reads.
import { numberOf, type Tensor, type Tolerance, type Written } from './cases.ts'

/** Numbers with a shape: a gradient, an output, a parameter. */
export type Numbers = ArrayLike<number>

export function isClose(got: number, want: number, { atol, rtol }: Tolerance): boolean {
  if (Number.isNaN(want)) return Number.isNaN(got)
  if (!Number.isFinite(want)) return got === want
  return Math.abs(got - want) <= atol + rtol * Math.abs(want)
}

export function compareNumber(
  what: string,
  got: unknown,
  want: Written,
  tolerance: Tolerance,
): string[] {
  if (typeof got !== 'number') return [`${what}: not a number but ${typeof got}`]
  const wanted = numberOf(want)
  return isClose(got, wanted, tolerance) ? [] : [`${what}: ${got}, want ${wanted}`]
}

/** The first mismatch and how many there are. */
export function compareNumbers(
  what: string,
  got: Numbers | undefined,
  want: Tensor,
  tolerance: Tolerance,
): string[] {
  if (got === undefined) return [`${what}: missing`]
  if (got.length !== want.data.length) {
    return [`${what}: ${got.length} numbers, want ${want.data.length} ([${want.shape.join(', ')}])`]
  }
  const wrong = want.data.flatMap((written, i) => {
    const element = got[i] ?? NaN
    const wanted = numberOf(written)
    return isClose(element, wanted, tolerance) ? [] : [{ i, element, wanted }]
  })
  const first = wrong[0]
  if (first === undefined) return []
  const others = wrong.length === 1 ? '' : `, and ${wrong.length - 1} more of ${want.data.length}`
  return [`${what}[${first.i}]: ${first.element}, want ${first.wanted}${others}`]
}

export function compareLists(
  what: string,
  got: readonly (string | number)[] | undefined,
  want: readonly (string | number)[],
): string[] {
  const same = got?.length === want.length && want.every((item, i) => got[i] === item)
  return same ? [] : [`${what}: [${got?.join(', ') ?? 'missing'}], want [${want.join(', ')}]`]
}
