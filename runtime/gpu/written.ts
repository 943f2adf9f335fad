// What a model on a device is told to hold: all of it looked at before any of it counts.
import { didYouMean, quote } from '../nearest.ts'
import type { HostModel, Numbers, Sizes, TensorKind } from './program.ts'

export const kinds = ['params', 'state', 'optimizer'] as const
const fields = [...kinds, 'step', 'steps', 'seed', 'axes']

/** Part of what a model's `read` gives, or all of it. Arrays may be of any type. */
export interface Written {
  readonly params?: Readonly<Record<string, ArrayLike<number>>>
  readonly state?: Readonly<Record<string, ArrayLike<number>>>
  readonly optimizer?: Readonly<Record<string, ArrayLike<number>>>
  readonly step?: number
  readonly steps?: Readonly<Record<string, number>>
  readonly seed?: number
  /** Sizes don't change: these must be those of the model. */
  readonly axes?: Sizes
}

export interface WrittenTensor {
  readonly kind: TensorKind
  readonly path: string
  readonly numbers: ArrayLike<number>
}

/** Throws a TypeError where anything is not as the model has it; gives the tensors. */
export function checkWritten(written: Written, model: HostModel): WrittenTensor[] {
  if (!isRecord(written)) {
    throw new TypeError(
      `write takes { ${fields.join(', ')} }, or some of them, not ${told(written)}`,
    )
  }
  for (const name of Object.keys(written)) if (!fields.includes(name)) throw notAField(name, model)
  const { step, seed, steps, axes } = written
  checkCount('step', step)
  checkCount('seed', seed)
  for (const [loss, count] of entriesOf('steps', steps, model.steps)) {
    checkCount(`steps[${quote(loss)}]`, count)
  }
  for (const [axis, size] of entriesOf('axes', axes, model.axes)) {
    if (size !== model.axes[axis]) {
      throw new TypeError(`${axis} is ${told(size)}, but ${model.axes[axis]} in this model`)
    }
  }
  return kinds.flatMap((kind) =>
    entriesOf(kind, written[kind], model[kind]).map(([path, numbers]) => {
      const target = model[kind][path]
      if (target !== undefined) checkNumbers(`${kind}[${quote(path)}]`, numbers, target)
      return { kind, path, numbers }
    }),
  )
}

/** A path without its kind is what people write first. */
function notAField(name: string, model: HostModel): TypeError {
  const kind = kinds.find((each) => Object.hasOwn(model[each], name))
  return new TypeError(
    kind === undefined
      ? `write takes ${fields.join(', ')}, not ${quote(name)}. ${didYouMean(name, fields)}`
      : `${quote(name)} is one of the ${kind}: write({ ${kind}: { ${quote(name)}: … } })`,
  )
}

function entriesOf<V>(
  field: string,
  written: Readonly<Record<string, V>> | undefined,
  own: Readonly<Record<string, unknown>>,
): [string, V][] {
  if (written === undefined) return []
  if (!isRecord(written)) {
    throw new TypeError(`${field} must be a record, not ${told(written)}`)
  }
  const entries = Object.entries(written)
  for (const [name] of entries) {
    if (Object.hasOwn(own, name)) continue
    const known = Object.keys(own)
    throw new TypeError(`the model has no ${field}[${quote(name)}]. ${didYouMean(name, known)}`)
  }
  return entries
}

function checkNumbers(name: string, numbers: ArrayLike<unknown>, target: Numbers): void {
  const isList = Array.isArray(numbers) || (ArrayBuffer.isView(numbers) && 'length' in numbers)
  if (!isList) throw new TypeError(`${name} must be an array of numbers, not ${told(numbers)}`)
  if (numbers.length !== target.length) {
    throw new TypeError(`${name} has ${numbers.length} numbers, but must have ${target.length}`)
  }
  const wanted = wantedOf(target)
  for (let k = 0; k < numbers.length; k++) {
    const number = numbers[k]
    if (typeof number !== 'number' || !wanted.takes(number)) {
      throw new TypeError(`${name} holds ${told(number)} at ${k}, where ${wanted.words} must be`)
    }
  }
}

interface Wanted {
  readonly words: string
  readonly takes: (number: number) => boolean
}
const real: Wanted = { words: 'a number', takes: () => true }
const whole: Wanted = { words: 'a whole number of 32 bits', takes: (v) => v === (v | 0) }
const truth: Wanted = { words: '0 or 1', takes: (v) => v === 0 || v === 1 }

function wantedOf(target: Numbers): Wanted {
  if (target instanceof Int32Array) return whole
  return target instanceof Uint8Array ? truth : real
}

function checkCount(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return
  throw new TypeError(`${name} must be a whole number from 0, not ${told(value)}`)
}

function isRecord(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value)
  )
}

function told(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
