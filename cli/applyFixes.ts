// Mends put into a text. Two that touch the same place are not both applied: the second may be moot after the first.
import type { Fix } from '../compiler/index.ts'

export function applyFixes(
  text: string,
  path: string,
  fixes: readonly Fix[],
): { readonly text: string; readonly applied: number } {
  const accepted: { readonly start: number; readonly end: number; readonly text: string }[] = []
  let applied = 0
  for (const { edits } of fixes) {
    // A mend that reaches into another file (an imported one) is left to whoever edits that.
    if (edits.length === 0 || edits.some((edit) => edit.path !== path)) continue
    const own = edits.map(({ span, text: replacement }) => ({ ...span, text: replacement }))
    const overlaps = own.some((edit) =>
      accepted.some((other) => edit.start < other.end + 1 && other.start < edit.end + 1),
    )
    if (overlaps) continue
    accepted.push(...own)
    applied++
  }
  // From the end, so that earlier offsets stay true.
  accepted.sort((a, b) => b.start - a.start)
  const result = accepted.reduce(
    (whole, edit) => whole.slice(0, edit.start) + edit.text + whole.slice(edit.end),
    text,
  )
  return { text: result, applied }
}
