// Outputs as CSV, NPY or JSON. Axes of classes get the classes' names.
import {
  shortestDecimal,
  writeNpy,
  type OutputValue,
  type Preparation,
  type Signature,
} from '../runtime/index.ts'
import { CallFault } from './fault.ts'

export type Format = 'csv' | 'npy' | 'json'
export interface Predictions {
  readonly signature: Signature
  readonly outputs: Readonly<Record<string, OutputValue>>
  readonly rowAxis: string | null
  /** Names of the coordinates of axes, where training learned them. */
  readonly labels: Readonly<Record<string, readonly string[]>>
}

export function writePredictions(predictions: Predictions, format: Format): string | Uint8Array {
  switch (format) {
    case 'csv':
      return toCsv(predictions)
    case 'npy':
      return toNpy(predictions)
    case 'json':
      return toJson(predictions)
    default:
      return format satisfies never
  }
}

/** The class names of each axis, from the inputs whose kind it is. */
export function labelsOf(
  signature: Signature,
  preparation: Preparation | undefined,
): Record<string, readonly string[]> {
  const labels: Record<string, readonly string[]> = {}
  for (const entry of Object.values(signature.entries)) {
    for (const { name, kindAxis } of entry.inputs) {
      const classes = preparation?.inputs[name]?.classes
      if (classes !== undefined && kindAxis !== undefined) labels[kindAxis] = classes
    }
  }
  return labels
}

/** One line for each row; a column for each number that an output has in it. */
function toCsv({ signature, outputs, rowAxis, labels }: Predictions): string {
  const columns: { readonly title: string; readonly cell: (row: number) => string }[] = []
  let rows = 0
  for (const [name, output] of Object.entries(outputs)) {
    const along = rowAxis === null ? -1 : output.axes.indexOf(rowAxis)
    if (along < 0) {
      throw new CallFault(
        `The output "${name}" is not one for each row, so it has no place in a CSV: choose others with --outputs, or --format json.`,
      )
    }
    const { shape, axes, data } = output
    rows = shape[along] ?? 0
    const strides = stridesOf(shape)
    const names = axes.map((axis, d) =>
      d === along ? [''] : coordinateNames(shape[d] ?? 0, labels[axis]),
    )
    const show = shower(signature, name, data, labels)
    for (const { title, offset } of products(name, names, strides)) {
      columns.push({
        title,
        cell: (row) => show(data[offset + row * (strides[along] ?? 1)] ?? 0),
      })
    }
  }
  const lines = Array.from({ length: rows }, (_, row) =>
    columns.map(({ cell }) => quoted(cell(row))),
  )
  return [columns.map(({ title }) => quoted(title)), ...lines]
    .map((cells) => `${cells.join(',')}\n`)
    .join('')
}

function coordinateNames(size: number, names: readonly string[] | undefined): string[] {
  return Array.from({ length: size }, (_, i) => `.${names?.[i] ?? i}`)
}

/** Every combination of coordinates, in memory's order, with its title and offset. */
function products(
  name: string,
  names: readonly (readonly string[])[],
  strides: readonly number[],
): { readonly title: string; readonly offset: number }[] {
  return names.reduce(
    (all, coordinates, d) =>
      all.flatMap(({ title, offset }) =>
        coordinates.map((coordinate, i) => ({
          title: title + coordinate,
          offset: offset + i * (strides[d] ?? 1),
        })),
      ),
    [{ title: name, offset: 0 }],
  )
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, d) => shape.slice(d + 1).reduce((product, size) => product * size, 1))
}

/** Numbers as short as they can be read back in the output's precision; classes by name. */
function shower(
  signature: Signature,
  name: string,
  data: OutputValue['data'],
  labels: Predictions['labels'],
): (value: number) => string {
  const output = signature.entries[name]?.output
  const classes =
    output?.kind === 'class' && output.kindAxis !== undefined ? labels[output.kindAxis] : undefined
  if (classes !== undefined) return (value) => classes[value] ?? String(value)
  return data instanceof Float32Array ? (value) => String(shortestDecimal(value)) : String
}

/** RFC 4180. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function toNpy({ outputs }: Predictions): Uint8Array {
  const names = Object.keys(outputs)
  const [only] = Object.values(outputs)
  if (only === undefined || names.length > 1) {
    throw new CallFault(
      `An NPY file holds one array, and there are ${names.join(', ')}: choose with --outputs.`,
    )
  }
  return writeNpy(only)
}

function toJson({ signature, outputs, labels }: Predictions): string {
  const described = Object.entries(outputs).map(([name, { data, shape, axes }]) => {
    const { kind, kindAxis } = signature.entries[name]?.output ?? {}
    const own = kind === 'class' && kindAxis !== undefined ? [kindAxis] : []
    const named = [...axes, ...own].flatMap((axis) => {
      const classes = labels[axis]
      return classes === undefined ? [] : [[axis, classes]]
    })
    const numbers = Array.from(data, (value) => (Number.isFinite(value) ? value : String(value)))
    const extra = named.length === 0 ? {} : { labels: Object.fromEntries(named) as unknown }
    return [name, { axes, shape, ...extra, data: numbers }]
  })
  return `${JSON.stringify(Object.fromEntries(described))}\n`
}
