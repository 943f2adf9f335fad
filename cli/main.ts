#!/usr/bin/env node
// The program `lossdsl`: the process's streams and signals around one run.
import { run } from './run.ts'
import { processTerminal } from './terminal.ts'

const control = new AbortController()
// Once: a second Ctrl-C ends the process at once.
process.once('SIGINT', () => control.abort())
process.once('SIGTERM', () => control.abort())
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `lossdsl … | head`: the reader has what it wanted.
    if (error.code === 'EPIPE') control.abort()
    else throw error
  })
}
// Not process.exit: what is still to be written would be cut off.
process.exitCode = await run(process.argv.slice(2), processTerminal(control.signal))
