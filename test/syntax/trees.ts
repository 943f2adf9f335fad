// Trees to compare: without places, and without comments, which stand beside the tree.
import { render } from '../../compiler/source/render.ts'
import type { File } from '../../compiler/syntax/ast.ts'
import { parse } from '../../compiler/syntax/parse.ts'

export function withoutPlaces(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(withoutPlaces)
  if (typeof tree !== 'object' || tree === null) return tree
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([key]) => key !== 'span' && key !== 'comments')
      .map(([key, value]) => [key, withoutPlaces(value)]),
  )
}

/** The tree of a text that has no mistakes. */
export function treeOf(text: string): File {
  const { file, diagnostics } = parse({ path: 'test.lossdsl', text })
  if (diagnostics.length > 0) throw new Error(messagesOf(text))
  return file
}

/** All messages about a text, as a person sees them. */
export function messagesOf(text: string, path = 'model.lossdsl'): string {
  const { diagnostics } = parse({ path, text })
  return diagnostics.map((diagnostic) => render(diagnostic, text)).join('\n\n')
}
