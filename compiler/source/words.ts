// Small pieces of English that messages share.

/** `a`, `a or b`, `a, b or c`. */
export function alternatives(items: readonly string[], joiner = 'or'): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} ${joiner} ${items[items.length - 1]}`
}

/** `1 axis`, `3 axes`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}

/** Text as it stands in a source, marked off from the sentence around it. Of long text, the beginning. */
export function code(text: string): string {
  return `\`${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}\``
}

const LONGEST = 60
