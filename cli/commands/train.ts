// `lossdsl train`: from a model and data to parameters, told epoch by epoch and saved after each.
import { InvalidArgumentError, type Command } from 'commander'
import {
  fit,
  learningCurve,
  prepare,
  readModel,
  saveModel,
  split,
  type Checkpoint,
  type Examples,
  type FitOptions,
  type FitResult,
  type GeneratedModule,
  type Preparation,
  type Prepared,
} from '../../runtime/index.ts'
import { loadModuleOf } from '../compiling.ts'
import { loadCheckpoint, measuresOf, readTables } from '../data.ts'
import { CallFault, interrupted } from '../fault.ts'
import { checkTarget, writeResult } from '../files.ts'
import {
  addCompilerOptions,
  addDataOptions,
  collectNames,
  compilerOptions,
  examples,
  wholeNumber,
  type CompilerFlags,
  type DataFlags,
} from '../options.ts'
import { Progress } from '../progress.ts'
import type { Session } from '../session.ts'
import { summary, summaryLine } from '../summary.ts'

interface Flags extends CompilerFlags, DataFlags {
  readonly epochs?: number
  readonly batch?: number
  readonly validate?: number | string
  readonly seed?: number
  readonly loss?: readonly string[]
  readonly standardize?: readonly string[]
  readonly save?: string
  readonly resume?: string
  readonly curve?: string
  readonly quiet?: boolean
  readonly json?: boolean
}

export function addTrain(program: Command, session: Session): void {
  const command = program
    .command('train')
    .summary('train a model on data')
    .description('Trains the losses that have an optimizer, and tells of each epoch.')
    .argument('<file>', 'the source')
  addDataOptions(command)
    .option(
      '--epochs <n>',
      'how many in all, those before --resume included (default: 10)',
      wholeNumber(0),
    )
    .option('--batch <n>', 'rows to a step (default: 32)', wholeNumber(1))
    .option(
      '--validate <part>',
      'a fraction of the rows to set aside, or a file of other rows',
      part,
    )
    .option(
      '--seed <n>',
      'for initial values, the rows set aside, and their order (default: 1)',
      wholeNumber(0),
    )
    .option('--loss <names>', 'train only these losses', collectNames)
    .option(
      '--standardize <inputs>',
      'bring each feature of these inputs to mean 0 and deviation 1',
      collectNames,
    )
    .option('--save <file>', 'write a checkpoint (safetensors) after each epoch')
    .option('--resume <file>', 'go on from a checkpoint, to the same result as without the break')
    .option('--curve <file>', 'write the learning curve as SVG (with --save: beside it)')
  addCompilerOptions(command)
    .option('--quiet', 'tell only how it ended')
    .option('--json', 'print each epoch, and the end, as one line of JSON')
    .addHelpText(
      'after',
      examples(
        'lossdsl train digits.lossdsl --data digits.csv --input x=p00:p77 --validate 0.2 --epochs 30',
        'lossdsl train iris.lossdsl --data iris.csv --input x=sepal_length:petal_width --standardize x --save iris.safetensors',
        'lossdsl train iris.lossdsl --data iris.csv --resume iris.safetensors --save iris.safetensors --epochs 100',
      ),
    )
    .action((file: string, flags: Flags) => trainCommand(session, file, flags))
}

function part(text: string): number | string {
  const fraction = Number(text)
  if (text.trim() === '' || Number.isNaN(fraction)) return text
  if (fraction >= 0 && fraction < 1) return fraction
  throw new InvalidArgumentError('A fraction from 0 to below 1, or a file, is wanted.')
}

async function trainCommand(session: Session, file: string, flags: Flags): Promise<void> {
  const { terminal } = session
  const resume =
    flags.resume === undefined ? undefined : await loadCheckpoint(session, flags.resume)
  checkResume(flags, resume)
  const module = await loadModuleOf(session, file, compilerOptions(flags))
  const { examples: rows, preparation } = await prepareRows(session, module, flags, resume)
  const options = await fitOptions(session, module, flags, preparation, resume)

  const progress = new Progress(session)
  const curve = curvePath(flags)
  if (flags.save !== undefined) await checkTarget(session, flags.save, flags.resume)
  if (curve !== undefined) await checkTarget(session, curve)
  const start = performance.now()
  const result = await fit(module, rows, {
    ...options,
    signal: terminal.signal,
    onBatch: (batch) => {
      if (flags.quiet !== true && flags.json !== true) progress.batch(batch)
    },
    async onEpoch(record, state) {
      if (flags.json === true) terminal.out(`${JSON.stringify(record)}\n`)
      else if (flags.quiet !== true) progress.epoch(record, state.training.epochs)
      await save(session, module, flags, state, preparation)
      if (curve !== undefined) await saveCurve(session, curve, file, state)
    },
  }).finally(() => progress.clear())
  const seconds = (performance.now() - start) / 1000
  if (result.stopped) session.exitCode = interrupted
  const written = { checkpoint: flags.save, curve }
  const before = resume?.training?.epoch ?? 0
  if (flags.json === true) terminal.out(summaryLine(result))
  else terminal.out(summary(result, { seconds, before, written }, session.outColors))
}

/** A checkpoint knows how its data became inputs, and what was set aside. */
function checkResume(flags: Flags, resume: Checkpoint | undefined): void {
  // Parameters that were imported are a start, and settle nothing.
  if (resume?.training === undefined) return
  if (flags.standardize !== undefined) {
    throw new CallFault('--standardize is settled by the checkpoint that --resume names.')
  }
  const { seed, validate } = resume.training
  if (flags.seed !== undefined && flags.seed !== seed) {
    throw new CallFault(`--seed ${flags.seed}: the checkpoint was trained with the seed ${seed}.`)
  }
  if (typeof flags.validate === 'number' && flags.validate !== validate) {
    throw new CallFault(
      `--validate ${flags.validate}: the checkpoint was trained with ${validate} set aside.`,
    )
  }
}

async function prepareRows(
  session: Session,
  module: GeneratedModule,
  flags: Flags,
  resume: Checkpoint | undefined,
): Promise<Prepared> {
  const { signature } = module
  const fraction = typeof flags.validate === 'number' ? flags.validate : 0
  return prepare(signature, await readTables(session, flags.data), {
    entries: measuresOf(signature),
    statisticsOf: (rows) => split(rows, fraction, flags.seed ?? 1).train,
    ...(flags.input === undefined ? {} : { columns: flags.input }),
    ...(flags.standardize === undefined ? {} : { standardize: flags.standardize }),
    ...(resume?.preparation === undefined ? {} : { preparation: resume.preparation }),
  })
}

async function fitOptions(
  session: Session,
  module: GeneratedModule,
  flags: Flags,
  preparation: Preparation,
  resume: Checkpoint | undefined,
): Promise<FitOptions> {
  const validate =
    typeof flags.validate === 'string'
      ? await otherRows(session, module, flags, flags.validate, preparation)
      : flags.validate
  return {
    ...(flags.epochs === undefined ? {} : { epochs: flags.epochs }),
    ...(flags.batch === undefined ? {} : { batchSize: flags.batch }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.loss === undefined ? {} : { loss: flags.loss }),
    ...(validate === undefined ? {} : { validate }),
    ...(resume === undefined ? {} : { resume }),
  }
}

/** Rows of another file, made into inputs as the training rows were. */
async function otherRows(
  session: Session,
  module: GeneratedModule,
  flags: Flags,
  path: string,
  preparation: Preparation,
): Promise<Examples> {
  const tables = await readTables(session, [path])
  const { examples: rows } = prepare(module.signature, tables, {
    entries: measuresOf(module.signature),
    preparation,
    ...(flags.input === undefined ? {} : { columns: flags.input }),
  })
  return rows
}

async function save(
  session: Session,
  { signature }: GeneratedModule,
  { save: path, resume }: Flags,
  { model, training }: FitResult,
  preparation: Preparation,
): Promise<void> {
  if (path === undefined) return
  const whole = await readModel(model)
  const bytes = saveModel(signature, whole, { training, preparation })
  await writeResult(session, path, bytes, resume)
}

function curvePath(flags: Flags): string | undefined {
  if (flags.curve !== undefined || flags.save === undefined) return flags.curve
  const path = flags.save.replace(/\.safetensors$/, '')
  return `${path}.svg`
}

async function saveCurve(
  session: Session,
  path: string,
  file: string,
  { history, training }: FitResult,
): Promise<void> {
  const title = `Learning curve of ${file}`
  await writeResult(session, path, learningCurve(history, { title, losses: training.losses }))
}
