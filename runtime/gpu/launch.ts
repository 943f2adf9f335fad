// One computation on the device: its arrays up, its kernels one after the other, its results down. What it writes to
// tensors counts only when all went well.
import type { Driver, Handle } from './driver.ts'
import { Memory } from './memory.ts'
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

/** f32 has all whole numbers up to here. */
const largestWhole = 2 ** 24
/** So of longer arrays it can't tell every place. */
const mostPlaces = largestWhole

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
  /** Of what each step fills. */
  readonly partLengths: readonly number[]
  /** How many steps each loop has. */
  readonly rounds: readonly number[]
  readonly driver: Driver
  readonly sources: readonly (string | null)[]
  /** Of each kernel's threads, how many a row has; 0: they come in no rows. */
  readonly rows: readonly number[]
  readonly body: Body
}
const boundOf = new WeakMap<DeviceProgram, Bound>()

/** In order, and after which of them nothing reads a buffer any more: each round of a loop is as the last. */
interface Body {
  readonly items: readonly (Item & { readonly done: readonly number[] })[]
}
type Item =
  | { readonly kind: 'kernel'; readonly k: number }
  | { readonly kind: 'loop'; readonly loop: number; readonly body: Body }

export async function launch(
  c: Computation,
  program: DeviceProgram,
  {
    driver,
    store,
    host,
  }: { readonly driver: Driver; readonly store: Store | null; readonly host: Host },
): Promise<Launched> {
  const bound = bind(program, c.sizes, driver)
  checkWithin(c, program)
  const { buffers, kernels, loops = [] } = program
  const memory = new Memory(driver)
  /** The step that runs, of each loop. */
  const at: number[] = []

  const fetch = async (place: number, steps: readonly number[]): Promise<Handle> => {
    const row = buffers[place]
    if (row === undefined) throw new Error(`${c.entry} has no buffer ${place}`)
    const open = (row.steps ?? [])
      .filter((loop) => steps.includes(loop))
      .map((loop) => at[loop] ?? 0)
    const known = await memory.read(place, open, lengthWithin(row, steps, bound, place))
    if (known !== null) return known
    const handle = await source(row, bound.lengths[place] ?? 0, c, driver, store, host)
    if (isTensor(row)) memory.lend(place, handle)
    else memory.write(place, [], handle)
    return handle
  }

  const run = async (k: number): Promise<void> => {
    const kernel = kernels[k]
    if (kernel === undefined) throw new Error(`${c.entry} has no kernel ${k}`)
    const { reads, writes, given, steps = [] } = kernel
    const arrays: Handle[] = []
    for (const place of reads) arrays.push(await fetch(place, steps))
    const numbers = given.map((each) => {
      if (typeof each === 'object') return at[each.step] ?? 0
      return typeof each === 'number' ? each : Number(c.t[each])
    })
    const threads = bound.partLengths[writes] ?? 0
    const row = bound.rows[k] ?? 0
    const grid = row === 0 ? [threads] : [row, threads / row]
    const lengths = reads.map((place) => lengthWithin(buffers[place], steps, bound, place))
    const text = bound.sources[k] ?? null
    let [made = new Float32Array(0)] = arrays
    if (threads === 0) made = new Float32Array(0)
    else if (text !== null) made = await driver.run(text, grid, arrays, lengths, numbers)
    const filled = (buffers[writes]?.steps ?? []).map((loop) => at[loop] ?? 0)
    memory.write(writes, filled, made)
  }

  const runAll = async ({ items }: Body): Promise<void> => {
    for (const item of items) {
      if (item.kind === 'kernel') await run(item.k)
      else {
        const rounds = bound.rounds[item.loop] ?? 0
        const isReversed = loops[item.loop]?.reversed === true
        for (let round = 0; round < rounds; round++) {
          at[item.loop] = isReversed ? rounds - 1 - round : round
          await runAll(item.body)
        }
      }
      for (const place of item.done) memory.drop(place)
    }
  }

  try {
    await runAll(bound.body)
    const results = new Map<string, ArrayLike<number>>()
    const tensors: { kind: TensorKind; path: string; handle: Handle }[] = []
    for (const [place, row] of buffers.entries()) {
      if (row.kind === 'result') {
        const handle = await memory.read(place, [], bound.lengths[place] ?? 0)
        if (handle !== null) results.set(row.key, await read(driver, handle, row))
      }
    }
    for (const [place, row] of buffers.entries()) {
      const handle = isTensor(row) ? memory.take(place) : null
      if (isTensor(row) && handle !== null) tensors.push({ kind: row.kind, path: row.path, handle })
    }
    return { results, tensors }
  } finally {
    memory.free()
  }
}

function isTensor(row: BufferRow): row is Extract<BufferRow, { kind: TensorKind }> {
  return row.kind === 'params' || row.kind === 'state' || row.kind === 'optimizer'
}

/** Of the array that a step is given. */
function lengthWithin(
  row: BufferRow | undefined,
  steps: readonly number[],
  { lengths, rounds }: Bound,
  place: number,
): number {
  const open = (row?.steps ?? []).filter((loop) => steps.includes(loop))
  return open.reduce((length, loop) => length / (rounds[loop] ?? 1), lengths[place] ?? 0)
}

function bind(program: DeviceProgram, sizes: Sizes, driver: Driver): Bound {
  const known = boundOf.get(program)
  if (known?.sizes === sizes && known.driver === driver) return known
  const { buffers, kernels, loops = [] } = program
  const lengths = buffers.map(({ length }) => length(sizes))
  const rounds = loops.map(({ length }) => length(sizes))
  const partLengths = buffers.map(({ steps = [] }, place) =>
    steps.reduce(
      (length, loop) => (rounds[loop] === 0 ? 0 : length / (rounds[loop] ?? 1)),
      lengths[place] ?? 0,
    ),
  )
  const longest = Math.max(0, ...lengths)
  if (longest > mostPlaces) {
    throw new LeftToHost(
      `it has an array of ${longest} numbers, and f32 tells the places of 2^24 (${mostPlaces}) at most`,
    )
  }
  const rows = kernels.map(({ row }) => {
    const length = row?.(sizes) ?? 0
    return driver.takesRows(length) ? length : 0
  })
  const sources = kernels.map(({ source }, k) => source?.(sizes, rows[k] !== 0) ?? null)
  const body = bodyOf(program)
  const bound = { sizes, driver, lengths, partLengths, rounds, rows, sources, body }
  boundOf.set(program, bound)
  return bound
}

function bodyOf({ buffers, kernels }: DeviceProgram): Body {
  /** Of each buffer, the loops that all who touch it are in, and the last to touch it. */
  const uses = new Map<number, { readonly within: readonly number[]; readonly last: number }>()
  for (const [k, { reads, writes, steps = [] }] of kernels.entries()) {
    for (const place of [...reads, writes]) {
      const { within } = uses.get(place) ?? { within: steps }
      // What is given is sent once.
      const isMade = buffers[place]?.kind === 'temporary'
      const shared = isMade ? within.filter((loop, depth) => loop === steps[depth]) : []
      uses.set(place, { within: shared, last: k })
    }
  }
  const isKept = (place: number): boolean => {
    const row = buffers[place]
    return row === undefined || row.kind === 'result' || isTensor(row)
  }
  const done = (first: number, end: number, depth: number): number[] =>
    [...uses].flatMap(([place, { within, last }]) =>
      within.length === depth && first <= last && last < end && !isKept(place) ? [place] : [],
    )
  const level = (first: number, end: number, depth: number): Body => {
    const items: Body['items'][number][] = []
    for (let k = first; k < end;) {
      const loop = kernels[k]?.steps?.[depth]
      let next = k + 1
      if (loop !== undefined) while (next < end && kernels[next]?.steps?.[depth] === loop) next++
      const item: Item =
        loop === undefined
          ? { kind: 'kernel', k }
          : { kind: 'loop', loop, body: level(k, next, depth + 1) }
      items.push({ ...item, done: done(k, next, depth) })
      k = next
    }
    return { items }
  }
  return level(0, kernels.length, 0)
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
      const numbers = inputOf(c, row.name)
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
      // Of no steps nothing is left.
      if (length === 0) return new Float32Array(0)
      throw new Error(`${c.entry} reads what nothing has written`)
    default:
      return row satisfies never
  }
}

function checkWithin(c: Computation, { wholeNumbers }: DeviceProgram): void {
  if (wholeNumbers === undefined) return
  const given = wholeNumbers.given.map((each) =>
    typeof each === 'string'
      ? Math.abs(Number(c.t[each]))
      : magnitudeOf(inputOf(c, each.input) ?? []),
  )
  if (wholeNumbers.largest(c.sizes, given) <= largestWhole) return
  throw new LeftToHost('what it makes of whole numbers may be too large for f32, exact below 2^24')
}

function magnitudeOf(numbers: ArrayLike<number>): number {
  let most = 0
  for (let k = 0; k < numbers.length; k++) most = Math.max(most, Math.abs(numbers[k] ?? 0))
  return most
}

function inputOf(c: Computation, name: string): Numbers | undefined {
  const slot = c.slots.find(({ input }) => input.name === name)
  return c.t[slot?.key ?? ''] as Numbers | undefined
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
    if (Math.abs(numbers[k] ?? 0) >= largestWhole) {
      throw new LeftToHost(`${name} holds ${numbers[k]}, and whole numbers are exact below 2^24`)
    }
  }
}
