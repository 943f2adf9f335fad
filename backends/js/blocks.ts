// The blocks of a function that is being written: one for its body and one for each open loop. What doesn't change
// inside a loop is written before it, once.

export interface Block {
  readonly depth: number
  readonly outer: Block | null
  /** Of the innermost enclosing block that runs only on a condition: loads must not leave it. */
  readonly guard: number
  /** In order; a loop's text joins its outer block's lines when the loop is closed, so hoisted lines come before it. */
  readonly lines: string[]
  /** Text of a hoisted value to its name. */
  readonly hoisted: Map<string, string>
}

export function openBlock(outer: Block | null, guarded?: 'guarded'): Block {
  const depth = outer === null ? 0 : outer.depth + 1
  const guard = guarded === undefined ? (outer?.guard ?? 0) : depth
  return { depth, outer, guard, lines: [], hoisted: new Map() }
}

export function blockAt(block: Block, depth: number): Block {
  let found = block
  while (found.depth > depth && found.outer !== null) found = found.outer
  return found
}

/** The name of a value worked out once in `block`, or in one that encloses it. */
export function hoist(block: Block, text: string, name: () => string): string {
  for (let b: Block | null = block; b !== null; b = b.outer) {
    const known = b.hoisted.get(text)
    if (known !== undefined) return known
  }
  const taken = name()
  block.lines.push(`const ${taken} = ${text}`)
  block.hoisted.set(text, taken)
  return taken
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
