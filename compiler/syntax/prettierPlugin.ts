// lossdsl for prettier: `prettier --plugin lossdsl/prettier model.lossdsl`.
import type { Parser, Plugin, Printer } from 'prettier'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { File } from './ast.ts'
import { printFile } from './format/printStatement.ts'
import { parse } from './parse.ts'

/** What prettier gets for a tree: one node, which prints itself and all comments. See Note [Comments between leaves]. */
interface Root {
  readonly kind: 'root'
  readonly file: File
  readonly text: string
}

/** A text that can't be formatted, because it can't be read. */
export class UnreadableSource extends SyntaxError {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics[0]?.message ?? 'the source has mistakes')
    this.name = 'UnreadableSource'
    this.diagnostics = diagnostics
  }
}

const parser: Parser<Root> = {
  astFormat: 'lossdsl',
  locStart: () => 0,
  locEnd: ({ text }) => text.length,
  parse(text, { filepath }) {
    const { file, diagnostics } = parse({ path: filepath ?? '', text })
    if (diagnostics.some(({ severity }) => severity === 'error')) {
      throw new UnreadableSource(diagnostics)
    }
    return { kind: 'root', file, text }
  },
}

const printer: Printer<Root> = {
  print: ({ node }) => printFile(node.file, node.text),
  getVisitorKeys: () => [],
}

export const languages: NonNullable<Plugin['languages']> = [
  { name: 'lossdsl', parsers: ['lossdsl'], extensions: ['.lossdsl'] },
]
export const parsers: NonNullable<Plugin['parsers']> = { lossdsl: parser }
export const printers: NonNullable<Plugin['printers']> = { lossdsl: printer }
export const defaultOptions: NonNullable<Plugin['defaultOptions']> = { printWidth: 100 }

const plugin: Plugin = { languages, parsers, printers, defaultOptions }
export default plugin
