// Values as JavaScript text. Whatever a user named stands inside a JSON string or as a checked key.
import { numberLiteral } from './js.ts'

/** Plain objects and arrays of these, to any depth. */
export type Literal = string | number | boolean | null | undefined | object

/** Text to stand as it is: a function, an identifier. */
export class Code {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const width = 96

/** Deterministic: keys in their order, undefined left out, one line where that fits. */
export function literal(value: Literal, indent = ''): string {
  if (value === null) return 'null'
  if (value === undefined) return 'undefined'
  if (value instanceof Code) return value.text
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return numberLiteral(value).text
  if (typeof value === 'boolean') return String(value)
  const [open, close] = isList(value) ? ['[', ']'] : ['{', '}']
  const items = isList(value)
    ? value.map((item): Item => ['', item])
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]): Item => [`${propertyKey(key)}: `, item])
  const flat = inOneLine(items, indent)
  const pad = isList(value) || flat === '' ? '' : ' '
  if (flat !== null) return `${open}${pad}${flat}${pad}${close}`
  const deeper = `${indent}  `
  return `${open}\n${items
    .map(([key, item]) => `${deeper}${key}${literal(item, deeper)},\n`)
    .join('')}${indent}${close}`
}

/** What stands before it, if anything, and the value. */
type Item = readonly [string, Literal]

/** Null where that is too long, of which the first items tell: there may be thousands. */
function inOneLine(items: readonly Item[], indent: string): string | null {
  let line = ''
  for (const [key, item] of items) {
    line += `${line === '' ? '' : ', '}${key}${literal(item, indent)}`
    if (line.length + indent.length >= width || line.includes('\n')) return null
  }
  return line
}

/** A JSON string, which is a JavaScript string; the two line separators are escaped for older readers. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (character) =>
    character === '\u2028' ? '\\u2028' : '\\u2029',
  )
}

/** `__proto__: x` in a literal would set the prototype; in brackets it is a key like any other. */
export function propertyKey(key: string): string {
  if (key === '__proto__') return '["__proto__"]'
  return isPlainKey(key) ? key : quoted(key)
}

export function member(object: string, key: string): string {
  return isPlainKey(key) ? `${object}.${key}` : `${object}[${quoted(key)}]`
}

function isPlainKey(key: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(key)
}

function isList(value: object): value is readonly Literal[] {
  return Array.isArray(value)
}
