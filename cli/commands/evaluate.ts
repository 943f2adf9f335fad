// `lossdsl evaluate`: a trained model's losses and metrics on data.
import type { Command } from 'commander'
import { evaluate, prepare } from '../../runtime/index.ts'
import { loadModuleOf } from '../compiling.ts'
import { loadTrained, measuresOf, readTables } from '../data.ts'
import { InputFault } from '../fault.ts'
import {
  addCompilerOptions,
  addDataOptions,
  compilerOptions,
  examples,
  type CompilerFlags,
  type DataFlags,
} from '../options.ts'
import type { Session } from '../session.ts'

interface Flags extends CompilerFlags, DataFlags {
  readonly load?: string
  readonly json?: boolean
}

export function addEvaluate(program: Command, session: Session): void {
  const command = program
    .command('evaluate')
    .summary('print losses and metrics on data')
    .description('Prints the losses and metrics of a trained model over all rows.')
    .argument('<file>', 'the source')
    .option('--load <file>', 'the checkpoint with the parameters')
  addDataOptions(command)
  addCompilerOptions(command)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      examples('lossdsl evaluate iris.lossdsl --load iris.safetensors --data test.csv'),
    )
    .action((file: string, flags: Flags) => evaluateCommand(session, file, flags))
}

async function evaluateCommand(session: Session, file: string, flags: Flags): Promise<void> {
  const { terminal } = session
  const module = await loadModuleOf(session, file, compilerOptions(flags))
  const { signature } = module
  const entries = measuresOf(signature)
  if (entries.length === 0) throw new InputFault('The model has no loss and no metric to evaluate.')
  const { model, checkpoint } = await loadTrained(session, module, flags.load)
  const { examples: rows } = prepare(signature, await readTables(session, flags.data), {
    entries,
    ...(flags.input === undefined ? {} : { columns: flags.input }),
    ...(checkpoint?.preparation === undefined ? {} : { preparation: checkpoint.preparation }),
  })
  const measures = await evaluate(module, model, rows, { entries })
  if (flags.json === true) terminal.out(`${JSON.stringify(measures)}\n`)
  else for (const [name, value] of Object.entries(measures)) terminal.out(`${name} ${value}\n`)
}
