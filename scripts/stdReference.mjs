// Writes docs/std.md from the standard library's sources; with --check, says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadBundled, root } from './bundle.mjs'

const { stdReference } = await loadBundled('scripts/stdReference.ts')
const page = stdReference(join(root, 'std'))
const target = join(root, 'docs/std.md')
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== page) {
    console.error('docs/std.md is out of date: run `npm run reference`')
    process.exitCode = 1
  }
} else {
  writeFileSync(target, page)
}
