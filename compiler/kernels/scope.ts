// Where expressions are evaluated: invariants outside the loops they don't depend on, what is used several times once,
// and long chains in steps, so that no expression is nested deeper than a person or a parser likes.
import type { AxisName } from '../graph/node.ts'
import { operandsOfExpression } from './expression.ts'
import type { PointExpression } from './expression.ts'
import type { Names } from './names.ts'
import type { ElementType, Expression, Statement } from './program.ts'
import { add, multiply, negate, select, subtract } from './vocabulary.ts'

/** The body of a loop that is being written; the first one is the kernel's. */
interface Scope {
  statements: Statement[]
  /** What has a local here. */
  locals: Map<PointExpression, string>
}

interface Variable {
  readonly level: number
  readonly extent: string
  readonly isLocal: boolean
}

export interface Reading {
  /** How a read is spelled here: a local, or a load with these indices. */
  (
    read: Extract<PointExpression, { kind: 'read' }>,
    indexOf: (index: PointExpression) => Expression,
  ): Expression
}

export class Scopes {
  private readonly stack: Scope[] = [{ statements: [], locals: new Map() }]
  private readonly variables = new Map<string, Variable>()
  private readonly levels = new Map<PointExpression, number>()
  private readonly risks = new Map<PointExpression, boolean>()
  private readonly uses = new Map<PointExpression, number>()
  private readonly counted = new Set<PointExpression>()
  private readonly names: Names
  private readonly spellRead: Reading
  private readonly extentOf: (axis: AxisName) => string

  /** `extentOf`: a key of an axis's size. */
  constructor(names: Names, spellRead: Reading, extentOf: (axis: AxisName) => string) {
    this.names = names
    this.spellRead = spellRead
    this.extentOf = extentOf
  }

  get level(): number {
    return this.stack.length - 1
  }

  push(statement: Statement): void {
    this.top().statements.push(statement)
  }

  /** The statements that `write` pushes, as the body of a loop; what it names is known inside only. */
  body(write: () => void): Statement[] {
    const scope: Scope = { statements: [], locals: new Map() }
    this.stack.push(scope)
    write()
    this.stack.pop()
    return scope.statements
  }

  /** The same within the loop: a branch. */
  branch(write: () => void): Statement[] {
    const scope = this.top()
    const { statements, locals } = scope
    scope.statements = []
    scope.locals = new Map(locals)
    write()
    const written = scope.statements
    scope.statements = statements
    scope.locals = locals
    return written
  }

  when(condition: Expression, write: () => void): void {
    this.push({ kind: 'when', condition, body: this.branch(write) })
  }

  /**
   * A loop's variable, at the level that its body will have; `extent`: what it stays below. Or a local that stands for
   * one.
   */
  declare(variable: string, level: number, extent: string, isLocal = false): void {
    this.variables.set(variable, { level, extent, isLocal })
  }

  variable(name: string): Expression {
    const isLocal = this.variables.get(name)?.isLocal === true
    return isLocal ? { kind: 'local', name, type: 'int' } : { kind: 'variable', name }
  }

  /** Tells beforehand what will be asked for, so that uses can be counted. */
  announce(roots: readonly PointExpression[]): void {
    const stack: PointExpression[] = []
    const use = (expression: PointExpression): void => {
      this.uses.set(expression, (this.uses.get(expression) ?? 0) + 1)
      if (this.counted.has(expression)) return
      this.counted.add(expression)
      stack.push(expression)
    }
    for (const root of roots) use(root)
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      for (const operand of operandsOfExpression(next)) use(operand)
    }
  }

  /** How many of what was announced, and of its parts, are made of it. */
  usesOf(expression: PointExpression): number {
    return this.uses.get(expression) ?? 0
  }

  /**
   * From now on, and inside, the expression is this local; but not one that changes less often, since what is made of
   * that stands outside.
   */
  name(expression: PointExpression, local: string): void {
    if (this.levelOf(expression) === this.level) this.top().locals.set(expression, local)
  }

  /** The expression, with locals for its parts where that saves work. */
  value(root: PointExpression): Expression {
    const spelled = new Map<PointExpression, Spelled>()
    const spell = (expression: PointExpression): Spelled => {
      const local = this.localOf(expression)
      if (local !== null)
        return { expression: { kind: 'local', name: local, type: expression.type }, height: 0 }
      const found = spelled.get(expression)
      if (found === undefined) throw new Error('operands are spelled before their expression')
      return found
    }
    const free = this.unguarded(root)
    for (const { expression, isInvariant } of this.order(root)) {
      const form = this.spell(expression, spell)
      const isShared = (this.uses.get(expression) ?? 0) > 1
      const isTall = form.height > tallest && expression !== root
      const wanted = isInvariant || isShared || isTall
      const isAllowed = free.has(expression) || !this.isRisky(expression)
      if (wanted && isAllowed && !isCheap(expression, form.expression))
        this.define(expression, form.expression)
      else spelled.set(expression, form)
    }
    return spell(root).expression
  }

  private define(expression: PointExpression, value: Expression): void {
    const scope = this.stack[this.levelOf(expression)]
    if (scope === undefined) throw new Error('an expression depends on a loop that is not open')
    const local = this.names.take(nameFor(expression, value))
    scope.statements.push({
      kind: 'let',
      local,
      type: expression.type satisfies ElementType,
      value,
    })
    scope.locals.set(expression, local)
  }

  private localOf(expression: PointExpression): string | null {
    for (let level = this.stack.length - 1; level >= 0; level--) {
      const local = this.stack[level]?.locals.get(expression)
      if (local !== undefined) return local
    }
    return null
  }

  /** Parts without a local, operands first; and whether each is needed by something that changes more often. */
  private order(root: PointExpression): { expression: PointExpression; isInvariant: boolean }[] {
    const order: PointExpression[] = []
    const invariant = new Set<PointExpression>()
    const entered = new Set<PointExpression>()
    const stack: { readonly expression: PointExpression; next: number }[] = []
    const enter = (expression: PointExpression, level: number): void => {
      if (this.levelOf(expression) < level) invariant.add(expression)
      if (entered.has(expression) || this.localOf(expression) !== null) return
      entered.add(expression)
      stack.push({ expression, next: 0 })
    }
    enter(root, this.level)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const operand = operandsOfExpression(top.expression)[top.next++]
      if (operand === undefined) {
        order.push(top.expression)
        stack.pop()
      } else enter(operand, this.levelOf(top.expression))
    }
    return order.map((expression) => ({ expression, isInvariant: invariant.has(expression) }))
  }

  /** What is evaluated whatever the conditions: not only in a branch of a choice. */
  private unguarded(root: PointExpression): Set<PointExpression> {
    const found = new Set([root])
    const stack = [root]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (this.localOf(next) !== null) continue
      const operands = operandsOfExpression(next)
      const isChoice = next.kind === 'operation' && next.operation === select
      for (const operand of isChoice ? operands.slice(0, 1) : operands) {
        if (found.has(operand)) continue
        found.add(operand)
        stack.push(operand)
      }
    }
    return found
  }

  private spell(expression: PointExpression, spell: (part: PointExpression) => Spelled): Spelled {
    switch (expression.kind) {
      case 'number':
        return { expression: { kind: 'number', value: expression.value }, height: 0 }
      case 'size':
        return { expression: { kind: 'size', size: expression.size }, height: 0 }
      case 'variable':
        return { expression: this.variable(expression.name), height: 0 }
      case 'option': {
        const { name, type } = expression
        return { expression: { kind: 'option', name, type }, height: 0 }
      }
      case 'read': {
        const indices = expression.indices.map(spell)
        const form = this.spellRead(expression, (index) => spell(index).expression)
        return { expression: form, height: heightOver(indices) }
      }
      case 'random': {
        const { site, lane } = expression
        const element = spell(expression.element)
        const form: Expression = { kind: 'random', site, lane, element: element.expression }
        return { expression: form, height: heightOver([element]) }
      }
      case 'operation': {
        const { operation, type } = expression
        const operands = expression.operands.map(spell)
        const inner = operands.map((operand) => operand.expression)
        const form: Expression = { kind: 'operation', operation, operands: inner, type }
        return { expression: form, height: heightOver(operands) }
      }
      default:
        return expression satisfies never
    }
  }

  private levelOf(expression: PointExpression): number {
    return this.folded(expression, this.levels, (part, operands) =>
      part.kind === 'variable'
        ? (this.variables.get(part.name)?.level ?? 0)
        : Math.max(0, ...operands),
    )
  }

  /**
   * Whether evaluating it where nobody asked could read out of range: a read at other places than loops run through.
   * A choice around it inside is no excuse: what it asks may itself hold only where an outer choice was made.
   */
  private isRisky(expression: PointExpression): boolean {
    return this.folded(expression, this.risks, (part, operands) => {
      if (operands.includes(true)) return true
      return (
        part.kind === 'read' &&
        part.indices.some((index, i) => !this.isInside(index, part.node.axes[i]))
      )
    })
  }

  private isInside(index: PointExpression, axis: AxisName | undefined): boolean {
    if (index.kind !== 'variable' || axis === undefined) return false
    return this.variables.get(index.name)?.extent === this.extentOf(axis)
  }

  /** Worked out for all parts first, each once. */
  private folded<T>(
    root: PointExpression,
    known: Map<PointExpression, T>,
    combine: (part: PointExpression, operands: readonly T[]) => T,
  ): T {
    const stack = [root]
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (known.has(top)) {
        stack.pop()
        continue
      }
      const operands: T[] = []
      const missing: PointExpression[] = []
      for (const operand of operandsOfExpression(top)) {
        const value = known.get(operand)
        if (value === undefined) missing.push(operand)
        else operands.push(value)
      }
      if (missing.length > 0) stack.push(...missing)
      else known.set(top, combine(top, operands))
    }
    const value = known.get(root)
    if (value === undefined) throw new Error('a part was not worked out')
    return value
  }

  private top(): Scope {
    const scope = this.stack.at(-1)
    if (scope === undefined) throw new Error('no scope is open')
    return scope
  }
}

interface Spelled {
  readonly expression: Expression
  /** How deep it nests. */
  readonly height: number
}

const tallest = 10

function heightOver(operands: readonly Spelled[]): number {
  return 1 + Math.max(0, ...operands.map(({ height }) => height))
}

/** What a local would not make cheaper: names, numbers, and index arithmetic, which backends reduce in strength. */
function isCheap(expression: PointExpression, form: Expression): boolean {
  if (form.kind === 'local') return true
  switch (expression.kind) {
    case 'number':
    case 'size':
    case 'variable':
    case 'option':
      return true
    case 'read':
    case 'random':
      return false
    case 'operation': {
      const isAffine = [add, subtract, multiply, negate].includes(expression.operation)
      return isAffine && expression.type === 'int' && expression.operands.every(isIndexPart)
    }
    default:
      return expression satisfies never
  }
}

function isIndexPart(expression: PointExpression): boolean {
  if (expression.kind !== 'operation')
    return expression.kind !== 'read' && expression.kind !== 'random'
  return isCheap(expression, { kind: 'number', value: 0 })
}

function nameFor(expression: PointExpression, value: Expression): string {
  if (value.kind === 'load') return `${value.buffer.name}_at`
  if (expression.kind !== 'operation') return expression.kind
  return /^[A-Za-z]\w*$/.test(expression.operation.name) ? `${expression.operation.name}_` : 'part'
}
