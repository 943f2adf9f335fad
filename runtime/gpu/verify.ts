// A step on the device against the same step by the module's own loops, in doubles: close, if not to the last digit.

/** Sums of f32 in another order, and roots of small numbers, differ by some parts in a thousand at worst. */
const tolerance = 0.02

/** Null where they agree, else in words how they don't. */
export function disagreement(
  name: string,
  got: ArrayLike<number>,
  want: ArrayLike<number>,
): string | null {
  let [difference, size] = [0, 0]
  for (let k = 0; k < want.length; k++) {
    const [g, w] = [got[k] ?? Number.NaN, want[k] ?? Number.NaN]
    if (Object.is(g, w) || g === w) {
      size += Number.isFinite(w) ? Math.abs(w) : 0
      continue
    }
    if (!Number.isFinite(g) || !Number.isFinite(w)) {
      return `${name} differs from what the module's own loops give: ${g} for ${w}`
    }
    difference += Math.abs(g - w)
    size += Math.abs(w)
  }
  if (difference <= tolerance * size + 1e-6 * want.length) return null
  return `${name} differs from what the module's own loops give, by ${difference} in ${size}`
}
