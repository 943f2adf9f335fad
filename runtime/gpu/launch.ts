// One computation on the device: its arrays up, its kernels one after the other, its results down. What it writes to
// tensors counts only when all went well.
import type { Driver, Handle } from './driver.ts'
import type {
  BufferRow,
  Computation,
  DeviceProgram,
  Host,
  Numbers,
  Sizes,
  TensorKind,
} from './program.ts'
import type { Store } from './store.ts'

/** Beyond, f32 has no whole number for every place, or the division that finds a row is not exact. */
const mostPlaces = 2 ** 24
const mostThreads = 2 ** 22

/** Says why a computation does not go to the device as it is called now. */
export class LeftToHost extends Error {}

export interface Launched {
  /** By their keys in `t`. */
  readonly results: ReadonlyMap<string, ArrayLike<number>>
  readonly tensors: readonly {
    readonly kind: TensorKind
    readonly path: string
    readonly handle: Handle
  }[]
}

interface Bound {
  readonly sizes: Sizes
  readonly lengths: readonly number[]
  readonly sources: readonly string[]
  /** For each kernel the buffers that nothing reads after it. */
  readonly done: readonly (readonly number[])[]
}
const boundOf = new WeakMap<DeviceProgram, Bound>()

export async function launch(
  c: Computation,
  program: DeviceProgram,
  {
    driver,
    store,
    host,
  }: { readonly driver: Driver; readonly store: Store | null; readonly host: Host },
): Promise<Launched> {
  const bound = bind(program, c.sizes)
  const { buffers, kernels } = program
  const handles = new Map<number, Handle>()
  const own = new Set<Handle>()
  const fetch = async (place: number): Promise<Handle> => {
    const known = handles.get(place)
    if (known !== undefined) return known
    const row = buffers[place]
    if (row === undefined) throw new Error(`${c.entry} has no buffer ${place}`)
    const handle = await source(row, bound.lengths[place] ?? 0, c, driver, store, host)
    if (!isTensor(row)) own.add(handle)
    handles.set(place, handle)
    return handle
  }
  try {
    for (const [k, { reads, writes, given }] of kernels.entries()) {
      const threads = bound.lengths[writes] ?? 0
      const arrays: Handle[] = []
      for (const place of reads) arrays.push(await fetch(place))
      const numbers = given.map((each) => (typeof each === 'number' ? each : Number(c.t[each])))
      const lengths = reads.map((place) => bound.lengths[place] ?? 0)
      const made =
        threads === 0
          ? new Float32Array(0)
          : await driver.run(bound.sources[k] ?? '', threads, arrays, lengths, numbers)
      own.add(made)
      const before = handles.get(writes)
      handles.set(writes, made)
      if (before !== undefined && own.delete(before)) driver.free(before)
      for (const place of bound.done[k] ?? []) {
        const handle = handles.get(place)
        if (handle === undefined || !own.delete(handle)) continue
        driver.free(handle)
        handles.delete(place)
      }
    }
    const results = new Map<string, ArrayLike<number>>()
    const tensors: { kind: TensorKind; path: string; handle: Handle }[] = []
    for (const [place, row] of buffers.entries()) {
      const handle = handles.get(place)
      if (handle === undefined) continue
      if (row.kind === 'result') results.set(row.key, await read(driver, handle, row))
      else if (isTensor(row) && own.delete(handle))
        tensors.push({ kind: row.kind, path: row.path, handle })
    }
    return { results, tensors }
  } finally {
    for (const handle of own) driver.free(handle)
  }
}

function isTensor(row: BufferRow): row is Extract<BufferRow, { kind: TensorKind }> {
  return row.kind === 'params' || row.kind === 'state' || row.kind === 'optimizer'
}

function bind(program: DeviceProgram, sizes: Sizes): Bound {
  const known = boundOf.get(program)
  if (known?.sizes === sizes) return known
  const { buffers, kernels } = program
  const lengths = buffers.map(({ length }) => length(sizes))
  const longest = Math.max(0, ...lengths)
  const most = Math.max(0, ...kernels.map(({ writes }) => lengths[writes] ?? 0))
  if (longest > mostPlaces || most > mostThreads) {
    throw new LeftToHost(
      `an array of ${Math.max(longest, most)} numbers is more than f32 can count the places of`,
    )
  }
  const lastUse = new Map<number, number>()
  for (const [k, { reads, writes }] of kernels.entries()) {
    for (const place of [...reads, writes]) lastUse.set(place, k)
  }
  const isKept = (place: number): boolean => {
    const row = buffers[place]
    return row === undefined || row.kind === 'result' || isTensor(row)
  }
  const done = kernels.map((_, k) =>
    [...lastUse].flatMap(([place, last]) => (last === k && !isKept(place) ? [place] : [])),
  )
  const bound = { sizes, lengths, sources: kernels.map(({ source }) => source(sizes)), done }
  boundOf.set(program, bound)
  return bound
}

async function source(
  row: BufferRow,
  length: number,
  c: Computation,
  driver: Driver,
  store: Store | null,
  host: Host,
): Promise<Handle> {
  switch (row.kind) {
    case 'input': {
      const slot = c.slots.find(({ input }) => input.name === row.name)
      const numbers = c.t[slot?.key ?? ''] as Numbers | undefined
      if (numbers === undefined) throw new Error(`${c.entry} was not given ${row.name}`)
      if (numbers instanceof Int32Array) checkWhole(numbers, row.name)
      return driver.upload(numbers)
    }
    case 'draws': {
      const { uniform } = host
      if (uniform === undefined) throw new Error('the module has no generator')
      const [seed, step] = [Number(c.t.seed), Number(c.t.step)]
      const draw = (_: unknown, i: number): number => uniform(seed, step, row.site, i, row.lane)
      return driver.upload(Float32Array.from({ length }, draw))
    }
    case 'params':
    case 'state':
    case 'optimizer':
      if (store === null) throw new Error(`${c.entry} has no model`)
      return store.handle(row.kind, row.path)
    case 'constant':
      return driver.upload(row.values)
    case 'result':
    case 'temporary':
      throw new Error(`${c.entry} reads what nothing has written`)
    default:
      return row satisfies never
  }
}

async function read(
  driver: Driver,
  handle: Handle,
  row: Extract<BufferRow, { kind: 'result' }>,
): Promise<ArrayLike<number>> {
  const numbers = await driver.read(handle)
  if (row.isWhole === true) checkWhole(numbers, 'a result')
  return numbers
}

function checkWhole(numbers: ArrayLike<number>, name: string): void {
  for (let k = 0; k < numbers.length; k++) {
    if (Math.abs(numbers[k] ?? 0) >= mostPlaces) {
      throw new LeftToHost(`${name} holds ${numbers[k]}, and whole numbers are exact below 2^24`)
    }
  }
}
