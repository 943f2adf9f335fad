// Stable names of the places where random numbers are drawn: made of names and ordinals, so that comments and
// reformatting change no draw.

export class Site {
  readonly name: string
  private readonly counts = new Map<string, number>()

  constructor(name: string) {
    this.name = name
  }

  /** The next place of this name below here. */
  next(name: string): Site {
    const count = this.counts.get(name) ?? 0
    this.counts.set(name, count + 1)
    return new Site(`${this.name}/${name}${count === 0 ? '' : `#${count}`}`)
  }
}
