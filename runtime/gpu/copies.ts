// Copies of a block share tensors, which lie on the device whole; users know them one by one.
import type { HostModel, Numbers, TensorKind, TensorRow } from './program.ts'

/** A tensor of copies. `split` gives, by path, the parts of an array that belong to each. */
export interface Stack extends TensorRow {
  readonly split: (stack: Stack, whole: Numbers) => Record<string, Numbers>
}

export interface Spelled {
  /** The host's model as users know it: what belongs to a copy is a part of the array of all. */
  readonly model: HostModel
  /** The path of the whole that a tensor is a part of; its own where it is by itself. */
  readonly wholeOf: (kind: TensorKind, path: string) => string
}

export function spelledOut(host: HostModel, stacks: readonly Stack[]): Spelled {
  const wholes = new Map<string, string>()
  const recordOf = (kind: TensorKind): Record<string, Numbers> => {
    const record = { ...host[kind] }
    for (const stack of stacks) {
      const whole = record[stack.path]
      if (stack.record !== kind || whole === undefined) continue
      delete record[stack.path]
      for (const [path, part] of Object.entries(stack.split(stack, whole))) {
        record[path] = part
        wholes.set(`${kind} ${path}`, stack.path)
      }
    }
    return record
  }
  return {
    model: {
      ...host,
      params: recordOf('params'),
      state: recordOf('state'),
      optimizer: recordOf('optimizer'),
    },
    wholeOf: (kind, path) => wholes.get(`${kind} ${path}`) ?? path,
  }
}
