// Writes mirrors.csv: rows of six random letters, then the same letters backwards. The same rows for the same seed.
import { writeFileSync } from 'node:fs'
import { generator } from '../generator.mjs'

const [rows, half, letters] = [512, 6, 8]
const random = generator(1)
const header = Array.from({ length: 2 * half }, (_, t) => `s${t}`)
const lines = Array.from({ length: rows }, () => {
  const first = Array.from({ length: half }, () => Math.floor(random() * letters))
  return [...first, ...first.toReversed()]
})
writeFileSync(
  new URL('mirrors.csv', import.meta.url),
  [header, ...lines].map((line) => `${line.join(',')}\n`).join(''),
)
