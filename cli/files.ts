// Files as the command line names them: relative to the working folder, `-` for the standard streams.
import { readFileSync, statSync } from 'node:fs'
import { access, constants, readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { decodeText } from '../runtime/index.ts'
import { writeWhole } from '../runtime/node.ts'
import { CallFault, InputFault } from './fault.ts'
import type { Terminal } from './terminal.ts'

/** Far above any program; a data file given by mistake should not fill the memory. */
const largestSource = 64 * 1024 * 1024

export async function readBytes(terminal: Terminal, path: string): Promise<Uint8Array> {
  if (path === '-') return terminal.readStdin()
  const full = resolve(terminal.folder, path)
  try {
    if ((await stat(full)).isDirectory()) throw isFolder(path)
    return await readFile(full)
  } catch (error) {
    throw unreadable(path, error)
  }
}

export async function readSource(terminal: Terminal, path: string): Promise<string> {
  const full = resolve(terminal.folder, path)
  const size =
    path === '-'
      ? 0
      : await stat(full).then(
          (found) => found.size,
          () => 0,
        )
  if (size > largestSource) {
    throw new InputFault(`${path} has ${Math.round(size / 1e6)} MB: that is no source file.`)
  }
  return decodeText(await readBytes(terminal, path), nameOf(path))
}

/** An imported file, which the compiler asks for in the middle of its work. */
export function readImport(terminal: Terminal, path: string): string {
  const full = resolve(terminal.folder, path)
  try {
    if (statSync(full).isDirectory()) throw isFolder(path)
    return decodeText(readFileSync(full), path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** To a file, whole or not at all; to standard output for `-`. */
export async function writeResult(
  terminal: Terminal,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  if (path !== '-') await writeWhole(resolve(terminal.folder, path), content)
  else if (typeof content === 'string') terminal.out(content)
  else terminal.outBytes(content)
}

/** Before long work: what is made in the end must have a place to go to. */
export async function checkFolder(terminal: Terminal, path: string): Promise<void> {
  if (path === '-')
    throw new CallFault('A checkpoint or a curve needs a file, not standard output.')
  const folder = dirname(resolve(terminal.folder, path))
  try {
    await access(folder, constants.W_OK)
  } catch (cause) {
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    )
    const why = isThere ? 'permission is denied' : 'its folder does not exist'
    throw new InputFault(`${path} can't be written: ${why}.`, { cause })
  }
}

/** How messages call a file. */
export function nameOf(path: string): string {
  return path === '-' ? 'standard input' : path
}

function isFolder(path: string): InputFault {
  return new InputFault(`${path} is a folder; a file is wanted.`)
}

function unreadable(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'ENOENT':
      return new InputFault(`${path} does not exist.`)
    case 'ENOTDIR':
      return new InputFault(`${path} does not exist: a part of its path is a file.`)
    case 'EACCES':
    case 'EPERM':
      return new InputFault(`${path} can't be read: permission is denied.`)
    case 'EISDIR':
      return isFolder(path)
    case 'ENAMETOOLONG':
      return new InputFault(`${path.slice(0, 60)}… is too long for a path.`)
    default:
      return error
  }
}
