// A file that others watch is left alone where nothing changed.
import { readFileSync, writeFileSync } from 'node:fs'

export function writeIfChanged(target, text) {
  let old = ''
  try {
    old = readFileSync(target, 'utf8')
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  if (old !== text) writeFileSync(target, text)
}
