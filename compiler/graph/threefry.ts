// The random numbers: a generator without state, so that every element can be drawn anywhere, in any order, alike.
// Threefry-2x32 with 20 rounds: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3"
// (SC11). It takes nothing but additions, rotations and exclusive ors of 32 bits.

/**
 * Uniform in [0, 1), a multiple of 2^-24, so that single precision holds it exactly. The key is the seed and the
 * site, the counter the step and the element; the two lanes are the two words that come out.
 */
export function uniform(
  seed: number,
  step: number,
  site: string,
  element: number,
  lane: 0 | 1,
): number {
  const words = threefry([seed, siteHash(site)], [step, element])
  return (words[lane] >>> 8) / 0x1000000
}

type Words = readonly [number, number]

/** Words are unsigned; of larger numbers the last 32 bits count. */
export function threefry(key: Words, counter: Words): Words {
  const [k0, k1] = key
  const keys = [k0 | 0, k1 | 0, k0 ^ k1 ^ 0x1bd11bda]
  const at = (i: number): number => keys[i % 3] ?? 0
  let x = (counter[0] + at(0)) | 0
  let y = (counter[1] + at(1)) | 0
  for (let block = 0; block < 5; block++) {
    for (const rotation of rotations[block % 2] ?? []) {
      x = (x + y) | 0
      y = ((y << rotation) | (y >>> (32 - rotation))) ^ x
    }
    x = (x + at(block + 1)) | 0
    y = (y + at(block + 2) + block + 1) | 0
  }
  return [x >>> 0, y >>> 0]
}

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
]

/** FNV-1a with 32 bits, over UTF-16 units. */
export function siteHash(site: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < site.length; i++) {
    hash = Math.imul(hash ^ site.charCodeAt(i), 0x01000193)
  }
  return hash >>> 0
}
