// What runs in the page, for tests to call.
import type { DeviceReport, Model } from '../../runtime/index.ts'
import { lossOf, open, train, type Trained, type Training, type Twins } from './training.ts'
import type { Watch } from './watch.ts'

export interface Page {
  train(training: Training, mode: string): Promise<Trained>
  /** The device that `init` takes by itself. */
  choose(): Promise<DeviceReport>
  /** By mode, the first loss, or why there is none. */
  tryModes(modes: readonly string[]): Promise<Record<string, number | string>>
  /** What is alive on the device after so many steps in all, and at last without the model. */
  countAlive(mode: string, steps: readonly number[]): Promise<number[]>
  /** Steps, a read, more steps, a loss of the device, as many steps again; a read, another loss, one more step. */
  loseDevice(mode: string, steps: number, more: number): Promise<Survived>
}

export interface Survived {
  readonly before: readonly number[]
  readonly after: readonly number[]
  /** The losses of plain JavaScript, which loses nothing. */
  readonly want: readonly number[]
  readonly step: number
  readonly device: DeviceReport
  readonly params: Model['params']
  readonly wantParams: Model['params']
}

declare const watch: Watch

const rows = 20
const batch = {
  x: Float32Array.from({ length: rows * 3 }, (_, i) => Math.sin(i * i)),
  y: Float32Array.from({ length: rows }, (_, i) => Math.cos(i)),
}

export function openPage(modules: Readonly<Record<string, Twins>>): void {
  const twinsOf = (name: string): Twins => {
    const twins = modules[name]
    if (twins === undefined) throw new Error(`the page has no module ${name}`)
    return twins
  }

  const page: Page = {
    async train(training, mode) {
      const text = await (await fetch(training.data)).text()
      return train(twinsOf(training.module), training, text, mode)
    },

    async choose() {
      const { gpu } = twinsOf('small')
      const model = await open(gpu, {})
      await lossOf(gpu).step(model, batch)
      await model.dispose()
      return model.device
    },

    async tryModes(modes) {
      const { gpu } = twinsOf('small')
      const found: Record<string, number | string> = {}
      for (const mode of modes) {
        try {
          const model = await open(gpu, { mode })
          found[mode] = await lossOf(gpu).step(model, batch)
          await model.dispose()
        } catch (error) {
          found[mode] = String(error)
        }
      }
      return found
    },

    async countAlive(mode, steps) {
      const { gpu } = twinsOf('small')
      const model = await open(gpu, { mode })
      const counts: number[] = []
      for (let step = 1; step <= Math.max(...steps); step++) {
        await lossOf(gpu).step(model, batch)
        if (steps.includes(step)) counts.push(watch.alive())
      }
      await model.dispose()
      return [...counts, watch.alive()]
    },

    async loseDevice(mode, steps, more) {
      const { gpu, js } = twinsOf('small')
      const [model, host] = [await open(gpu, { mode }), await js.init?.()]
      const run = async (count: number): Promise<number[]> => {
        const losses: number[] = []
        for (let k = 0; k < count; k++) losses.push(await lossOf(gpu).step(model, batch))
        return losses
      }
      const before = await run(steps)
      await model.read()
      before.push(...(await run(more)))
      watch.loseDevice()
      const after = await run(more)
      await model.read()
      watch.loseDevice()
      after.push(...(await run(1)))
      const want: number[] = []
      for (let k = 0; k <= steps + more; k++) want.push(await lossOf(js).step(host, batch))
      const { step, params } = await model.read()
      await model.dispose()
      const { device } = model
      return { before, after, want, step, device, params, wantParams: host?.params ?? {} }
    },
  }
  Object.assign(globalThis, { page })
}
