// Names of tensors in one file and their names in another: whole names, and patterns with `*`.
import { CheckpointError } from './fault.ts'
import { didYouMean, listOf, quote } from './nearest.ts'

/**
 * From a name to a name. A `*` stands for any text of one character or more, dots included, and a name without an entry
 * stays. A whole name comes before patterns, and of these the one written first. An empty name leaves a tensor out.
 */
export type Renaming = Readonly<Record<string, string>>

/** New name to old one. Every entry must name something, and no two tensors may get one name. */
export function rename(
  names: readonly string[],
  map: Renaming,
  source: string,
): ReadonlyMap<string, string> {
  const entries = Object.entries(map).map(([from, to]) => entryOf(from, to))
  const whole = new Map(entries.filter((one) => one.stars === 0).map((one) => [one.from, one]))
  const patterns = entries.filter((one) => one.stars > 0)
  const used = new Set<Entry>()
  const renamed = new Map<string, string>()
  for (const name of names) {
    const entry = whole.get(name) ?? patterns.find(({ pattern }) => pattern.test(name))
    if (entry !== undefined) used.add(entry)
    const to = entry === undefined ? name : entry.rename(name)
    if (to === '') continue
    if (to === '__metadata__') {
      throw new CheckpointError(
        `The mapping gives ${quote(name)} the one name that no tensor may have.`,
      )
    }
    const other = renamed.get(to)
    if (other !== undefined) {
      throw new CheckpointError(
        `${source}: ${quote(other)} and ${quote(name)} would both be called ${quote(to)}.`,
      )
    }
    renamed.set(to, name)
  }
  const [idle] = entries.filter((entry) => !used.has(entry))
  if (idle !== undefined) throw unused(idle, names, source)
  return renamed
}

interface Entry {
  readonly from: string
  readonly stars: number
  readonly pattern: RegExp
  readonly rename: (name: string) => string
}

function entryOf(from: string, to: string): Entry {
  const [starsBefore, starsAfter] = [from, to].map((text) => text.split('*').length - 1)
  const stars = starsBefore ?? 0
  if (from === '' || (to !== '' && stars !== starsAfter)) {
    throw new CheckpointError(
      `The mapping ${quote(`${from}=${to}`)} must have a name before the sign, and as many * after it as before.`,
    )
  }
  // Each star takes as little as it can, the last one the rest.
  const pieces = from.split('*').map((piece) => piece.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  const pattern = new RegExp(`^${pieces.join('(.+?)')}$`)
  const rename = (name: string): string => {
    const texts = pattern.exec(name)?.slice(1) ?? []
    return to === '' ? '' : to.split('*').reduce((text, piece, i) => text + texts[i - 1] + piece)
  }
  return { from, stars, pattern, rename }
}

function unused({ from, stars }: Entry, names: readonly string[], source: string): CheckpointError {
  if (stars === 0) {
    return new CheckpointError(
      `The mapping names ${quote(from)}, and ${source} has no such tensor. ${didYouMean(from, names)}`,
    )
  }
  return new CheckpointError(
    `The mapping names ${quote(from)}, and no tensor of ${source} is left for it: it has ${listOf(names)}.`,
  )
}

/** A mapping as a text: `old=new` on each line, empty lines and comments from `#` on apart. */
export function readRenaming(text: string, source = 'the mapping'): Renaming {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, '').trim())
  const pairs = lines.flatMap((line, i): [string, string][] => {
    if (line === '') return []
    const parts = line.split('=').map((part) => part.trim())
    const [from = '', to] = parts
    if (parts.length !== 2 || from === '' || to === undefined) {
      throw new CheckpointError(
        `${source}:${i + 1}: old=new is wanted, and ${quote(line)} is there.`,
      )
    }
    return [[from, to]]
  })
  const names = pairs.map(([from]) => from)
  const twice = names.find((from, i) => names.indexOf(from) < i)
  if (twice !== undefined) throw new CheckpointError(`${source} names ${quote(twice)} twice.`)
  return Object.fromEntries(pairs)
}
