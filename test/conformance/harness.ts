// Compiles each case's program, runs what the case asks, and tells what did not come out as it must.
import { createHash } from 'node:crypto'
import {
  isQuirk,
  type Case,
  type DiagnosticCase,
  type Precision,
  type RefusalCase,
  type Topic,
} from './cases.ts'
import {
  entryOf,
  load,
  settled,
  wordsOf,
  type Compile,
  type GeneratedModule,
} from './generatedModule.ts'
import { inputsOf, runChecks } from './runChecks.ts'
import { sizesForInit } from './sizes.ts'

export interface Outcome {
  readonly topic: string
  readonly name: string
  readonly precision: Precision
  /** A quirk is run, and not counted as a failure. */
  readonly verdict: 'passed' | 'failed' | 'skipped' | 'quirk'
  readonly failures: readonly string[]
}

export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly quirks: number
}

/**
 * Runs every case of a topic in one precision. A program that occurs in several cases is compiled once, for all of them one
 * after the other, and then let go.
 */
export async function runTopic(
  topic: Topic,
  precision: Precision,
  compile: Compile,
  only: (testCase: Case) => boolean = () => true,
): Promise<Outcome[]> {
  const cases = topic.cases.filter(only)
  const outcomes = new Map<Case, Outcome>()
  for (const program of new Set(cases.map((testCase) => testCase.program))) {
    const compiled = new CompiledProgram(program, precision, compile)
    for (const testCase of cases.filter((each) => each.program === program)) {
      outcomes.set(testCase, await runCase(topic, testCase, precision, compiled))
    }
  }
  return cases.flatMap((testCase) => outcomes.get(testCase) ?? [])
}

export function tallyOf(outcomes: readonly Outcome[]): Tally {
  const count = (verdict: Outcome['verdict']) =>
    outcomes.filter((outcome) => outcome.verdict === verdict).length
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    quirks: count('quirk'),
  }
}

async function runCase(
  topic: Topic,
  testCase: Case,
  precision: Precision,
  compiled: CompiledProgram,
): Promise<Outcome> {
  const tolerance = testCase.tolerance?.[precision]
  const about = { topic: topic.name, name: testCase.name, precision }
  if (tolerance === null) return { ...about, verdict: 'skipped', failures: [] }
  const failures =
    'expect_error' in testCase
      ? await refusal(testCase, compiled)
      : 'severity' in testCase
        ? diagnosis(testCase, compiled)
        : await run(testCase, compiled, tolerance ?? topic.tolerance[precision])
  const failed = isQuirk(testCase) ? 'quirk' : 'failed'
  return { ...about, verdict: failures.length === 0 ? 'passed' : failed, failures }
}

async function run(
  testCase: Extract<Case, { checks: unknown }>,
  compiled: CompiledProgram,
  tolerance: { atol: number; rtol: number },
): Promise<string[]> {
  const { diagnostics } = compiled
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return [`does not compile: ${wordsOf(errors)}`]
  const loaded = await compiled.load()
  if ('reason' in loaded) return [loaded.reason]
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning')
  const failures = await runChecks({ testCase, module: loaded.module, tolerance })
  if (testCase.warnings === undefined && warnings.length > 0) {
    failures.push(`warns: ${wordsOf(warnings)}`)
  }
  if (testCase.warnings === 'expected' && warnings.length === 0) {
    failures.push('should warn, and does not')
  }
  return failures
}

/** The compiler refuses, or it does not and the call throws: whichever the case says. */
async function refusal(testCase: RefusalCase, compiled: CompiledProgram): Promise<string[]> {
  const { diagnostics } = compiled
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    if (testCase.stage === 'call') return [`does not compile: ${wordsOf(errors)}`]
    return unmentioned(testCase.mentions, wordsOf(errors))
  }
  if (testCase.stage === 'compile') return ['compiles, and should be refused']
  const loaded = await compiled.load()
  if ('reason' in loaded) return [loaded.reason]
  try {
    await callOnce(testCase, loaded.module)
  } catch (error) {
    return wrongError(testCase, error)
  }
  return ['neither the compiler nor the call refuses it']
}

async function callOnce(testCase: RefusalCase, module: GeneratedModule): Promise<void> {
  const model = await settled(module.init?.({ axes: sizesForInit(testCase, module.signature) }))
  const entry = entryOf(module, testCase.entry ?? '')
  const input = inputsOf(testCase)
  const parameters = model === undefined ? [input] : [model, input]
  if (testCase.call === 'valueAndGrad') await settled(entry.valueAndGrad(...parameters))
  else if (testCase.call === 'value') await entry.value(...parameters)
  else await entry(...parameters)
}

function wrongError({ error: wanted, mentions }: RefusalCase, error: unknown): string[] {
  if (!(error instanceof Error)) return [`threw no Error but ${String(error)}`]
  const failures = unmentioned(mentions, error.message)
  if (wanted !== undefined && wanted !== 'any' && error.name !== wanted) {
    failures.push(`threw ${error.name} (${error.message}), want ${wanted}`)
  }
  return failures
}

function diagnosis(
  { severity, mentions }: DiagnosticCase,
  { diagnostics }: CompiledProgram,
): string[] {
  const worst =
    ['error', 'warning'].find((level) => diagnostics.some((one) => one.severity === level)) ??
    'none'
  const words = wordsOf(diagnostics)
  if (worst !== severity) return [`worst is ${worst}, want ${severity}: ${words}`]
  return unmentioned(mentions, words)
}

/** `a|b` stands for one of them. */
function unmentioned(mentions: readonly string[], words: string): string[] {
  return mentions
    .filter((mention) => !mention.split('|').some((word) => words.includes(word)))
    .map((mention) => `does not mention ${mention}: ${words}`)
}

/** Loaded once, by the first case that runs it. */
class CompiledProgram {
  readonly diagnostics: ReturnType<Compile>['diagnostics']
  readonly #code: string | undefined
  #loaded: Promise<{ module: GeneratedModule } | { reason: string }> | undefined

  constructor(program: string, precision: Precision, compile: Compile) {
    const path = `${createHash('sha1').update(program).digest('hex').slice(0, 8)}.lossdsl`
    const { code, diagnostics } = compile(program, { path, precision })
    this.diagnostics = diagnostics
    this.#code = code
  }

  load(): Promise<{ module: GeneratedModule } | { reason: string }> {
    return (this.#loaded ??= loadOrReason(this.#code))
  }
}

async function loadOrReason(code: string | undefined) {
  if (code === undefined) return { reason: 'no error and no code either' }
  try {
    return { module: await load(code) }
  } catch (error) {
    return { reason: `the module does not load: ${String(error)}` }
  }
}
