// `lossdsl fmt`: sources in the one layout. Same meaning, comments kept.
import type { Command } from 'commander'
import type { Diagnostic } from '../../compiler/index.ts'
import { report } from '../compiling.ts'
import { InputFault } from '../fault.ts'
import { nameOf, readSource, writeResult } from '../files.ts'
import { examples } from '../options.ts'
import type { Session } from '../session.ts'

interface Flags {
  readonly check?: boolean
}

export function addFormat(program: Command, session: Session): void {
  program
    .command('fmt')
    .summary('format sources')
    .description('Formats files in place; standard input goes to standard output.')
    .argument('<files...>', 'sources; - reads standard input')
    .option('--check', 'write nothing; name the files that are not formatted, and exit with 1')
    .addHelpText(
      'after',
      examples('lossdsl fmt digits.lossdsl', 'lossdsl fmt --check models/*.lossdsl'),
    )
    .action((files: string[], flags: Flags) => formatCommand(session, files, flags))
}

/** Undefined, and the mistakes shown, when the text can't be read as a program. */
async function formatText(
  session: Session,
  file: string,
  text: string,
): Promise<string | undefined> {
  const { format } = await session.compiler()
  try {
    return await format(text)
  } catch (error) {
    if (!isUnreadable(error)) throw error
    // The formatter knows no file names.
    const path = nameOf(file)
    const diagnostics = error.diagnostics.map((one) => ({
      ...one,
      path,
      labels: one.labels.map((label) => ({ ...label, path })),
    }))
    await report(session, { diagnostics, sources: new Map([[path, text]]) })
    return undefined
  }
}

function isUnreadable(
  error: unknown,
): error is Error & { readonly diagnostics: readonly Diagnostic[] } {
  return error instanceof Error && error.name === 'UnreadableSource' && 'diagnostics' in error
}

async function formatCommand(
  session: Session,
  files: readonly string[],
  flags: Flags,
): Promise<void> {
  const { terminal } = session
  let failed = false
  for (const file of files) {
    const text = await readSource(session, file)
    const formatted = await formatText(session, file, text)
    if (formatted === undefined) failed = true
    else if (flags.check === true) {
      if (formatted === text) continue
      terminal.out(`${nameOf(file)} is not formatted\n`)
      failed = true
    } else if (file === '-') terminal.out(formatted)
    else if (formatted !== text) {
      await writeResult(session, file, formatted, file)
      terminal.err(`${file} formatted\n`)
    }
  }
  if (failed) throw new InputFault('')
}
