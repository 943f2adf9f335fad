// How long calls take, compared with one another: they take turns, so that whatever else the machine does meets all of
// them alike.

export type Timed = () => unknown
/** Milliseconds since some moment. */
export type Clock = () => number

export const wallClock: Clock = () => performance.now()
/** Of this process alone, with all its threads: other programs do not move it, nor does work on a GPU. */
export const processorClock: Clock = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** A sample is as many calls as take this long, for clocks may be coarse. */
const sampleMilliseconds = 4
const fewestSamples = 5

/** The median milliseconds of each call, timed for `seconds`. Ends early, with what it has, where `signal` is aborted. */
export async function timeInTurn(
  calls: readonly Timed[],
  seconds: number,
  { signal, clock = wallClock }: { readonly signal?: AbortSignal; readonly clock?: Clock } = {},
): Promise<number[]> {
  const measured: { readonly run: Timed; readonly count: number; readonly samples: number[] }[] = []
  for (const run of calls) {
    measured.push({ run, count: await warmUp(run, seconds / 4, clock), samples: [] })
  }
  const end = performance.now() + 750 * seconds * calls.length
  for (let round = 0; round < fewestSamples || performance.now() < end; round++) {
    if (signal?.aborted === true) break
    for (const { run, count, samples } of measured) samples.push(await sample(run, count, clock))
  }
  return measured.map(({ samples }) => {
    const sorted = samples.sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? NaN
  })
}

/** Until the engine has compiled what it will; gives how many calls make a sample. */
async function warmUp(run: Timed, seconds: number, clock: Clock): Promise<number> {
  const end = performance.now() + 1000 * seconds
  let count = 1
  for (;;) {
    const milliseconds = await sample(run, count, clock)
    if (performance.now() >= end) {
      return Math.max(1, Math.ceil(sampleMilliseconds / Math.max(milliseconds, 1e-6)))
    }
    if (milliseconds * count < sampleMilliseconds) count *= 2
  }
}

async function sample(run: Timed, count: number, clock: Clock): Promise<number> {
  const start = clock()
  for (let k = 0; k < count; k++) {
    const result = run()
    // What is there at once needs no wait, which would take longer than some calls.
    if (result instanceof Promise) await result
  }
  return (clock() - start) / count
}
