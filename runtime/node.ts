// `lossdsl/runtime/node`: what of the runtime touches files.
import { readFile } from 'node:fs/promises'
import { readCheckpoint, type Checkpoint } from './checkpoint.ts'
import { readTable } from './readTable.ts'
import type { Table } from './table.ts'

export { WriteError, writeWhole, type FileSystem } from './writeWhole.ts'

export async function readTableFile(path: string): Promise<Table> {
  return readTable(path, await readFile(path))
}

export async function readCheckpointFile(path: string): Promise<Checkpoint> {
  return readCheckpoint(await readFile(path), path)
}
