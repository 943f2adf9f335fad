// Formatting: the same program, laid out in the one way that the language is written.
import { format as formatByPrettier } from 'prettier/standalone'
import plugin from './prettierPlugin.ts'

export { UnreadableSource } from './prettierPlugin.ts'

/** Columns of a line. */
const WIDTH = 100

/** The formatted text. Rejects with `UnreadableSource`, which has the diagnostics, where the text has mistakes. */
export function format(source: string): Promise<string> {
  return formatByPrettier(source, { parser: 'lossdsl', plugins: [plugin], printWidth: WIDTH })
}
