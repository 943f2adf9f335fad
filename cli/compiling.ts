// From a file's name to a compile result, its diagnostics shown; and from a result to the module itself.
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CompileOptions, CompileResult } from '../compiler/index.ts'
import type { GeneratedModule } from '../runtime/index.ts'
import { countDiagnostics, hasErrors, renderAll } from './diagnostics.ts'
import { CallFault, InputFault } from './fault.ts'
import { nameOf, readImport, readSource } from './files.ts'
import type { Session } from './session.ts'

export interface Compiled extends CompileResult {
  /** The path and text of every file that was read, the one asked for first. */
  readonly sources: ReadonlyMap<string, string>
}

/** Compiles a file. Reports nothing. */
export async function compilePath(
  session: Session,
  path: string,
  options: CompileOptions,
): Promise<Compiled> {
  const text = await readSource(session, path)
  const name = nameOf(path)
  const sources = new Map([[name, text]])
  const { compile } = await session.compiler()
  const result = compile(text, {
    ...options,
    path: name,
    read(imported) {
      const known = sources.get(imported)
      if (known !== undefined) return known
      const read = readImport(session, imported)
      sources.set(imported, read)
      return read
    },
  })
  return { ...result, sources }
}

/** Compiles a file, shows its diagnostics on standard error, and fails if there are errors. */
export async function compileOrFail(
  session: Session,
  path: string,
  options: CompileOptions,
): Promise<Compiled> {
  const compiled = await compilePath(session, path, options)
  await report(session, compiled)
  if (hasErrors(compiled.diagnostics)) throw new InputFault('')
  return compiled
}

export async function report(session: Session, { diagnostics, sources }: Compiled): Promise<void> {
  if (diagnostics.length === 0) return
  const { terminal, errColors } = session
  const lookUp = (path: string) => sources.get(path)
  terminal.err(renderAll(await session.compiler(), diagnostics, lookUp, errColors))
  const count = countDiagnostics(diagnostics)
  if (count !== '') terminal.err(`${count}\n`)
}

/** Compiles a file and imports what came out, without a file in between. */
export async function loadModuleOf(
  session: Session,
  path: string,
  options: CompileOptions,
): Promise<GeneratedModule> {
  const { code } = await compileOrFail(session, path, options)
  if (code === undefined) throw new Error('the compiler gave neither code nor errors')
  return importCode(code)
}

/**
 * A module from its code. A data URL needs no place on the disk, is no `eval`, and equal code is one module. The code is
 * the compiler's: what a user wrote reaches it as checked names and escaped strings only.
 */
export async function importCode(code: string): Promise<GeneratedModule> {
  const linked = Buffer.from(link(code)).toString('base64')
  const url = `data:text/javascript;base64,${linked}`
  return (await import(url)) as GeneratedModule
}

/** What has no place on the disk can import by addresses only; of all modules, those of the gpu backend import. */
function link(code: string): string {
  if (!code.includes(`\nimport * as gpujs from 'gpu.js'\n`)) return code
  const addresses = { 'gpu.js': addressOfGpuJs(), 'lossdsl/runtime': addressOfRuntime() }
  return Object.entries(addresses).reduce(
    (text, [name, address]) =>
      text.replace(` from '${name}'\n`, () => ` from ${JSON.stringify(address)}\n`),
    code,
  )
}

function addressOfGpuJs(): string {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve('gpu.js')).href
  } catch (cause) {
    throw new CallFault('--backend gpu needs the package gpu.js: npm install gpu.js', { cause })
  }
}

function addressOfRuntime(): string {
  return new URL(`../runtime/index${extname(import.meta.url)}`, import.meta.url).href
}
