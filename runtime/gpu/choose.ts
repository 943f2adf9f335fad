// Which mode of gpu.js runs: the first that answers, and that computes as kernels need it.
import { Driver, type GpuClass, type Mode } from './driver.ts'

export interface Chosen {
  readonly driver: Driver
  readonly why: string
}

export async function choose(GPU: GpuClass, asked: Mode | undefined): Promise<Chosen> {
  const passed: string[] = []
  for (const mode of asked === undefined ? modesHere() : [asked]) {
    const missing = await whyMissing(GPU, mode, asked !== undefined)
    const driver = new Driver(GPU, mode)
    const reason = missing ?? (await whyUnfit(driver))
    if (reason === null) {
      const because = asked === undefined ? 'the first that answers' : 'asked for'
      return { driver, why: [because, ...passed].join('; ') }
    }
    await driver.destroy()
    passed.push(`${mode}: ${reason}`)
  }
  const advice = asked === undefined ? '' : '; without the option mode, the first that can is taken'
  throw new Error(`no mode of gpu.js can run here: ${passed.join('; ')}${advice}`)
}

/** In Node, WebGPU only on request: its binding has to be there, and holds the process open. */
function modesHere(): Mode[] {
  return isBrowser() ? ['webgpu', 'webgl2', 'webasm'] : ['webasm']
}

interface Surroundings {
  readonly document?: unknown
  readonly WorkerGlobalScope?: unknown
  readonly navigator?: { readonly gpu?: { requestAdapter(): Promise<Adapter | null> } }
}
interface Adapter {
  readonly isFallbackAdapter?: boolean
  readonly info?: { readonly isFallbackAdapter?: boolean }
}
const surroundings = globalThis as Surroundings

function isBrowser(): boolean {
  return surroundings.document !== undefined || surroundings.WorkerGlobalScope !== undefined
}

/** A software adapter is slower than WebAssembly: it is taken only when WebGPU is asked for. */
async function whyMissing(GPU: GpuClass, mode: Mode, isAsked: boolean): Promise<string | null> {
  if (mode === 'webgl2' && GPU.isWebGL2Supported === false) return 'there is no WebGL2'
  if (mode !== 'webgpu') return null
  const { gpu } = surroundings.navigator ?? {}
  if (gpu === undefined) {
    return isBrowser()
      ? 'this page has no navigator.gpu'
      : 'there is no navigator.gpu: put the package webgpu’s create([]) there before the first call'
  }
  const adapter = await gpu.requestAdapter()
  if (adapter === null) return 'no adapter answers'
  const isSoftware = adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false
  return isSoftware && !isAsked ? 'only a software adapter answers' : null
}

/**
 * Kernels rest on these: infinities and NaN, as in masks and maxima; whole quotients; and that of a choice the side not
 * taken leaves no trace, even where it is NaN.
 */
const probe = `function (from, infinity) {
  const at = this.thread.x + 0.0;
  const row = Math.floor((at + 0.5) / 3.0);
  let best = -infinity;
  for (let i = 0; i < 4; i++) {
    const v = from[i];
    best = (best < v || !(v == v)) ? v : best;
  }
  const difference = infinity - infinity;
  const isNaN = !(difference == difference) ? 1.0 : 0.0;
  const isWon = !(best == best) ? 10.0 : 0.0;
  const isInfinite = (1.0 / (from[0] * 0.0) == infinity) ? 100.0 : 0.0;
  const kept = (row < 4.0) ? 1000.0 : difference;
  return isNaN + isWon + isInfinite + kept + row * 10000.0;
}`

async function whyUnfit(driver: Driver): Promise<string | null> {
  try {
    const from = await driver.upload([1, Number.NaN, 3, 2])
    const to = await driver.run(probe, [7], [from], [4], [Infinity])
    const numbers = await driver.read(to)
    for (const handle of [from, to]) driver.free(handle)
    const want = [0, 0, 0, 1, 1, 1, 2].map((row) => 1111 + row * 10000)
    const isRight = want.every((number, i) => numbers[i] === number)
    return isRight
      ? null
      : `infinities, NaN or quotients come out wrong (${Array.from(numbers).join(', ')})`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
