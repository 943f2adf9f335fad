// Choices that are the same for the same seed.
import { randomFrom, type Random } from '../std/random.ts'

export class Draw {
  private readonly random: Random

  constructor(seed: number) {
    this.random = randomFrom(seed)
  }

  /** A whole number from 0, below `count`. */
  below(count: number): number {
    return Math.floor(this.random() * count)
  }

  between(from: number, to: number): number {
    return from + (to - from) * this.random()
  }

  chance(probability: number): boolean {
    return this.random() < probability
  }

  pick<T>(from: readonly T[]): T {
    const found = from[this.below(from.length)]
    if (found === undefined) throw new Error('nothing to choose from')
    return found
  }

  weighted<T extends { readonly weight?: number }>(rows: readonly T[]): T {
    let left = this.between(
      0,
      rows.reduce((sum, { weight = 1 }) => sum + weight, 0),
    )
    return rows.find(({ weight = 1 }) => (left -= weight) < 0) ?? this.pick(rows)
  }

  pickOr<T>(from: readonly T[]): T | null {
    return from.length === 0 ? null : this.pick(from)
  }

  shuffled<T>(list: readonly T[]): T[] {
    const rest = [...list]
    const out: T[] = []
    while (rest.length > 0) out.push(...rest.splice(this.below(rest.length), 1))
    return out
  }

  /** Some of them, in their order. */
  some<T>(list: readonly T[], least = 0): T[] {
    const order = this.shuffled(list.map((_, i) => i))
    const count = Math.min(list.length, least + this.below(list.length - least + 1))
    const kept = new Set(order.slice(0, count))
    return list.filter((_, i) => kept.has(i))
  }

  /** As a program has it: two digits. */
  number(from: number, to: number): string {
    return this.between(from, to).toFixed(2)
  }
}
