// The function that binds a computation to sizes: lays out its memory and returns the loops over it.
import type { AxisName } from '../../compiler/graph/node.ts'
import { addSizes, type Size } from '../../compiler/graph/size.ts'
import { axisText } from '../../compiler/graph/sizeText.ts'
import type {
  Buffer,
  ElementType,
  KernelProgram,
  Statement,
} from '../../compiler/kernels/program.ts'
import { indented } from './blocks.ts'
import { constantName, lengthOf } from './buffers.ts'
import { emptyReductions } from './emptyReductions.ts'
import { atom } from './js.ts'
import type { KernelFunction } from './kernel.ts'
import type { Argument } from './kernelScope.ts'
import { member, quoted } from './literal.ts'
import type { ModuleScope } from './moduleScope.ts'
import { createScope } from './names.ts'
import { sizeJs } from './sizes.ts'

/** `keyOf` says where in `t` the call has put a buffer. Options are there after a `$`. */
export function bindFunction(
  program: KernelProgram,
  functions: readonly KernelFunction[],
  module: ModuleScope,
  keyOf: ReadonlyMap<Buffer, string>,
): string {
  const constants = program.buffers.flatMap((buffer) => {
    const name = constantName(buffer, module)
    return name === null ? [] : ([[buffer, name]] as const)
  })
  const names = createScope([
    's',
    't',
    'room',
    'ShapeError',
    ...functions.map(({ name }) => name),
    ...constants.map(([, name]) => name),
  ])
  const lines: string[] = []
  const axisNames = new Map<AxisName, string>()
  const axis = (name: AxisName): string => {
    const known = axisNames.get(name)
    if (known !== undefined) return known
    const taken = names.take(axisText(name))
    axisNames.set(name, taken)
    lines.push(`const ${taken} = ${member('s', name)}`)
    return taken
  }
  const sizeText = (size: Size): string => sizeJs(size, (name) => atom(axis(name))).text
  const extents = extentsIn(program)
  const sizeOf = (name: AxisName): Size | null =>
    extents.get(name) ?? (module.axes.names.includes(name) ? module.axes.sizeOf(name) : null)
  for (const check of emptyReductions(program.computation, sizeOf)) {
    const conditions = [
      `${sizeText(check.size)} === 0`,
      ...check.others.map((other) => `${sizeText(other)} !== 0`),
    ]
    const message = `the ${check.reduction} over ${check.axis} needs at least one element, but ${check.axis} is 0`
    lines.push(`if (${conditions.join(' && ')}) throw new ShapeError(${quoted(message)})`)
  }
  const stores = new Map<ElementType, string>()
  for (const type of ['real', 'wide', 'int', 'bool'] as const) {
    if (
      !program.buffers.some((buffer) => buffer.place.kind === 'temporary' && buffer.type === type)
    ) {
      continue
    }
    const size = sizeText(program.arena[type])
    stores.set(type, names.take(type))
    lines.push(`const ${stores.get(type)} = room('${type}', ${size})`)
  }
  const views = new Map<Buffer, string>(constants)
  for (const buffer of program.buffers) {
    if (buffer.place.kind !== 'temporary') continue
    const view = names.take(buffer.name)
    const end = addSizes(buffer.place.offset, lengthOf(buffer))
    const range = `${sizeText(buffer.place.offset)}, ${sizeText(end)}`
    lines.push(`const ${view} = ${stores.get(buffer.type)}.subarray(${range})`)
    views.set(buffer, view)
  }
  // An optimizer's `step` is no option of the user's: the model counts it.
  const isOption = (name: string): boolean =>
    program.computation.options.some((option) => option.name === name)
  const argument = (each: Argument): string => {
    switch (each.kind) {
      case 'axis':
        return axis(each.axis)
      case 'buffer':
        return views.get(each.buffer) ?? `t.${keyOf.get(each.buffer)}`
      case 'option':
        return isOption(each.name) ? `t.$${each.name}` : 't.count'
      case 'seed':
      case 'step':
        return `t.${each.kind}`
      default:
        return each satisfies never
    }
  }
  const calls = functions.map((each) => `${each.name}(${each.arguments.map(argument).join(', ')})`)
  const body = [...lines, 'return (t) => {', ...indented(calls), '}']
  return ['(s) => {', ...indented(indented(body)), '  }'].join('\n')
}

/** The sizes of the axes that loops and buffers still have. */
function extentsIn(program: KernelProgram): Map<AxisName, Size> {
  const extents = new Map<AxisName, Size>()
  for (const { axes, extents: sizes } of program.buffers) {
    for (const [k, axis] of axes.entries()) {
      const size = sizes[k]
      if (size !== undefined) extents.set(axis, size)
    }
  }
  const visit = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if (statement.kind === 'loop' || statement.kind === 'when') visit(statement.body)
      // A blocked loop covers only a part of its axis.
      if (
        statement.kind === 'loop' &&
        (statement.step ?? 1) === 1 &&
        !extents.has(statement.axis) &&
        statement.from === undefined
      ) {
        extents.set(statement.axis, statement.extent)
      }
    }
  }
  // What a kernel repeats runs along the same axes.
  for (const kernel of program.kernels) if (kernel.repeats === undefined) visit(kernel.body)
  return extents
}
