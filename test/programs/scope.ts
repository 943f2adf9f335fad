// What a statement being written may use: axes, values, and names not yet taken.
import type { Draw } from './draw.ts'
import { wordsOf, type Kind, type Statement, type Value } from './program.ts'

/** In the body of a function: the axes of its first argument that it does not name. */
export const PASSING = '...'

/** An expression, and what is known of it. */
export interface Made {
  readonly text: string
  readonly axes: readonly string[]
  readonly low: number
  readonly high: number
  readonly kind?: Kind
  readonly of?: string
  readonly pinned?: { readonly value: string; readonly text: (name: string) => string }
}

interface Shared {
  readonly draw: Draw
  /** All axes of the program, and those of its functions. */
  readonly sizes: Map<string, number>
  readonly counts: Map<string, number>
  /** Axes whose sizes are numbers in the program. */
  readonly fixed: Set<string>
  /** What each value's definition reaches. */
  readonly reached: Map<string, ReadonlySet<string>>
}

export function shared(draw: Draw): Shared {
  return { draw, sizes: new Map(), counts: new Map(), fixed: new Set(), reached: new Map() }
}

/** A function or a block's instance that can be called. */
export interface Callable {
  readonly name: string
  /** The axis that it names, as it is inside, and its size there; instances are bound to an axis of the file. */
  readonly axis: string
  readonly boundTo?: string
  /** The axes of its arguments: of `axis` and `PASSING`. */
  readonly parameters: readonly (readonly string[])[]
  readonly option?: string
  readonly result: Made
}

const MOST_ELEMENTS = 120

export class Scope {
  readonly draw: Draw
  readonly sizes: Map<string, number>
  readonly statements: Statement[] = []
  readonly values: Value[] = []
  readonly callables: Callable[] = []
  readonly axes: string[]
  readonly isBody: boolean
  /** Real inputs and parameters. */
  readonly leaves: Value[] = []
  private readonly shared: Shared

  constructor(shared: Shared, axes: readonly string[], isBody: boolean) {
    this.shared = shared
    this.draw = shared.draw
    this.sizes = shared.sizes
    this.axes = [...axes]
    this.isBody = isBody
  }

  body(axes: readonly string[]): Scope {
    return new Scope(this.shared, axes, true)
  }

  fresh(prefix: string): string {
    const count = this.shared.counts.get(prefix) ?? 0
    this.shared.counts.set(prefix, count + 1)
    return `${prefix}${count}`
  }

  size(axis: string): number {
    const size = this.sizes.get(axis.replaceAll("'", ''))
    if (size === undefined) throw new Error(`${axis} has no size`)
    return size
  }

  /** `axis T1 = T - 1`; in the file and in bodies alike. */
  axis(prefix: string, written: string, size: number): string {
    const name = this.fresh(prefix)
    this.sizes.set(name, size)
    this.axes.push(name)
    const text = `axis ${name}${written === '' ? '' : ` = ${written}`}`
    this.statements.push({ construct: 'axis', text, defines: [name] })
    return name
  }

  isFixed(axis: string): boolean {
    return this.shared.fixed.has(axis.replaceAll("'", ''))
  }

  fix(axis: string): void {
    this.shared.fixed.add(axis)
  }

  /** Written by the row named `construct`. */
  define(construct: string, { text, pinned, ...made }: Made): Value {
    const name = this.fresh('v')
    const { axes, low, high, of } = made
    const kind = made.kind ?? 'real'
    const value = { name, axes, kind, low, high, ...(of === undefined ? {} : { of }) }
    const statement = { construct, text: `let ${name} = ${text}`, defines: [name], value }
    if (pinned === undefined) this.statements.push(statement)
    else {
      const held = `${name}_held`
      const { value: expression, text: around } = pinned
      const surrogate = {
        name: held,
        axes,
        value: expression,
        text: `let ${name} = ${around(held)}`,
      }
      this.statements.push({ ...statement, pinned: surrogate })
    }
    this.add(value, text)
    return value
  }

  add(value: Value, text = ''): void {
    const reached = [...wordsOf(text)].flatMap((word) => [
      word,
      ...(this.shared.reached.get(word) ?? []),
    ])
    this.shared.reached.set(value.name, new Set(reached))
    this.values.push(value)
  }

  reaches(from: Value, name: string): boolean {
    return this.shared.reached.get(from.name)?.has(name) ?? false
  }

  /** Latest first, mostly. */
  pick(isFit: (value: Value) => boolean): Value | null {
    const fits = this.values.filter(isFit)
    const recent = fits.slice(-6)
    return this.draw.pickOr(this.draw.chance(0.7) ? recent : fits)
  }

  real(isFit: (value: Value) => boolean = () => true): Value | null {
    return this.pick((value) => value.kind === 'real' && isFit(value))
  }

  /** A real with at least one axis that has a name, and that axis. */
  along(isFit: (value: Value, axis: string) => boolean = () => true): [Value, string] | null {
    const named = (value: Value): string[] => value.axes.filter((axis) => this.has(axis))
    const value = this.real((each) => named(each).some((axis) => isFit(each, axis)))
    if (value === null) return null
    return [value, this.draw.pick(named(value).filter((axis) => isFit(value, axis)))]
  }

  has(axis: string): boolean {
    return axis !== PASSING && this.axes.includes(axis.replaceAll("'", ''))
  }

  /** Another that combines with it: one has all the axes of the other. */
  partner(value: Value, isFit: (value: Value) => boolean = () => true): Value | null {
    return this.real(
      (other) => (within(other.axes, value.axes) || within(value.axes, other.axes)) && isFit(other),
    )
  }

  fits(axes: readonly string[]): boolean {
    const count = axes.reduce((n, axis) => n * (axis === PASSING ? 3 : this.size(axis)), 1)
    return axes.length <= 4 && count <= MOST_ELEMENTS
  }
}

export function within(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.every((axis) => outer.includes(axis))
}

export function widest(
  ...values: readonly { readonly axes: readonly string[] }[]
): readonly string[] {
  return values.reduce(
    (best, { axes }) => (axes.length > best.length ? axes : best),
    [] as readonly string[],
  )
}

/** The axes of one, and those of the other that it has not. */
export function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])]
}

export function less(axes: readonly string[], ...gone: readonly string[]): string[] {
  return axes.filter((axis) => !gone.includes(axis))
}
