// Data files and checkpoints as the commands take them.
import {
  entriesOfKind,
  loadModel,
  readCheckpoint,
  readTable,
  type Checkpoint,
  type GeneratedModule,
  type Model,
  type Signature,
  type Table,
} from '../runtime/index.ts'
import { CallFault } from './fault.ts'
import { readBytes } from './files.ts'
import type { Session } from './session.ts'

export async function readTables(session: Session, paths: readonly string[]): Promise<Table[]> {
  const tables: Table[] = []
  for (const path of paths) {
    // What comes in through a pipe has no ending to go by, and is taken for CSV.
    const name = path === '-' ? 'standard input.csv' : path
    tables.push(readTable(name, await readBytes(session, path)))
  }
  return tables
}

export async function loadCheckpoint(session: Session, path: string): Promise<Checkpoint> {
  return readCheckpoint(await readBytes(session, path), path)
}

/** The model of a checkpoint, for calls only. A module without parameters needs neither. */
export async function loadTrained(
  session: Session,
  module: GeneratedModule,
  path: string | undefined,
): Promise<{ readonly model: Model | null; readonly checkpoint: Checkpoint | null }> {
  if (path === undefined) {
    if (module.init === undefined) return { model: null, checkpoint: null }
    throw new CallFault('The model has parameters: --load M.safetensors tells which.')
  }
  const checkpoint = await loadCheckpoint(session, path)
  if (module.init === undefined) return { model: null, checkpoint }
  const model = await loadModel(module, checkpoint, { optimizer: 'out', source: path })
  return { model, checkpoint }
}

/** What a model can be measured by: its losses and metrics. */
export function measuresOf(signature: Signature): string[] {
  return [...entriesOfKind(signature, 'loss'), ...entriesOfKind(signature, 'metric')]
}
