// Arithmetic that kernels call: the bits of a double, and the counter-based generator.
import type { Part } from './part.ts'

export const numberParts: readonly Part[] = [
  {
    name: '$exponentOf',
    needs: [],
    sets: ['exponentDouble', 'exponentWords', 'exponentWord'],
    text: `const exponentDouble = new Float64Array(1)
const exponentWords = new Int32Array(exponentDouble.buffer)
const exponentWord = new Uint8Array(new Uint16Array([1]).buffer)[0]

function $exponentOf(x) {
  exponentDouble[0] = x
  return ((exponentWords[exponentWord] >>> 20) & 2047) - 1023
}`,
  },
  {
    name: '$scaleBy',
    needs: [],
    text: `// In three steps, none of which overflows where the whole does not.
function $scaleBy(x, n) {
  const third = Math.trunc(n / 3)
  const power = 2 ** third
  return x * power * power * 2 ** (n - 2 * third)
}`,
  },
]
