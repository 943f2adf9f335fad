// Calls of a program that no types guard: what was given in place of what is wanted is named, before it is missed inside.
import { didYouMean, quote } from './nearest.ts'

/** Every option by its name, so that a type tells when one is forgotten here. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>

/** An option that is none would be ignored, and its meaning with it. */
export function checkOptions<Options>(
  call: string,
  options: Options,
  known: OptionNames<Options>,
): void {
  const names = Object.keys(known)
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `${call} takes its options as an object, as { ${names.slice(0, 3).join(', ')}, … }.`,
    )
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue
    throw new TypeError(`${call} has no option ${quote(name)}. ${didYouMean(name, names)}`)
  }
}

export function checkSignature(call: string, signature: unknown): void {
  if (isSignature(signature)) return
  const found = hasSignature(signature) ? 'the module: give module.signature' : kindOf(signature)
  throw new TypeError(`${call} takes a module's signature, not ${found}.`)
}

export function checkModule(call: string, module: unknown): void {
  if (hasSignature(module)) return
  const found = isSignature(module) ? 'its signature alone' : kindOf(module)
  throw new TypeError(`${call} takes a generated module, not ${found}.`)
}

export function checkCheckpoint(checkpoint: unknown): void {
  const { tensors, model } = (checkpoint ?? {}) as { tensors?: unknown; model?: unknown }
  if (tensors instanceof Map && typeof model === 'object') return
  throw new TypeError(
    `A checkpoint as readCheckpoint(bytes) gives it is wanted, not ${kindOf(checkpoint)}.`,
  )
}

function hasSignature(value: unknown): boolean {
  return isSignature(((value ?? {}) as { signature?: unknown }).signature)
}

function isSignature(value: unknown): boolean {
  const { entries, parameters } = (value ?? {}) as { entries?: unknown; parameters?: unknown }
  return typeof entries === 'object' && Array.isArray(parameters)
}

/** `Uint8Array`, `Promise`, `null`. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return Object.prototype.toString.call(value).slice(8, -1)
}
