// The names that someone who wrote another one may have meant.

/**
 * Up to `most` of the names, nearest first, that are within a third of their length of the one given, or begin with it.
 */
export function nearest(name: string, names: readonly string[], most = 3): string[] {
  const wanted = name.toLowerCase()
  return names
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance }) =>
        distance <= Math.max(1, Math.floor(Math.max(candidate.length, name.length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate)
}

/** `did you mean "a" or "b"?`, or the list of what there is. */
export function didYouMean(name: string, names: readonly string[]): string {
  const near = nearest(name, names)
  if (near.length > 0) return `Did you mean ${near.map(quote).join(' or ')}?`
  if (names.length === 0) return 'There are none.'
  return `There are ${listOf(names)}.`
}

/** Quoted names, the long middle left out. */
export function listOf(names: readonly string[], most = 12): string {
  if (names.length <= most) return names.map(quote).join(', ')
  const head = names
    .slice(0, most - 2)
    .map(quote)
    .join(', ')
  return `${head}, … ${names.slice(-1).map(quote).join('')} (${names.length} in all)`
}

export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text
  return JSON.stringify(short)
}

/** What was cut short is as near as what lacks one letter. */
function distanceOf(wanted: string, candidate: string): number {
  const isStart = wanted.length >= 3 && candidate.startsWith(wanted) && candidate !== wanted
  return isStart ? 1 : editDistance(wanted, candidate)
}

/** Insertions, deletions, changes, and neighbours that changed places (`trian`), each counted as one. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = swapped ? at(before, j - 2) + 1 : Infinity
      next.push(Math.min(change, swap, at(row, j) + 1, at(next, j - 1) + 1))
    }
    before = row
    row = next
  }
  return at(row, b.length)
}

function at(row: readonly number[], i: number): number {
  return row[i] ?? Infinity
}
