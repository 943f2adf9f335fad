// Options that several commands take, and the reading of their values.
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { CompileOptions } from '../compiler/index.ts'

export interface CompilerFlags {
  readonly backend?: (typeof backends)[number]
  readonly precision?: 'f32' | 'f64'
  readonly axis?: Readonly<Record<string, number>>
}

export const backends = ['js', 'wasm', 'gpu'] as const

export function addCompilerOptions(command: Command): Command {
  return addSizeOptions(
    command.addOption(new Option('--backend <name>', 'what to generate').choices(backends)),
  )
}

/** Where there may be several backends. */
export function addSizeOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--precision <type>', 'of all real numbers (default: f32)').choices([
        'f32',
        'f64',
      ]),
    )
    .option('--axis <name=size>', 'the size of a free axis; may be repeated', collectAxis)
}

export function compilerOptions(flags: CompilerFlags): CompileOptions {
  return {
    ...(flags.backend === undefined ? {} : { backend: flags.backend }),
    ...(flags.precision === undefined ? {} : { precision: flags.precision }),
    ...(flags.axis === undefined ? {} : { axes: flags.axis }),
  }
}

export interface DataFlags {
  readonly data: readonly string[]
  readonly input?: Readonly<Record<string, string>>
}

export function addDataOptions(command: Command): Command {
  return command
    .requiredOption('--data <files...>', 'CSV, TSV, NPY, NPZ or IDX files with the rows')
    .option(
      '--input <name=columns>',
      'the columns of an input: a name, a range as p00:p77, several by comma; may be repeated',
      collectInput,
    )
}

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`A whole number from ${least} is wanted.`)
  }
}

export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** `a,b` and repeated options alike. */
export function collectNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('Names, separated by commas, are wanted.')
  return [...before, ...names]
}

function collectAxis(text: string, before: Readonly<Record<string, number>> = {}) {
  const [, name, size] = /^([A-Za-z_][A-Za-z0-9_]*'*)=(\d+)$/.exec(text) ?? []
  if (name === undefined || !Number.isSafeInteger(Number(size))) {
    throw new InvalidArgumentError('An axis and its size are wanted, as N=64.')
  }
  return { ...before, [name]: Number(size) }
}

function collectInput(text: string, before: Readonly<Record<string, string>> = {}) {
  const at = text.indexOf('=')
  if (at < 1 || at === text.length - 1) {
    throw new InvalidArgumentError('An input and its columns are wanted, as x=p00:p77.')
  }
  const name = text.slice(0, at)
  // The same input again: its columns go on.
  const columns =
    before[name] === undefined ? text.slice(at + 1) : `${before[name]},${text.slice(at + 1)}`
  return { ...before, [name]: columns }
}

/** Examples at the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join('')}`
}
