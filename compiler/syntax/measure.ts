// How deep and how long the trees are, found with an explicit stack, so that later stages may walk them by recursion.
import { diagnose } from '../source/catalogue.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import type { Statement } from './ast.ts'
import { LIMIT } from './limits.ts'

type Tree = Readonly<Record<string, unknown>> & { readonly span: Span }

/** A diagnostic if the statement exceeds a limit. */
export function measure(statement: Statement, path: string): Diagnostic | undefined {
  const stack: { readonly value: unknown; readonly depth: number }[] = [
    { value: statement, depth: 0 },
  ]
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { value, depth } = top
    if (Array.isArray(value)) {
      for (const item of value) stack.push({ value: item, depth })
    } else if (typeof value === 'object' && value !== null) {
      if (isTree(value)) {
        const at = { path, span: value.span }
        const length = chainLength(value)
        if (depth > LIMIT.depth) return diagnose('tree-too-deep', at, { limit: LIMIT.depth })
        if (length > LIMIT.chain) {
          return diagnose('chain-too-long', at, { length, limit: LIMIT.chain })
        }
      }
      const inside = 'kind' in value ? depth + 1 : depth
      for (const child of Object.values(value)) stack.push({ value: child, depth: inside })
    }
  }
  return undefined
}

function isTree(value: object): value is Tree {
  return 'span' in value
}

/** The fields that hold the parts of `a + b`, `a * b`, `a and b`, `a |> f`. */
const chains = ['terms', 'factors', 'operands', 'stages']

function chainLength(tree: Tree): number {
  for (const field of chains) {
    const parts = tree[field]
    if (Array.isArray(parts)) return parts.length
  }
  return 0
}
