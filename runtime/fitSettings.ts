// What a run of training is to be: its losses, its settings, its parts of the rows; all checked before the first step.
import type { Examples } from './examples.ts'
import { DataError } from './fault.ts'
import type { FitOptions } from './fit.ts'
import { fixedRows } from './measure.ts'
import { didYouMean, listOf, quote } from './nearest.ts'
import { range, split } from './random.ts'
import { entriesOfKind, type AnyModel, type GeneratedModule } from './signature.ts'

/** What of the options bears on no model. */
type Asked = Omit<FitOptions, 'model' | 'onEpoch'>

export interface Settings {
  readonly epochs: number
  readonly seed: number
  readonly batchSize: number
  readonly validate: number
}

/** The losses to step, in order. */
export function lossesOf(module: GeneratedModule<AnyModel>, options: Asked): readonly string[] {
  const { signature } = module
  const all = entriesOfKind(signature, 'loss')
  const stepping = all.filter((name) => signature.entries[name]?.steps === true)
  if (module.init === undefined) throw new DataError('The module has no parameters to train.')
  const asked = typeof options.loss === 'string' ? [options.loss] : options.loss
  const losses = asked ?? options.resume?.training?.losses ?? stepping
  if (losses.length === 0) {
    throw new DataError(
      `The module has no loss with an optimizer (${all.length === 0 ? 'it has no loss' : `it has ${listOf(all)}`}): add a line as "minimize ${all[0] ?? 'loss'} with adam(lr = 1e-3)".`,
    )
  }
  for (const name of losses) {
    if (stepping.includes(name)) continue
    if (asked === undefined && !all.includes(name)) {
      throw new DataError(
        `The checkpoint to resume is of another model: it trained the loss ${quote(name)}, and this one has ${listOf(all)}.`,
      )
    }
    throw new DataError(
      all.includes(name)
        ? `The loss ${quote(name)} has no optimizer: add a line as "minimize ${name} with adam(lr = 1e-3)".`
        : `The module has no loss ${quote(name)}. ${didYouMean(name, stepping)}`,
    )
  }
  return losses
}

export function settingsOf(
  module: GeneratedModule<AnyModel>,
  examples: Examples,
  options: Asked,
): Settings {
  const before = options.resume?.training
  const fixed = fixedRows(module.signature, examples)
  const asked = options.batchSize ?? before?.batchSize
  const batchSize = asked ?? fixed ?? (examples.rowAxis === null ? 1 : 32)
  const validate = typeof options.validate === 'number' ? options.validate : (before?.validate ?? 0)
  const settings = {
    epochs: options.epochs ?? before?.epochs ?? 10,
    seed: options.seed ?? before?.seed ?? 1,
    batchSize,
    validate: typeof options.validate === 'object' ? 0 : validate,
  }
  if (!isCount(settings.epochs, 0))
    throw new DataError(`${settings.epochs} is no number of epochs.`)
  if (!isCount(batchSize, 1)) throw new DataError(`${batchSize} is no number of rows for a batch.`)
  if (!isCount(settings.seed, 0)) {
    throw new DataError(`${settings.seed} is no seed: a whole number from 0 to 2^53 - 1 is.`)
  }
  if (!(settings.validate >= 0 && settings.validate < 1)) {
    throw new DataError(`${settings.validate} is no fraction of the rows: 0.2 sets a fifth aside.`)
  }
  if (fixed !== null && batchSize !== fixed) {
    throw new DataError(
      `The axis ${examples.rowAxis} has the fixed size ${fixed}, so a batch can't have ${batchSize} rows. Leave its size out of the file to choose it here.`,
    )
  }
  if (fixed !== null && examples.rows < fixed) {
    throw new DataError(`A batch needs ${fixed} rows, and there are ${examples.rows}.`)
  }
  // Another seed or split would let rows that were set aside into training.
  if (
    before !== undefined &&
    (before.seed !== settings.seed || before.validate !== settings.validate)
  ) {
    throw new DataError(
      `The run to resume had the seed ${before.seed} and set aside ${before.validate} of the rows; it can't go on with the seed ${settings.seed} and ${settings.validate}.`,
    )
  }
  return settings
}

function isCount(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least
}

/** The rows to train on, and those to validate on: of these examples, or all of others. */
export function partsOf(
  examples: Examples,
  others: Examples | null,
  { validate: fraction, seed }: Settings,
  fixed: number | null,
) {
  if (examples.rows === 0) throw new DataError('There are no rows to train on.')
  if (others !== null) {
    const rows = range(others.rows)
    return { train: range(examples.rows), validation: { examples: others, rows } }
  }
  const { train, validation } = split(examples.rows, fraction, seed)
  if (train.length === 0) {
    throw new DataError(`Of ${examples.rows} rows, ${fraction} set aside leaves none to train on.`)
  }
  if (
    fixed !== null &&
    validation.length > 0 &&
    Math.min(train.length, validation.length) < fixed
  ) {
    throw new DataError(
      `A batch needs ${fixed} rows; ${train.length} are left to train on, and ${validation.length} set aside.`,
    )
  }
  return { train, validation: validation.length === 0 ? null : { examples, rows: validation } }
}
