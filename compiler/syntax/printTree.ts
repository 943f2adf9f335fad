// The syntax tree as text, for `--emit ast`: one node a line, its parts indented below it, spans at the end.
import type { File } from './ast.ts'

export function printTree(file: File): string {
  return `${linesOf(file, '', '').join('\n')}\n`
}

interface TreeNode {
  readonly kind?: string
  readonly span: { readonly start: number; readonly end: number }
}

/** Every part of the tree that has a span is a node; what is neither node nor list stands on its node's line. */
function linesOf(node: TreeNode, label: string, indent: string): string[] {
  const facts: string[] = []
  const below: string[] = []
  for (const [key, part] of Object.entries(node)) {
    if (key === 'kind' || key === 'span' || key === 'comments') continue
    if (Array.isArray(part)) {
      part.forEach((item: unknown, i) => below.push(...partLines(item, `${key}[${i}]`, indent)))
      if (part.length === 0) facts.push(`${key} = []`)
    } else if (isName(part)) facts.push(`${key} = ${part.text}`)
    else if (typeof part === 'object' && part !== null) below.push(...partLines(part, key, indent))
    else facts.push(`${key} = ${JSON.stringify(part)}`)
  }
  const place = `@${node.span.start}-${node.span.end}`
  const head = [label, node.kind ?? '', ...facts, place].filter((text) => text !== '').join(' ')
  return [`${indent}${head}`, ...below]
}

function partLines(part: unknown, label: string, indent: string): string[] {
  const inner = `${indent}  `
  if (isName(part)) return [`${inner}${label} = ${part.text}`]
  if (isNode(part)) return linesOf(part, label, inner)
  if (typeof part !== 'object' || part === null) return [`${inner}${label} = ${String(part)}`]
  const lines = Object.entries(part).flatMap(([key, value]) => partLines(value, key, inner))
  return [`${inner}${label}`, ...lines]
}

function isNode(part: unknown): part is TreeNode {
  return typeof part === 'object' && part !== null && 'span' in part
}

function isName(part: unknown): part is { readonly text: string } {
  return isNode(part) && 'text' in part && !('kind' in part)
}
