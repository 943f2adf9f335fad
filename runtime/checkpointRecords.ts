// What a checkpoint tells besides its tensors: JSON texts in the file's metadata, checked when they are read.
import { CheckpointError } from './fault.ts'
import type { EpochRecord } from './history.ts'
import { quote } from './nearest.ts'
import type { Preparation } from './prepare.ts'

export interface Records {
  readonly model: ModelRecord
  /** Present when `fit` made the model. */
  readonly training?: TrainingRecord
  /** How data became inputs. */
  readonly preparation?: Preparation
}
export interface ModelRecord {
  /** The seed that the model was made with. */
  readonly seed: number
  readonly step: number
  /** The steps of each loss, where a module counts them. */
  readonly steps?: Readonly<Record<string, number>>
  readonly axes: Readonly<Record<string, number>>
}
export interface TrainingRecord {
  readonly losses: readonly string[]
  readonly epoch: number
  /** The number of epochs that the run was to have. */
  readonly epochs: number
  readonly seed: number
  readonly batchSize: number
  /** The fraction set aside; 0 where there was none, or where validation had data of its own. */
  readonly validate: number
  readonly history: readonly EpochRecord[]
}

const format = 'lossdsl 1'

export function writeRecords(records: Records): Record<string, string> {
  const { model, training, preparation } = records
  return {
    format,
    model: JSON.stringify(model),
    ...(training === undefined ? {} : { training: JSON.stringify(training) }),
    ...(preparation === undefined ? {} : { preparation: JSON.stringify(preparation) }),
  }
}

/** A file of another program (a state dict) tells nothing: then these are the records of a new model. */
export function readRecords(metadata: Readonly<Record<string, string>>, source: string): Records {
  const written = metadata['format'] ?? ''
  if (!written.startsWith('lossdsl ')) return { model: { seed: 0, step: 0, axes: {} } }
  if (written !== format) {
    throw new CheckpointError(
      `${source} is of the format ${quote(written)}; this version reads ${format}.`,
    )
  }
  const read = (name: string): unknown => {
    try {
      return JSON.parse(metadata[name] ?? 'null')
    } catch (cause) {
      throw damaged(source, name, cause)
    }
  }
  const [model, training, preparation] = ['model', 'training', 'preparation'].map(read)
  if (!isModelRecord(model)) throw damaged(source, 'model')
  if (training !== null && !isTrainingRecord(training)) throw damaged(source, 'training')
  if (preparation !== null && !isPreparation(preparation)) throw damaged(source, 'preparation')
  return {
    model,
    ...(training === null ? {} : { training }),
    ...(preparation === null ? {} : { preparation }),
  }
}

function damaged(source: string, name: string, cause?: unknown): CheckpointError {
  return new CheckpointError(`${source}: its record ${quote(name)} is damaged.`, { cause })
}

function isModelRecord(value: unknown): value is ModelRecord {
  return (
    isRecord(value) &&
    isNumber(value['seed']) &&
    isNumber(value['step']) &&
    isNumbersByName(value['axes']) &&
    (value['steps'] === undefined || isNumbersByName(value['steps']))
  )
}

function isTrainingRecord(value: unknown): value is TrainingRecord {
  return (
    isRecord(value) &&
    isTexts(value['losses']) &&
    ['epoch', 'epochs', 'seed', 'batchSize', 'validate'].every((name) => isNumber(value[name])) &&
    Array.isArray(value['history']) &&
    value['history'].every(isEpochRecord)
  )
}

/** Measures may be null: JSON has no infinity. */
function isEpochRecord(value: unknown): value is EpochRecord {
  return (
    isRecord(value) &&
    isNumber(value['epoch']) &&
    isNumber(value['step']) &&
    isRecord(value['train']) &&
    (value['validation'] === undefined || isRecord(value['validation']))
  )
}

function isPreparation(value: unknown): value is Preparation {
  return (
    isRecord(value) && isRecord(value['inputs']) && Object.values(value['inputs']).every(isInput)
  )
}

function isInput(value: unknown): boolean {
  if (!isRecord(value) || typeof value['columns'] !== 'string') return false
  const { classes, standardization } = value
  if (classes !== undefined && !isTexts(classes)) return false
  if (standardization === undefined) return true
  return (
    isRecord(standardization) &&
    isNumbers(standardization['mean']) &&
    isNumbers(standardization['deviation'])
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}
function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isNumber)
}
function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
function isNumbersByName(value: unknown): value is Record<string, number> {
  return isRecord(value) && Object.values(value).every(isNumber)
}
