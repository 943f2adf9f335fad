// The order of an output's axes where none is written: as the file declares them, each followed by its twins.
import type { AxisName } from '../graph/node.ts'

export function layoutOf(
  axes: readonly AxisName[],
  declared: readonly AxisName[],
): readonly AxisName[] {
  const place = (axis: AxisName): readonly [number, number] => {
    const base = axis.replace(/'+$/, '')
    const own = declared.indexOf(axis)
    const at = own >= 0 ? own : declared.indexOf(base)
    return [at < 0 ? declared.length : at, own >= 0 ? 0 : axis.length - base.length]
  }
  // The axes come sorted by name, which decides where neither declaration nor primes do.
  return [...axes].sort((a, b) => {
    const [first, primes] = place(a)
    const [second, otherPrimes] = place(b)
    return first - second || primes - otherPrimes
  })
}
