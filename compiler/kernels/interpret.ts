// Runs a kernel program as it stands, slowly and strictly: the oracle between scheduling and backends. Every index is
// checked, and memory that nothing was written to is NaN.
import type { AxisName } from '../graph/node.ts'
import { positionsInOrder } from '../graph/order.ts'
import { evaluateSize } from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import { targetKey } from './print.ts'
import type {
  Buffer,
  ElementType,
  Expression,
  Kernel,
  KernelProgram,
  Statement,
} from './program.ts'
import { neutralOf } from './value.ts'
import type { Reduction } from './value.ts'

export interface Surroundings {
  readonly sizeOf: (axis: AxisName) => number
  readonly inputs: Readonly<Record<string, ArrayLike<number>>>
  /** Parameters, states and slots by path: overwritten where the program updates them. */
  readonly tensors: Readonly<Record<string, number[]>>
  readonly options: Readonly<Record<string, number>>
  readonly random: (site: string, lane: 0 | 1, element: number) => number
  /** Whether `real` buffers keep f32 only. */
  readonly isSingle?: boolean
}

/** The fresh results, by `targetKey`. */
export function interpret(
  program: KernelProgram,
  surroundings: Surroundings,
): Map<string, number[]> {
  return new Interpreter(program, surroundings).run()
}

type Sort = Extract<Statement, { kind: 'sort' }>

interface Memory {
  readonly numbers: ArrayLike<number> | number[]
  readonly offset: number
  readonly extents: readonly number[]
}

interface Accumulated {
  value: number
  position: number
}

class Interpreter {
  private readonly program: KernelProgram
  private readonly around: Surroundings
  private readonly memories = new Map<Buffer, Memory>()
  private readonly arenas = new Map<ElementType, number[]>()
  private readonly results = new Map<string, number[]>()
  private readonly locals = new Map<string, number>()
  private readonly accumulators = new Map<string, Accumulated>()

  constructor(program: KernelProgram, surroundings: Surroundings) {
    this.program = program
    this.around = surroundings
    for (const type of ['real', 'wide', 'int', 'bool'] as const) {
      this.arenas.set(type, blank(this.size(program.arena[type])))
    }
  }

  run(): Map<string, number[]> {
    for (const buffer of this.program.buffers) this.memory(buffer)
    this.kernels(this.program.kernels, [])
    return this.results
  }

  /** `at`: the places of the steps that are running. */
  private kernels(kernels: readonly Kernel[], at: readonly number[]): void {
    for (let k = 0; k < kernels.length;) {
      const kernel = kernels[k]
      const loop = kernel?.steps?.[at.length]
      if (kernel === undefined) return
      if (loop === undefined) {
        this.kernel(kernel, at)
        k++
        continue
      }
      const end = kernels.findIndex(({ steps }, i) => i > k && steps?.[at.length] !== loop)
      const inside = kernels.slice(k, end < 0 ? kernels.length : end)
      const size = this.size(loop.extent)
      for (let i = 0; i < size; i++) this.kernels(inside, [...at, loop.reversed ? size - 1 - i : i])
      k += inside.length
    }
  }

  private kernel({ body }: Kernel, at: readonly number[]): void {
    this.locals.clear()
    this.accumulators.clear()
    this.step(body, at)
  }

  /** The kernel's outermost loops at these places. */
  private step(statements: readonly Statement[], [place, ...at]: readonly number[]): void {
    if (place === undefined) {
      this.statements(statements)
      return
    }
    for (const statement of statements) {
      if (statement.kind !== 'loop') {
        this.statement(statement)
        continue
      }
      this.locals.set(statement.variable, place)
      this.step(statement.body, at)
    }
  }

  private statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement)
  }

  private statement(statement: Statement): void {
    switch (statement.kind) {
      case 'loop': {
        const { variable, from, extent, step = 1, reversed = false, body } = statement
        const start = from === undefined ? 0 : this.size(from)
        const end = this.size(extent)
        for (let i = start; i < end; i += step) {
          this.locals.set(variable, reversed ? end - 1 - i : i)
          this.statements(body)
        }
        return
      }
      case 'when':
        if (this.value(statement.condition) !== 0) this.statements(statement.body)
        return
      case 'let':
        this.locals.set(
          statement.local,
          statement.stored === true
            ? this.rounded(statement.type, this.value(statement.value))
            : this.value(statement.value),
        )
        return
      case 'carry':
      case 'assign':
        this.locals.set(statement.local, this.value(statement.value))
        return
      case 'accumulator':
        this.accumulators.set(statement.local, {
          value: neutralOf(statement.reduction),
          position: -1,
        })
        return
      case 'accumulate': {
        const accumulated = this.accumulators.get(statement.local)
        if (accumulated === undefined) throw new Error(`${statement.local} was not started`)
        const position = statement.position === undefined ? 0 : this.value(statement.position)
        accumulate(statement.reduction, accumulated, this.value(statement.value), position)
        return
      }
      case 'store': {
        const { buffer, indices, accumulate } = statement
        const at = this.address(buffer, indices)
        const value = this.value(statement.value)
        const { numbers } = this.memory(buffer)
        const before = numbers[at] ?? Number.NaN
        const sum = accumulate === undefined ? value : combine[accumulate](before, value)
        ;(numbers as number[])[at] = this.rounded(buffer.type, sum)
        return
      }
      case 'sort':
        this.sort(statement)
        return
      case 'fill': {
        const { numbers, offset, extents } = this.memory(statement.buffer)
        const length = extents.reduce((product, extent) => product * extent, 1)
        ;(numbers as number[]).fill(statement.value, offset, offset + length)
        return
      }
      default:
        statement satisfies never
    }
  }

  private sort({ buffer, indices, keys, axis, descending }: Sort): void {
    const [to, from] = [
      this.rowOf(buffer, indices, axis),
      this.rowOf(keys.buffer, keys.indices, axis),
    ]
    const { numbers } = this.memory(keys.buffer)
    const sorted = positionsInOrder(
      Array.from({ length: from.length }, (_, i) => numbers[from.start + i * from.step] ?? NaN),
      descending,
    )
    const target = this.memory(buffer).numbers as number[]
    for (const [i, position] of sorted.entries()) target[to.start + i * to.step] = position
  }

  /** Where the elements along an axis lie; `indices` are those of the first. */
  private rowOf(
    buffer: Buffer,
    indices: readonly Expression[],
    axis: AxisName,
  ): { start: number; step: number; length: number } {
    const { extents } = this.memory(buffer)
    const at = buffer.axes.indexOf(axis)
    const length = extents[at] ?? Number.NaN
    const step = extents.slice(at + 1).reduce((product, extent) => product * extent, 1)
    return { start: length === 0 ? 0 : this.address(buffer, indices), step, length }
  }

  private value(expression: Expression): number {
    switch (expression.kind) {
      case 'number':
        return expression.value
      case 'size':
        return this.size(expression.size)
      case 'variable':
        return this.local(expression.name)
      case 'local': {
        const accumulated = this.accumulators.get(expression.name)
        return accumulated === undefined ? this.local(expression.name) : accumulated.value
      }
      case 'option': {
        const value = this.around.options[expression.name]
        if (value === undefined) throw new Error(`no option ${expression.name}`)
        return value
      }
      case 'load': {
        const at = this.address(expression.buffer, expression.indices)
        return this.memory(expression.buffer).numbers[at] ?? Number.NaN
      }
      case 'operation': {
        const { operation, operands } = expression
        const [condition, yes, no] = operands
        // Only the side taken: the other may read out of range.
        if (
          operation.name === 'select' &&
          condition !== undefined &&
          yes !== undefined &&
          no !== undefined
        ) {
          return this.value(this.value(condition) === 0 ? no : yes)
        }
        return operation.evaluate(...operands.map((operand) => this.value(operand)))
      }
      case 'random':
        return this.around.random(expression.site, expression.lane, this.value(expression.element))
      default:
        return expression satisfies never
    }
  }

  private local(name: string): number {
    const value = this.locals.get(name)
    if (value === undefined) throw new Error(`${name} is used before it is set`)
    return value
  }

  private address(buffer: Buffer, indices: readonly Expression[]): number {
    const { offset, extents } = this.memory(buffer)
    let at = 0
    for (const [i, extent] of extents.entries()) {
      const index = indices[i]
      const place = index === undefined ? Number.NaN : this.value(index)
      if (!(place >= 0 && place < extent && Number.isInteger(place))) {
        throw new RangeError(`${buffer.name}: ${place} along ${buffer.axes[i]} of size ${extent}`)
      }
      at = at * extent + place
    }
    return offset + at
  }

  private memory(buffer: Buffer): Memory {
    const known = this.memories.get(buffer)
    if (known !== undefined) return known
    const extents = buffer.extents.map((extent) => this.size(extent))
    const length = extents.reduce((product, extent) => product * extent, 1)
    const { numbers, offset } = this.numbersOf(buffer, length)
    const memory = { numbers, offset, extents }
    this.memories.set(buffer, memory)
    return memory
  }

  private numbersOf(
    { place, type }: Buffer,
    length: number,
  ): { numbers: ArrayLike<number>; offset: number } {
    switch (place.kind) {
      case 'input':
        return { numbers: required(this.around.inputs[place.name], place.name, length), offset: 0 }
      case 'parameter':
      case 'state':
      case 'slot':
        return { numbers: required(this.around.tensors[place.path], place.path, length), offset: 0 }
      case 'result': {
        const fresh = blank(length)
        this.results.set(targetKey(place.target), fresh)
        return { numbers: fresh, offset: 0 }
      }
      case 'temporary': {
        const offset = this.size(place.offset)
        const arena = this.arenas.get(type) ?? []
        if (offset < 0 || offset + length > arena.length)
          throw new RangeError('outside of the arena')
        return { numbers: arena, offset }
      }
      case 'constant':
        return { numbers: required(place.values, 'a table', length), offset: 0 }
      default:
        return place satisfies never
    }
  }

  private size(size: Size): number {
    return evaluateSize(size, this.around.sizeOf)
  }

  private rounded(type: ElementType, value: number): number {
    return type === 'real' && this.around.isSingle === true ? Math.fround(value) : value
  }
}

function blank(length: number): number[] {
  return Array.from({ length }, () => Number.NaN)
}

function required(
  numbers: ArrayLike<number> | undefined,
  name: string,
  length: number,
): ArrayLike<number> {
  if (numbers?.length !== length) throw new Error(`${name} must have ${length} elements`)
  return numbers
}

const combine = {
  sum: (a: number, b: number): number => a + b,
  prod: (a: number, b: number): number => a * b,
  max: Math.max,
  min: Math.min,
}

/** For argmax and argmin the accumulated value is the position; the best so far stands beside it. */
function accumulate(
  reduction: Reduction,
  accumulated: Accumulated & { best?: number },
  value: number,
  position: number,
): void {
  switch (reduction) {
    case 'sum':
    case 'prod':
    case 'max':
    case 'min':
      accumulated.value = combine[reduction](accumulated.value, value)
      return
    case 'any':
      if (value !== 0) accumulated.value = 1
      return
    case 'all':
      if (value === 0) accumulated.value = 0
      return
    case 'argmax':
    case 'argmin': {
      const { best } = accumulated
      const isBetter =
        best === undefined ||
        (!Number.isNaN(best) &&
          (Number.isNaN(value) || (reduction === 'argmax' ? value > best : value < best)))
      if (!isBetter) return
      accumulated.best = value
      accumulated.value = position
      return
    }
    default:
      reduction satisfies never
  }
}
