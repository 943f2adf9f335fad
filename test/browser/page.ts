// What runs in the page: steps of a gpu module beside those of its js twin, on the same batches.
import { batches, initAxes, prepare, readCsv } from '../../runtime/index.ts'
import type { DeviceReport, GeneratedModule, Model } from '../../runtime/index.ts'

export interface Twins {
  readonly gpu: GeneratedModule
  readonly js: GeneratedModule
}

export interface Training {
  readonly module: string
  readonly mode?: string
  readonly data: string
  readonly columns: Readonly<Record<string, string>>
  readonly rows: number
  readonly steps: number
}

export interface Trained {
  readonly device: DeviceReport
  readonly losses: readonly { readonly got: number; readonly want: number }[]
}

export interface Page {
  train(training: Training): Promise<Trained>
}

export interface OnDevice extends Model {
  readonly device: DeviceReport
  read(): Promise<Model>
  dispose(): Promise<void>
}
interface Loss {
  readonly step: (...given: unknown[]) => number | Promise<number>
}

export function open(modules: Readonly<Record<string, Twins>>): void {
  const page: Page = {
    async train({ module, mode, data, columns, rows, steps }) {
      const { gpu, js } = modules[module] ?? fail(`no module ${module}`)
      const text = await (await fetch(data)).text()
      const { examples } = prepare(gpu.signature, [readCsv(text)], { columns })
      const options = { seed: 1, axes: initAxes(gpu.signature, examples.axes) }
      const model = (await gpu.init?.({ ...options, ...(mode && { mode }) })) as OnDevice
      const host = await js.init?.(options)
      const losses: { got: number; want: number }[] = []
      for (let epoch = 1; losses.length < steps; epoch++) {
        for (const { inputs } of batches(examples, {
          batchSize: rows,
          seed: 1,
          epoch,
          dropLast: true,
        })) {
          if (losses.length === steps) break
          losses.push({
            got: await (gpu['train'] as Loss).step(model, inputs),
            want: await (js['train'] as Loss).step(host, inputs),
          })
        }
      }
      const { device } = model
      await model.dispose()
      return { device, losses }
    },
  }
  Object.assign(globalThis, { page })
}

function fail(message: string): never {
  throw new Error(message)
}
