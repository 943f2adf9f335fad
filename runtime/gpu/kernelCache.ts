// Compiled kernels, by their text and by the sizes that they were compiled for: two keys, since to join them takes longer
// than a small kernel does. Those used longest ago go.

interface Kept<K> {
  readonly kernel: K
  readonly source: string
  readonly sizes: string
  isChecked: boolean
  usedAt: number
}

export class KernelCache<K extends { destroy(): void }> {
  readonly #most: number
  readonly #bySource = new Map<string, Map<string, Kept<K>>>()
  #count = 0
  #clock = 0

  constructor(most: number) {
    this.#most = most
  }

  find(source: string, sizes: string, create: () => K): Kept<K> {
    const ofSource = this.#bySource.get(source)
    const known = ofSource?.get(sizes)
    const kept = known ?? { kernel: create(), source, sizes, isChecked: false, usedAt: 0 }
    kept.usedAt = this.#clock++
    if (known !== undefined) return known
    if (this.#count >= this.#most) this.#evict()
    if (ofSource === undefined || ofSource.size === 0) {
      this.#bySource.set(source, new Map([[sizes, kept]]))
    } else ofSource.set(sizes, kept)
    this.#count++
    return kept
  }

  all(): K[] {
    return this.#kept().map(({ kernel }) => kernel)
  }

  clear(): void {
    this.#bySource.clear()
    this.#count = 0
  }

  /** Half of them, so that it is not done again for the next. */
  #evict(): void {
    const oldestFirst = this.#kept().sort((a, b) => a.usedAt - b.usedAt)
    for (const { source, sizes, kernel } of oldestFirst.slice(0, this.#most / 2)) {
      const ofSource = this.#bySource.get(source)
      ofSource?.delete(sizes)
      if (ofSource?.size === 0) this.#bySource.delete(source)
      kernel.destroy()
      this.#count--
    }
  }

  #kept(): Kept<K>[] {
    return [...this.#bySource.values()].flatMap((ofSource) => [...ofSource.values()])
  }
}
