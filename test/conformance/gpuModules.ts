// Modules of the gpu backend, whose imports are made addresses so that they load from their texts: gpu.js as it is
// installed, and the runtime's device as it stands in the sources.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { compile } from '../../compiler/index.ts'
import type { Compile } from './generatedModule.ts'

/** `left` counts the computations that the device does not run, by reason. */
export async function compilerForGpu(
  root: string,
  left: Map<string, number> = new Map(),
): Promise<Compile> {
  const link = await linker(root)
  return (source, options) => {
    const { code, diagnostics } = compile(source, { ...options, backend: 'gpu' })
    for (const diagnostic of diagnostics) {
      if (diagnostic.code !== 'left-to-host') continue
      const reason = diagnostic.message.replace(/^.*: /, '')
      left.set(reason, (left.get(reason) ?? 0) + 1)
    }
    return { diagnostics, ...(code === undefined ? {} : { code: link(code) }) }
  }
}

/** Puts addresses into a module's text. `root` is this project's folder. */
async function linker(root: string): Promise<(code: string) => string> {
  const gpujs = pathToFileURL(createRequire(join(root, 'package.json')).resolve('gpu.js')).href
  const { outputFiles } = await build({
    entryPoints: [join(root, 'runtime/gpu/device.ts')],
    bundle: true,
    format: 'esm',
    target: 'node20',
    write: false,
  })
  const device = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')
  return (code) =>
    code
      .replace("from 'gpu.js'", `from '${gpujs}'`)
      .replace("from 'lossdsl/runtime'", `from 'data:text/javascript;base64,${device}'`)
}
