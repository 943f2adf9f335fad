// A file written whole or not at all: beside its place, flushed to the disk, then renamed over the old one.
// Node only; the package's index does not import it, so that bundles for browsers don't meet it.
import { constants } from 'node:fs'
import { open, readdir, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** What of a file system is used; tests put a full disk in its place. */
export interface FileSystem {
  readonly open: (
    path: string,
    flags: number,
    mode?: number,
  ) => Promise<{
    writeFile(bytes: Uint8Array): Promise<void>
    sync(): Promise<void>
    close(): Promise<void>
  }>
  readonly rename: (from: string, to: string) => Promise<void>
  readonly unlink: (path: string) => Promise<void>
  readonly readdir: (path: string) => Promise<string[]>
}
const nodeFiles: FileSystem = { open, rename, unlink, readdir }

/** The file could not be written; what was there before is as it was. */
export class WriteError extends Error {
  override readonly name = 'WriteError'
}

export async function writeWhole(
  path: string,
  content: Uint8Array | string,
  files: FileSystem = nodeFiles,
): Promise<void> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const folder = dirname(path)
  const partial = join(folder, `${partialPrefix(path)}${process.pid}`)
  try {
    await removeLeftovers(path, files)
    const { O_WRONLY, O_CREAT, O_TRUNC } = constants
    const file = await files.open(partial, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    try {
      await file.writeFile(bytes)
      // Without this, a power cut after the rename could leave the new name with old or no contents.
      await file.sync()
    } finally {
      await file.close()
    }
    await files.rename(partial, path)
    await syncFolder(folder, files)
  } catch (cause) {
    await files.unlink(partial).catch(isGone)
    throw new WriteError(`${path} could not be written: ${reason(cause)}.`, { cause })
  }
}

function partialPrefix(path: string): string {
  return `.${basename(path)}.partial-`
}

/** A process that was killed while it wrote leaves its partial file behind; the next writer takes it away. */
async function removeLeftovers(path: string, files: FileSystem): Promise<void> {
  const prefix = partialPrefix(path)
  const leftovers = (await files.readdir(dirname(path))).filter(
    (name) => name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length))),
  )
  for (const name of leftovers) await files.unlink(join(dirname(path), name)).catch(isGone)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** The new name is safe only when the folder is; some systems can't flush folders, and then needn't. */
async function syncFolder(folder: string, files: FileSystem): Promise<void> {
  try {
    const handle = await files.open(folder, constants.O_RDONLY)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!['EISDIR', 'EINVAL', 'EPERM', 'EACCES', 'ENOTSUP'].includes(codeOf(error))) throw error
  }
}

/** There is nothing to take away, or no taking it away: either way, what went wrong first is what to tell. */
function isGone(): void {}

function reason(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full'
    case 'EACCES':
    case 'EPERM':
      return 'permission is denied'
    case 'ENOENT':
      return 'its folder does not exist'
    case 'ENOTDIR':
      return 'its folder is a file'
    case 'EISDIR':
      return 'it is a folder'
    case 'EROFS':
      return 'the file system is read-only'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
