// How training ended: in words, or as one line of JSON.
import type { EpochRecord, FitResult } from '../runtime/index.ts'
import { measure } from './progress.ts'
import type { Session } from './session.ts'
import { sparkline } from './sparkline.ts'

export interface Run {
  readonly seconds: number
  /** Epochs of the checkpoint that was resumed. */
  readonly before: number
  readonly written: {
    readonly checkpoint: string | undefined
    readonly curve: string | undefined
  }
}

export function summary(result: FitResult, run: Run, colors: Session['outColors']): string {
  const { history, training } = result
  const lines = ['', colors.bold(headline(result, run))]
  const last = history.at(-1)
  if (last !== undefined) {
    // In full: the same seed gives the same digits.
    lines.push(told('training', last.train))
    if (last.validation !== undefined) lines.push(told('validation', last.validation))
  }
  lines.push(...bestLine(history), ...curves(history))
  const { checkpoint, curve } = run.written
  if (training.epoch > run.before) {
    if (checkpoint !== undefined) lines.push(`Checkpoint of epoch ${training.epoch}: ${checkpoint}`)
    if (curve !== undefined) lines.push(`Learning curve: ${curve}`)
  }
  return `${lines.join('\n')}\n`
}

export function summaryLine({ training, model, stopped }: FitResult): string {
  const { epoch, seed, batchSize, validate } = training
  return `${JSON.stringify({ done: !stopped, epoch, step: model.step, seed, batchSize, validate })}\n`
}

function headline({ training, stopped }: FitResult, { seconds, before }: Run): string {
  const epochs = training.epoch - before
  if (stopped) return `Stopped after ${count(training.epoch, 'whole epoch')}.`
  if (epochs <= 0 && before > 0) {
    return `The checkpoint has ${count(before, 'epoch')} already; --epochs counts them all.`
  }
  const inAll = before > 0 ? ` (${training.epoch} in all)` : ''
  return `Trained ${count(epochs, 'epoch')}${inAll} in ${seconds.toFixed(1)} s.`
}

function told(part: string, measures: EpochRecord['train']): string {
  const values = Object.entries(measures).map(([name, value]) => `${name} ${value}`)
  return `  ${`${part}:`.padEnd(12)} ${values.join(', ')}`
}

/** Where validation was best, if that was not at the end: training longer than that did not help. */
function bestLine(history: readonly EpochRecord[]): string[] {
  const last = history.at(-1)
  const [loss] = Object.keys(last?.validation ?? {})
  if (last === undefined || loss === undefined) return []
  const value = (record: EpochRecord) => record.validation?.[loss] ?? Infinity
  const best = history.reduce(
    (least, record) => (value(record) < value(least) ? record : least),
    last,
  )
  if (best === last) return []
  return [`  The lowest validation ${loss} was ${measure(value(best))}, after epoch ${best.epoch}.`]
}

/** One line of blocks for each loss and metric, of validation where there is one. */
function curves(history: readonly EpochRecord[]): string[] {
  if (history.length < 3) return []
  const part = history.at(-1)?.validation === undefined ? 'train' : 'validation'
  const names = Object.keys(history.at(-1)?.[part] ?? {})
  const width = Math.max(...names.map((name) => name.length))
  return names.map((name) => {
    const values = history.map((record) => record[part]?.[name] ?? NaN)
    const [first, last] = [values[0] ?? NaN, values.at(-1) ?? NaN]
    return `  ${name.padEnd(width)}  ${measure(first)} ${sparkline(values)} ${measure(last)}`
  })
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
