// Arithmetic that kernels call: the bits of a double, and the counter-based generator.
import type { Part } from './part.ts'

/** Threefry-2x32 in 20 rounds, as compiler/graph/threefry.ts has it, with its loops written out. */
function threefryRounds(): string {
  const rotations = [
    [13, 15, 26, 6],
    [17, 29, 16, 24],
  ]
  const lines = [0, 1, 2, 3, 4].flatMap((block) => [
    ...(rotations[block % 2] ?? []).flatMap((rotation) => [
      'x = (x + y) | 0',
      `y = ((y << ${rotation}) | (y >>> ${32 - rotation})) ^ x`,
    ]),
    `x = (x + k${(block + 1) % 3}) | 0`,
    `y = (y + k${(block + 2) % 3} + ${block + 1}) | 0`,
  ])
  return lines.map((line) => `  ${line}\n`).join('')
}

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
    keeps: ['$exponentOf'],
    needs: ['double'],
    text: `function $exponentOf(x) {
  double[0] = x
  return ((words[high] >>> 20) & 2047) - 1023
}`,
  },
  {
    name: '$scaleBy',
    keeps: ['$scaleBy'],
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
  {
    name: '$sides',
    keeps: ['$sides'],
    needs: [],
    text: `// Both sides of a choice, of which the condition is the index.
const $sides = /* @__PURE__ */ new Float64Array(2)`,
  },
  {
    name: '$uniform',
    keeps: ['$uniform'],
    needs: [],
    text: `// Uniform in [0, 1), a multiple of 2^-24: the same number for the same arguments, whoever asks.
function $uniform(seed, step, site, element, lane) {
  const k0 = seed | 0
  const k1 = site | 0
  const k2 = k0 ^ k1 ^ 0x1bd11bda
  let x = (step + k0) | 0
  let y = (element + k1) | 0
${threefryRounds()}  return ((lane === 0 ? x : y) >>> 8) / 0x1000000
}`,
  },
]
