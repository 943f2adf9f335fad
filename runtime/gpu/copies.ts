// Copies of a block share tensors, which lie on the device whole; users know them one by one.
import type { HostModel, Numbers, TensorKind, TensorRow } from './program.ts'

/** A tensor of copies. `split` gives, by path, the parts of an array that belong to each. */
export interface Stack extends TensorRow {
  readonly split: (stack: Stack, whole: Numbers) => Record<string, Numbers>
}

export interface OneByOne {
  /** The host's model as users know it: what belongs to a copy is a part of the array of all. */
  readonly model: HostModel
  readonly placeOf: (kind: TensorKind, path: string) => Place
}

/** The path of the whole that a tensor is a part of, and where it begins there; a tensor by itself is its own. */
interface Place {
  readonly whole: string
  readonly from: number
}

export function oneByOne(host: HostModel, stacks: readonly Stack[]): OneByOne {
  const places = new Map<string, Place>()
  const recordOf = (kind: TensorKind): Record<string, Numbers> => {
    const record = { ...host[kind] }
    for (const stack of stacks) {
      const whole = record[stack.path]
      if (stack.record !== kind || whole === undefined) continue
      delete record[stack.path]
      for (const [path, part] of Object.entries(stack.split(stack, whole))) {
        record[path] = part
        const from = (part.byteOffset - whole.byteOffset) / whole.BYTES_PER_ELEMENT
        places.set(`${kind} ${path}`, { whole: stack.path, from })
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
    placeOf: (kind, path) => places.get(`${kind} ${path}`) ?? { whole: path, from: 0 },
  }
}
