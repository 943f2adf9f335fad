// Bundles the conformance command with the compiler as it stands in the sources, and runs it.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
// Inside the project, so that the bundle finds its packages.
const folder = mkdtempSync(join(root, 'node_modules', '.conformance-'))
const bundle = join(folder, 'command.mjs')
try {
  await build({
    entryPoints: [join(root, 'test/conformance/command.ts')],
    outfile: bundle,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
  })
  const { main } = await import(pathToFileURL(bundle))
  process.exitCode = await main(process.argv.slice(2), join(root, 'test/conformance'))
} finally {
  rmSync(folder, { recursive: true })
}
