// Kernel expressions as JavaScript. A part that doesn't change inside the innermost loop is computed before that loop.
import { addSizes, constantOf, scaleSize, type Size } from '../../compiler/graph/size.ts'
import { siteHash } from '../../compiler/graph/threefry.ts'
import type { Expression } from '../../compiler/kernels/program.ts'
import { blockAt, hoist, type Block } from './blocks.ts'
import { chooseOfBoth, takesBothSides, writeBranchless } from './branchless.ts'
import { add, atom, level, multiply, negate, numberLiteral, subtract, type Js } from './js.ts'
import type { KernelScope, Place } from './kernelScope.ts'
import { placeOf, type LinearForm } from './linear.ts'

/** `guarded`: inside a side of a choice, where a load may be out of range and must stay. */
export function expressionJs(
  expression: Expression,
  block: Block,
  scope: KernelScope,
  guarded = false,
): Js {
  const depth = Math.max(depthOf(expression, scope), loads(expression) ? block.guard : 0)
  if (depth < block.depth && isWorthHoisting(expression) && !(guarded && loads(expression))) {
    const target = blockAt(block, depth)
    const js = expressionJs(expression, target, scope)
    if (js.precedence === level.primary && /^[\w$.]+$/.test(js.text)) return js
    const name = hoist(target, js.text, () => scope.names.take(nameOf(expression, scope)))
    return atom(name, js.type)
  }
  switch (expression.kind) {
    case 'number':
      return numberLiteral(expression.value)
    case 'size':
      return scope.size(expression.size)
    case 'variable': {
      const { js, offset = 0 } = found(scope.variables, expression.name)
      return offset === 0 ? js : add(js, numberLiteral(offset))
    }
    case 'local':
      return found(scope.locals, expression.name).js
    case 'option':
      return scope.option(expression.name)
    case 'load': {
      const place = placeJs(placeOf(expression.buffer, expression.indices), block, scope, guarded)
      return atom(`${scope.buffer(expression.buffer)}[${place.text}]`)
    }
    case 'operation': {
      const { operation, operands } = expression
      const isChoice = scope.operations.isChoice(operation)
      const takesBoth = isChoice && !guarded && takesBothSides(expression, block, scope)
      const guards = isChoice && !takesBoth
      const inner = operands.map((operand, k) =>
        expressionJs(operand, block, scope, guarded || (guards && k > 0)),
      )
      const [condition, yes, no] = inner
      if (takesBoth && condition && yes && no) return chooseOfBoth(condition, yes, no, block, scope)
      const branchless = guarded ? null : writeBranchless(expression, inner, block, scope)
      return branchless ?? scope.operations.apply(operation, inner)
    }
    case 'random': {
      const element = expressionJs(expression.element, block, scope, guarded)
      scope.operations.parts.add('$uniform')
      const site = siteHash(expression.site)
      const from = `${scope.seed()}, ${scope.step()}, ${site}`
      return atom(`$uniform(${from}, ${element.text}, ${expression.lane})`)
    }
    default:
      return expression satisfies never
  }
}

/** A linear form as text, its part that is known outside the innermost loop hoisted as the row's offset. */
export function placeJs(form: LinearForm, block: Block, scope: KernelScope, guarded = false): Js {
  const depths = form.terms.map(({ factor }) =>
    Math.max(depthOf(factor, scope), loads(factor) ? block.guard : 0),
  )
  const outermostFirst = [...new Set(depths)].sort((a, b) => a - b)
  let sum: Js | null = null
  for (const depth of outermostFirst) {
    const here = Math.min(depth, block.depth)
    for (const [k, { size, factor }] of form.terms.entries()) {
      if (depths[k] !== depth) continue
      const value =
        factor.kind === 'variable'
          ? found(scope.variables, factor.name).js
          : expressionJs(factor, blockAt(block, here), scope, guarded)
      const isNegative = size.terms.every(({ coefficient }) => coefficient < 0)
      const amount = scaled(value, isNegative ? scaleSize(size, -1) : size, scope)
      if (sum === null) sum = isNegative ? negate(amount) : amount
      else sum = isNegative ? subtract(sum, amount) : add(sum, amount)
    }
    const isInvariant =
      depth < block.depth && !(guarded && form.terms.some(({ factor }) => loads(factor)))
    if (sum !== null && isInvariant && !/^[\w$]+$/.test(sum.text)) {
      const variables = variablesOf(form.terms.filter((_, k) => (depths[k] ?? 0) <= depth))
      const name = (): string => scope.names.take(['row', ...variables].join('_'))
      sum = atom(hoist(blockAt(block, here), sum.text, name))
    }
  }
  const offsets = form.terms.map(({ size, factor }) =>
    scaleSize(size, (factor.kind === 'variable' && scope.variables.get(factor.name)?.offset) || 0),
  )
  return withConstant(sum, addSizes(form.constant, ...offsets), scope)
}

function withConstant(sum: Js | null, size: Size, scope: KernelScope): Js {
  if (sum === null) return scope.size(size)
  const constant = constantOf(size)
  if (constant === 0) return sum
  if (constant !== null && constant < 0) return subtract(sum, numberLiteral(-constant))
  return add(sum, scope.size(size))
}

function scaled(value: Js, size: Size, scope: KernelScope): Js {
  return constantOf(size) === 1 ? value : multiply(value, scope.size(size))
}

/** The innermost block that the value depends on; infinite where it must not be moved. */
export function depthOf(expression: Expression, scope: KernelScope): number {
  const known = scope.depths.get(expression)
  if (known !== undefined) return known
  const depth = findDepth(expression, scope)
  scope.depths.set(expression, depth)
  return depth
}

function findDepth(expression: Expression, scope: KernelScope): number {
  switch (expression.kind) {
    case 'number':
    case 'size':
    case 'option':
      return 0
    case 'variable':
      return found(scope.variables, expression.name).depth
    case 'local':
      return found(scope.locals, expression.name).depth
    case 'load':
      if (scope.written.has(expression.buffer)) return Infinity
      return deepest(expression.indices, scope)
    case 'operation':
      return deepest(expression.operands, scope)
    case 'random':
      return depthOf(expression.element, scope)
    default:
      return expression satisfies never
  }
}

function deepest(expressions: readonly Expression[], scope: KernelScope): number {
  return expressions.reduce((depth, each) => Math.max(depth, depthOf(each, scope)), 0)
}

function found(places: ReadonlyMap<string, Place>, name: string): Place {
  const place = places.get(name)
  if (place === undefined) throw new Error(`${name} is used where it is not set`)
  return place
}

function isWorthHoisting(expression: Expression): boolean {
  const { kind } = expression
  return kind === 'operation' || kind === 'load' || kind === 'random'
}

function loads(expression: Expression): boolean {
  switch (expression.kind) {
    case 'load':
      return true
    case 'operation':
      return expression.operands.some(loads)
    case 'random':
      return loads(expression.element)
    case 'number':
    case 'size':
    case 'variable':
    case 'local':
    case 'option':
      return false
    default:
      return expression satisfies never
  }
}

/** A load says what it loads and where, anything else what it does: `weight_hd`, `exp_n`. */
function nameOf(expression: Expression, scope: KernelScope): string {
  const variables = [...new Set(variablesIn(expression))].slice(0, 4)
  if (expression.kind === 'load') {
    return [scope.buffer(expression.buffer), ...variables].join('_')
  }
  const what = expression.kind === 'operation' ? expression.operation.name : 'draw'
  return [what, ...variables].join('_')
}

function variablesOf(terms: LinearForm['terms']): string[] {
  return [...new Set(terms.flatMap(({ factor }) => variablesIn(factor)))].slice(0, 4)
}

function variablesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'variable':
      return [expression.name]
    case 'load':
      return expression.indices.flatMap(variablesIn)
    case 'operation':
      return expression.operands.flatMap(variablesIn)
    case 'random':
      return variablesIn(expression.element)
    case 'number':
    case 'size':
    case 'local':
    case 'option':
      return []
    default:
      return expression satisfies never
  }
}
