// Arithmetic that kernels call: the bits of a double, and the counter-based generator.
import type { Part } from './part.ts'

export const numberParts: readonly Part[] = [
  {
    name: 'double',
    needs: [],
    sets: ['words', 'high'],
    text: `// A double and its two words; the high one holds the sign and the exponent.
const double = /* @__PURE__ */ new Float64Array(1)
const words = /* @__PURE__ */ new Int32Array(double.buffer)
const high = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ Uint16Array.of(1).buffer)[0]`,
  },
  {
    name: '$exponentOf',
    needs: ['double'],
    text: `function $exponentOf(x) {
  double[0] = x
  return ((words[high] >>> 20) & 2047) - 1023
}`,
  },
  {
    name: '$scaleBy',
    needs: ['double'],
    text: `// In steps none of which overflows, or loses digits, where the whole does not.
function $scaleBy(x, n) {
  if (n > 1023 || n < -1022) {
    const third = Math.trunc(n / 3)
    return $scaleBy($scaleBy($scaleBy(x, third), n - 2 * third), third)
  }
  double[0] = 0
  words[high] = (n + 1023) << 20
  return x * double[0]
}`,
  },
]
