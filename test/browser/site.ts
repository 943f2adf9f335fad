// A page with generated modules, bundled as an application would be, and served on localhost.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll } from 'vitest'
import { compile, render } from '../../compiler/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface SiteOptions {
  /** By name, sources in the language. */
  readonly sources: Readonly<Record<string, string>>
  /** By path, what is served besides. */
  readonly files?: Readonly<Record<string, string>>
  /** The content-security policy of the page. */
  readonly policy?: string
}

/** The address of a page where each source is compiled for gpu.js, and as plain JavaScript beside it. */
export async function serve({ sources, files = {}, policy }: SiteOptions): Promise<string> {
  const script = await bundle(sources)
  const served = new Map([
    [
      '/',
      { type: 'text/html', text: '<!doctype html><script type="module" src="/page.js"></script>' },
    ],
    ['/page.js', { type: 'text/javascript', text: script }],
    ['/favicon.ico', { type: 'image/x-icon', text: '' }],
    ...Object.entries(files).map(
      ([path, text]) => [`/${path}`, { type: 'text/csv', text }] as const,
    ),
  ])
  const server = createServer(({ url = '' }, response) => {
    const found = served.get(url)
    response.writeHead(found === undefined ? 404 : 200, {
      'content-type': found?.type ?? 'text/plain',
      ...(policy === undefined ? {} : { 'content-security-policy': policy }),
    })
    response.end(found?.text)
  })
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready))
  afterAll(() => close(server))
  return `http://localhost:${(server.address() as AddressInfo).port}/`
}

async function bundle(sources: SiteOptions['sources']): Promise<string> {
  // Inside the project, so that modules find gpu.js.
  mkdirSync(join(root, 'out'), { recursive: true })
  const folder = mkdtempSync(join(root, 'out', 'browser-'))
  try {
    const names = Object.keys(sources)
    for (const [name, source] of Object.entries(sources)) {
      for (const backend of ['gpu', 'js'] as const) {
        writeFileSync(join(folder, `${name}.${backend}.js`), compiled(source, backend))
      }
    }
    const lines = names.flatMap((name) =>
      ['gpu', 'js'].map(
        (backend) => `import * as ${name}_${backend} from './${name}.${backend}.js'`,
      ),
    )
    const modules = names.map((name) => `${name}: { gpu: ${name}_gpu, js: ${name}_js }`).join(', ')
    const { outputFiles } = await build({
      stdin: {
        contents: [
          ...lines,
          `import { openPage } from ${JSON.stringify(join(root, 'test/browser/page.ts'))}`,
          `openPage({ ${modules} })`,
        ].join('\n'),
        resolveDir: folder,
      },
      alias: { 'lossdsl/runtime': join(root, 'runtime/index.ts') },
      bundle: true,
      format: 'esm',
      write: false,
      logLevel: 'warning',
    })
    return outputFiles[0]?.text ?? ''
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function compiled(source: string, backend: 'gpu' | 'js'): string {
  const { code, diagnostics } = compile(source, { backend })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (code === undefined) throw new Error(errors.map((each) => render(each, source)).join('\n'))
  return code
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((closed) => void server.close(() => closed()))
}

export function example(path: string): string {
  return readFileSync(join(root, 'examples', path), 'utf8')
}
