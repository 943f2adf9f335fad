// What a stored value becomes once loops are shared: a local where all its readers stand inside the iteration that makes
// it, a row where they share only the outer loops, else a whole buffer. And why.
import type { AxisName } from '../graph/node.ts'
import type { Loop, Step } from './fuse.ts'
import { blockAxis } from './block.ts'
import type { LoopOrder } from './order.ts'
import type { Dependency } from './point.ts'
import type { ElementType, StepLoop } from './program.ts'
import { freeAxes, isInPlace, reducedAxes } from './value.ts'
import type { Value } from './value.ts'

/** Steps that make one kernel. */
export type KernelSteps = readonly Step[]

export interface Place {
  readonly kernel: number
  /** The loops around its point, outermost first. */
  readonly path: readonly Loop[]
  /** How many of them a value is complete within: the loops outside its first reduction. */
  readonly complete: number
}

export interface Storage {
  /** Whether readers within the iteration find it in a local. */
  readonly isLocal: boolean
  readonly buffer: StoredBuffer | null
}
export interface StoredBuffer {
  readonly axes: readonly AxisName[]
  readonly type: ElementType
  readonly reason: string
  readonly steps?: readonly StepLoop[]
  /** The kernels from which to which it is needed. */
  readonly first: number
  readonly last: number
}

export interface Layouts {
  readonly places: ReadonlyMap<Value, Place>
  readonly storages: ReadonlyMap<Value, Storage>
}

export function shrink(
  kernels: readonly KernelSteps[],
  orders: ReadonlyMap<Value, LoopOrder>,
  dependencies: ReadonlyMap<Value, readonly Dependency[]>,
): Layouts {
  const places = placesOf(kernels, orders)
  const readers = new Map<Value, Value[]>()
  for (const [value, list] of dependencies) {
    for (const { on, kind } of list) {
      if (kind !== 'reads') continue
      const others = readers.get(on) ?? []
      readers.set(on, others)
      others.push(value)
    }
  }
  const storages = new Map<Value, Storage>()
  for (const [value, place] of places) {
    const readBy = (readers.get(value) ?? []).map((reader) => {
      const at = places.get(reader)
      if (at === undefined) throw new Error(`${reader.name} has no place`)
      return { value: reader, at }
    })
    storages.set(value, storageOf(value, place, readBy, orders))
  }
  return { places, storages }
}

function placesOf(
  kernels: readonly KernelSteps[],
  orders: ReadonlyMap<Value, LoopOrder>,
): Map<Value, Place> {
  const places = new Map<Value, Place>()
  const visit = (steps: readonly Step[], kernel: number, path: readonly Loop[]): void => {
    for (const step of steps) {
      if (step.kind === 'loop') {
        visit(step.body, kernel, [...path, step])
        continue
      }
      places.set(step.value, { kernel, path, complete: completeWithin(step.value, orders) })
    }
  }
  for (const [kernel, steps] of kernels.entries()) visit(steps, kernel, [])
  return places
}

/** Loops outside the first reduction; a blocked product is done with its rows. */
function completeWithin(value: Value, orders: ReadonlyMap<Value, LoopOrder>): number {
  const order = orders.get(value)
  if (order === undefined) throw new Error(`${value.name} has no loops`)
  const { axes, product } = order
  if (product?.isBlocked === true) return axes.indexOf(product.row) + 1
  const over = reducedAxes(value)
  const first = axes.findIndex((axis) => over.includes(axis))
  return first < 0 ? axes.length : first
}

interface Reader {
  readonly value: Value
  readonly at: Place
}

function storageOf(
  value: Value,
  place: Place,
  readers: readonly Reader[],
  orders: ReadonlyMap<Value, LoopOrder>,
): Storage {
  const inBuffer = accumulatesInBuffer(value, orders)
  const isNear = ({ at }: Reader): boolean =>
    at.kernel === place.kernel && commonLoops(place, at) === place.complete
  const far = readers.filter((reader) => inBuffer || !isNear(reader))
  const isLocal = !inBuffer && far.length < readers.length
  const { result } = value
  if (result === null && far.length === 0 && !inBuffer) return { isLocal: true, buffer: null }
  const elsewhere = far.filter(({ at }) => at.kernel !== place.kernel)
  const shared =
    result !== null || elsewhere.length > 0
      ? 0
      : Math.min(place.complete, ...readers.map(({ at }) => commonLoops(place, at)))
  const dropped = place.path.slice(0, shared).map(({ axis }) => axis)
  const product = orders.get(value)?.product ?? null
  const block = product?.isBlocked === true && dropped.includes(product.row) ? product.row : null
  const rest = value.layout.filter((axis) => !dropped.includes(axis))
  const axes = block === null ? rest : [blockAxis(block), ...rest]
  const isWide = isExtreme(value) || (inBuffer && product?.form !== 'dots' && isTotal(value))
  const last = Math.max(place.kernel, ...readers.map(({ at }) => at.kernel))
  return {
    isLocal,
    buffer: {
      axes,
      type: isWide ? 'wide' : value.type,
      reason: reasonOf(
        value,
        axes,
        block,
        elsewhere.map((reader) => reader.value.name),
        inBuffer,
      ),
      first: place.kernel,
      last,
    },
  }
}

/**
 * Whether free axes run inside its reduction: then there are as many accumulators as these have elements. Or whether it
 * is made in other places than loops run through.
 */
export function accumulatesInBuffer(value: Value, orders: ReadonlyMap<Value, LoopOrder>): boolean {
  const { kind } = value.work
  if (kind === 'scatter' || kind === 'sort' || orders.get(value)?.product?.isBlocked === true)
    return true
  const over = reducedAxes(value)
  const axes = orders.get(value)?.axes ?? []
  const first = axes.findIndex((axis) => over.includes(axis))
  return first >= 0 && axes.slice(first).some((axis) => freeAxes(value).includes(axis))
}

/**
 * Sums and products of reals run in f64, and so does what a recurrence carries; a scatter goes straight to where it is
 * wanted, which may be large.
 */
function isTotal({ work, type }: Value): boolean {
  if (type !== 'real') return false
  if (work.kind === 'carry') return true
  return work.kind === 'reduce' && (work.reduction === 'sum' || work.reduction === 'prod')
}

/** A maximum is compared with what it was taken of, which others work out again in f64: rounded, it would equal none. */
function isExtreme({ work, type }: Value): boolean {
  return (
    type === 'real' &&
    work.kind === 'reduce' &&
    (work.reduction === 'max' || work.reduction === 'min')
  )
}

/**
 * Stored values that extremes are taken of: their locals are rounded as their buffers are, so that an extreme is equal to
 * what it was taken of wherever that is looked at. Elsewhere the last bit of a local does no harm.
 */
export function comparedWithExtremes(
  dependencies: ReadonlyMap<Value, readonly Dependency[]>,
): ReadonlySet<Value> {
  return new Set(
    [...dependencies]
      .filter(([value]) => isExtreme(value))
      .flatMap(([, needs]) => needs.flatMap(({ on, kind }) => (kind === 'reads' ? [on] : []))),
  )
}

function commonLoops(place: Place, other: Place): number {
  if (place.kernel !== other.kernel) return 0
  let common = 0
  while (common < place.complete && place.path[common] === other.path[common]) common++
  return common
}

/** `elsewhere`: the names of those that read it in other kernels. */
export function reasonOf(
  value: Value,
  axes: readonly AxisName[],
  block: AxisName | null,
  elsewhere: readonly string[],
  inBuffer: boolean,
): string {
  if (value.result !== null) return isInPlace(value.result) ? 'updated in place' : 'a result'
  const names = [...new Set(elsewhere)]
  if (names.length > 0) {
    const listed =
      names.length > 3 ? `${names.slice(0, 3).join(', ')} and others` : names.join(', ')
    return `${value.reason}; read in later loops, by ${listed}`
  }
  if (block !== null)
    return `${value.reason}; the rows over ${axes.slice(1).join(', ')} of one block of ${block}`
  const what =
    axes.length === 0
      ? 'one number'
      : `a ${axes.length === 1 ? 'row' : 'block'} over ${axes.join(', ')}`
  if (value.work.kind === 'carry') return `${value.reason}; ${what}`
  return inBuffer && value.work.kind !== 'sort'
    ? `${value.reason}; ${what} of accumulators`
    : `${value.reason}; ${what}, for a loop after the one that makes it`
}
