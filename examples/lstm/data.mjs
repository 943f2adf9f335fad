// Writes sums.csv: ten numbers from 0 to 1, marks at two of them, and the sum of those two. The same rows for the same seed.
import { writeFileSync } from 'node:fs'
import { generator } from '../generator.mjs'

const [rows, length] = [800, 10]
const random = generator(1)
const places = Array.from({ length }, (_, t) => t)
const header = [...places.map((t) => `v${t}`), ...places.map((t) => `m${t}`), 'total']
const lines = Array.from({ length: rows }, () => {
  const hundredths = places.map(() => Math.floor(random() * 100))
  const first = Math.floor(random() * length)
  const second = (first + 1 + Math.floor(random() * (length - 1))) % length
  const marks = places.map((t) => (t === first || t === second ? 1 : 0))
  const total = hundredths[first] + hundredths[second]
  return [...hundredths.map((value) => value / 100), ...marks, total / 100]
})
writeFileSync(
  new URL('sums.csv', import.meta.url),
  [header, ...lines].map((line) => `${line.join(',')}\n`).join(''),
)
