// As much of gpu.js as modules need, in plain JavaScript, as on a graphics card: results are handles, and those that nobody
// freed are counted. What is to go wrong can be told.
import { runInThisContext } from 'node:vm'

type Kernel = (this: { thread: { x: number } }, ...given: unknown[]) => number

class Texture {
  readonly numbers: Float32Array
  constructor(numbers: Float32Array) {
    this.numbers = numbers
    counted.alive++
  }
  toArray(): Promise<Float32Array> {
    return counted.counting('reads', () => this.numbers)
  }
  delete(): void {
    counted.alive--
  }
}

/** Runs and reads so far, handles that are alive, and at which run or read to fail. */
export const counted = {
  alive: 0,
  runs: 0,
  reads: 0,
  failAt: {} as { runs?: number; reads?: number },
  context: {} as object,
  async counting<T>(what: 'runs' | 'reads', run: () => T): Promise<T> {
    if (++counted[what] === counted.failAt[what]) throw new Error('out of memory')
    return run()
  },
}

class Kernels {
  readonly context = counted.context
}

export class GPU {
  static readonly isWebGL2Supported = true
  readonly Kernel = Kernels
  createKernel(source: string, { output }: { output: number[] }): object {
    const kernel = runInThisContext(`(${source})`) as Kernel
    const call = (...given: unknown[]): Promise<Texture> =>
      counted.counting('runs', () => {
        const values = given.map((each) => (each instanceof Texture ? each.numbers : each))
        const threads = { length: output[0] ?? 0 }
        return new Texture(
          Float32Array.from(threads, (_, x) => kernel.call({ thread: { x } }, ...values)),
        )
      })
    return Object.assign(call, { kernel: new Kernels(), destroy: () => {} })
  }
  destroy(): void {}
}
