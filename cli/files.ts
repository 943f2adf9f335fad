// Files as the command line names them: relative to the working folder, `-` for the standard streams.
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { access, constants, readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { decodeText } from '../runtime/index.ts'
import { writeWhole } from '../runtime/node.ts'
import { CallFault, InputFault } from './fault.ts'
import type { Session } from './session.ts'
import type { Terminal } from './terminal.ts'

/** Far above any program; a data file given by mistake should not fill the memory. */
const largestSource = 64 * 1024 * 1024

export async function readBytes(session: Session, path: string): Promise<Uint8Array> {
  const { terminal } = session
  if (path === '-') return terminal.readStdin()
  const full = resolve(terminal.folder, path)
  session.inputs.add(realPath(terminal, path))
  try {
    if ((await stat(full)).isDirectory()) throw isFolder(path)
    return await readFile(full)
  } catch (error) {
    throw unreadable(path, error)
  }
}

export async function readSource(session: Session, path: string): Promise<string> {
  const full = resolve(session.terminal.folder, path)
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
  return decodeText(await readBytes(session, path), nameOf(path))
}

/** An imported file, which the compiler asks for in the middle of its work. */
export function readImport({ terminal, inputs }: Session, path: string): string {
  const full = resolve(terminal.folder, path)
  inputs.add(realPath(terminal, path))
  try {
    if (statSync(full).isDirectory()) throw isFolder(path)
    return decodeText(readFileSync(full), path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

/**
 * To a file, whole or not at all; to standard output for `-`. Of what was read, only the file that it `replaces` may be
 * written over.
 */
export async function writeResult(
  session: Session,
  path: string,
  content: string | Uint8Array,
  replaces?: string,
): Promise<void> {
  const { terminal } = session
  if (path !== '-') {
    refuseOverwriting(session, path, replaces)
    await writeWhole(resolve(terminal.folder, path), content)
  } else if (typeof content === 'string') terminal.out(content)
  else terminal.outBytes(content)
}

/** Before long work: what is made in the end must have a place to go to, and not that of an input. */
export async function checkTarget(
  session: Session,
  path: string,
  replaces?: string,
): Promise<void> {
  if (path === '-')
    throw new CallFault('A checkpoint or a curve needs a file, not standard output.')
  refuseOverwriting(session, path, replaces)
  const { terminal } = session
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

function refuseOverwriting({ terminal, inputs }: Session, path: string, replaces?: string): void {
  const real = realPath(terminal, path)
  if (!inputs.has(real)) return
  if (replaces !== undefined && real === realPath(terminal, replaces)) return
  throw new CallFault(
    `${path} would be overwritten, and this command reads it: another name is wanted for what is written.`,
  )
}

/** By links, too, a file is the same. */
function realPath({ folder }: Terminal, path: string): string {
  const full = resolve(folder, path)
  try {
    return realpathSync.native(full)
  } catch {
    // What is not there yet, and a pipe such as /dev/stdin, has no other path; reading and writing tell what is wrong.
    return full
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
