// The standard library's scope: its functions, blocks and optimizers, known to every file without an import.
import { parse } from '../syntax/parse.ts'
import type { Statement } from '../syntax/ast.ts'
import { builtinScope } from './builtins/table.ts'
import { Scope } from './scope.ts'
import type { FunctionSet } from './value.ts'

/** Declarations hold no state of a check, so that one reading serves them all. */
const read = new WeakMap<Readonly<Record<string, string>>, Scope>()

export function standardScope(sources: Readonly<Record<string, string>>): Scope {
  const known = read.get(sources)
  if (known !== undefined) return known
  const scope = new Scope(builtinScope())
  for (const [path, text] of Object.entries(sources)) declareAll(path, text, scope)
  read.set(sources, scope)
  return scope
}

function declareAll(path: string, text: string, scope: Scope): void {
  const { file, diagnostics } = parse({ path, text })
  const [mistake] = diagnostics
  if (mistake !== undefined) {
    throw new Error(`${path}, at ${mistake.span.start}: ${mistake.message}`)
  }
  for (const statement of file.statements) {
    declare(statement, path, scope)
  }
}

function declare(statement: Statement, path: string, scope: Scope): void {
  if (statement.kind === 'fn') {
    const { text: name } = statement.name
    const before = scope.own(name)
    const overloads =
      before?.kind === 'value' && before.value.kind === 'functions' ? before.value.overloads : []
    const value: FunctionSet = {
      kind: 'functions',
      name,
      overloads: [...overloads, { fn: statement, scope, path }],
    }
    scope.declare(name, { kind: 'value', value })
  } else if (statement.kind === 'block') {
    const declaration = { block: statement, scope, path }
    scope.declare(statement.name.text, { kind: 'value', value: { kind: 'block', declaration } })
  } else if (statement.kind === 'optimizer') {
    const declaration = { optimizer: statement, scope, path }
    const value = { kind: 'optimizer', declaration } as const
    scope.declare(statement.name.text, { kind: 'value', value })
  } else throw new Error(`${path} holds \`${statement.kind}\`, which belongs in a file of a user`)
}
