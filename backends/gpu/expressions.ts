// Kernel expressions as text. Both sides of a choice are worked out, so a load in one of them stays within its buffer.
import { constantOf, constantSize, multiplySizes, type Size } from '../../compiler/graph/size.ts'
import type { Buffer, ElementType, Expression } from '../../compiler/kernels/program.ts'
import { placeOf } from '../js/linear.ts'
import { textCore, type Quotients } from './core.ts'
import type { KernelScope } from './scope.ts'
import { atom, call, infix, type Text } from './text.ts'

/** `guarded`: inside a side of a choice, where a place may be out of range. */
export function expressionText(expression: Expression, scope: KernelScope, guarded = false): Text {
  switch (expression.kind) {
    case 'number':
      return scope.constant(expression.value)
    case 'size':
      return scope.size(expression.size)
    case 'variable':
      return scope.variable(expression.name)
    case 'local':
      return found(scope.locals, expression.name)
    case 'option':
      return scope.option(expression.name)
    case 'load':
      return loadText(expression, scope, guarded)
    case 'operation': {
      const { operation, operands } = expression
      const core = textCore(scope, quotientsOf(expression))
      const isChoice = operation.name === 'select'
      const inner = operands.map((operand, k) =>
        expressionText(operand, scope, guarded || (isChoice && k > 0)),
      )
      if (isChoice) return operation.expand(core, ...inner)
      return operation.expand(
        core,
        ...inner.map((text) => (isSimple(text) ? text : core.let(text))),
      )
    }
    case 'random':
      throw new Error('random numbers are inputs by now')
    default:
      return expression satisfies never
  }
}

/** What gives whole numbers rounds its quotients down; elsewhere a quotient of whole numbers is a real, and may be whole. */
function quotientsOf({ type, operands }: Extract<Expression, { kind: 'operation' }>): Quotients {
  if (!operands.every(isWholeNumber)) return 'real'
  return type === 'int' ? 'floored' : 'whole'
}

/** What an expansion may repeat without work done twice. */
function isSimple({ text, type }: Text): boolean {
  return type === 'truth' || /^\(?-?[\w.]+\)?$/.test(text)
}

function isWholeNumber(expression: Expression): boolean {
  switch (expression.kind) {
    case 'number':
      return Number.isInteger(expression.value)
    case 'size':
    case 'variable':
      return true
    case 'local':
    case 'option':
    case 'operation':
      return isWhole(expression.type)
    case 'load':
      return isWhole(expression.buffer.type)
    case 'random':
      return false
    default:
      return expression satisfies never
  }
}

function isWhole(type: ElementType): boolean {
  return type === 'int' || type === 'bool'
}

function loadText(
  load: Extract<Expression, { kind: 'load' }>,
  scope: KernelScope,
  guarded: boolean,
): Text {
  const { buffer, indices } = scope.withinStep(load)
  const { constant, terms } = placeOf(buffer, indices)
  const parts = terms.map(({ size, factor }) => {
    const value = expressionText(factor, scope, guarded)
    return constantOf(size) === 1 ? value : infix('*', value, scope.size(size))
  })
  if (constantOf(constant) !== 0 || parts.length === 0) parts.push(scope.size(constant))
  const place = parts.reduce((sum, part) => infix('+', sum, part))
  const kept = guarded ? within(buffer, place, scope) : place
  return atom(`${scope.buffer(load.buffer)}[${kept.text}]`)
}

/** The place as a local: gpu.js takes the numbers between brackets for whole ones, and GLSL has no maximum of those. */
function within(buffer: Buffer, place: Text, scope: KernelScope): Text {
  const name = scope.name('place')
  const kept = call('Math.max', atom('0.0'), call('Math.min', place, last(buffer, scope)))
  scope.add(`const ${name} = ${kept.text};`)
  return atom(name)
}

function last(buffer: Buffer, scope: KernelScope): Text {
  return infix('-', scope.size(lengthOf(buffer)), atom('1.0'))
}

export function lengthOf({ extents }: Buffer): Size {
  return extents.length === 0 ? constantSize(1) : multiplySizes(...extents)
}

function found(places: ReadonlyMap<string, Text>, name: string): Text {
  const place = places.get(name)
  if (place === undefined) throw new Error(`${name} is used where it is not set`)
  return place
}
