// Calls of the command line with streams of their own, in a folder of their own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { readFileSync } from 'node:fs'
import { afterAll } from 'vitest'
import { run } from '../../cli/run.ts'
import type { Compiler } from '../../cli/session.ts'
import type { Terminal } from '../../cli/terminal.ts'

export interface Result {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly bytes: Uint8Array
}
export interface Circumstances {
  readonly stdin?: string | Uint8Array
  readonly terminal?: boolean
  readonly signal?: AbortSignal
  readonly compiler?: Compiler
  /** Called for each piece of standard output. */
  readonly onOut?: (text: string) => void
}

/** A new folder, gone after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lossdsl-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Calls `lossdsl` in a folder. */
export async function call(
  folder: string,
  args: readonly string[],
  circumstances: Circumstances = {},
): Promise<Result> {
  const { stdin = '', terminal = false, signal = new AbortController().signal } = circumstances
  let [out, err] = ['', '']
  const chunks: Uint8Array[] = []
  const world: Terminal = {
    out(text) {
      out += text
      circumstances.onOut?.(text)
    },
    outBytes: (bytes) => void chunks.push(bytes),
    err: (text) => void (err += text),
    outIsTerminal: terminal,
    errIsTerminal: terminal,
    columns: () => 80,
    folder,
    readStdin: () =>
      Promise.resolve(typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin),
    signal,
  }
  const { compiler } = circumstances
  const code = await run(args, world, compiler && (() => Promise.resolve(compiler)))
  return { code, out, err, bytes: Buffer.concat(chunks) }
}

/** A compiler to which every source is the hand-written softmax regression. */
export function fixtureCompiler(): Compiler {
  const path = fileURLToPath(new URL('../runtime/fixture/softmaxRegression.ts', import.meta.url))
  const { code } = transformSync(readFileSync(path, 'utf8'), { loader: 'ts', format: 'esm' })
  return {
    compile: () => ({ code, types: 'export {}\n', diagnostics: [] }),
    format: (text: string) => Promise.resolve(text),
    render: ({ message }: { message: string }) => message,
  }
}
