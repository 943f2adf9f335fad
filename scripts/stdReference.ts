// The standard library's reference page, made from its sources: what each file is about, each declaration and what `///`
// says of it. A declaration without `///` is there for others of the library, and is left out.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Block, Fn, Optimizer, Statement } from '../compiler/syntax/ast.ts'
import { parse } from '../compiler/syntax/parse.ts'

export type Definition = Fn | Block | Optimizer

export interface StdFile {
  readonly name: string
  readonly text: string
  /** The comment on the file's first lines. */
  readonly about: string
  readonly definitions: readonly Definition[]
}

export function readStd(folder: string): StdFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.lossdsl'))
  return names.sort().map((name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    const { file, diagnostics } = parse({ path: name, text })
    const first = diagnostics[0]
    if (first !== undefined) throw new Error(`${name} does not parse: ${first.message}`)
    return { name, text, about: aboutOf(text), definitions: file.statements.filter(isDefinition) }
  })
}

/** What `///` says above a definition: a few words, then three lines that begin with what they tell. */
export interface Documentation {
  readonly about: string
  readonly formula?: string
  readonly axes?: string
  readonly torch?: string
}

/** For users, as against what only others of the library call. */
export function isPublic(definition: Definition): boolean {
  return definition.documentation !== undefined
}

export function documentationOf({ documentation = '' }: Definition): Documentation {
  const [about = '', ...fields] = documentation.split(/\n(?=(?:formula|axes|torch): )/)
  return {
    about: inOneLine(about),
    ...Object.fromEntries(
      fields.map((field) => {
        const colon = field.indexOf(': ')
        return [field.slice(0, colon), inOneLine(field.slice(colon + 2))]
      }),
    ),
  }
}

function inOneLine(text: string): string {
  return text.replaceAll('\n', ' ')
}

export function stdReference(folder: string): string {
  const files = readStd(folder).map((file) => ({
    ...file,
    definitions: file.definitions.filter(isPublic),
  }))
  return [
    '# The standard library',
    '',
    'Made from `std/*.lossdsl` by `npm run reference`: the sources are the better reading, and this page the faster one.',
    'No import is needed. Axes stand in brackets; what has a default is an option. Axes that are not mentioned pass through.',
    '',
    ...files.map(
      ({ name, definitions }) =>
        `- [${titleOf(name)}](#${anchorOf(name)}): ${namesOf(definitions)}`,
    ),
    '',
    files.map(section).join('\n\n'),
    '',
  ].join('\n')
}

/** Everything before the body: `fn huber(a, b, delta: positive = 1.0)`. */
export function signatureOf(definition: Definition, text: string): string {
  const end =
    definition.kind === 'fn'
      ? definition.body.span.start
      : text.indexOf('{', (definition.parameters.at(-1) ?? definition.name).span.end)
  return text
    .slice(definition.span.start, end)
    .replace(/[\s={]+$/, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/([([]) | (?=[)\]])/g, '$1')
}

function section({ name: file, text, about, definitions }: StdFile): string {
  const entries = definitions.map((definition) => {
    const call = definition.kind === 'block' ? `\n${applyOf(definition, text)}` : ''
    const signature = `\`\`\`text\n${signatureOf(definition, text)}${call}\n\`\`\``
    const { about: words, ...fields } = documentationOf(definition)
    const list = Object.entries(fields).map(([name, text]) => `- ${name}: ${text}`)
    return [signature, words, list.join('\n')].join('\n\n')
  })
  return [`## ${titleOf(file)}`, about, ...entries].join('\n\n')
}

function applyOf({ apply }: Block, text: string): string {
  const signature = text.slice(apply.span.start, apply.body.span.start)
  return `  ${signature.replace(/[\s={]+$/, '').replaceAll(/\s+/g, ' ')}`
}

function aboutOf(text: string): string {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('// '))
  return lines
    .slice(0, end)
    .map((line) => line.slice(3))
    .join('\n')
}

function titleOf(name: string): string {
  const words = name
    .replace('.lossdsl', '')
    .replace(/^losses_(.*)/, '$1 losses')
    .replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function anchorOf(name: string): string {
  return titleOf(name).toLowerCase().replaceAll(' ', '-')
}

function namesOf(definitions: readonly Definition[]): string {
  return [...new Set(definitions.map(({ name }) => `\`${name.text}\``))].join(', ')
}

function isDefinition(statement: Statement): statement is Definition {
  return ['fn', 'block', 'optimizer'].includes(statement.kind)
}
