// The gpu backend as the harness takes it, which notes what it leaves to plain loops.
import { compile } from '../../compiler/index.ts'
import type { Compile } from './generatedModule.ts'

/** `left` has the programs of which the device does not run every call, by reason. */
export function gpuCompiler(left?: Map<string, Set<string>>): Compile {
  return (source, options) => {
    const compiled = compile(source, { ...options, backend: 'gpu' })
    for (const { code, message } of compiled.diagnostics) {
      if (code !== 'left-to-host') continue
      const reason = message.replace(/^.*: /, '')
      left?.set(reason, (left.get(reason) ?? new Set()).add(source))
    }
    return compiled
  }
}
