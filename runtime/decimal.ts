// Numbers of f32 as people write them.

/** Of all numbers that f32 rounds to this one, the one with the fewest digits: 0.9, not 0.8999999761581421. */
export function shortestDecimal(value: number): number {
  // -0 would lose its sign.
  if (value === 0) return value
  for (let digits = 6; digits < 9; digits++) {
    const number = Number(value.toPrecision(digits))
    if (Math.fround(number) === value) return number
  }
  return Number(value.toPrecision(9))
}
