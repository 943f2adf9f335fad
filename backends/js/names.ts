// Identifiers of generated code: valid, readable, and never twice the same in one scope. None of them holds a `$`, which
// marks the few functions that kernels call, so that no name in a kernel can hide one.
import { reservedWords } from '../../compiler/lower/entry.ts'

export interface Scope {
  /** An identifier made from what people call it: `T'` gives `T_`, then `T_2`. */
  take(wanted: string): string
}

/** Names that are taken from the start: JavaScript's own, and those that `outer` names. */
export function createScope(outer: Iterable<string> = []): Scope {
  const taken = new Set(outer)
  /** From what to how far its numbers are used up: there may be thousands. */
  const counts = new Map<string, number>()
  return {
    take(wanted) {
      const base = identifier(wanted)
      let name = base
      let n = counts.get(base) ?? 2
      for (; taken.has(name) || reserved.has(name); n++) {
        name = /\d$/.test(base) ? `${base}_${n}` : `${base}${n}`
      }
      taken.add(name)
      counts.set(base, n)
      return name
    },
  }
}

function identifier(wanted: string): string {
  const clean = wanted.replace(/[^A-Za-z0-9_]+/g, '_')
  return /^[A-Za-z_]/.test(clean) ? clean : `_${clean}`
}

/** What generated code itself refers to. */
const globals = `Array ArrayBuffer Boolean Float32Array Float64Array Infinity Int32Array JSON Map Math NaN Number
  Object RangeError Set String Symbol TypeError Uint8Array Uint16Array Uint32Array WeakMap globalThis isNaN`

const reserved = new Set([...reservedWords, ...globals.split(/\s+/)])
