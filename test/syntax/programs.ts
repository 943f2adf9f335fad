// All programs at hand: of the conformance cases, the standard library and the examples.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

export const programs: readonly string[] = [
  ...new Set([...conformancePrograms(), ...sourcesIn('std'), ...sourcesIn('examples')]),
]

/** Different in shape, not only in their names and numbers: enough for tests that do much with each. */
export const shapes: readonly string[] = [
  ...new Map(programs.map((text) => [text.replaceAll(/[\d.e-]+|"[^"]*"/g, '0'), text])).values(),
]

function conformancePrograms(): string[] {
  return filesIn('test/conformance', '.json').flatMap((text) => {
    const { cases } = JSON.parse(text) as { cases: { program: string; about?: string }[] }
    // Two of the cases are about mistakes that a parser finds.
    const readable = cases.filter(({ about }) => !/^a (?:syntax|lexical) error$/.test(about ?? ''))
    return readable.map(({ program }) => program)
  })
}

function sourcesIn(folder: string): string[] {
  return filesIn(folder, '.lossdsl')
}

function filesIn(folder: string, extension: string): string[] {
  if (!existsSync(`${root}${folder}`)) return []
  const names = readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => readFileSync(`${root}${folder}/${name}`, 'utf8'))
}
