// Kernels as functions over numbers and typed arrays. Those that are the same loops, or have the same text, are one.
import type { Buffer, Kernel } from '../../compiler/kernels/program.ts'
import { indented } from './blocks.ts'
import { documentation } from './comments.ts'
import { createKernelScope, type Argument } from './kernelScope.ts'
import type { ModuleScope } from './moduleScope.ts'
import { writeStatements } from './statements.ts'

export interface KernelFunction {
  readonly name: string
  /** Null where the module has it already. */
  readonly text: string | null
  readonly arguments: readonly Argument[]
}

/** Of each kernel; what repeats an earlier one's loops calls its function with other buffers. */
export function writeKernels(
  kernels: readonly Kernel[],
  computation: string,
  module: ModuleScope,
): KernelFunction[] {
  const functions = new Map<Kernel, KernelFunction>()
  const times = new Map<Kernel, number>()
  for (const kernel of kernels) {
    const first = kernel.repeats?.kernel ?? kernel
    times.set(first, (times.get(first) ?? 0) + 1)
  }
  return kernels.map((kernel, k) => {
    const { repeats } = kernel
    if (repeats !== undefined) {
      const shared = functions.get(repeats.kernel)
      if (shared === undefined) throw new Error(`${kernel.name} comes before what it repeats`)
      return repeated(shared, repeats.bufferFor)
    }
    const wanted = kernels.length === 1 ? `${computation}_kernel` : `${computation}_${k + 1}`
    const written = writeKernel(kernel, times.get(kernel) ?? 1, wanted, module)
    functions.set(kernel, written)
    return written
  })
}

function repeated(
  { name, arguments: given }: KernelFunction,
  bufferFor: (buffer: Buffer) => Buffer,
): KernelFunction {
  const own = given.map((each) =>
    each.kind === 'buffer' ? { ...each, buffer: bufferFor(each.buffer) } : each,
  )
  return { name, text: null, arguments: own }
}

/** `times`: with those that repeat it. */
function writeKernel(
  kernel: Kernel,
  times: number,
  wanted: string,
  module: ModuleScope,
): KernelFunction {
  const scope = createKernelScope(kernel, module)
  writeStatements(kernel.body, scope.top, scope)
  const taken = scope.arguments()
  const given = taken.map((each) => each.argument)
  const lines = indented(scope.top.lines).map((line) => `${line}\n`)
  const text = `(${taken.map((each) => each.name).join(', ')}) {\n${lines.join('')}}`
  const known = module.kernels.get(text)
  if (known !== undefined) return { name: known, text: null, arguments: given }
  const name = module.names.take(wanted)
  module.kernels.set(text, name)
  const documented = documentation(about(kernel, times))
  return { name, text: `${documented}function ${name}${text}`, arguments: given }
}

function about(kernel: Kernel, times: number): string {
  const repeats = times > 1 ? [`These loops run ${times} times, over other buffers each time.`] : []
  return [userNames(kernel).join(', '), ...repeats].filter((line) => line !== '').join('\n')
}

/**
 * What the user calls the values that a kernel stores; the others have no better names than the code gives them, and an
 * optimizer's states follow from their parameter's.
 */
function userNames({ writes }: Kernel): string[] {
  const named = writes.filter(({ place }) => place.kind !== 'slot')
  return [...new Set(named.flatMap(({ label }) => label ?? []))]
}
