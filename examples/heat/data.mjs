// Writes points.csv: random places and times within, at the start and at the ends. The same rows for the same seed.
import { writeFileSync } from 'node:fs'
import { generator } from '../generator.mjs'

const rows = 256
const random = generator(1)
const lines = Array.from({ length: rows }, () =>
  Array.from({ length: 4 }, () => Math.floor(random() * 1000) / 1000),
)
writeFileSync(
  new URL('points.csv', import.meta.url),
  [['t', 'x', 'x_start', 't_ends'], ...lines].map((line) => `${line.join(',')}\n`).join(''),
)
