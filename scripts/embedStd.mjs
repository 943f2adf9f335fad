// Writes std/sources.ts: the standard library's text as code, so that the compiler needs no files (browsers have none).
import { readdirSync, readFileSync } from 'node:fs'
import { writeIfChanged } from './writeIfChanged.mjs'

const folder = new URL('../std/', import.meta.url)
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.lossdsl'))
  .sort()
const entries = names.map((name) => {
  const text = readFileSync(new URL(name, folder), 'utf8')
  return `  ${JSON.stringify(`std/${name}`)}: ${JSON.stringify(text)},\n`
})
const code = `// Made by scripts/embedStd.mjs from std/*.lossdsl; not kept in git.
export const standardLibrary: Readonly<Record<string, string>> = {
${entries.join('')}}
`
writeIfChanged(new URL('sources.ts', folder), code)
