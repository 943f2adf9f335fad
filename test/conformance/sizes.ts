// Sizes that `init` has to be told: free axes of parameters and states, which the inputs of a case settle.
import type { Tensor } from './cases.ts'
import type { Signature } from './generatedModule.ts'

interface Given {
  readonly inputs?: Readonly<Record<string, Tensor>>
  readonly axes?: Readonly<Record<string, number>>
}

export function sizesForInit({ inputs = {}, axes = {} }: Given, signature: Signature) {
  const tensors = [...signature.parameters, ...signature.states]
  const needed = new Set(tensors.flatMap((tensor) => tensor.axes).filter(isFree))
  const sizes: Record<string, number> = { ...axes }
  for (const input of Object.values(signature.entries).flatMap((entry) => entry.inputs)) {
    const shape = inputs[input.name]?.shape
    input.axes.forEach((axis, i) => {
      const size = shape?.[i]
      if (size !== undefined && needed.has(axis)) sizes[axis] ??= size
    })
  }
  return sizes

  function isFree(axis: string): boolean {
    const known = signature.axes[axis]
    return known === undefined || (known.size === null && known.formula === undefined)
  }
}
