// `import { a, b as c } from "./file.lossdsl"`: functions, blocks, optimizers and constants of another file.
import { suggest } from '../source/suggest.ts'
import type { Import, Name, Statement } from '../syntax/ast.ts'
import { parse } from '../syntax/parse.ts'
import { declareFunction, declareOnce, reportTwice } from './declare.ts'
import { locate, report, type Frame } from './frame.ts'
import { Scope, type Entry } from './scope.ts'
import { Site } from './site.ts'
import { executeConst } from './statements.ts'
import { poison } from './value.ts'

export function executeImport(statement: Import, frame: Frame): void {
  const imported = scopeOf(statement, frame)
  for (const { name, alias } of statement.names) {
    const entry = imported?.own(name.text)
    if (imported !== null && entry === undefined) unknownImport(name, statement, imported, frame)
    bind(alias ?? name, entry, frame)
  }
}

function bind(name: Name, entry: Entry | undefined, frame: Frame): void {
  const before = frame.scope.own(name.text)
  const at = locate(frame, name.span)
  if (before?.at !== undefined) reportTwice(frame, name, before.at)
  else frame.scope.declare(name.text, { ...(entry ?? { kind: 'value', value: poison }), at })
}

function unknownImport(name: Name, { from }: Import, imported: Scope, frame: Frame): void {
  const known = imported.ownNames()
  const near = suggest(name.text, known)
  const facts = { name: name.text, file: from.value, known }
  if (near === undefined) {
    report(frame, 'import-unknown', name.span, facts)
    return
  }
  const edits = [{ ...locate(frame, name.span), text: near }]
  const fix = { message: `write \`${near}\``, edits }
  report(frame, 'import-unknown', name.span, { ...facts, near }, { fix })
}

// ── The other file ──────────────────────────────────────────────────────────

/** What a file defines, worked out once in each elaboration. Null: it could not be had, which is reported. */
function scopeOf({ from }: Import, frame: Frame): Scope | null {
  const path = resolved(from.value, frame.path)
  if (path === null) {
    report(frame, 'import-not-relative', from.span, { file: from.value })
    return null
  }
  const { modules, reading } = frame.elaboration
  const known = modules.get(path)
  if (known !== undefined) return known
  if (reading.has(path) || path === frame.path) {
    report(frame, 'import-cycle', from.span, { file: from.value })
    return null
  }
  const statements = statementsOf(path, from, frame)
  if (statements === null) return null
  reading.add(path)
  const scope = new Scope(frame.elaboration.standard, true)
  const inner: Frame = {
    elaboration: frame.elaboration,
    scope,
    path,
    key: `import ${path}`,
    site: new Site(path),
  }
  for (const statement of statements) define(statement, inner)
  reading.delete(path)
  modules.set(path, scope)
  return scope
}

/** Values of the other file, its inputs, losses and outputs, are its own business. */
function define(statement: Statement, frame: Frame): void {
  const { path, scope } = frame
  if (statement.kind === 'import') executeImport(statement, frame)
  else if (statement.kind === 'const') executeConst(statement, frame)
  else if (statement.kind === 'fn') declareFunction(statement, frame)
  else if (statement.kind === 'block') {
    const declaration = { block: statement, scope, path }
    declareOnce(frame, statement.name, { kind: 'block', declaration })
  } else if (statement.kind === 'optimizer') {
    const declaration = { optimizer: statement, scope, path }
    declareOnce(frame, statement.name, { kind: 'optimizer', declaration })
  }
}

function statementsOf(
  path: string,
  from: Import['from'],
  frame: Frame,
): readonly Statement[] | null {
  const { read } = frame.elaboration
  if (read === undefined) {
    report(frame, 'import-unreadable', from.span, {
      file: from.value,
      reason: 'no files can be read here',
    })
    return null
  }
  let text: string
  try {
    text = read(path)
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure)
    report(frame, 'import-unreadable', from.span, { file: from.value, reason })
    return null
  }
  const { file, diagnostics } = parse({ path, text })
  for (const diagnostic of diagnostics) frame.elaboration.report(diagnostic)
  return file.statements
}

/** A path relative to the file that imports; null for one that is not relative. */
export function resolved(written: string, importer: string): string | null {
  if (!/^\.{1,2}\//.test(written)) return null
  const folder = importer.split('/').slice(0, -1)
  for (const part of written.split('/')) {
    if (part === '..' && folder.length > 0 && folder.at(-1) !== '..') folder.pop()
    else if (part !== '.') folder.push(part)
  }
  return folder.join('/')
}
