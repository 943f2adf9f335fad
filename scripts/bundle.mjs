// Loads a TypeScript module of this project with all it imports, so that a script can use the sources as they stand.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

export const root = fileURLToPath(new URL('..', import.meta.url))

export async function loadBundled(path) {
  // Inside the project, so that the bundle finds its packages.
  const folder = mkdtempSync(join(root, 'node_modules', '.bundle-'))
  const bundle = join(folder, 'module.mjs')
  try {
    await build({
      entryPoints: [join(root, path)],
      outfile: bundle,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
    })
    return await import(pathToFileURL(bundle))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
