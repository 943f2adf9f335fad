// Buffers as typed arrays.
import { multiplySizes, type Size } from '../../compiler/graph/size.ts'
import type { Buffer, ElementType } from '../../compiler/kernels/program.ts'
import type { DataType } from '../../compiler/graph/node.ts'
import { numberLiteral } from './js.ts'
import { Code } from './literal.ts'
import type { ModuleScope } from './moduleScope.ts'

/** `Real` is the module's name for the arrays of its precision. */
const arrays = {
  real: 'Real',
  wide: 'Float64Array',
  int: 'Int32Array',
  bool: 'Uint8Array',
} as const

export function typeOf(type: ElementType | DataType): Code {
  return new Code(arrays[type])
}

export function lengthOf(buffer: Buffer): Size {
  return multiplySizes(...buffer.extents)
}

/** Buffers that the call brings: everything but temporaries and constants, which `bind` has. */
export function isOfCall({ place }: Buffer): boolean {
  return place.kind !== 'temporary' && place.kind !== 'constant'
}

/** The module-level array that holds a constant buffer; equal ones are one. */
export function constantName(buffer: Buffer, module: ModuleScope): string | null {
  const { place, type } = buffer
  if (place.kind !== 'constant') return null
  const numbers = place.values.map((value) => numberLiteral(value).text).join(', ')
  const text = `${arrays[type]}.of(${numbers})`
  const known = module.constants.get(text)
  if (known !== undefined) return known
  const name = module.names.take(buffer.name)
  module.constants.set(text, name)
  return name
}
