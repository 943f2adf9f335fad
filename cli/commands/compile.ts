// `lossdsl compile`: a module and its types, or a stage on the way there.
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Option, type Command } from 'commander'
import type { CompileOptions } from '../../compiler/index.ts'
import { initAxes, loadStateDict, stateDict } from '../../runtime/index.ts'
import { compileOrFail, compilePath, importCode, report, type Compiled } from '../compiling.ts'
import { hasErrors } from '../diagnostics.ts'
import { CallFault, InputFault, judge } from '../fault.ts'
import { checkTarget, readBytes, writeResult } from '../files.ts'
import {
  addCompilerOptions,
  collectNames,
  compilerOptions,
  examples,
  type CompilerFlags,
} from '../options.ts'
import type { Session } from '../session.ts'
import { watchFiles } from '../watch.ts'

interface Flags extends CompilerFlags {
  readonly output?: string
  readonly entry?: readonly string[]
  readonly weights?: string
  readonly watch?: boolean
  readonly emit?: NonNullable<CompileOptions['emit']>
  readonly json?: boolean
}

export function addCompile(program: Command, session: Session): void {
  const command = program
    .command('compile')
    .summary('write the module and its types')
    .description(
      'Writes FILE.js, an ES module, and FILE.d.ts beside it. The module imports nothing; with --backend gpu it imports gpu.js and lossdsl/runtime.',
    )
    .argument('<file>', 'the source; - reads standard input')
    .option('-o, --output <file>', 'where the module goes; - is standard output')
  addCompilerOptions(command)
    .option('--entry <names>', 'keep only these exports; may be repeated', collectNames)
    .option('--weights <file>', 'build these trained parameters in: init() starts from them')
    .option('--watch', 'compile again whenever the source changes, until Ctrl-C')
    .addOption(
      new Option('--emit <stage>', 'print a stage instead of writing the module').choices([
        'ast',
        'graph',
        'gradient',
        'kernels',
        'code',
      ]),
    )
    .option('--json', 'print code, types, signature and diagnostics as one JSON object')
    .addHelpText(
      'after',
      examples(
        'lossdsl compile digits.lossdsl',
        'lossdsl compile digits.lossdsl -o build/digits.js --axis D=64 --entry probabilities',
        'lossdsl compile digits.lossdsl --weights digits.safetensors --entry probabilities',
        'lossdsl compile digits.lossdsl --emit kernels',
      ),
    )
    .action((file: string, flags: Flags) => compileCommand(session, file, flags))
}

async function compileCommand(session: Session, file: string, flags: Flags): Promise<void> {
  const target = targetOf(file, flags)
  if (flags.watch === true) {
    if (file === '-') throw new CallFault('--watch needs a file: standard input does not change.')
    await watch(session, file, flags, target)
  } else if (flags.json === true) await printJson(session, file, flags)
  else await compileOnce(session, file, flags, target)
}

function targetOf(file: string, flags: Flags): string {
  return flags.output ?? (file === '-' ? '-' : `${file.replace(/\.lossdsl$/, '')}.js`)
}

async function optionsOf(session: Session, file: string, flags: Flags): Promise<CompileOptions> {
  const options = {
    ...compilerOptions(flags),
    ...(flags.entry === undefined ? {} : { entries: flags.entry }),
    ...(flags.emit === undefined ? {} : { emit: flags.emit }),
  }
  if (flags.weights === undefined) return options
  const { backend: _, ...portable } = options
  return { ...options, ...(await builtIn(session, file, flags.weights, portable)) }
}

/** Trained parameters as the module is to hold them, and the sizes that they settle. Errors of the source are told later. */
async function builtIn(
  session: Session,
  file: string,
  weights: string,
  options: CompileOptions,
): Promise<CompileOptions> {
  const bytes = await readBytes(session, weights)
  // Of the whole file, whatever entries are kept: parameters of another model should be told.
  const { entries: _, emit: __, ...all } = options
  const whole = await compilePath(session, file, all)
  if (whole.code === undefined) return {}
  const module = await importCode(whole.code)
  const model = await loadStateDict(module, bytes, { source: weights })
  const { signature } = await compilePath(session, file, options)
  if (signature === undefined) return {}
  return {
    axes: { ...options.axes, ...initAxes(module.signature, model.axes) },
    weights: stateDict(signature, model),
  }
}

async function compileOnce(
  session: Session,
  file: string,
  flags: Flags,
  target: string,
): Promise<Compiled> {
  if (flags.emit !== undefined) {
    // A stage is of use above all where a later one fails.
    const compiled = await compilePath(session, file, await optionsOf(session, file, flags))
    await report(session, compiled)
    const text = compiled.emitted ?? ''
    if (text !== '') await writeResult(session, flags.output ?? '-', endLine(text))
    if (hasErrors(compiled.diagnostics)) throw new InputFault('')
    return compiled
  }
  const compiled = await compileOrFail(session, file, await optionsOf(session, file, flags))
  await writeModule(session, compiled, target)
  return compiled
}

async function writeModule(session: Session, compiled: Compiled, target: string): Promise<void> {
  const { terminal } = session
  const { code, types, map } = compiled
  if (code === undefined) throw new Error('the compiler gave neither code nor errors')
  if (target === '-') return writeResult(session, '-', code)
  const beside: [string, string][] = []
  if (types !== undefined) beside.push([target.replace(/\.(m?)js$|$/, '.d.$1ts'), types])
  if (map !== undefined) beside.push([`${target}.map`, map])
  for (const path of [target, ...beside.map(([path]) => path)]) await checkTarget(session, path)
  // The module last: whoever waits for it finds the others there.
  for (const [path, text] of beside) await writeResult(session, path, text)
  const link = map === undefined ? '' : `//# sourceMappingURL=${encodeURI(basename(target))}.map\n`
  await writeResult(session, target, endLine(code) + link)
  const size = `${kilobytes(Buffer.byteLength(code))}, ${kilobytes(gzipSync(code).length)} gzipped`
  const names = beside.map(([path]) => path)
  terminal.out(`${target} (${size})${names.map((name) => `, ${name}`).join('')}\n`)
}

async function printJson(session: Session, file: string, flags: Flags): Promise<void> {
  const { sources: _, ...result } = await compilePath(
    session,
    file,
    await optionsOf(session, file, flags),
  )
  await writeResult(session, flags.output ?? '-', `${JSON.stringify(result, null, 2)}\n`)
  if (hasErrors(result.diagnostics)) throw new InputFault('')
}

/** Compiles now and after each change of a file that took part, until the session is interrupted. */
async function watch(session: Session, file: string, flags: Flags, target: string): Promise<void> {
  const { terminal } = session
  let paths: readonly string[] = [file]
  const attempt = async () => {
    try {
      const compiled = await compilePath(session, file, await optionsOf(session, file, flags))
      // A file that fails to parse tells no imports; those of before are still worth watching.
      paths = [...new Set([...paths, ...compiled.sources.keys()])]
      await report(session, compiled)
      if (!hasErrors(compiled.diagnostics)) await writeModule(session, compiled, target)
    } catch (error) {
      // Another call is wanted; changes of the files would not help.
      if (error instanceof CallFault) throw error
      terminal.err(`${judge(error).message}\n`)
    }
    terminal.err(`${session.errColors.dim('watching; Ctrl-C ends')}\n`)
  }
  await attempt()
  await watchFiles(() => paths, terminal.folder, attempt, terminal.signal)
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
