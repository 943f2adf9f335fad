// One kernel as one function over numbers and typed arrays. Kernels with the same text are one function.
import type { Kernel } from '../../compiler/kernels/program.ts'
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

export function writeKernel(kernel: Kernel, wanted: string, module: ModuleScope): KernelFunction {
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
  const about = documentation(userNames(kernel).join(', '))
  return { name, text: `${about}function ${name}${text}`, arguments: given }
}

/**
 * What the user calls the values that a kernel stores; the others have no better names than the code gives them, and an
 * optimizer's states follow from their parameter's.
 */
function userNames({ writes }: Kernel): string[] {
  const named = writes.filter(({ place }) => place.kind !== 'slot')
  return [...new Set(named.flatMap(({ label }) => label ?? []))]
}
