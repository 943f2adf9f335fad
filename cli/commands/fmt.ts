// `lossdsl fmt`: sources in the one layout. Same meaning, comments kept.
import type { Command } from 'commander'
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

/** Undefined, and the reason shown, when the file does not parse. */
async function formatText(
  session: Session,
  file: string,
  text: string,
): Promise<string | undefined> {
  const { format } = await session.compiler()
  return format(text)
}

async function formatCommand(
  session: Session,
  files: readonly string[],
  flags: Flags,
): Promise<void> {
  const { terminal } = session
  let failed = false
  for (const file of files) {
    const text = await readSource(terminal, file)
    const formatted = await formatText(session, file, text)
    if (formatted === undefined) failed = true
    else if (flags.check === true) {
      if (formatted === text) continue
      terminal.out(`${nameOf(file)} is not formatted\n`)
      failed = true
    } else if (file === '-') terminal.out(formatted)
    else if (formatted !== text) {
      await writeResult(terminal, file, formatted)
      terminal.err(`${file} formatted\n`)
    }
  }
  if (failed) throw new InputFault('')
}
