// `lossdsl import` and `lossdsl export`: PyTorch's state dicts in and out, with names mapped.
import type { Command } from 'commander'
import {
  exportStateDict,
  importStateDict,
  readRenaming,
  readSafetensors,
  type Renaming,
} from '../../runtime/index.ts'
import { loadModuleOf } from '../compiling.ts'
import { CallFault } from '../fault.ts'
import { checkTarget, readBytes, readSource, writeResult } from '../files.ts'
import {
  addCompilerOptions,
  compilerOptions,
  examples,
  wholeNumber,
  type CompilerFlags,
} from '../options.ts'
import type { Session } from '../session.ts'

interface Flags extends CompilerFlags {
  readonly load: string
  readonly map?: readonly string[]
  readonly output?: string
  readonly seed?: number
}

export function addImport(program: Command, session: Session): void {
  const command = program
    .command('import')
    .summary("make a checkpoint of PyTorch's parameters")
    .description(
      'Reads a state dict (safetensors) of the same architecture, and writes a checkpoint for train, predict and evaluate.',
    )
    .argument('<file>', 'the source')
    .requiredOption('--load <file>', 'the state dict')
  addMapOption(command)
    .option('--seed <n>', 'of random draws when training goes on (default: 0)', wholeNumber(0))
    .option('-o, --output <file>', 'where the checkpoint goes (default: standard output)')
  addCompilerOptions(command)
    .addHelpText(
      'after',
      examples(
        'lossdsl import digits.lossdsl --load torch.safetensors -o digits.safetensors',
        "lossdsl import digits.lossdsl --load torch.safetensors --map '0.*=hidden.*' '2.*=final.*' -o digits.safetensors",
        'lossdsl import digits.lossdsl --load torch.safetensors --map names.txt -o digits.safetensors',
      ) + mapHelp,
    )
    .action((file: string, flags: Flags) => importCommand(session, file, flags))
}

export function addExport(program: Command, session: Session): void {
  const command = program
    .command('export')
    .summary("write parameters as PyTorch's state dict")
    .description(
      "Writes a checkpoint's parameters and states as a state dict (safetensors) that load_state_dict takes.",
    )
    .argument('<file>', 'the source')
    .requiredOption('--load <file>', 'the checkpoint')
  addMapOption(command).option(
    '-o, --output <file>',
    'where the state dict goes (default: standard output)',
  )
  addCompilerOptions(command)
    .addHelpText(
      'after',
      examples(
        'lossdsl export digits.lossdsl --load digits.safetensors -o torch.safetensors',
        "lossdsl export digits.lossdsl --load digits.safetensors --map 'hidden.*=0.*' 'final.*=2.*' -o torch.safetensors",
      ) + mapHelp,
    )
    .action((file: string, flags: Flags) => exportCommand(session, file, flags))
}

const mapHelp = `
A mapping goes from names in the file that is read to names in the file that is written. A * stands for any text, a name
without an entry stays, and old= leaves a tensor out. A file has one old=new on each line; # begins a comment.
`

function addMapOption(command: Command): Command {
  return command.option('--map <entries...>', 'old=new, or a file of such lines')
}

async function importCommand(session: Session, file: string, flags: Flags): Promise<void> {
  await checkOutput(session, flags)
  const module = await loadModuleOf(session, file, compilerOptions(flags))
  const bytes = await importStateDict(module, await readBytes(session, flags.load), {
    source: flags.load,
    map: await mapOf(session, flags.map),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
  })
  await write(session, flags, bytes)
}

async function exportCommand(session: Session, file: string, flags: Flags): Promise<void> {
  await checkOutput(session, flags)
  const module = await loadModuleOf(session, file, compilerOptions(flags))
  const bytes = await exportStateDict(module, await readBytes(session, flags.load), {
    source: flags.load,
    map: await mapOf(session, flags.map),
  })
  await write(session, flags, bytes)
}

async function checkOutput(session: Session, { output = '-' }: Flags): Promise<void> {
  if (output !== '-') return checkTarget(session, output)
  if (session.terminal.outIsTerminal) {
    throw new CallFault('-o FILE is needed: a terminal can show no safetensors file.')
  }
}

/** Entries and files, in the order given. */
async function mapOf(session: Session, given: readonly string[] = []): Promise<Renaming> {
  const texts = await Promise.all(
    given.map(async (entry) =>
      entry.includes('=')
        ? { text: entry, source: '--map' }
        : { text: await readSource(session, entry), source: entry },
    ),
  )
  return Object.assign(
    {},
    ...texts.map(({ text, source }) => readRenaming(text, source)),
  ) as Renaming
}

async function write(session: Session, { output = '-' }: Flags, bytes: Uint8Array): Promise<void> {
  await writeResult(session, output, bytes)
  if (output === '-') return
  const { size } = readSafetensors(bytes).tensors
  const kilobytes = (bytes.length / 1000).toFixed(1)
  session.terminal.out(
    `${output} (${size} ${size === 1 ? 'tensor' : 'tensors'}, ${kilobytes} kB)\n`,
  )
}
