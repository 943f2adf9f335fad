// The value of an expression: one case for each kind of the syntax tree.
import type { Expression, ListLiteral, Member, NameExpression, Over, Tuple } from '../syntax/ast.ts'
import { logical, comparison, power, product, sum, unary } from './arithmetic.ts'
import { findAxis, resolveAxis, resolveAxes } from './axes.ts'
import { evaluateCall, evaluateInstantiate, evaluatePipe, isFunctionName } from './call.ts'
import { conditional } from './conditional.ts'
import { constantOf, constantSize, multiplySizes } from '../graph/size.ts'
import { sizeValue, use } from './constants.ts'
import { textOf } from './describe.ts'
import { evaluate } from './evaluate.ts'
import { locate, report, type Frame } from './frame.ts'
import { index } from './indexing.ts'
import { memberOf } from './instance.ts'
import { kindTest } from './kindTest.ts'
import { refined } from './refine.ts'
import { settleAxis } from './settle.ts'
import { coordinate, tensor } from './tensors.ts'
import { suggest } from '../source/suggest.ts'
import { nounOf, poison, none } from './value.ts'
import type { KnownNumber, Value } from './value.ts'

export function evaluateExpression(expression: Expression, frame: Frame): Value {
  return frame.elaboration.within(
    () => evaluateInner(expression, frame),
    (reason) => {
      const code = reason === 'deep' ? 'calls-too-deep' : 'program-too-long'
      if (reason !== null) report(frame, code, expression.span, {})
      return poison
    },
  )
}

function evaluateInner(expression: Expression, frame: Frame): Value {
  switch (expression.kind) {
    case 'number':
      return { kind: 'number', value: expression.value, whole: expression.whole }
    case 'string':
      return { kind: 'string', value: expression.value }
    case 'constant':
      return constants[expression.name]
    case 'name':
      return evaluateName(expression, frame)
    case 'member':
      return evaluateMember(expression, frame)
    case 'unary':
      return unary(expression, frame)
    case 'sum':
      return sum(expression, frame)
    case 'product':
      return product(expression, frame)
    case 'power':
      return power(expression, frame)
    case 'comparison':
      return comparison(expression, frame)
    case 'is':
      return kindTest(expression, frame)
    case 'logical':
      return logical(expression, frame)
    case 'if':
      return conditional(expression, frame)
    case 'pipe':
      return evaluatePipe(expression, frame)
    case 'instantiate':
      return evaluateInstantiate(expression, frame)
    case 'call':
      return evaluateCall(expression, frame)
    case 'index':
      return index(expression, frame)
    case 'tuple':
      return evaluateTuple(expression, frame)
    case 'list':
      // Only stands before `over`; the parser has said so elsewhere.
      return poison
    case 'over':
      return evaluateOver(expression, frame)
    case 'lambda':
      return { kind: 'lambda', lambda: expression, frame }
    case 'missing':
      return poison
    default:
      return expression satisfies never
  }
}

const constants = {
  true: { kind: 'boolean', value: true },
  false: { kind: 'boolean', value: false },
  none,
  inf: { kind: 'number', value: Infinity, whole: false },
  pi: { kind: 'number', value: Math.PI, whole: false },
} as const satisfies Record<string, Value>

// ── Names ───────────────────────────────────────────────────────────────────

function evaluateName(expression: NameExpression, frame: Frame): Value {
  const { name, span } = expression
  const entry = frame.scope.lookup(name) ?? findAxis(frame, name)?.entry
  if (entry === undefined && name === 'training') {
    return { kind: 'boolean', value: frame.elaboration.training }
  }
  if (entry === undefined) return unknownName(expression, frame)
  if (entry.kind === 'value') return atMember(frame, entry.value, expression)
  const written = { text: name, span }
  if (frame.isSize === true) {
    const axes = resolveAxes(frame, written)
    if (axes === null) return poison
    const { sizes } = frame.elaboration.graph
    const member = frame.member === undefined || axes.length < 2 ? undefined : axes[frame.member]
    return sizeValue(
      frame,
      member === undefined
        ? multiplySizes(...axes.map((axis) => sizes.of(axis)))
        : sizes.of(member),
    )
  }
  const axis = resolveAxis(frame, written)
  return axis === null ? poison : coordinate(frame, axis)
}

/** A value by its name; where an expression is worked out for each member of a list, a tuple's member. */
function atMember(frame: Frame, value: Value, { name, span }: NameExpression): Value {
  if (value.kind === 'tensor') return refined(frame, value)
  if (value.kind !== 'tuple' || frame.member === undefined) return value
  const item = value.items[frame.member]
  if (item !== undefined) return item
  report(frame, 'tuple-too-short', span, {
    name,
    length: value.items.length,
    wanted: frame.member + 1,
  })
  return poison
}

function unknownName({ name, span }: NameExpression, frame: Frame): Value {
  const later = frame.scope.declaredLater(name)
  if (later !== undefined) {
    report(
      frame,
      'used-before-defined',
      span,
      { name },
      { labels: [{ ...later, message: 'defined here' }] },
    )
    return poison
  }
  const near = suggest(
    name,
    frame.scope.names(() => true),
  )
  if (near === undefined) {
    report(frame, 'unknown-name', span, { name })
    return poison
  }
  const fix = {
    message: `write \`${near}\``,
    edits: [{ ...locate(frame, span), text: near }],
  }
  report(frame, 'unknown-name', span, { name, near }, { fix })
  return poison
}

/** `hidden.weight`, `embed.0.weight`. */
function evaluateMember(expression: Member, frame: Frame): Value {
  const object = evaluate(expression.object, frame)
  if (object.kind === 'poison') return poison
  if (object.kind === 'instance') return memberOf(object.instance, expression.member, frame)
  report(frame, 'no-members', expression.span, {
    text: textOf(expression.object),
    noun: nounOf(object),
    member: expression.member.text,
    isFunction: isFunctionName(expression.member.text, frame),
  })
  return poison
}

// ── Tuples and constant vectors ─────────────────────────────────────────────

function evaluateTuple(expression: Tuple, frame: Frame): Value {
  const items = expression.items.map((item) => evaluate(item, frame))
  return items.some(({ kind }) => kind === 'poison') ? poison : { kind: 'tuple', items }
}

/** `[0.1, 0.2] over K`, `milestones over M`. */
function evaluateOver(expression: Over, frame: Frame): Value {
  const axis = resolveAxis(frame, expression.axis)
  const numbers = numbersOf(expression.value, frame)
  if (axis === null || numbers === null) return poison
  const { graph } = frame.elaboration
  settleAxis(frame, axis, constantSize(numbers.length), expression.span, 'the list')
  if (constantOf(graph.sizes.of(axis)) !== numbers.length) return poison
  const values = numbers.map(({ value }) => value)
  const isWhole = numbers.every(({ whole }) => whole)
  const interval = { lo: Math.min(...values), hi: Math.max(...values), whole: isWhole }
  const node = graph.vector(axis, values, isWhole ? 'int' : 'real')
  return tensor({ node, interval })
}

function numbersOf(expression: Expression, frame: Frame): readonly KnownNumber[] | null {
  const items =
    expression.kind === 'list'
      ? listItems(expression, frame)
      : tupleItems(evaluate(expression, frame))
  if (items === null) {
    report(frame, 'not-a-list', expression.span, { text: textOf(expression) })
    return null
  }
  if (items.some(({ kind }) => kind === 'poison')) return null
  const numbers = items.filter((item) => item.kind === 'number')
  if (numbers.length < items.length) {
    report(frame, 'not-a-list', expression.span, { text: textOf(expression) })
    return null
  }
  for (const item of numbers) use(frame, item)
  return numbers
}

function listItems({ items }: ListLiteral, frame: Frame): readonly Value[] {
  return items.map((item) => evaluate(item, frame))
}

function tupleItems(value: Value): readonly Value[] | null {
  if (value.kind === 'tuple') return value.items
  return value.kind === 'number' || value.kind === 'poison' ? [value] : null
}
