// Training any generated module: epochs of shuffled batches, each loss stepping on each batch, measured after each epoch.
// Everything that depends on chance is a function of the seed and the epoch, so that a run that was cut off and resumed
// gives the same numbers to the last bit as one that was not.
import { Batcher } from './batches.ts'
import { checkModule, checkOptions, type OptionNames } from './calls.ts'
import { initAxes, loadModel, type Checkpoint } from './checkpoint.ts'
import type { TrainingRecord } from './checkpointRecords.ts'
import { asExamples, isFree, type Examples, type PlainData } from './examples.ts'
import { DataError, DivergenceError } from './fault.ts'
import type { EpochRecord, Measures } from './history.ts'
import { evaluate, fixedRows } from './measure.ts'
import { lossesOf, partsOf, settingsOf, type Settings } from './fitSettings.ts'
import { quote } from './nearest.ts'
import { epochOrder } from './random.ts'
import {
  entriesOfKind,
  sizesOf,
  type AnyModel,
  type Call,
  type CallOptions,
  type GeneratedModule,
  type Model,
  type Signature,
} from './signature.ts'

export interface FitOptions<M extends AnyModel = Model> {
  /** The losses to step, in this order on each batch; by default all that have an optimizer. */
  readonly loss?: string | readonly string[]
  /** The number of epochs in all, those before a resumed checkpoint included. Default 10, or as many as the resumed run was to have. */
  readonly epochs?: number
  /** Default 32, or the number of rows that the file fixes. */
  readonly batchSize?: number
  /** A fraction of the rows to set aside, or other data. */
  readonly validate?: number | Examples | PlainData
  /** For the initial parameters, the split and the shuffling. Default 1. */
  readonly seed?: number
  /** Sizes of free axes that neither parameters nor data settle. */
  readonly axes?: Readonly<Record<string, number>>
  /** Given to each `step`: `{ lr: 1e-4 }`. */
  readonly stepOptions?: CallOptions
  /** Go on from here. Seed, batch size and validation are those of the run that wrote it. */
  readonly resume?: Checkpoint
  /** A model to start from, in place of a new one. */
  readonly model?: M
  readonly onBatch?: (progress: BatchProgress) => void
  /** Awaited before the next epoch begins. */
  readonly onEpoch?: (epoch: EpochRecord, state: FitResult<M>) => void | Promise<void>
  /** Aborting ends training after the batch that runs; the result says so. */
  readonly signal?: AbortSignal
}

const optionNames: OptionNames<FitOptions> = {
  loss: true,
  epochs: true,
  batchSize: true,
  validate: true,
  seed: true,
  axes: true,
  stepOptions: true,
  resume: true,
  model: true,
  onBatch: true,
  onEpoch: true,
  signal: true,
}

export interface BatchProgress {
  readonly epoch: number
  readonly epochs: number
  /** 1, 2, … */
  readonly batch: number
  readonly batches: number
  /** The losses' running means over the epoch. */
  readonly train: Measures
}

export interface FitResult<M extends AnyModel = Model> {
  readonly model: M
  readonly history: readonly EpochRecord[]
  /** What a checkpoint needs besides the model. */
  readonly training: TrainingRecord
  /** Stopped by the signal: the model may be within an epoch. */
  readonly stopped: boolean
}

export async function fit<M extends AnyModel = Model>(
  module: GeneratedModule<M>,
  data: Examples | PlainData,
  options: FitOptions<M> = {},
): Promise<FitResult<M>> {
  checkModule('fit', module)
  checkOptions<FitOptions<M>>('fit', options, optionNames)
  const losses = lossesOf(module, options)
  const { signature } = module
  const measured = [...losses, ...entriesOfKind(signature, 'metric')]
  const known = { ...sizesOf(signature, options.model ?? null), ...options.axes }
  const examples = asExamples(signature, data, { entries: measured, axes: known })
  const settings = settingsOf(module, examples, options)
  const model = await startingModel(module, examples, settings.seed, options)
  const others =
    typeof options.validate === 'object'
      ? asExamples(signature, options.validate, {
          entries: measured,
          axes: { ...examples.axes, ...known },
        })
      : null
  const parts = partsOf(examples, others, settings, fixedRows(signature, examples))
  const history = [...(options.resume?.training?.history ?? [])]
  const state = (epoch: number, stopped: boolean): FitResult<M> => ({
    model,
    history: [...history],
    training: { ...settings, losses, epoch, history: [...history] },
    stopped,
  })

  const batcher = new Batcher(examples)
  const done = options.resume?.training?.epoch ?? 0
  for (let epoch = done + 1; epoch <= settings.epochs; epoch++) {
    const run = {
      module,
      model,
      losses,
      examples,
      batcher,
      rows: parts.train,
      epoch,
      settings,
      options,
    }
    const train = await trainEpoch(run)
    if (train === null) return state(epoch - 1, true)
    const metrics = entriesOfKind(signature, 'metric')
    const record: EpochRecord = {
      epoch,
      step: model.step,
      train: {
        ...train,
        ...(await evaluate(module, model, examples, { entries: metrics, rows: parts.train })),
      },
      ...(parts.validation === null
        ? {}
        : {
            validation: await evaluate(module, model, parts.validation.examples, {
              entries: measured,
              rows: parts.validation.rows,
            }),
          }),
    }
    history.push(record)
    await options.onEpoch?.(record, state(epoch, false))
    if (options.signal?.aborted === true) return state(epoch, true)
  }
  return state(Math.max(done, settings.epochs), false)
}

interface EpochRun {
  readonly module: GeneratedModule<AnyModel>
  readonly model: AnyModel
  readonly losses: readonly string[]
  readonly examples: Examples
  readonly batcher: Batcher
  readonly rows: Int32Array
  readonly epoch: number
  readonly settings: Settings
  readonly options: Pick<FitOptions, 'onBatch' | 'signal' | 'stepOptions'>
}

/** The mean of each loss; null when the signal stopped it. */
async function trainEpoch(run: EpochRun): Promise<Measures | null> {
  const { module, model, losses, epoch, settings, options } = run
  const order = epochOrder(run.rows, settings.seed, epoch)
  const dropLast = fixedRows(module.signature, run.examples) !== null
  const total = order.length / settings.batchSize
  const batches = dropLast ? Math.floor(total) : Math.ceil(total)
  const sums = new Map<string, number>(losses.map((name) => [name, 0]))
  const means = (rows: number) =>
    Object.fromEntries(losses.map((name) => [name, (sums.get(name) ?? 0) / rows]))
  let rows = 0
  let breath = Date.now()
  for (const batch of run.batcher.run(order, settings.batchSize, dropLast)) {
    rows += batch.rows
    for (const name of losses) {
      const { step } = module[name] as { readonly step: Call<number> }
      const result = step(model, batch.inputs, options.stepOptions)
      const value = typeof result === 'number' ? result : await result
      if (Number.isNaN(value)) throw diverged(name, epoch, batch.index + 1)
      sums.set(name, (sums.get(name) ?? 0) + value * batch.rows)
    }
    options.onBatch?.({
      epoch,
      epochs: settings.epochs,
      batch: batch.index + 1,
      batches,
      train: means(rows),
    })
    if (Date.now() - breath > 50) {
      await nextTask()
      breath = Date.now()
    }
    if (options.signal?.aborted === true) return null
  }
  return means(rows)
}

/** Lets signals, timers and screens have their turn: a synchronous module would keep them waiting to the end. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

async function startingModel<M extends AnyModel>(
  module: GeneratedModule<M>,
  examples: Examples,
  seed: number,
  options: FitOptions<M>,
): Promise<M> {
  if (options.resume !== undefined) return loadModel(module, options.resume)
  if (options.model !== undefined) return options.model
  if (module.init === undefined) throw new DataError('The module has no parameters to train.')
  const axes = initAxes(module.signature, { ...examples.axes, ...options.axes })
  checkSizes(module.signature, axes)
  return module.init({ seed, axes })
}

/** Parameters need sizes that the file or the data settle; `init` would only say so to a programmer. */
function checkSizes(signature: Signature, axes: Readonly<Record<string, number>>): void {
  for (const { path, axes: names } of [...signature.parameters, ...signature.states]) {
    for (const axis of names.flatMap((name) => axesBehind(signature, name))) {
      if (axes[axis] !== undefined) continue
      throw new DataError(
        `${quote(path)} has the axis ${axis}, and neither the file nor the data settle its size: write it in the file, or give it with --axis ${axis}=64.`,
      )
    }
  }
}

/** The free axes that an axis's size depends on. */
function axesBehind(signature: Signature, axis: string): string[] {
  const formula = signature.axes[axis]?.formula
  const names = formula === undefined ? [axis] : (formula.match(/[A-Za-z_]\w*'*/g) ?? [])
  return names.filter((name) => signature.axes[name] !== undefined && isFree(signature, name))
}

function diverged(loss: string, epoch: number, batch: number): DivergenceError {
  return new DivergenceError(
    `The loss ${quote(loss)} is not a number any more (epoch ${epoch}, batch ${batch}). A smaller learning rate or clip_norm may help; so may standardized inputs.`,
  )
}
