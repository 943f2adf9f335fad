// Definitions that nothing in the file calls are never worked out; here at least their names are looked up.
import { suggest } from '../source/suggest.ts'
import type {
  AxisParameters,
  Block,
  Body,
  Expression,
  File,
  Fn,
  Name,
  Optimizer,
  Parameter,
  Pattern,
  Statement,
  Type,
} from '../syntax/ast.ts'
import { findAxis } from './axes.ts'
import type { Elaborated } from './fileState.ts'
import { locate, report, type Frame } from './frame.ts'

export function checkUncalled(file: File, { frame }: Elaborated): void {
  const { called } = frame.elaboration
  for (const statement of file.statements) {
    const { kind } = statement
    if (kind !== 'fn' && kind !== 'block' && kind !== 'optimizer') continue
    if (!called.has(statement)) new Reader(frame, new Set()).definition(statement)
  }
}

/** The names declared so far, inside one definition. */
class Reader {
  private readonly frame: Frame
  private readonly names: Set<string>

  constructor(frame: Frame, names: ReadonlySet<string>) {
    this.frame = frame
    this.names = new Set(names)
  }

  definition(statement: Fn | Block | Optimizer): void {
    if (statement.kind === 'optimizer') {
      for (const given of ['parameter', 'gradient', 'step']) this.names.add(given)
      this.parameters(statement.parameters)
      return this.statements(statement.statements)
    }
    this.axisParameters(statement.axes)
    this.parameters(statement.parameters)
    if (statement.kind === 'fn') {
      this.body(statement.body)
      this.type(statement.result)
      if (statement.derivative === undefined) return
      this.names.add(statement.derivative.cotangent.text)
      return this.expression(statement.derivative.value)
    }
    this.statements(statement.statements)
    this.inner().apply(statement)
  }

  private apply({ apply, statements }: Block): void {
    this.parameters(apply.parameters)
    this.body(apply.body)
    for (const statement of statements) {
      if (statement.kind === 'update') this.expression(statement.value)
    }
  }

  private inner(): Reader {
    return new Reader(this.frame, this.names)
  }

  private axisParameters(axes: AxisParameters | undefined): void {
    for (const parameter of [...(axes?.before ?? []), ...(axes?.after ?? [])]) {
      if (parameter.kind === 'pairs') {
        this.names.add(parameter.from.text)
        this.names.add(parameter.to.text)
      } else this.names.add(parameter.name.text)
    }
  }

  private parameters(parameters: readonly Parameter[]): void {
    for (const { pattern, type, default: option } of parameters) {
      this.type(type)
      if (option !== undefined) this.expression(option)
      this.pattern(pattern)
    }
  }

  private pattern(pattern: Pattern): void {
    if (pattern.kind === 'name') this.names.add(pattern.name.text)
    else for (const item of pattern.items) this.pattern(item)
  }

  private body({ statements, result }: Body): void {
    this.statements(statements)
    this.expression(result)
  }

  private statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement)
  }

  private statement(statement: Statement): void {
    if (statement.kind === 'axis') {
      for (const { name, over, size } of statement.axes) {
        if (over !== undefined) this.axis(over)
        if (size !== undefined) this.expression(size)
        this.names.add(name.text)
      }
    } else if (statement.kind === 'let') {
      this.expression(statement.value)
      this.type(statement.type)
      this.pattern(statement.pattern)
    } else if (statement.kind === 'param') {
      this.type(statement.type)
      this.expression(statement.initial.value)
      this.names.add(statement.name.text)
    } else if (
      statement.kind === 'const' ||
      statement.kind === 'state' ||
      statement.kind === 'use'
    ) {
      if (statement.kind === 'state') this.type(statement.type)
      this.expression(statement.value)
      this.names.add(statement.name.text)
    }
  }

  private type(type: Type | undefined): void {
    for (const axis of type?.axes ?? []) this.axis(axis)
    for (const alternative of type?.alternatives ?? []) {
      if (alternative.kind === 'kind' && alternative.axis !== undefined) this.axis(alternative.axis)
    }
  }

  private expression(expression: Expression): void {
    switch (expression.kind) {
      case 'number':
      case 'string':
      case 'constant':
      case 'missing':
        return
      case 'name':
        return this.name({ text: expression.name, span: expression.span })
      case 'member':
        return this.expression(expression.object)
      case 'unary':
        return this.expression(expression.operand)
      case 'sum':
        return expression.terms.forEach(({ value }) => this.expression(value))
      case 'product':
        return expression.factors.forEach(({ value }) => this.expression(value))
      case 'power':
        return this.all([expression.base, expression.exponent])
      case 'comparison':
        return this.all([expression.left, expression.right])
      case 'is':
        return this.expression(expression.value)
      case 'logical':
        return this.all(expression.operands)
      case 'if':
        return this.all([expression.condition, expression.consequent, expression.alternative])
      case 'pipe':
        return this.all([expression.value, ...expression.stages])
      case 'instantiate':
        this.expression(expression.callee)
        for (const { from, to } of expression.axes.entries) {
          if (from !== undefined) this.axis(from)
          if (to !== undefined) this.axis(to)
        }
        return
      case 'call':
        this.expression(expression.callee)
        this.all(expression.positional)
        return expression.named.forEach(({ value }) => this.expression(value))
      case 'index':
        this.expression(expression.value)
        for (const entry of expression.entries) {
          if (entry.kind === 'as') [...entry.from, ...entry.to].forEach((name) => this.axis(name))
          else this.axis(entry.axis)
          if (entry.kind === 'at') this.expression(entry.index)
        }
        if (expression.otherwise !== undefined) this.expression(expression.otherwise)
        return
      case 'tuple':
      case 'list':
        return this.all(expression.items)
      case 'over':
        this.expression(expression.value)
        return this.axis(expression.axis)
      case 'lambda': {
        const inner = this.inner()
        for (const pattern of expression.parameters) inner.pattern(pattern)
        return inner.body(expression.body)
      }
      default:
        expression satisfies never
    }
  }

  private all(expressions: readonly Expression[]): void {
    for (const expression of expressions) this.expression(expression)
  }

  // ── Looking up ────────────────────────────────────────────────────────────

  private name(name: Name): void {
    const { text, span } = name
    if (this.isKnown(name) || text === 'training') return
    const near = this.near(text)
    report(this.frame, 'unknown-name', span, { name: text, ...near }, this.fix(name, near))
  }

  private axis(name: Name): void {
    if (this.isKnown(name)) return
    const near = this.near(name.text)
    const facts = { axis: name.text, isValue: false, ...near }
    report(this.frame, 'unknown-axis', name.span, facts, this.fix(name, near))
  }

  private isKnown({ text }: Name): boolean {
    const { scope } = this.frame
    const base = text.replace(/'+$/, '')
    return (
      this.names.has(base) ||
      scope.lookup(base) !== undefined ||
      findAxis(this.frame, text) !== undefined ||
      scope.declaredLater(base) !== undefined
    )
  }

  private near(text: string): { near?: string } {
    const near = suggest(text, [...this.names, ...this.frame.scope.names(() => true)])
    return near === undefined ? {} : { near }
  }

  private fix(name: Name, { near }: { near?: string }): object {
    if (near === undefined) return {}
    const edits = [{ ...locate(this.frame, name.span), text: near }]
    return { fix: { message: `write \`${near}\``, edits } }
  }
}
