// `lossdsl predict`: a trained model's outputs for rows of data.
import { Option, type Command } from 'commander'
import { entriesOfKind, predict, prepare, type Signature } from '../../runtime/index.ts'
import { loadModuleOf } from '../compiling.ts'
import { loadTrained, readTables } from '../data.ts'
import { CallFault, InputFault } from '../fault.ts'
import { writeResult } from '../files.ts'
import {
  addCompilerOptions,
  addDataOptions,
  collectNames,
  compilerOptions,
  examples,
  type CompilerFlags,
  type DataFlags,
} from '../options.ts'
import { labelsOf, writePredictions, type Format } from '../predictions.ts'
import type { Session } from '../session.ts'

interface Flags extends CompilerFlags, DataFlags {
  readonly load?: string
  readonly outputs?: readonly string[]
  readonly format?: Format
  readonly json?: boolean
  readonly output?: string
}

export function addPredict(program: Command, session: Session): void {
  const command = program
    .command('predict')
    .summary('write the outputs for data')
    .description('Writes what the outputs of a trained model are, row by row.')
    .argument('<file>', 'the source')
    .option('--load <file>', 'the checkpoint with the parameters')
  addDataOptions(command)
    .option('--outputs <names>', 'only these outputs', collectNames)
    .addOption(
      new Option(
        '--format <name>',
        "what to write (default: by the file's ending, else csv)",
      ).choices(['csv', 'npy', 'json']),
    )
    .option('--json', 'the same as --format json')
    .option('-o, --output <file>', 'where to (default: standard output)')
  addCompilerOptions(command)
    .addHelpText(
      'after',
      examples(
        'lossdsl predict iris.lossdsl --load iris.safetensors --data new.csv',
        'lossdsl predict iris.lossdsl --load iris.safetensors --data new.csv --outputs probabilities -o p.npy',
      ),
    )
    .action((file: string, flags: Flags) => predictCommand(session, file, flags))
}

async function predictCommand(session: Session, file: string, flags: Flags): Promise<void> {
  const format = formatOf(flags)
  const module = await loadModuleOf(session, file, compilerOptions(flags))
  const { signature } = module
  const entries = outputsOf(signature, flags.outputs)
  const { model, checkpoint } = await loadTrained(session, module, flags.load)
  const preparation = checkpoint?.preparation
  const { examples: rows } = prepare(signature, await readTables(session, flags.data), {
    entries,
    ...(flags.input === undefined ? {} : { columns: flags.input }),
    ...(preparation === undefined ? {} : { preparation }),
  })
  const outputs = await predict(module, model, rows, { entries })
  const labels = labelsOf(signature, preparation)
  const content = writePredictions({ signature, outputs, rowAxis: rows.rowAxis, labels }, format)
  await writeResult(session, flags.output ?? '-', content)
}

function formatOf({ format, json, output }: Flags): Format {
  if (json === true) return 'json'
  if (format !== undefined) return format
  const ending = /\.(npy|json)$/i.exec(output ?? '')?.[1]?.toLowerCase()
  return ending === 'npy' || ending === 'json' ? ending : 'csv'
}

function outputsOf(signature: Signature, asked: readonly string[] | undefined): readonly string[] {
  const all = entriesOfKind(signature, 'output')
  if (all.length === 0) throw new InputFault('The model has no output to predict.')
  for (const name of asked ?? []) {
    if (!all.includes(name)) {
      throw new CallFault(`The model has no output "${name}". There are ${all.join(', ')}.`)
    }
  }
  return asked ?? all
}
