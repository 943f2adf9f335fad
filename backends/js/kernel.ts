// One kernel as one function over numbers and typed arrays.
import type { Kernel } from '../../compiler/kernels/program.ts'
import { indented } from './blocks.ts'
import { documentation } from './comments.ts'
import { createKernelScope, type Argument } from './kernelScope.ts'
import type { Operations } from './operations.ts'
import { writeStatements } from './statements.ts'

export interface KernelFunction {
  readonly name: string
  readonly text: string
  readonly arguments: readonly Argument[]
}

export function writeKernel(kernel: Kernel, name: string, operations: Operations): KernelFunction {
  const scope = createKernelScope(kernel, operations)
  writeStatements(kernel.body, scope.top, scope)
  const taken = scope.arguments()
  const text =
    documentation(kernel.comment) +
    `function ${name}(${taken.map((each) => each.name).join(', ')}) {\n` +
    indented(scope.top.lines)
      .map((line) => `${line}\n`)
      .join('') +
    '}'
  return { name, text, arguments: taken.map((each) => each.argument) }
}
