// A fault of the compiler, said as such: never dressed up as a mistake of the user's.
import { diagnose } from './catalogue.ts'
import type { Diagnostic } from './diagnostic.ts'

export function faultOfOurs(fault: unknown, path: string): Diagnostic {
  const what = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
  return diagnose('internal-fault', { path, span: { start: 0, end: 0 } }, { what })
}
