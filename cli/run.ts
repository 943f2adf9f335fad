// One call of the command line, from arguments to exit code.
import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { addBench } from './commands/bench.ts'
import { addCheck } from './commands/check.ts'
import { addCompile } from './commands/compile.ts'
import { addEvaluate } from './commands/evaluate.ts'
import { addExport, addImport } from './commands/interchange.ts'
import { addFormat } from './commands/fmt.ts'
import { addPredict } from './commands/predict.ts'
import { addTrain } from './commands/train.ts'
import { judge } from './fault.ts'
import { examples } from './options.ts'
import { createSession, type Compiler, type Session } from './session.ts'
import type { Terminal } from './terminal.ts'

/** The arguments are those after the program's name. Another compiler may be given, for tests. */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  compiler?: () => Promise<Compiler>,
): Promise<number> {
  const session = createSession(terminal, compiler)
  try {
    await programOf(session).parseAsync(args, { from: 'user' })
    return session.exitCode
  } catch (error) {
    // commander has said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { exitCode, message } = judge(error)
    if (message !== '') terminal.err(`${session.errColors.red('lossdsl:')} ${message}\n`)
    return exitCode
  }
}

function programOf(session: Session): Command {
  const { terminal } = session
  const program = new Command('lossdsl')
    .description('A compiler for models and losses: named axes, exact gradients, plain JavaScript.')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      getOutHasColors: () => terminal.outIsTerminal,
      getErrHasColors: () => terminal.errIsTerminal,
    })
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText(
      'after',
      examples(
        'lossdsl compile digits.lossdsl',
        'lossdsl train digits.lossdsl --data digits.csv --input x=p00:p77 --save digits.safetensors',
        'lossdsl predict digits.lossdsl --load digits.safetensors --data new.csv',
      ) + '\nExit codes: 0 done, 1 the input is at fault, 2 the call is, 130 interrupted.\n',
    )
  const commands = [
    addCompile,
    addCheck,
    addFormat,
    addTrain,
    addPredict,
    addEvaluate,
    addBench,
    addImport,
    addExport,
  ]
  for (const add of commands) add(program, session)
  return program
}

/** By the package's own name, which holds in the sources as in what is built from them. */
function version(): string {
  const file: unknown = createRequire(import.meta.url)('lossdsl/package.json')
  return typeof file === 'object' && file !== null && 'version' in file ? String(file.version) : ''
}
