// Sizes that `init` needs and that the inputs of a case settle.
import { type RunCase } from './cases.ts'

/** Axes of the inputs as declared in the program, with the sizes of the tensors given. */
export function sizesForInit(
  testCase: Pick<RunCase, 'program' | 'inputs' | 'axes' | 'params'>,
  _signature: unknown,
): Record<string, number> {
  const sizes: Record<string, number> = { ...testCase.axes }
  for (const [, name = '', axes = ''] of testCase.program.matchAll(declaration)) {
    const shape = testCase.inputs?.[name]?.shape
    axes.split(',').forEach((axis, i) => {
      const size = shape?.[i]
      if (size !== undefined) sizes[axis.trim()] ??= size
    })
  }
  return sizes
}

const declaration = /^input (\w+): [^[\n]*\[([^\]]*)\]/gm
