// What `compile` is called with, looked at for those who write plain JavaScript: a mistake there is no diagnostic of a source.
import { suggest } from './source/suggest.ts'
import { alternatives } from './source/words.ts'

interface Option {
  readonly wanted: string
  readonly accepts: (value: unknown) => boolean
  /** Of an option that is one of several words. */
  readonly words?: readonly string[]
}

function oneOf(...words: readonly string[]): Option {
  return {
    wanted: alternatives(words.map((word) => `'${word}'`)),
    accepts: (value) => typeof value === 'string' && words.includes(value),
    words,
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const options: Readonly<Record<string, Option>> = {
  path: { wanted: 'a string', accepts: (value) => typeof value === 'string' },
  backend: oneOf('js', 'wasm', 'gpu'),
  precision: oneOf('f32', 'f64'),
  axes: { wanted: 'an object of sizes, as { N: 64 }', accepts: isRecord },
  weights: { wanted: 'a Uint8Array', accepts: (value) => value instanceof Uint8Array },
  entries: {
    wanted: 'an array of names',
    accepts: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
  },
  read: {
    wanted: 'a function from a path to a text',
    accepts: (value) => typeof value === 'function',
  },
  loopFrom: {
    wanted: 'a whole number from 1, or Infinity',
    accepts: (value) => value === Infinity || (Number.isSafeInteger(value) && Number(value) >= 1),
  },
  fuse: { wanted: 'true or false', accepts: (value) => typeof value === 'boolean' },
  emit: oneOf('ast', 'graph', 'gradient', 'kernels', 'code'),
}

/** Throws a TypeError that says what was expected, and what was found. */
export function checkUse(source: unknown, given: unknown): void {
  if (typeof source !== 'string') {
    throw new TypeError(`compile: the source is a string, and ${found(source)} is given`)
  }
  if (!isRecord(given)) {
    throw new TypeError(`compile: the options are an object, and ${found(given)} is given`)
  }
  for (const [name, value] of Object.entries(given)) {
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    if (option === undefined) {
      const known = Object.keys(options)
      const near = suggest(name, known)
      const hint = near === undefined ? `there are ${known.join(', ')}` : `is ${near} meant?`
      throw new TypeError(`compile: there is no option ${name}; ${hint}`)
    }
    if (value === undefined || option.accepts(value)) continue
    const near = typeof value === 'string' ? suggest(value, option.words ?? []) : undefined
    const hint = near === undefined ? '' : `; is '${near}' meant?`
    throw new TypeError(
      `compile: the option ${name} is ${option.wanted}, and ${found(value)} is given${hint}`,
    )
  }
}

function found(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'function' ? 'a function' : 'an object'
}
