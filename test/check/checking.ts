// Checking a source in a test: its program, its messages as a person sees them, its codes.
import { check, type Checked, type CheckOptions } from '../../compiler/check/check.ts'
import type { CheckedProgram } from '../../compiler/check/program.ts'
import { render } from '../../compiler/source/render.ts'
import type { Diagnostic } from '../../compiler/source/diagnostic.ts'
import { parse } from '../../compiler/syntax/parse.ts'
import { standardLibrary } from '../../std/sources.ts'

export function checked(text: string, options: Partial<CheckOptions> = {}): Checked {
  const { file, diagnostics } = parse({ path: 'test.lossdsl', text })
  const result = check(file, { std: standardLibrary, ...options })
  return { ...result, diagnostics: [...diagnostics, ...result.diagnostics] }
}

/** The program of a source that must check without any message. */
export function program(text: string, options: Partial<CheckOptions> = {}): CheckedProgram {
  const { program: found, diagnostics } = checked(text, options)
  if (found === undefined || diagnostics.length > 0) throw new Error(told(text, options))
  return found
}

/** All messages, rendered. */
export function told(text: string, options: Partial<CheckOptions> = {}): string {
  const { diagnostics } = checked(text, options)
  return diagnostics.map((diagnostic) => render(diagnostic, text)).join('\n')
}

export function codes(text: string, options: Partial<CheckOptions> = {}): string[] {
  return checked(text, options).diagnostics.map(({ code }) => code)
}

/** Words of a message wherever they stand: in the sentence, the hint or the labels. */
export function wordsOf({ message, hint, labels }: Diagnostic): string {
  return [message, hint ?? '', ...labels.map((label) => label.message)].join('\n')
}
