// `lossdsl check`: all diagnostics of all files, nothing written; or the mends applied.
import type { Command } from 'commander'
import type { Diagnostic } from '../../compiler/index.ts'
import { compilePath } from '../compiling.ts'
import { countDiagnostics, hasErrors, renderAll } from '../diagnostics.ts'
import { CallFault, InputFault, isOfInput } from '../fault.ts'
import { nameOf, writeResult } from '../files.ts'
import { examples } from '../options.ts'
import type { Session } from '../session.ts'
import { applyFixes } from '../applyFixes.ts'

interface Flags {
  readonly strict?: boolean
  readonly fix?: boolean
  readonly json?: boolean
}

export function addCheck(program: Command, session: Session): void {
  program
    .command('check')
    .summary('show all that is wrong or doubtful')
    .description('Shows the diagnostics of the files. Writes nothing, unless --fix is given.')
    .argument('<files...>', 'sources; - reads standard input')
    .option('--strict', 'warnings count as errors')
    .option('--fix', 'apply the mends that the diagnostics offer')
    .option('--json', 'print the diagnostics as a JSON array')
    .addHelpText(
      'after',
      examples('lossdsl check digits.lossdsl', 'lossdsl check --strict models/*.lossdsl'),
    )
    .action((files: string[], flags: Flags) => checkCommand(session, files, flags))
}

async function checkCommand(
  session: Session,
  files: readonly string[],
  flags: Flags,
): Promise<void> {
  if (flags.fix === true && files.includes('-')) {
    throw new CallFault('--fix writes files; standard input is none.')
  }
  const { terminal, outColors, errColors } = session
  const compiler = await session.compiler()
  const all: Diagnostic[] = []
  let isUnread = false
  const checkFile = async (file: string) => {
    const fixed = flags.fix === true ? await fixFile(session, file) : 0
    const { diagnostics, sources } = await compilePath(session, file, {})
    all.push(...diagnostics)
    if (flags.json === true) return
    terminal.out(renderAll(compiler, diagnostics, (path) => sources.get(path), outColors))
    const mended = fixed === 0 ? '' : ` (${fixed} mended)`
    const count = countDiagnostics(diagnostics)
    const verdict = count === '' ? outColors.green('nothing to complain about') : count
    terminal.out(`${nameOf(file)}: ${verdict}${mended}\n`)
  }
  for (const file of files) {
    try {
      await checkFile(file)
    } catch (error) {
      if (!isOfInput(error)) throw error
      // The others may still be told of.
      terminal.err(`${errColors.red('lossdsl:')} ${error.message}\n`)
      isUnread = true
    }
  }
  if (flags.json === true) terminal.out(`${JSON.stringify(all, null, 2)}\n`)
  const isBad = flags.strict === true ? countDiagnostics(all) !== '' : hasErrors(all)
  if (isBad || isUnread) throw new InputFault('')
}

/** Applies mends until there are none left; each round may bring others to light. Returns how many. */
async function fixFile(session: Session, file: string): Promise<number> {
  let applied = 0
  for (let round = 0; round < 20; round++) {
    const { diagnostics, sources } = await compilePath(session, file, {})
    const fixes = diagnostics.flatMap(({ fix }) => (fix === undefined ? [] : [fix]))
    const name = nameOf(file)
    const result = applyFixes(sources.get(name) ?? '', name, fixes)
    if (result.applied === 0) break
    applied += result.applied
    await writeResult(session, file, result.text, file)
  }
  return applied
}
