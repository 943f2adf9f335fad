// All messages of the compiler, by code: one catalogue, so that they share a voice. One file per stage holds its part.
import { check } from './catalogue/check.ts'
import type { Entry } from './catalogue/entry.ts'
import { service } from './catalogue/service.ts'
import { syntax } from './catalogue/syntax.ts'
import type { Diagnostic, Fix, Label, Location } from './diagnostic.ts'

export const catalogue = { ...syntax, ...check, ...service }

export type Code = keyof typeof catalogue

/** What the words of a code are made from. */
export type Facts<C extends Code> = (typeof catalogue)[C] extends Entry<infer F> ? F : never

/** A diagnostic of the catalogue at a place. */
export function diagnose<C extends Code>(
  code: C,
  at: Location,
  facts: Facts<C>,
  more: { readonly labels?: readonly Label[]; readonly fix?: Fix } = {},
): Diagnostic {
  // The catalogue's type is a union over codes; this call has picked one, whose facts these are.
  const entry = catalogue[code] as unknown as Entry<Facts<C>>
  const hint = entry.hint?.(facts)
  return {
    code,
    severity: entry.severity,
    message: entry.message(facts),
    path: at.path,
    span: at.span,
    labels: more.labels ?? [],
    ...(hint === undefined ? {} : { hint }),
    ...(more.fix === undefined ? {} : { fix: more.fix }),
  }
}
