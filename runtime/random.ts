// Random numbers for shuffling and splitting, the same everywhere for the same seed.
// The generator is sfc32 (Chris Doty-Humphrey's Small Fast Counting generator, 32-bit words, passes PractRand).

/** What a sequence is for. Each purpose has numbers of its own, so that one does not shift another. */
export type Purpose = 'split' | 'shuffle'
const purposes: Readonly<Record<Purpose, number>> = { split: 1, shuffle: 2 }

/** Draws 32-bit words; (seed, purpose, round) settles the sequence. */
export function generator(seed: number, purpose: Purpose, round = 0): () => number {
  let a = seed >>> 0
  let b = (Math.floor(seed / 0x1_0000_0000) ^ (purposes[purpose] << 16)) | 0
  let c = round | 0
  let counter = 1
  const draw = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return sum >>> 0
  }
  // The first words still show the seed.
  for (let i = 0; i < 15; i++) draw()
  return draw
}

/** Fisher and Yates; each word that would favour small numbers is drawn again. */
export function shuffle(values: Int32Array, draw: () => number): Int32Array {
  for (let i = values.length - 1; i > 0; i--) {
    const bound = 0x1_0000_0000 - (0x1_0000_0000 % (i + 1))
    let word = draw()
    while (word >= bound) word = draw()
    const j = word % (i + 1)
    const kept = values[i] ?? 0
    values[i] = values[j] ?? 0
    values[j] = kept
  }
  return values
}

export function range(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i)
}

/** The rows in the order of one epoch: a function of seed and epoch alone, so that resuming needs no more. */
export function epochOrder(rows: Int32Array, seed: number, epoch: number): Int32Array {
  return shuffle(rows.slice(), generator(seed, 'shuffle', epoch))
}

export interface Split {
  readonly train: Int32Array
  readonly validation: Int32Array
}
/** Sets a fraction of the rows aside, chosen by seed; both parts in ascending order. */
export function split(rows: number, fraction: number, seed: number): Split {
  const order = shuffle(range(rows), generator(seed, 'split'))
  const aside = Math.round(rows * fraction)
  return { train: order.slice(aside).sort(), validation: order.slice(0, aside).sort() }
}
