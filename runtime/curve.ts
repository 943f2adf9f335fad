// The learning curve as SVG: losses together, then each metric by itself, for their scales differ; training and validation
// in each. Equal histories give equal bytes.
import type { EpochRecord } from './history.ts'

export interface CurveOptions {
  readonly title?: string
  /** Names drawn in the first panel; the others are metrics, with a panel each. By default the first name. */
  readonly losses?: readonly string[]
}

interface Series {
  readonly label: string
  readonly hue: number
  readonly dashed: boolean
  /** One value for each epoch; NaN where there is none. */
  readonly values: readonly number[]
}

const width = 760
const plot = { left: 72, right: 20, height: 240, gap: 76, top: 56 }
// Okabe and Ito's colours, which people with colour blindness tell apart; a second set for dark grounds.
const light = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00', '#56b4e9']
const dark = ['#56b4e9', '#ff8c42', '#2fd6a3', '#e6a3c8', '#f0e442', '#9ad0f5']

export function learningCurve(history: readonly EpochRecord[], options: CurveOptions = {}): string {
  const names = [...new Set(history.flatMap((record) => Object.keys(measuresOf(record))))]
  const losses = options.losses ?? names.slice(0, 1)
  const metrics = names.filter((name) => !losses.includes(name))
  const groups = [
    { caption: 'loss', names: names.filter((name) => losses.includes(name)) },
    ...metrics.map((name) => ({ caption: name, names: [name] })),
  ].filter((group) => group.names.length > 0)
  const epochs = history.map((record) => record.epoch)
  const panels = groups.map((group, i) => {
    const top = plot.top + i * (plot.height + plot.gap)
    return panel(top, group.caption, seriesOf(history, group.names, i), epochs)
  })
  const height = plot.top + Math.max(groups.length, 1) * (plot.height + plot.gap) - 20
  const title = escape(options.title ?? 'Learning curve')
  const empty = `<text class="label" x="${plot.left}" y="${plot.top + 40}">No epochs yet.</text>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    style,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    `<text class="title" x="${plot.left}" y="26">${title}</text>`,
    ...(panels.length === 0 ? [empty] : panels),
    '</svg>',
    '',
  ].join('\n')
}

function measuresOf(record: EpochRecord) {
  return { ...record.train, ...record.validation }
}

function seriesOf(
  history: readonly EpochRecord[],
  names: readonly string[],
  firstHue: number,
): Series[] {
  return names.flatMap((name, i) =>
    [
      { label: `${name}, training`, hue: firstHue + i, dashed: false, part: 'train' as const },
      {
        label: `${name}, validation`,
        hue: firstHue + i,
        dashed: true,
        part: 'validation' as const,
      },
    ].flatMap(({ part, ...series }) => {
      const values = history.map((record) => record[part]?.[name] ?? NaN)
      return values.some(Number.isFinite) ? [{ ...series, values }] : []
    }),
  )
}

/** One pair of axes with its series, its ticks and its legend. */
function panel(
  top: number,
  caption: string,
  series: readonly Series[],
  epochs: readonly number[],
): string {
  const right = width - plot.right
  const bottom = top + plot.height
  const [low, high] = extent(series.flatMap((one) => one.values).filter(Number.isFinite))
  const yTicks = ticks(low, high, 5)
  const [from, to] = [Math.min(low, yTicks[0] ?? low), Math.max(high, yTicks.at(-1) ?? high)]
  const [first, last] = [epochs[0] ?? 1, epochs.at(-1) ?? 1]
  const x = (epoch: number) =>
    plot.left + (right - plot.left) * (last === first ? 0.5 : (epoch - first) / (last - first))
  const y = (value: number) => bottom - (plot.height * (value - from)) / (to - from)
  const lines = [
    ...yTicks.map((tick) => {
      const at = fixed(y(tick))
      return `<path class="grid" d="M${plot.left} ${at}H${right}"/><text class="tick end" x="${plot.left - 8}" y="${fixed(y(tick) + 4)}">${number(tick)}</text>`
    }),
    ...epochTicks(first, last).map((tick) => {
      const at = fixed(x(tick))
      return `<path class="axis" d="M${at} ${bottom}v5"/><text class="tick middle" x="${at}" y="${bottom + 19}">${tick}</text>`
    }),
    `<path class="axis" d="M${plot.left} ${top}V${bottom}H${right}"/>`,
    `<text class="label middle" x="${fixed((plot.left + right) / 2)}" y="${bottom + 36}">epoch</text>`,
    `<text class="label middle" transform="translate(16 ${fixed((top + bottom) / 2)}) rotate(-90)">${escape(caption)}</text>`,
  ]
  const curves = series.map((one) => {
    const kind = `line c${one.hue % light.length}${one.dashed ? ' dashed' : ''}`
    return `<path class="${kind}" d="${path(one.values, epochs, x, y)}"/>`
  })
  return [...lines, ...curves, ...legend(series, top - 10)].join('\n')
}

/** A value that is no number interrupts the line; one alone is drawn as a dot. */
function path(
  values: readonly number[],
  epochs: readonly number[],
  x: (epoch: number) => number,
  y: (value: number) => number,
): string {
  let pen = false
  let d = ''
  values.forEach((value, i) => {
    const drawn = Number.isFinite(value)
    if (drawn) {
      const point = `${fixed(x(epochs[i] ?? 0))} ${fixed(y(value))}`
      const alone = !pen && !Number.isFinite(values[i + 1] ?? NaN)
      d += `${pen ? 'L' : 'M'}${point}${alone ? 'h0.01' : ''}`
    }
    pen = drawn
  })
  return d
}

function legend(series: readonly Series[], at: number): string[] {
  let x = plot.left
  return series.map((one) => {
    const kind = `line c${one.hue % light.length}${one.dashed ? ' dashed' : ''}`
    const entry = `<path class="${kind}" d="M${x} ${at - 4}h22"/><text class="tick" x="${x + 28}" y="${at}">${escape(one.label)}</text>`
    x += 46 + Math.ceil(one.label.length * 6.6)
    return entry
  })
}

function extent(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1]
  const low = values.reduce((least, value) => Math.min(least, value), Infinity)
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity)
  const margin = low === high ? Math.abs(low) * 0.5 || 0.5 : 0
  return [low - margin, high + margin]
}

/** Round numbers (1, 2 or 5 times a power of ten) that enclose the interval. */
function ticks(low: number, high: number, wanted: number): number[] {
  const rough = (high - low) / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((unit) => unit * power >= rough) ?? 10)
  const first = Math.floor(low / step)
  const last = Math.ceil(high / step)
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
}

/** Whole epochs, the first among them. */
function epochTicks(first: number, last: number): number[] {
  const step = Math.max(
    1,
    ...ticks(0, Math.max(last - first, 1), 8)
      .slice(1, 2)
      .map(Math.ceil),
  )
  const inner = Array.from({ length: Math.floor(last / step) }, (_, i) => (i + 1) * step)
  return [first, ...inner.filter((tick) => tick >= first + step / 2 && tick !== first)]
}

/** As short as a tick's number can be: at most four digits, without noise of the last bits. */
function number(value: number): string {
  const text = String(Number(value.toPrecision(4)))
  return text === '-0' ? '0' : text
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
}

const hues = (colours: readonly string[]) =>
  colours.map((colour, i) => `.c${i}{stroke:${colour}}`).join('')
const style = `<style>
text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:15px;font-weight:600}.end{text-anchor:end}.middle{text-anchor:middle}
.ground{fill:#fff}.grid{stroke:#e3e3e3}.axis{stroke:#777;fill:none}.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.dashed{stroke-dasharray:6 4}
${hues(light)}
@media (prefers-color-scheme:dark){text{fill:#ddd}.ground{fill:#16181d}.grid{stroke:#2e323a}.axis{stroke:#8a8f98}${hues(dark)}}
</style>`
