// The frame of a body that is worked out for a call.
import type { Location } from '../source/span.ts'
import type { CallSite } from './builtins/builtin.ts'
import { isLibrary, locate, type Active, type Frame } from './frame.ts'
import type { Scope } from './scope.ts'

export interface Callee {
  readonly path: string
  readonly scope: Scope
  /** What may not be entered again while it is being worked out; a lambda may. */
  readonly declaration: object
  /** Of a lambda: where it was written. */
  readonly of?: Frame
}

export function callFrame(site: CallSite, { path, scope, declaration, of }: Callee): Frame {
  const { frame: outer, span, name } = site
  const { elaboration, refinements } = outer
  const call: Location = locate(outer, span)
  const active: Active = {
    declaration,
    ...(outer.active === undefined ? {} : { outer: outer.active }),
  }
  const library = isLibrary(path) ? (outer.library ?? of?.library ?? { call, name }) : undefined
  const caller = library === undefined && of === undefined ? call : of?.caller
  return {
    elaboration,
    scope,
    path,
    key: `${outer.key}>${outer.path}:${span.start}-${span.end}.${outer.member ?? ''}`,
    site: outer.site.next(name),
    active,
    ...(library === undefined ? {} : { library }),
    ...(caller === undefined ? {} : { caller }),
    ...(refinements === undefined ? {} : { refinements }),
  }
}
