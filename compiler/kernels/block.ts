// Blocked contractions: four rows at a time, and four terms or four columns of each, so that what was loaded is used
// four times. With one row and one term an iteration, plain loops over typed arrays take two to four times as long
// (512×512×512, V8 of Node 20: 117 ms for dots, 210 ms by rows; 4×4: 62 and 56 ms).
import type { Graph } from '../graph/graph.ts'
import type { AxisName } from '../graph/node.ts'
import {
  constantOf,
  constantSize,
  divideSizesExactly,
  floorDivideSizes,
  scaleSize,
  subtractSizes,
} from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import type { PointExpression } from './expression.ts'
import type { Inliner } from './inline.ts'
import { variableFor } from './names.ts'
import type { Names } from './names.ts'
import type { LoopOrder, Product } from './order.ts'
import type { Buffer, Expression } from './program.ts'
import type { Scopes } from './scope.ts'
import type { Value } from './value.ts'
import { add, minimum } from './vocabulary.ts'

export interface BlockContext {
  readonly graph: Graph
  readonly inliner: Inliner
  readonly scopes: Scopes
  readonly names: Names
}

export interface ProductRows {
  readonly value: Value
  readonly order: LoopOrder
  readonly product: Product
  /** Where the rows go: over the block's rows, or over all. */
  readonly buffer: Buffer
  /** The loops outside the rows'. */
  readonly places: ReadonlyMap<AxisName, PointExpression>
}

/** How many rows, terms or columns are taken at once: all, where they are few. */
export function blockOf(size: Size): number {
  const known = constantOf(size)
  return known !== null && known >= 1 && known < largestBlock ? known : largestBlock
}
const largestBlock = 4

/** The axis of a buffer that has one element for each row of a block. */
export function blockAxis(row: AxisName): AxisName {
  return `${row}${mark}`
}

export function rowOfBlock(axis: AxisName): AxisName | null {
  return axis.endsWith(mark) ? axis.slice(0, -mark.length) : null
}

const mark = '·block'

/**
 * Rows that go on in a buffer of their own are taken by blocks; those that are summed up right in the whole result one
 * by one, since the last block may hold its last row several times.
 */
export function rowsAtOnce({ product, buffer }: ProductRows, size: Size): number {
  const isWhole = buffer.axes.includes(product.row)
  return isWhole && product.form === 'rows' ? 1 : blockOf(size)
}

/** The sums of `rows` rows from `first` on. */
export function writeProduct(
  context: BlockContext,
  target: ProductRows,
  first: PointExpression,
  rows: number,
): void {
  const writer = new ProductWriter(context, target, first, rows)
  switch (target.product.form) {
    case 'rows':
      writer.rowByRow()
      return
    case 'dots':
      writer.dotByDot()
      return
    default:
      target.product.form satisfies never
  }
}

class ProductWriter {
  private readonly context: BlockContext
  private readonly target: ProductRows
  /** The places of the block's rows; beyond the end, the last row again: cheaper than code for what is left. */
  private readonly rows: readonly PointExpression[]

  constructor(context: BlockContext, target: ProductRows, first: PointExpression, rows: number) {
    this.context = context
    this.target = target
    this.rows = this.places(target.product.row, first, rows)
  }

  /** Whole rows, to which four terms are added in one pass. */
  rowByRow(): void {
    const { order, product } = this.target
    const over = this.over()
    const { scopes } = this.context
    this.along(product.column, 1, (column) => {
      for (const row of this.rows.keys()) this.store(row, column, { kind: 'number', value: 0 })
    })
    const last = over.at(-1)
    if (last === undefined) throw new Error(`a product over nothing: ${order.axes.join(', ')}`)
    this.nest(over.slice(0, -1), new Map(), (outer) => {
      this.along(last, blockOf(this.size(last)), (term, terms) => {
        this.along(product.column, 1, (column) => {
          const sums = this.rows.map((_, row) =>
            range(terms)
              .map((i) => new Map([...outer, [last, this.plus(term, i)], [product.column, column]]))
              .map((places) => this.term(row, places))
              .reduce((sum, next) =>
                this.context.inliner.expressions.operation(add, [sum, next], 'real'),
              ),
          )
          scopes.announce(sums)
          for (const [row, sum] of sums.entries()) this.store(row, column, scopes.value(sum), 'sum')
        })
      })
    })
  }

  /** Four rows by four columns of sums in locals. */
  dotByDot(): void {
    const { column } = this.target.product
    const { scopes, names } = this.context
    const block = blockOf(this.size(column))
    this.loop(column, constantSize(0), this.size(column), block, (start, count) => {
      const columns = this.places(column, start, count)
      const sums = [...this.rows.keys()].flatMap((row) =>
        columns.map((place) => ({ row, column: place, local: names.take('sum') })),
      )
      for (const { local } of sums) scopes.push({ kind: 'accumulator', local, reduction: 'sum' })
      this.nest(this.over(), new Map(), (places) => {
        const terms = sums.map((sum) =>
          this.term(sum.row, new Map([...places, [column, sum.column]])),
        )
        scopes.announce(terms)
        for (const [i, { local }] of sums.entries()) {
          const term = terms[i]
          if (term === undefined) continue
          scopes.push({ kind: 'accumulate', local, reduction: 'sum', value: scopes.value(term) })
        }
      })
      const { type } = this.target.value
      for (const sum of sums)
        this.store(sum.row, sum.column, { kind: 'local', name: sum.local, type })
    })
  }

  private over(): AxisName[] {
    const { order, value } = this.target
    return order.axes.filter(
      (axis) => value.work.kind === 'reduce' && value.work.over.includes(axis),
    )
  }

  private term(row: number, inner: ReadonlyMap<AxisName, PointExpression>): PointExpression {
    const { value, product, places } = this.target
    if (value.work.kind !== 'reduce') throw new Error(`${value.name} is no product`)
    const { inliner } = this.context
    const all = new Map([...places, [product.row, this.rowAt(row)], ...inner])
    return inliner.valueAt(value.work.operand, inliner.environment(all))
  }

  private store(row: number, column: PointExpression, value: Expression, accumulate?: 'sum'): void {
    const { buffer, product, places } = this.target
    const { scopes } = this.context
    const indices = buffer.axes.map((axis) => {
      if (axis === product.column) return scopes.value(column)
      if (axis === product.row) return scopes.value(this.rowAt(row))
      if (axis === blockAxis(product.row)) return { kind: 'number' as const, value: row }
      const place = places.get(axis)
      if (place === undefined) throw new Error(`${buffer.name} has no loop along ${axis}`)
      return scopes.value(place)
    })
    scopes.push({
      kind: 'store',
      buffer,
      indices,
      value,
      ...(accumulate === undefined ? {} : { accumulate }),
    })
  }

  private nest(
    axes: readonly AxisName[],
    places: ReadonlyMap<AxisName, PointExpression>,
    write: (places: ReadonlyMap<AxisName, PointExpression>) => void,
  ): void {
    const [axis, ...others] = axes
    if (axis === undefined) {
      write(places)
      return
    }
    this.along(axis, 1, (place) => this.nest(others, new Map([...places, [axis, place]]), write))
  }

  /** Full blocks, then what is left one by one. */
  private along(
    axis: AxisName,
    block: number,
    write: (start: PointExpression, count: number) => void,
  ): void {
    const size = this.size(axis)
    const blocks = floorDivideSizes(size, constantSize(block))
    const full = scaleSize(blocks, block)
    if (constantOf(blocks) !== 0) this.loop(axis, constantSize(0), full, block, write)
    if (full.key !== size.key) this.loop(axis, full, size, 1, write)
  }

  private loop(
    axis: AxisName,
    from: Size,
    extent: Size,
    step: number,
    write: (start: PointExpression, count: number) => void,
  ): void {
    const { scopes, names, inliner } = this.context
    if (constantOf(extent) === step && constantOf(from) === 0) {
      write(inliner.expressions.number(0, 'int'), step)
      return
    }
    const variable = names.take(variableFor(axis))
    scopes.declare(variable, scopes.level + 1, this.size(axis).key)
    const body = scopes.body(() => write(inliner.expressions.variable(variable), step))
    scopes.push({
      kind: 'loop',
      axis,
      variable,
      extent,
      ...(from.key === '0' ? {} : { from }),
      ...(step === 1 ? {} : { step }),
      parallel: !this.over().includes(axis),
      body,
    })
  }

  private rowAt(row: number): PointExpression {
    const place = this.rows[row]
    if (place === undefined) throw new Error('a block has no such row')
    return place
  }

  /** `count` places from `start` on, none of them beyond the end of the axis. */
  private places(axis: AxisName, start: PointExpression, count: number): PointExpression[] {
    const { expressions } = this.context.inliner
    const size = this.size(axis)
    const isWhole = divideSizesExactly(size, constantSize(count)) !== null
    const last = expressions.size(subtractSizes(size, constantSize(1)))
    return range(count).map((i) => {
      const place = this.plus(start, i)
      return isWhole || i === 0 ? place : expressions.operation(minimum, [place, last], 'int')
    })
  }

  private plus(place: PointExpression, offset: number): PointExpression {
    const { expressions } = this.context.inliner
    return expressions.operation(add, [place, expressions.number(offset, 'int')], 'int')
  }

  private size(axis: AxisName): Size {
    return this.context.graph.sizes.of(axis)
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}
