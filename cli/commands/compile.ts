// `lossdsl compile`: a module and its types, or a stage on the way there.
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Option, type Command } from 'commander'
import type { CompileOptions } from '../../compiler/index.ts'
import { compileOrFail, compilePath, report, type Compiled } from '../compiling.ts'
import { hasErrors } from '../diagnostics.ts'
import { CallFault, InputFault, judge } from '../fault.ts'
import { writeResult } from '../files.ts'
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
  readonly watch?: boolean
  readonly emit?: NonNullable<CompileOptions['emit']>
  readonly json?: boolean
}

export function addCompile(program: Command, session: Session): void {
  const command = program
    .command('compile')
    .summary('write the module and its types')
    .description('Writes FILE.js, an ES module that imports nothing, and FILE.d.ts beside it.')
    .argument('<file>', 'the source; - reads standard input')
    .option('-o, --output <file>', 'where the module goes; - is standard output')
  addCompilerOptions(command)
    .option('--entry <names>', 'keep only these exports; may be repeated', collectNames)
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
    .option('--json', 'print code, types, map, signature and diagnostics as one JSON object')
    .addHelpText(
      'after',
      examples(
        'lossdsl compile digits.lossdsl',
        'lossdsl compile digits.lossdsl -o build/digits.js --axis D=64 --entry probabilities',
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
  const target = flags.output ?? (file === '-' ? '-' : `${file.replace(/\.lossdsl$/, '')}.js`)
  if (target === file && file !== '-')
    throw new CallFault(`-o ${target} would overwrite the source.`)
  return target
}

function optionsOf(flags: Flags): CompileOptions {
  return {
    ...compilerOptions(flags),
    ...(flags.entry === undefined ? {} : { entries: flags.entry }),
    ...(flags.emit === undefined ? {} : { emit: flags.emit }),
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
    const compiled = await compilePath(session, file, optionsOf(flags))
    await report(session, compiled)
    const text = compiled.emitted ?? ''
    if (text !== '') await writeResult(session.terminal, flags.output ?? '-', endLine(text))
    if (hasErrors(compiled.diagnostics)) throw new InputFault('')
    return compiled
  }
  const compiled = await compileOrFail(session, file, optionsOf(flags))
  await writeModule(session, compiled, target)
  return compiled
}

async function writeModule(session: Session, compiled: Compiled, target: string): Promise<void> {
  const { terminal } = session
  const { code, types, map } = compiled
  if (code === undefined) throw new Error('the compiler gave neither code nor errors')
  if (target === '-') return writeResult(terminal, '-', code)
  const beside: [string, string][] = []
  if (types !== undefined) beside.push([target.replace(/\.(m?)js$|$/, '.d.$1ts'), types])
  if (map !== undefined) beside.push([`${target}.map`, map])
  // The module last: whoever waits for it finds the others there.
  for (const [path, text] of beside) await writeResult(terminal, path, text)
  const link = map === undefined ? '' : `//# sourceMappingURL=${encodeURI(basename(target))}.map\n`
  await writeResult(terminal, target, endLine(code) + link)
  const size = `${kilobytes(Buffer.byteLength(code))}, ${kilobytes(gzipSync(code).length)} gzipped`
  const names = beside.map(([path]) => path)
  terminal.out(`${target} (${size})${names.map((name) => `, ${name}`).join('')}\n`)
}

async function printJson(session: Session, file: string, flags: Flags): Promise<void> {
  const { sources: _, ...result } = await compilePath(session, file, optionsOf(flags))
  await writeResult(session.terminal, flags.output ?? '-', `${JSON.stringify(result, null, 2)}\n`)
  if (hasErrors(result.diagnostics)) throw new InputFault('')
}

/** Compiles now and after each change of a file that took part, until the session is interrupted. */
async function watch(session: Session, file: string, flags: Flags, target: string): Promise<void> {
  const { terminal } = session
  let paths: readonly string[] = [file]
  const attempt = async () => {
    try {
      const compiled = await compilePath(session, file, optionsOf(flags))
      // A file that fails to parse tells no imports; those of before are still worth watching.
      paths = [...new Set([...paths, ...compiled.sources.keys()])]
      await report(session, compiled)
      if (!hasErrors(compiled.diagnostics)) await writeModule(session, compiled, target)
    } catch (error) {
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
