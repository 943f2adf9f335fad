// What the buffers of one call hold: one array each, or one for every step of the loops that fill it. These are put
// together where the whole is read.
import type { Driver, Handle } from './driver.ts'

type Content = Handle | Parts
/** By the place of the step. */
interface Parts {
  readonly parts: (Content | undefined)[]
}

export class Memory {
  readonly #driver: Driver
  readonly #contents = new Map<number, Content>()
  /** What this call made and has not given away, and in how many places it lies. */
  readonly #own = new Map<Handle, number>()

  constructor(driver: Driver) {
    this.#driver = driver
  }

  /** Something else owns it. */
  lend(buffer: number, handle: Handle): void {
    this.#contents.set(buffer, handle)
  }

  /** `at`: the places of the steps that fill the buffer. */
  write(buffer: number, at: readonly number[], handle: Handle): void {
    this.#keep(handle)
    const last = at.at(-1)
    const parts = last === undefined ? null : this.#partsAt(buffer, at.slice(0, -1))
    const before = parts === null ? this.#contents.get(buffer) : parts[last ?? 0]
    if (parts === null) this.#contents.set(buffer, handle)
    else parts[last ?? 0] = handle
    if (before !== undefined) this.#free(before)
  }

  /** All of it, or what belongs to the steps at these places: `length` numbers. */
  async read(buffer: number, at: readonly number[], length: number): Promise<Handle | null> {
    const last = at.at(-1)
    const parts = last === undefined ? null : this.#partsAt(buffer, at.slice(0, -1))
    const content = parts === null ? this.#contents.get(buffer) : parts[last ?? 0]
    if (content === undefined) return null
    if (!isParts(content)) return content
    const handles = handlesIn(content)
    const [only] = handles
    const isOne = handles.length === 1 && only !== undefined
    // Parts of inner loops may have been put together already; all are alike.
    const whole = isOne ? only : await this.#driver.join(handles, length / handles.length)
    this.#keep(whole)
    this.#free(content)
    if (parts === null) this.#contents.set(buffer, whole)
    else parts[last ?? 0] = whole
    return whole
  }

  /** Nothing reads it any more. */
  drop(buffer: number): void {
    const content = this.#contents.get(buffer)
    this.#contents.delete(buffer)
    if (content !== undefined) this.#free(content)
  }

  /** What the call has made there, which is the caller's from now on; null where it has made nothing. */
  take(buffer: number): Handle | null {
    const content = this.#contents.get(buffer)
    return content !== undefined && !isParts(content) && this.#own.delete(content) ? content : null
  }

  free(): void {
    for (const handle of this.#own.keys()) this.#driver.free(handle)
    this.#own.clear()
  }

  #partsAt(buffer: number, at: readonly number[]): (Content | undefined)[] {
    const known = this.#contents.get(buffer)
    let { parts } = partsIn(known, buffer)
    if (known === undefined) this.#contents.set(buffer, { parts })
    for (const place of at) {
      const inner = partsIn(parts[place], buffer)
      parts[place] = inner
      parts = inner.parts
    }
    return parts
  }

  #free(content: Content): void {
    for (const handle of isParts(content) ? handlesIn(content) : [content]) {
      const places = this.#own.get(handle)
      if (places === undefined) continue
      if (places > 1) this.#own.set(handle, places - 1)
      else if (this.#own.delete(handle)) this.#driver.free(handle)
    }
  }

  #keep(handle: Handle): void {
    this.#own.set(handle, (this.#own.get(handle) ?? 0) + 1)
  }
}

function isParts(content: Content): content is Parts {
  return 'parts' in content
}

function partsIn(content: Content | undefined, buffer: number): Parts {
  if (content === undefined) return { parts: [] }
  if (isParts(content)) return content
  throw new Error(`the buffer ${buffer} is whole: it has no parts any more`)
}

function handlesIn({ parts }: Parts): Handle[] {
  return parts.flatMap((part) => {
    if (part === undefined) return []
    return isParts(part) ? handlesIn(part) : [part]
  })
}
