// How training shows itself: a table of epochs, and on a terminal a bar for the one that runs.
import type { BatchProgress, EpochRecord, Measures } from '../runtime/index.ts'
import type { Session } from './session.ts'

export class Progress {
  readonly #session: Session
  #columns: readonly Column[] | null = null
  #barShown = false
  #lastDrawn = 0

  constructor(session: Session) {
    this.#session = session
  }

  /** Redraws the bar, at most every 50 ms. */
  batch(progress: BatchProgress): void {
    const { terminal, errColors } = this.#session
    const now = Date.now()
    if (!terminal.errIsTerminal || now - this.#lastDrawn < 50) return
    this.#lastDrawn = now
    const { epoch, epochs, batch, batches, train } = progress
    const losses = Object.entries(train).map(([name, value]) => `${name} ${measure(value)}`)
    const head = `epoch ${epoch}/${epochs} `
    const tail = ` ${batch}/${batches}  ${losses.join('  ')}`
    const room = Math.min(40, terminal.columns() - head.length - tail.length - 1)
    terminal.err(`\r${head}${bar(batch / batches, room, errColors)}${tail}\u001b[K`)
    this.#barShown = true
  }

  /** A line of the table; the first time, its header too. */
  epoch(record: EpochRecord, epochs: number): void {
    this.clear()
    const { terminal, outColors } = this.#session
    if (this.#columns === null) {
      this.#columns = columnsOf(record)
      terminal.out(
        `${outColors.dim(
          row(
            'epoch',
            this.#columns.map(({ title }) => title),
          ),
        )}\n`,
      )
    }
    const columns = this.#columns
    const cells = columns.map((column) =>
      measure(column.of(record) ?? NaN).padStart(column.title.length),
    )
    terminal.out(`${row(`${record.epoch}/${epochs}`, cells)}\n`)
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#barShown) this.#session.terminal.err('\r\u001b[K')
    this.#barShown = false
  }
}

interface Column {
  readonly title: string
  readonly of: (record: EpochRecord) => number | undefined
}

function columnsOf(record: EpochRecord): Column[] {
  const titles = (measures: Measures | undefined) => Object.keys(measures ?? {})
  return [
    ...titles(record.train).map((name) => ({
      title: name.padStart(10),
      of: ({ train }: EpochRecord) => train[name],
    })),
    ...titles(record.validation).map((name) => ({
      title: `validation ${name}`.padStart(10),
      of: ({ validation }: EpochRecord) => validation?.[name],
    })),
  ]
}

function row(head: string, cells: readonly string[]): string {
  return [head.padStart(9), ...cells].join('  ')
}

/** Five digits behind the point, or six in all: enough to tell epochs apart, and the points stand below one another. */
export function measure(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(3)
  return size < 10 ? value.toFixed(5) : value.toPrecision(6)
}

function bar(part: number, room: number, colors: Session['errColors']): string {
  if (room < 5) return ''
  const filled = Math.round(part * room)
  return colors.green('━'.repeat(filled)) + colors.dim('━'.repeat(room - filled))
}
