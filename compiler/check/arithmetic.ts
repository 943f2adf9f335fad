// Operators: on what is known they are worked out now, on sizes they stay sizes, on tensors they are rows of the table.
import { operation } from '../ops/table.ts'
import {
  addSizes,
  constantSize,
  floorDivideSizes,
  moduloSizes,
  multiplySizes,
  scaleSize,
  subtractSizes,
} from '../graph/size.ts'
import type { Size } from '../graph/size.ts'
import type { Span } from '../source/span.ts'
import type { Comparison, Expression, Logical, Power, Product, Sum, Unary } from '../syntax/ast.ts'
import { align, alignFreely, type Operand } from './align.ts'
import { mergedOptions, sizeValue, use } from './constants.ts'
import { textOf } from './describe.ts'
import { evaluate } from './evaluate.ts'
import { locate, report, type Frame } from './frame.ts'
import { comparisonRows, productRows, sumRows } from './operators.ts'
import { assuming } from './refine.ts'
import { divideExactly, requireDivisor, type Sized } from './settle.ts'
import { apply, asTensor } from './tensors.ts'
import { isNumeric, nounOf, poison } from './value.ts'
import type { KnownBoolean, KnownNumber, SizeValue, Tensor, Value } from './value.ts'

type Numeric = Tensor | KnownNumber | KnownBoolean | SizeValue

/** An operand with its place, known to be a number or a tensor of them. */
interface Term {
  readonly value: Numeric
  readonly expression: Expression
}

export function sum({ terms, span }: Sum, frame: Frame): Value {
  const values = numericTerms(
    terms.map(({ value }) => value),
    frame,
  )
  if (values === null || !alignTerms(values, span, frame, align)) return poison
  const [first, ...others] = values
  if (first === undefined) return poison
  const start = terms[0]?.operator === '-' ? negated(first.value, frame) : first.value
  return others.reduce<Numeric>(
    (total, { value }, i) => combine(sumRows[terms[i + 1]?.operator ?? '+'], total, value, frame),
    start,
  )
}

export function product({ factors }: Product, frame: Frame): Value {
  const values = numericTerms(
    factors.map(({ value }) => value),
    frame,
  )
  if (values === null) return poison
  const [first, ...others] = values
  if (first === undefined) return poison
  let total: Numeric = first.value
  for (const [i, { value, expression }] of others.entries()) {
    const operator = factors[i + 1]?.operator ?? '*'
    if (operator !== '*' || i === 0 || factors[i]?.operator !== '*') {
      // A chain of `*` aligns as a whole, every other operator its own two sides.
      const end = operator === '*' ? endOfChain(factors, i + 1) : i + 2
      const left = { value: total, expression: leftOf(factors, i + 1) }
      const whole = leftOf(factors, end)
      if (!alignTerms([left, ...values.slice(i + 1, end)], whole.span, frame, align)) return poison
    }
    const quotient =
      operator === '/' && frame.isSize === true
        ? sizeQuotient(
            { value: total, expression: first.expression },
            { value, expression },
            i,
            frame,
          )
        : undefined
    if (quotient === null) return poison
    const row = productRows[operator]
    if (!dividesSafely(row, total, { value, expression }, frame)) return poison
    total = quotient ?? combine(row, total, value, frame)
  }
  return total
}

/** Where the factors that `*` joins from `start` on come to an end. */
function endOfChain(factors: Product['factors'], start: number): number {
  const end = factors.findIndex(({ operator }, i) => i >= start && operator !== '*')
  return end < 0 ? factors.length : end
}

/** The first factors of a product, as an expression of their own. */
function leftOf(factors: Product['factors'], end: number): Expression {
  const first = factors[0]?.value
  const last = factors[end - 1]?.value
  if (first === undefined || last === undefined) throw new Error('a product has factors')
  if (end === 1) return first
  const span = { start: first.span.start, end: last.span.end }
  return { kind: 'product', factors: factors.slice(0, end), span }
}

export function power(expression: Power, frame: Frame): Value {
  const { base, exponent, span } = expression
  const values = numericTerms([base, exponent], frame)
  const [first, second] = values ?? []
  if (values === null || first === undefined || second === undefined) return poison
  if (!alignTerms(values, span, frame, align)) return poison
  return combine('pow', first.value, second.value, frame)
}

export function unary(expression: Unary, frame: Frame): Value {
  const { operator, operand } = expression
  if (operator === 'not') {
    const truth = truthOf(operand, evaluate(operand, frame), frame)
    if (truth === null) return poison
    if (truth.kind === 'boolean') return { ...truth, value: !truth.value }
    return apply(frame, 'not', [truth])
  }
  const [term] = numericTerms([operand], frame) ?? []
  return term === undefined ? poison : negated(term.value, frame)
}

// ── One operation ───────────────────────────────────────────────────────────

function combine(row: string, a: Numeric, b: Numeric, frame: Frame): Numeric {
  if (isKnown(a) && isKnown(b)) return fold(row, [a, b])
  const size = sizeResult(row, a, b)
  if (size !== null) {
    const value = sizeValue(frame, size)
    if (value.kind === 'size' || value.kind === 'number') return value
  }
  return apply(frame, row, [asTensor(frame, a), asTensor(frame, b)])
}

function isKnown(value: Numeric): value is KnownNumber | KnownBoolean {
  return value.kind === 'number' || value.kind === 'boolean'
}

/** A row of the table on known operands. */
export function fold(row: string, operands: readonly (KnownNumber | KnownBoolean)[]): KnownNumber {
  const { evaluate: value, dataType } = operation(row)
  const types = operands.map((operand) =>
    operand.kind === 'boolean' ? 'bool' : operand.whole ? 'int' : 'real',
  )
  return {
    kind: 'number',
    value: value(...operands.map((operand) => Number(operand.value))),
    whole: (dataType?.(types) ?? 'real') !== 'real',
    ...mergedOptions(...operands),
  }
}

function sizeResult(row: string, a: Numeric, b: Numeric): Size | null {
  const left = plainSize(a)
  const right = plainSize(b)
  if (left === null || right === null) return null
  switch (row) {
    case 'add':
      return addSizes(left, right)
    case 'sub':
      return subtractSizes(left, right)
    case 'mul':
      return multiplySizes(left, right)
    case 'floordiv':
      return right.terms.length === 0 ? null : floorDivideSizes(left, right)
    case 'mod':
      return right.terms.length === 0 ? null : moduloSizes(left, right)
    default:
      return null
  }
}

/** Of whole numbers, by a size: whether that may be other than 0. */
function dividesSafely(row: string, dividend: Numeric, divisor: Term, frame: Frame): boolean {
  const { value, expression } = divisor
  const size =
    value.kind === 'size'
      ? value.size
      : value.kind === 'tensor' && value.node.kind === 'size'
        ? value.node.size
        : null
  if (operation(row).divisor === undefined) return true
  const { node } = asTensor(frame, dividend)
  const isZero = value.kind === 'number' && value.whole && value.value === 0
  if (node.dataType === 'real' || (size === null && !isZero)) return true
  const text = textOf(expression)
  const { span } = expression
  if (size !== null && requireDivisor(frame, size, node.axes, { text, span })) return true
  report(frame, 'division-by-zero', span, { text })
  return false
}

/** The size that a value is; numbers that an optimizer's options made stay numbers. */
function plainSize(value: Numeric): Size | null {
  if (value.kind === 'size') return value.size
  if (value.kind !== 'number' || !value.whole || !Number.isSafeInteger(value.value)) return null
  return value.options === undefined ? constantSize(value.value) : null
}

/** Inside a size: undefined when it is no matter of sizes, null when it does not divide. */
function sizeQuotient(a: Term, b: Term, place: number, frame: Frame): Numeric | null | undefined {
  const left = plainSize(a.value)
  const right = plainSize(b.value)
  if (left === null || right === null) return undefined
  const dividend = place === 0 ? sizedBy(a.expression, left, frame) : { size: left }
  const divisor = sizedBy(b.expression, right, frame)
  const quotient = divideExactly(frame, dividend, divisor, b.expression.span)
  if (quotient === null) return null
  const value = sizeValue(frame, quotient)
  return value.kind === 'size' || value.kind === 'number' ? value : undefined
}

/** A size that is an axis' own is told by the axis' name. */
function sizedBy(expression: Expression, size: Size, frame: Frame): Sized {
  const entry = expression.kind === 'name' ? frame.scope.lookup(expression.name) : undefined
  const axes = entry?.kind === 'axis' ? [entry.axis] : entry?.kind === 'axes' ? entry.axes : []
  const [axis, second] = axes
  return axis === undefined || second !== undefined ? { size } : { size, axis }
}

function negated(value: Numeric, frame: Frame): Numeric {
  if (value.kind === 'size') return { kind: 'size', size: scaleSize(value.size, -1) }
  // Whole numbers have one zero.
  if (value.kind === 'number' && value.whole) return { ...value, value: 0 - value.value }
  if (isKnown(value)) return fold('neg', [value])
  return apply(frame, 'neg', [value])
}

// ── Comparisons and truth ───────────────────────────────────────────────────

export function comparison(expression: Comparison, frame: Frame): Value {
  const { operator, span } = expression
  const left = evaluate(expression.left, frame)
  const right = evaluate(expression.right, frame)
  if (left.kind === 'poison' || right.kind === 'poison') return poison
  if (!isNumeric(left) || !isNumeric(right)) {
    return sameness(expression, left, right, frame)
  }
  const row = comparisonRows[operator]
  if (isKnown(left) && isKnown(right)) {
    const result = fold(row, [left, right])
    return { kind: 'boolean', value: result.value !== 0, ...mergedOptions(left, right) }
  }
  const known = compareSizes(row, left, right, frame)
  if (known !== null) return { kind: 'boolean', value: known }
  const operands = [
    operandOf({ value: left, expression: expression.left }, frame),
    operandOf({ value: right, expression: expression.right }, frame),
  ]
  if (!alignFreely(frame, operands, span)) return poison
  return apply(
    frame,
    row,
    operands.map(({ tensor }) => tensor),
  )
}

/** Strings and `none` are equal or not; whatever else is compared with them is not. */
function sameness({ operator, span }: Comparison, left: Value, right: Value, frame: Frame): Value {
  const isPlain = ({ kind }: Value): boolean => kind === 'string' || kind === 'none'
  if ((isPlain(left) || isPlain(right)) && (operator === '==' || operator === '!=')) {
    const equal =
      left.kind === right.kind &&
      (left.kind !== 'string' || (right.kind === 'string' && left.value === right.value))
    return { kind: 'boolean', value: equal === (operator === '==') }
  }
  report(frame, 'not-comparable', span, { left: nounOf(left), right: nounOf(right) })
  return poison
}

/** Whether sizes compare so for all lengths; null where it depends on them. */
function compareSizes(row: string, a: Numeric, b: Numeric, frame: Frame): boolean | null {
  const left = plainSize(a)
  const right = plainSize(b)
  if (left === null || right === null) return null
  const { sizes } = frame.elaboration.graph
  const atLeast = (x: Size, y: Size, by: number): boolean =>
    sizes.proveAtLeast(subtractSizes(x, y), by)
  switch (row) {
    case 'eq':
    case 'ne': {
      if (subtractSizes(sizes.resolve(left), sizes.resolve(right)).terms.length === 0) {
        return row === 'eq'
      }
      return atLeast(left, right, 1) || atLeast(right, left, 1) ? row === 'ne' : null
    }
    case 'ge':
    case 'lt':
      if (atLeast(left, right, 0)) return row === 'ge'
      return atLeast(right, left, 1) ? row === 'lt' : null
    case 'le':
    case 'gt':
      if (atLeast(right, left, 0)) return row === 'le'
      return atLeast(left, right, 1) ? row === 'gt' : null
    default:
      return null
  }
}

/** What is known decides as soon as it can; the rest is left to the tensors. */
export function logical({ operator, operands, span }: Logical, frame: Frame): Value {
  const decisive = operator === 'or'
  const tensors: Operand[] = []
  const passed: KnownBoolean[] = []
  let inner = frame
  for (const expression of operands) {
    const truth = truthOf(expression, evaluate(expression, inner), frame)
    if (truth === null) return poison
    if (truth.kind === 'boolean') {
      if (truth.value === decisive && tensors.length === 0) {
        return { ...truth, ...mergedOptions(...passed, truth) }
      }
      if (truth.value === decisive) use(frame, truth)
      else passed.push(truth)
      if (truth.value !== decisive) continue
      tensors.push(operandOf({ value: truth, expression }, frame))
    } else {
      tensors.push({ tensor: truth, at: locate(frame, expression.span), text: textOf(expression) })
      // What stands to the right is asked only where the left leaves it open.
      inner = assuming(inner, truth, operator === 'and')
    }
  }
  if (tensors.length === 0) {
    return { kind: 'boolean', value: !decisive, ...mergedOptions(...passed) }
  }
  for (const truth of passed) use(frame, truth)
  if (!alignFreely(frame, tensors, span)) return poison
  return tensors
    .map(({ tensor }) => tensor)
    .reduce((all, tensor) => apply(frame, operator, [all, tensor]))
}

function truthOf(expression: Expression, value: Value, frame: Frame): Tensor | KnownBoolean | null {
  if (value.kind === 'boolean') return value
  if (value.kind === 'tensor' && value.node.dataType === 'bool') return value
  if (value.kind !== 'poison') {
    report(frame, 'condition-not-truth', expression.span, {
      text: textOf(expression),
      noun: value.kind === 'tensor' ? value.meaning.kind : nounOf(value),
    })
  }
  return null
}

// ── Operands ────────────────────────────────────────────────────────────────

function numericTerms(expressions: readonly Expression[], frame: Frame): readonly Term[] | null {
  const terms: Term[] = []
  let failed = false
  for (const expression of expressions) {
    const value = evaluate(expression, frame)
    if (isNumeric(value)) terms.push({ value, expression })
    else {
      failed = true
      if (value.kind !== 'poison') notANumber(expression, value, frame)
    }
  }
  if (failed) return null
  for (const { value, expression } of terms) {
    warnOfClass(frame, value, textOf(expression), expression.span)
  }
  return terms
}

function notANumber(expression: Expression, value: Value, frame: Frame): void {
  report(frame, 'not-a-number', expression.span, {
    text: textOf(expression),
    noun: nounOf(value),
    isBlock: value.kind === 'template' || value.kind === 'block' || value.kind === 'chain',
  })
}

/** A class number is a name, and no quantity to reckon with. */
export function warnOfClass(frame: Frame, value: Value, text: string, span: Span): void {
  if (value.kind !== 'tensor' || value.meaning.kind !== 'class') return
  if (frame.isIndex === true || frame.isSize === true) return
  const { from } = value
  const labels =
    from === undefined ? [] : [{ ...from.at, message: `\`${from.name}\` holds class numbers` }]
  report(frame, 'class-as-quantity', span, { text: from?.name ?? text }, { labels })
}

function alignTerms(terms: readonly Term[], span: Span, frame: Frame, by: typeof align): boolean {
  if (terms.every(({ value }) => value.kind !== 'tensor')) return true
  return by(
    frame,
    terms.map((term) => operandOf(term, frame)),
    span,
  )
}

function operandOf({ value, expression }: Term, frame: Frame): Operand {
  return {
    tensor: asTensor(frame, value),
    at: locate(frame, expression.span),
    text: textOf(expression),
  }
}
