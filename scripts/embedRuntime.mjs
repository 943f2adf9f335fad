// Writes backends/js/runtime/minified.ts: the parts of the runtime as modules carry them. All are made small together,
// so that their locals get the same names and compress well; what modules don't name gets short names.
import { fileURLToPath } from 'node:url'
import { buildSync, transformSync } from 'esbuild'
import { writeIfChanged } from './writeIfChanged.mjs'

const folder = new URL('../backends/js/runtime/', import.meta.url)
const { allParts } = await importTypeScript(new URL('parts.ts', folder))
const kept = new Set(allParts.flatMap(({ keeps = [] }) => keeps))
const short = new Map()
// Only declarations are renamed here. References are then to something unknown, which `define` replaces.
const whole = allParts.map(({ name, text }) => `/*! ${name} */\n${shortened(text)}\n`).join('')
const { code } = transformSync(whole, {
  minify: true,
  target: 'es2022',
  legalComments: 'inline',
  define: Object.fromEntries(short),
})
const small = new Map(
  [...code.matchAll(/\/\*! (\S+) \*\/([^]*?)(?=\/\*! |$)/g)].map(([, name, text]) => [name, text]),
)
const rows = allParts.map(({ name }) => {
  const text = small.get(name)?.trim()
  if (!text) throw new Error(`the runtime's part ${name} was lost`)
  return `  ${JSON.stringify(name)}: ${JSON.stringify(text)},\n`
})
writeIfChanged(
  new URL('minified.ts', folder),
  `// Made by scripts/embedRuntime.mjs from the parts beside it; not kept in git.
export const minified: Readonly<Record<string, string>> = {
${rows.join('')}}
`,
)

/** With short names for what it declares: ended by a `$`, as no other name in a module is. */
function shortened(text) {
  return text.replaceAll(/^(function|class|const|let) (\w+)/gm, (line, keyword, name) => {
    if (kept.has(name)) return line
    short.set(
      name,
      `${String.fromCharCode(97 + (short.size % 26))}${'$'.repeat(1 + short.size / 26)}`,
    )
    return `${keyword} ${short.get(name)}`
  })
}

/** Node 20 reads no TypeScript. */
function importTypeScript(url) {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(url)],
    bundle: true,
    format: 'esm',
    write: false,
  })
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)
}
