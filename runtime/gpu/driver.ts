// One gpu.js instance in one mode: memory on the device, and kernels by their text, each compiled once for the sizes that
// it meets.
import { KernelCache } from './kernelCache.ts'
import { hasBeenLost, isLost, type Context } from './lost.ts'

/** Memory on the device; in the modes without a device of their own, a plain array. */
export type Handle = Float32Array | Remote
interface Remote {
  toArray(): ArrayLike<number> | Promise<ArrayLike<number>>
  delete?(): void
}

export type Mode = 'webgpu' | 'webgl2' | 'webgl' | 'webasm' | 'cpu'

/** The part of gpu.js that is used here. */
export interface GpuClass {
  new (options: { mode: Mode }): Gpu
  readonly isWebGL2Supported?: boolean
}
interface Gpu {
  /** The class of the mode's kernels. */
  readonly Kernel: unknown
  createKernel(source: string, settings: object): GpuKernel
  destroy(): Promise<void> | void
}
interface GpuKernel {
  (...given: unknown[]): Result | Promise<Result>
  readonly kernel: {
    readonly constructor: { readonly mode?: string }
    readonly fallbackReason?: string
    readonly context?: Context | null
  }
  destroy(): void
}

/** A kernel whose threads come in rows gives a list of them. */
type Result = Handle | Float32Array[]

/** Threads that the WebAssembly mode runs at once; those left at a row's end run one by one. */
const lanes = 4
/** Of the seven arrays that a kernel may read. */
const mostJoined = 6
const identity = 'function (from) {\n  return from[this.thread.x];\n}'

export class Driver {
  readonly mode: Mode
  readonly #GPU: GpuClass
  #gpu: Gpu | null = null
  #device = 0
  /** How often the device was asked for something. */
  #asked = 0
  #context: Context | null = null
  readonly #kernels: KernelCache<GpuKernel>

  constructor(GPU: GpuClass, mode: Mode) {
    this.#GPU = GPU
    this.mode = mode
    // There each kernel reserves memory of its own; on a graphics card textures need the kernel that made them.
    const reservesMemory = mode === 'webasm' || mode === 'cpu'
    this.#kernels = new KernelCache(reservesMemory ? 512 : Infinity)
  }

  /** Another number is another device, where nothing is left of what the last one held. */
  get device(): number {
    return this.#device
  }

  /** Once more on a new device, where the device was lost meanwhile. */
  async surviving<T>(run: () => Promise<T>): Promise<T> {
    const asked = this.#asked
    try {
      return await run()
    } catch (error) {
      // A call that was refused before has not heard of the device.
      if (this.#asked === asked || !(await hasBeenLost(this.#anyContext()))) throw error
      await this.destroy()
      this.#device++
      return run()
    }
  }

  /** Argument types never change where what is uploaded has been through a kernel, as everything else has. */
  async upload(numbers: ArrayLike<number>): Promise<Handle> {
    const copy = Float32Array.from(numbers)
    const isHost = this.mode === 'webasm' || this.mode === 'cpu'
    return isHost || copy.length === 0 ? copy : this.run(identity, [copy.length], [copy], [], [])
  }

  async read(handle: Handle): Promise<ArrayLike<number>> {
    if (handle instanceof Float32Array) return handle
    this.#asked++
    const numbers = await handle.toArray()
    // A lost WebGL context gives zeros, and no error.
    if (isLost(this.#anyContext())) throw new Error(`the device was lost (${this.mode})`)
    return numbers
  }

  free(handle: Handle): void {
    if (!(handle instanceof Float32Array)) handle.delete?.()
  }

  /** Whether threads come in rows of this length: for the WebAssembly mode alone, where rows fill its lanes. */
  takesRows(length: number): boolean {
    const isWorthIt = length % lanes === 0 ? length >= 2 * lanes : length >= 8 * lanes
    return this.mode === 'webasm' && isWorthIt
  }

  /** The kernel has `output` threads: a number, or how many a row has and how many rows. `lengths` are of the arrays. */
  async run(
    source: string,
    output: readonly number[],
    arrays: readonly Handle[],
    lengths: readonly number[],
    numbers: readonly number[],
  ): Promise<Handle> {
    this.#asked++
    const sizes = `${output.join()} ${lengths.join()}`
    const kept = this.#kernels.find(source, sizes, () => this.#create(source, output))
    const { kernel } = kept
    // gpu.js knows no arrays of nothing; no thread reads one.
    const given = arrays.map((array) =>
      array instanceof Float32Array && array.length === 0 ? new Float32Array(1) : array,
    )
    const result = await kernel(...given, ...numbers)
    if (!kept.isChecked) this.#check(kernel)
    kept.isChecked = true
    return Array.isArray(result) ? flat(result) : result
  }

  /** One after the other; all of one length. */
  async join(parts: readonly Handle[], length: number): Promise<Handle> {
    if (parts.every((part) => part instanceof Float32Array)) {
      const whole = new Float32Array(parts.length * length)
      for (const [i, part] of parts.entries()) whole.set(part, i * length)
      return whole
    }
    const made = new Set<Handle>()
    try {
      return await this.#joinLevels(parts, length, made)
    } catch (error) {
      for (const handle of made) this.free(handle)
      throw error
    }
  }

  /** As many at once as a kernel may read, until one is left. `made`: what lies on the device meanwhile. */
  async #joinLevels(parts: readonly Handle[], length: number, made: Set<Handle>): Promise<Handle> {
    let [level, size] = [parts, length]
    let last = length
    while (level.length > 1) {
      const joined: Handle[] = []
      for (let i = 0; i < level.length; i += mostJoined) {
        const some = level.slice(i, i + mostJoined)
        const isEnd = i + mostJoined >= level.length
        const end = isEnd ? last : size
        const threads = (some.length - 1) * size + end
        const lengths = some.map((_, k) => (k === some.length - 1 ? end : size))
        const handle = await this.run(joining(some.length), [threads], some, lengths, [size, end])
        made.add(handle)
        joined.push(handle)
        if (isEnd) last = threads
      }
      for (const part of level) if (made.delete(part)) this.free(part)
      ;[level, size] = [joined, size * mostJoined]
    }
    const [whole] = level
    if (whole === undefined) throw new Error('there is nothing to join')
    return whole
  }

  async destroy(): Promise<void> {
    const gpu = this.#gpu
    this.#gpu = null
    this.#context = null
    this.#kernels.clear()
    await gpu?.destroy()
  }

  /** That of any kernel: they share one. */
  #anyContext(): Context | null {
    this.#context ??=
      this.#kernels.all().find(({ kernel }) => kernel.context)?.kernel.context ?? null
    return this.#context
  }

  #create(source: string, output: readonly number[]): GpuKernel {
    this.#gpu ??= new this.#GPU({ mode: this.mode })
    return this.#gpu.createKernel(source, {
      output: [...output],
      precision: 'single',
      pipeline: true,
      immutable: true,
    })
  }

  /** gpu.js changes to another mode, with a warning only, where it can't compile a kernel for the one asked for. */
  #check({ kernel }: GpuKernel): void {
    const { constructor } = kernel
    if (constructor === this.#gpu?.Kernel) return
    const { mode } = constructor
    const why = kernel.fallbackReason === undefined ? '' : ` (${kernel.fallbackReason})`
    throw new Error(`gpu.js ran a kernel in the mode ${String(mode)} instead of ${this.mode}${why}`)
  }
}

function flat(rows: readonly Float32Array[]): Float32Array {
  const length = rows[0]?.length ?? 0
  const whole = new Float32Array(rows.length * length)
  for (const [i, row] of rows.entries()) whole.set(row, i * length)
  return whole
}

/** `size` of all parts but the last, whose places stay within it. */
export function joining(count: number): string {
  const names = Array.from({ length: count }, (_, i) => `part${i}`)
  const cases = names.map((name, i) => {
    const at = i === count - 1 ? 'inLast' : 'place'
    return `  if (which == ${i}.0) {\n    value = ${name}[${at}];\n  }`
  })
  const which = names
    .slice(1)
    .reduceRight((rest, _, i) => `(at < size * ${i + 1}.0) ? ${i}.0 : (${rest})`, `${count - 1}.0`)
  return `function (${names.join(', ')}, size, end) {
  const at = this.thread.x + 0.0;
  const which = ${which};
  const place = at - which * size;
  const inLast = Math.min(place, end - 1.0);
  let value = 0.0;
${cases.join('\n')}
  return value;
}`
}
