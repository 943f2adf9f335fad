// What a command sees of the world: streams, the working folder, Ctrl-C. Tests put their own in its place.

export interface Terminal {
  readonly out: (text: string) => void
  readonly outBytes: (bytes: Uint8Array) => void
  readonly err: (text: string) => void
  /** Whether standard output is a terminal: then it may have colours. */
  readonly outIsTerminal: boolean
  /** Whether standard error is a terminal: then it may have colours and a progress bar. */
  readonly errIsTerminal: boolean
  /** The width of the terminal in columns. */
  readonly columns: () => number
  readonly folder: string
  readonly readStdin: () => Promise<Uint8Array>
  /** Aborted by Ctrl-C, and when nobody reads the output any more. */
  readonly signal: AbortSignal
}

/** The process's own. */
export function processTerminal(signal: AbortSignal): Terminal {
  const { stdin, stdout, stderr, env } = process
  const plain = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== ''
  return {
    out: (text) => void stdout.write(text),
    outBytes: (bytes) => void stdout.write(bytes),
    err: (text) => void stderr.write(text),
    outIsTerminal: stdout.isTTY && !plain,
    errIsTerminal: stderr.isTTY && !plain,
    columns: () => stderr.columns ?? 80,
    folder: process.cwd(),
    async readStdin() {
      const chunks: Uint8Array[] = []
      for await (const chunk of stdin) chunks.push(chunk as Uint8Array)
      return Buffer.concat(chunks)
    },
    signal,
  }
}
