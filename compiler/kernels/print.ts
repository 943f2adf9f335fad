// Kernels as text for people: buffers with the reason why each is stored, then loops, locals and stores.
import { sizeText } from '../graph/size.ts'
import type { ScalarOperation } from '../graph/operation.ts'
import type { ResultTarget } from '../lower/entry.ts'
import type { Buffer, BufferPlace, Expression, KernelProgram, Statement } from './program.ts'

export function printKernels(program: KernelProgram): string {
  const { computation, buffers, kernels, arena } = program
  const lines = [`computation ${computation.name}`]
  for (const buffer of buffers) lines.push(`  ${bufferLine(buffer)}`)
  const used = (['real', 'wide', 'int', 'bool'] as const).filter((type) => arena[type].key !== '0')
  if (used.length > 0) {
    lines.push(`  arena ${used.map((type) => `${sizeText(arena[type])} ${type}`).join(', ')}`)
  }
  for (const kernel of kernels) {
    const { operations, loads, stores } = kernel.cost
    lines.push('')
    lines.push(`kernel ${kernel.name}   // ${kernel.comment}`)
    lines.push(
      `  // ${sizeText(operations)} operations, ${sizeText(loads)} loads, ${sizeText(stores)} stores`,
    )
    if (kernel.steps !== undefined) {
      lines.push(`  // in each step along ${kernel.steps.map(({ axis }) => axis).join(', ')}`)
    }
    lines.push(...printStatements(kernel.body, '  '))
  }
  return `${lines.join('\n')}\n`
}

/** One text for each result of a computation. */
export function targetKey(target: ResultTarget): string {
  switch (target.kind) {
    case 'value':
      return 'value'
    case 'gradient':
      return `gradient ${target.name}`
    case 'parameter':
    case 'state':
    case 'slot':
      return `${target.kind} ${target.path}`
    default:
      return target satisfies never
  }
}

function bufferLine({ name, type, axes, extents, place, reason }: Buffer): string {
  const shape = axes.length === 0 ? '' : `[${extents.map((extent) => sizeText(extent)).join(', ')}]`
  const over = axes.length === 0 ? '' : ` over ${axes.join(', ')}`
  return `${placeText(place)} ${name}: ${type}${shape}${over}   // ${reason}`
}

function placeText(place: BufferPlace): string {
  switch (place.kind) {
    case 'input':
    case 'result':
    case 'parameter':
    case 'state':
    case 'slot':
      return place.kind
    case 'temporary':
      return `buffer @${sizeText(place.offset)}`
    case 'constant':
      return `constant (${place.values.length} numbers)`
    default:
      return place satisfies never
  }
}

export function printStatements(statements: readonly Statement[], indent: string): string[] {
  return statements.flatMap((statement): string[] => {
    const inner = `${indent}  `
    switch (statement.kind) {
      case 'loop': {
        const { variable, from, extent, step, reversed, parallel, body } = statement
        const start = from === undefined ? '' : `${sizeText(from)} to `
        const by = step === undefined ? '' : ` by ${step}`
        const head = `${indent}for ${variable} ${start === '' ? '< ' : 'from '}${start}${sizeText(extent)}${by}${parallel ? '' : reversed === true ? ' from the end' : ' in order'}`
        return [head, ...printStatements(body, inner)]
      }
      case 'when':
        return [
          `${indent}when ${text(statement.condition)}`,
          ...printStatements(statement.body, inner),
        ]
      case 'let':
      case 'carry':
        return [`${indent}${statement.local} = ${text(statement.value)}`]
      case 'assign':
        return [`${indent}${statement.local} := ${text(statement.value)}`]
      case 'accumulator':
        return [`${indent}${statement.local} = ${statement.reduction} of`]
      case 'accumulate': {
        const at = statement.position === undefined ? '' : ` at ${text(statement.position)}`
        return [`${indent}${statement.local} ${statement.reduction}= ${text(statement.value)}${at}`]
      }
      case 'store': {
        const by = statement.accumulate ?? ''
        return [
          `${indent}${element(statement.buffer, statement.indices)} ${by}= ${text(statement.value)}`,
        ]
      }
      case 'sort': {
        const { buffer, indices, keys, axis, descending } = statement
        const order = `order of ${element(keys.buffer, keys.indices)} along ${axis}`
        return [
          `${indent}${element(buffer, indices)} = ${order}${descending ? ', descending' : ''}`,
        ]
      }
      case 'fill':
        return [`${indent}${statement.buffer.name}[…] = ${numberText(statement.value)}`]
      default:
        return statement satisfies never
    }
  })
}

function element({ name }: Buffer, indices: readonly Expression[]): string {
  return indices.length === 0 ? name : `${name}[${indices.map(text).join(', ')}]`
}

function text(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return numberText(expression.value)
    case 'size':
      return sizeText(expression.size)
    case 'variable':
    case 'local':
      return expression.name
    case 'option':
      return `option ${expression.name}`
    case 'load':
      return element(expression.buffer, expression.indices)
    case 'operation':
      return operationText(expression.operation, expression.operands)
    case 'random':
      return `random(${expression.site}, ${expression.lane}, ${text(expression.element)})`
    default:
      return expression satisfies never
  }
}

function operationText(operation: ScalarOperation, operands: readonly Expression[]): string {
  const { notation, name } = operation
  const [a, b] = operands
  if (notation?.infix !== undefined && a !== undefined && b !== undefined) {
    return `${enclosed(a)} ${notation.infix} ${enclosed(b)}`
  }
  if (notation?.prefix !== undefined && a !== undefined) return `${notation.prefix}${enclosed(a)}`
  return `${name}(${operands.map(text).join(', ')})`
}

function enclosed(expression: Expression): string {
  const isInfix = expression.kind === 'operation' && expression.operation.notation !== undefined
  return isInfix ? `(${text(expression)})` : text(expression)
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
