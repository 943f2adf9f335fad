// Steps of a gpu module beside those of its js twin, on the same batches of real data.
import { batches, initAxes, prepare, readCsv } from '../../runtime/index.ts'
import type { DeviceReport, GeneratedModule, Model } from '../../runtime/index.ts'

export interface Twins {
  readonly gpu: GeneratedModule
  readonly js: GeneratedModule
}

export interface Training {
  readonly module: string
  readonly data: string
  /** Of each input, where the names differ. */
  readonly columns: Readonly<Record<string, string>>
  readonly rows: number
  readonly steps: number
}

export interface Trained {
  readonly device: DeviceReport
  readonly losses: readonly { readonly got: number; readonly want: number }[]
}

export interface OnDevice extends Model {
  readonly device: DeviceReport
  read(): Promise<Model>
  write(tensors: object): Promise<void>
  dispose(): Promise<void>
}

export interface Loss {
  readonly step: (...given: unknown[]) => number | Promise<number>
}

/** `text`: of the data. */
export async function train(
  { gpu, js }: Twins,
  { columns, rows, steps }: Training,
  text: string,
  mode: string,
): Promise<Trained> {
  const { examples } = prepare(gpu.signature, [readCsv(text)], { columns })
  const options = { seed: 1, axes: initAxes(gpu.signature, examples.axes) }
  const model = await open(gpu, { ...options, mode })
  const host = await js.init?.(options)
  const losses: { got: number; want: number }[] = []
  for (let epoch = 1; losses.length < steps; epoch++) {
    const order = { batchSize: rows, seed: 1, epoch, dropLast: true }
    for (const { inputs } of batches(examples, order)) {
      if (losses.length === steps) break
      const got = await lossOf(gpu).step(model, inputs)
      losses.push({ got, want: await lossOf(js).step(host, inputs) })
    }
  }
  const { device } = model
  await model.dispose()
  return { device, losses }
}

export async function open(gpu: GeneratedModule, options: object): Promise<OnDevice> {
  return (await gpu.init?.(options)) as OnDevice
}

export function lossOf(module: GeneratedModule): Loss {
  return module['train'] as Loss
}

const digits = { data: 'digits/digits.csv', steps: 50 }

/** As the examples' READMEs train them, in smaller batches. */
export const trainings: readonly Training[] = [
  { ...digits, module: 'digits', columns: { x: 'p00:p77' }, rows: 16 },
  { ...digits, module: 'cnn', columns: { image: 'p00:p77' }, rows: 2 },
  {
    module: 'lstm',
    data: 'lstm/sums.csv',
    columns: { value: 'v0:v9', mark: 'm0:m9' },
    rows: 8,
    steps: 50,
  },
]

/** The largest relative difference of two losses. */
export function worstOf({ losses }: Trained): number {
  return Math.max(...losses.map(({ got, want }) => Math.abs(got / want - 1)))
}
