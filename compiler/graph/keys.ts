// What equal content is found by: lists of whole numbers, each with a number of its own.

/** Two lists have the same number where they hold the same; numbers count up from 0 in the order of first mention. */
export class Keys {
  /** The lists one behind the other, and where each of them ends. */
  private content = new Int32Array(1 << 10)
  private readonly ends: number[] = []
  /** Numbers of lists + 1, at the first place from their hash on that was free; 0: free. At most half full. */
  private table = new Int32Array(1 << 10)
  private readonly texts = new Map<string, number>()

  get size(): number {
    return this.ends.length
  }

  /** A text as one of the whole numbers. */
  text(text: string): number {
    const known = this.texts.get(text)
    if (known !== undefined) return known
    const number = this.texts.size
    this.texts.set(text, number)
    return number
  }

  number(key: readonly number[]): number {
    const hash = hashOf(key)
    let place = hash & (this.table.length - 1)
    for (let entry = this.entry(place); entry !== 0; entry = this.entry(place)) {
      if (this.isAt(entry - 1, key)) return entry - 1
      place = (place + 1) & (this.table.length - 1)
    }
    return this.add(key, place)
  }

  private add(key: readonly number[], place: number): number {
    const number = this.ends.length
    const start = this.startOf(number)
    const end = start + key.length
    if (end > this.content.length) this.content = grown(this.content, end)
    this.content.set(key, start)
    this.ends.push(end)
    this.table[place] = number + 1
    if (2 * this.ends.length > this.table.length) this.spread()
    return number
  }

  private isAt(number: number, key: readonly number[]): boolean {
    const start = this.startOf(number)
    if (this.ends[number] !== start + key.length) return false
    for (let i = 0; i < key.length; i++) if (this.content[start + i] !== key[i]) return false
    return true
  }

  private spread(): void {
    this.table = new Int32Array(2 * this.table.length)
    for (let number = 0; number < this.ends.length; number++) {
      const key = this.content.subarray(this.startOf(number), this.ends[number])
      let place = hashOf(key) & (this.table.length - 1)
      while (this.entry(place) !== 0) place = (place + 1) & (this.table.length - 1)
      this.table[place] = number + 1
    }
  }

  private startOf(number: number): number {
    return number === 0 ? 0 : (this.ends[number - 1] ?? 0)
  }

  private entry(place: number): number {
    return this.table[place] ?? 0
  }
}

/** Each number stirred in, and at the end the high bits into the low ones, which choose the place. */
function hashOf(key: ArrayLike<number>): number {
  let hash = key.length
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ (key[i] ?? 0), 0x9e3779b1) + i
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}

function grown(content: Int32Array<ArrayBuffer>, least: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(least, 2 * content.length))
  larger.set(content)
  return larger
}
