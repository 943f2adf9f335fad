// The name that was probably meant: the nearest known one, by edits of a letter.

/** The nearest of `names` to `written`, if one is near enough to be a slip of the hand. Earlier names win ties. */
export function suggest(written: string, names: Iterable<string>): string | undefined {
  // A third of the letters may be wrong; in a name of one letter, none.
  const most = Math.min(3, Math.floor((written.length + 1) / 3))
  let best: string | undefined
  let bestDistance = most + 1
  for (const name of names) {
    if (name === written) continue
    // Case is no letter wrong, but an exact case wins.
    const distance =
      name.toLowerCase() === written.toLowerCase() ? 0.5 : editDistance(written, name, most)
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/**
 * How many letters to insert, drop, replace or swap with their neighbour to get from a to b (Damerau's distance on
 * adjacent letters). Stops counting beyond `most` and returns `most + 1`.
 */
export function editDistance(a: string, b: string, most = Infinity): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      )
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      }
      row.push(cost)
    }
    if (Math.min(...row) > most) return most + 1
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
