// Where the checker stands: the scope, the place in the user's file that all this serves, and what is being called.
import type { Code, Facts } from '../source/catalogue.ts'
import { diagnose } from '../source/catalogue.ts'
import type { Diagnostic, Fix, Label } from '../source/diagnostic.ts'
import type { Location, Span } from '../source/span.ts'
import type { Elaboration } from './elaboration.ts'
import type { Refinements } from './refine.ts'
import type { Scope } from './scope.ts'
import type { Site } from './site.ts'

export interface Frame {
  readonly elaboration: Elaboration
  readonly scope: Scope
  /** The file that the code stands in. */
  readonly path: string
  /** Of library code: the user's call that it serves, and the function called there. */
  readonly library?: { readonly call: Location; readonly name: string }
  /** Of a user's own function: where it is called. */
  readonly caller?: Location
  /** The same in both modes, different for every call: names local axes. */
  readonly key: string
  /** The same, made of names only: seeds random numbers. */
  readonly site: Site
  readonly active?: Active
  /** Which member of lists of axes a repeated expression is worked out for. */
  readonly member?: number
  /** What the conditions of the `if`s around say of values. */
  readonly refinements?: Refinements
  /** Inside an index, a class number is a place and no quantity. */
  readonly isIndex?: boolean
  /** Inside a size, a name of an axis is its size and `/` divides exactly. */
  readonly isSize?: boolean
}

/** The declarations being called, the innermost first. */
export interface Active {
  readonly declaration: object
  readonly outer?: Active
}

export function isActive(frame: Frame, declaration: object): boolean {
  for (let active = frame.active; active !== undefined; active = active.outer) {
    if (active.declaration === declaration) return true
  }
  return false
}

export function isLibrary(path: string): boolean {
  return path.startsWith('std/')
}

export interface More {
  readonly labels?: readonly Label[]
  readonly fix?: Fix
}

/** Reports at a place of the frame's file; for library code at the user's call, with a label in the library. */
export function report<C extends Code>(
  frame: Frame,
  code: C,
  span: Span,
  facts: Facts<C>,
  more: More = {},
): void {
  reportAt(frame, code, { path: frame.path, span }, facts, more)
}

/** The same, at a place in any file. */
export function reportAt<C extends Code>(
  frame: Frame,
  code: C,
  at: Location,
  facts: Facts<C>,
  more: More = {},
): void {
  reportDiagnostic(frame, diagnose(code, at, facts, more))
}

/** What was found in library code is told at the user's call. */
export function reportDiagnostic(frame: Frame, diagnostic: Diagnostic): void {
  const { library, caller, elaboration } = frame
  const { path, span } = diagnostic
  if (library !== undefined && isLibrary(path)) {
    const inside = { path, span, message: `here, in \`${library.name}\`` }
    // A fix would change the library.
    const { fix: _, ...unfixed } = diagnostic
    const told = { ...unfixed, ...library.call, labels: [inside, ...diagnostic.labels] }
    // One mistake in a call makes others in its body; the user can mend only the call.
    elaboration.workspace.report(told, diagnostic.severity === 'error' ? 'error' : diagnostic.code)
    return
  }
  if (caller === undefined || sameLocation(caller, diagnostic)) {
    elaboration.report(diagnostic)
    return
  }
  const labels = [...diagnostic.labels, { ...caller, message: 'called here' }]
  elaboration.report({ ...diagnostic, labels })
}

export function locate(frame: Frame, span: Span): Location {
  return { path: frame.path, span }
}

/** The place in the user's file that the code serves. */
export function userLocation(frame: Frame, span: Span): Location {
  return frame.library?.call ?? locate(frame, span)
}

function sameLocation(a: Location, b: Location): boolean {
  return a.path === b.path && a.span.start === b.span.start && a.span.end === b.span.end
}
