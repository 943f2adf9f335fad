// `lossdsl bench`: how long the calls of a module take, by backend, on inputs that are made up.
import { InvalidArgumentError, Option, type Command } from 'commander'
import {
  rowAxisOf,
  type GeneratedModule,
  type InputSignature,
  type Model,
  type Signature,
} from '../../runtime/index.ts'
import { compileOrFail, compilePath, importCode, report } from '../compiling.ts'
import { CallFault, InputFault, interrupted } from '../fault.ts'
import { madeUpInput } from '../madeUpInputs.ts'
import { addSizeOptions, backends, collectNames, compilerOptions, examples } from '../options.ts'
import type { CompilerFlags } from '../options.ts'
import type { Session } from '../session.ts'
import { processorClock, timeInTurn, wallClock, type Timed } from '../timing.ts'

type Backend = (typeof backends)[number]

interface Flags extends Omit<CompilerFlags, 'backend'> {
  readonly backend?: readonly Backend[]
  readonly entry?: readonly string[]
  readonly seconds?: number
  readonly cpu?: boolean
  readonly json?: boolean
}

/** What one call took, by backend. */
interface Row {
  readonly call: string
  readonly milliseconds: Readonly<Record<string, number>>
}

export function addBench(program: Command, session: Session): void {
  const command = program
    .command('bench')
    .summary('time the calls of a module')
    .description(
      'Times value, gradient and step of each loss, and every other call, on made-up inputs. Backends take turns.',
    )
    .argument('<file>', 'the source')
  addSizeOptions(command)
    .addOption(
      new Option(
        '--backend <names>',
        'what to time; the ratios are to the first (default: js)',
      ).argParser(collectBackends),
    )
    .option('--entry <names>', 'only these exports; may be repeated', collectNames)
    .option('--seconds <n>', 'how long to time each call (default: 1)', positive)
    .option('--cpu', "count the process's own time: for a busy machine, and backends without a GPU")
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `\nWithout --axis, the axis of the rows has 64 places, and every other free axis 16.\n${examples(
        'lossdsl bench digits.lossdsl --axis D=64',
        'lossdsl bench digits.lossdsl --backend js,gpu --axis D=64 --axis N=256 --entry train',
      )}`,
    )
    .action((file: string, flags: Flags) => benchCommand(session, file, flags))
}

function collectBackends(text: string, before: readonly Backend[] = []): readonly Backend[] {
  const names = collectNames(text).map((name) => {
    const known = backends.find((each) => each === name)
    if (known === undefined) {
      throw new InvalidArgumentError(`Allowed choices are ${backends.join(', ')}.`)
    }
    return known
  })
  return [...new Set([...before, ...names])]
}

function positive(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value < Infinity) return value
  throw new InvalidArgumentError('A number above 0 is wanted.')
}

async function benchCommand(session: Session, file: string, flags: Flags): Promise<void> {
  const { terminal } = session
  const wanted = flags.backend ?? ['js']
  const { modules, axes } = await modulesOf(session, file, flags, wanted)
  const [first] = modules
  if (first === undefined) throw new Error('there is a backend to time')
  const models = new Map<GeneratedModule, Model | null>()
  for (const each of modules) models.set(each, (await each.init?.({ seed: 1 })) ?? null)
  const calls = modules.map((each) => callsOf(each, models.get(each) ?? null, axes))
  const names = [...(calls[0]?.keys() ?? [])]
  if (names.length === 0) throw new InputFault('The file exports nothing that could be called.')
  const head = Object.entries(axes).map(([axis, size]) => `${axis} = ${size}`)
  const width = Math.max(...names.map((name) => name.length))
  if (flags.json !== true) {
    if (head.length > 0) terminal.out(`${head.join(', ')}\n`)
    terminal.out(`${headerOf(wanted, width)}\n`)
  }
  const rows: Row[] = []
  for (const call of names) {
    const timed = calls.map((each) => each.get(call) ?? missing(call))
    const milliseconds = await timeInTurn(timed, flags.seconds ?? 1, {
      signal: terminal.signal,
      clock: flags.cpu === true ? processorClock : wallClock,
    })
    if (terminal.signal.aborted) {
      session.exitCode = interrupted
      break
    }
    rows.push({
      call,
      milliseconds: Object.fromEntries(wanted.map((name, i) => [name, milliseconds[i] ?? NaN])),
    })
    if (flags.json !== true) terminal.out(`${lineOf(call, milliseconds, width)}\n`)
  }
  for (const model of models.values()) await dispose(model)
  if (flags.json === true) terminal.out(`${JSON.stringify({ axes, calls: rows })}\n`)
}

/** The modules, with a size for every axis built in: derived sizes need no formula then. */
async function modulesOf(
  session: Session,
  file: string,
  flags: Flags,
  wanted: readonly Backend[],
): Promise<{ modules: GeneratedModule[]; axes: Record<string, number> }> {
  for (const [axis, size] of Object.entries(flags.axis ?? {})) {
    if (size === 0) throw new CallFault(`--axis ${axis}=0: over nothing there is nothing to time.`)
  }
  const { backend: _, ...given } = flags
  const options = {
    ...compilerOptions(given),
    ...(flags.entry === undefined ? {} : { entries: flags.entry }),
  }
  const { signature } = await compileOrFail(session, file, options)
  if (signature === undefined) throw new Error('a compiled file has a signature')
  const axes = { ...sizesFor(signature), ...flags.axis }
  const modules: GeneratedModule[] = []
  for (const backend of wanted) {
    const compiled = await compilePath(session, file, { ...options, backend, axes })
    const { code } = compiled
    // Warnings have been told; that of a size that does not suit, or of what a device leaves to the host, has not.
    const diagnostics = compiled.diagnostics.filter(({ severity }) => severity !== 'warning')
    await report(session, { ...compiled, diagnostics })
    if (code === undefined) throw new InputFault('')
    modules.push(await importCode(code))
  }
  return { modules, axes }
}

/** Sizes for axes that the file leaves open. */
function sizesFor(signature: Signature): Record<string, number> {
  const free = Object.entries(signature.axes).filter(
    ([, { size, formula }]) => size === null && formula === undefined,
  )
  const rows = rowAxisOf(signature)
  return Object.fromEntries(free.map(([axis]) => [axis, axis === rows ? 64 : 16]))
}

/** Every call by its name, on inputs of its own. */
function callsOf(
  module: GeneratedModule,
  model: Model | null,
  axes: Readonly<Record<string, number>>,
): Map<string, Timed> {
  const { signature } = module
  const sizeOf = (axis: string): number => {
    const size = axes[axis] ?? signature.axes[axis]?.size ?? null
    if (size === null) throw new CallFault(`--axis ${axis}=…: the axis ${axis} has no size.`)
    return size
  }
  const calls = new Map<string, Timed>()
  for (const [name, { kind, inputs, steps = false }] of Object.entries(signature.entries)) {
    const given = inputsFor(inputs, sizeOf)
    const start = model === null || kind === 'function' ? [] : [model]
    const entry = module[name] as Call & Record<string, Call>
    if (kind !== 'loss') {
      calls.set(name, () => entry(...start, given))
      continue
    }
    for (const call of ['value', 'valueAndGrad', ...(steps ? ['step'] : [])]) {
      calls.set(`${name}.${call}`, () => entry[call]?.(...start, given))
    }
  }
  return calls
}
type Call = (...given: unknown[]) => unknown

function inputsFor(inputs: readonly InputSignature[], sizeOf: (axis: string) => number): object {
  return Object.fromEntries(inputs.map((input) => [input.name, madeUpInput(input, sizeOf)]))
}

async function dispose(model: Model | null): Promise<void> {
  const { dispose: end } = (model ?? {}) as { dispose?: () => Promise<void> }
  await end?.call(model)
}

function headerOf(wanted: readonly Backend[], width: number): string {
  const columns = wanted.flatMap((backend, i) =>
    i === 0 ? [`${backend} (ms)`] : [`${backend} (ms)`, `${backend}/${wanted[0]}`],
  )
  return [' '.repeat(width), ...columns.map((column) => column.padStart(11))].join('')
}

function lineOf(call: string, milliseconds: readonly number[], width: number): string {
  const [first = NaN] = milliseconds
  const cells = milliseconds.flatMap((each, i) =>
    i === 0 ? [told(each)] : [told(each), told(each / first)],
  )
  return [call.padEnd(width), ...cells.map((cell) => cell.padStart(11))].join('')
}

/** Three digits. */
function told(value: number): string {
  return value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}

function missing(call: string): never {
  throw new Error(`one backend has ${call}, and another has not`)
}
