// What all commands share: the terminal, and the compiler, loaded when it is first wanted so that `--help` is quick.
import { createColors } from 'picocolors'
import type { Terminal } from './terminal.ts'

export type Compiler = Pick<typeof import('../compiler/index.ts'), 'compile' | 'format' | 'render'>
type Colors = ReturnType<typeof createColors>

export interface Session {
  readonly terminal: Terminal
  readonly compiler: () => Promise<Compiler>
  readonly outColors: Colors
  readonly errColors: Colors
  /** Every file that was read, by its real path: no result is written over it. */
  readonly inputs: Set<string>
  /** Commands that end without an error but not with 0 set it. */
  exitCode: number
}

export function createSession(
  terminal: Terminal,
  compiler: () => Promise<Compiler> = () => import('../compiler/index.ts'),
): Session {
  return {
    terminal,
    compiler,
    outColors: createColors(terminal.outIsTerminal),
    errColors: createColors(terminal.errIsTerminal),
    inputs: new Set(),
    exitCode: 0,
  }
}
