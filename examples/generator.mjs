// Random numbers for the examples' data: the same for the same seed.

/** Numbers from 0 to below 1: a linear congruential generator, of which the high bits are used. */
export function generator(seed) {
  let state = BigInt(seed)
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n)
    return Number(state >> 11n) / 2 ** 53
  }
}
