// A series as one line of blocks, for a glance at how training went.

const blocks = '▁▂▃▄▅▆▇█'

/** At most `width` blocks; where there are more values, each block is the mean of its share. */
export function sparkline(values: readonly number[], width = 60): string {
  const finite = values.filter(Number.isFinite)
  const count = Math.min(width, finite.length)
  const means = Array.from({ length: count }, (_, i) => {
    const share = finite.slice(
      Math.floor((i * finite.length) / count),
      Math.floor(((i + 1) * finite.length) / count),
    )
    return share.reduce((sum, value) => sum + value, 0) / share.length
  })
  const low = Math.min(...means)
  const high = Math.max(...means)
  const level = (mean: number) =>
    high === low ? 0 : Math.round(((mean - low) / (high - low)) * (blocks.length - 1))
  return means.map((mean) => blocks.charAt(level(mean))).join('')
}
