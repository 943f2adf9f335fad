import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open, readdir, rename, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeWhole, type FileSystem } from '../../runtime/node.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lossdsl-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('writes, and overwrites, leaving nothing beside', async () => {
  const path = join(folder, 'm.safetensors')
  await writeWhole(path, 'one')
  await writeWhole(path, Uint8Array.of(50))
  expect(readFileSync(path, 'utf8')).toBe('2')
  expect(readdirSync(folder)).toEqual(['m.safetensors'])
})

/** The real file system, but for one call that fails. */
function failing(what: 'write' | 'sync' | 'rename', code: string): FileSystem {
  const fault = Object.assign(new Error(code), { code })
  return {
    readdir,
    unlink,
    rename: what === 'rename' ? () => Promise.reject(fault) : rename,
    async open(path, flags, mode) {
      const file = await open(path, flags, mode)
      return {
        async writeFile(bytes) {
          await file.writeFile(what === 'write' ? bytes.subarray(0, 2) : bytes)
          if (what === 'write') throw fault
        },
        sync: () => (what === 'sync' ? Promise.reject(fault) : file.sync()),
        close: () => file.close(),
      }
    },
  }
}

test.each([
  ['write', 'ENOSPC', 'the disk is full'],
  ['sync', 'EDQUOT', 'the disk is full'],
  ['rename', 'EACCES', 'permission is denied'],
] as const)(
  'when to %s fails with %s, the old file stays whole and alone',
  async (what, code, reason) => {
    const path = join(folder, 'm.safetensors')
    writeFileSync(path, 'old')
    await expect(writeWhole(path, 'new contents', failing(what, code))).rejects.toThrow(
      `${path} could not be written: ${reason}.`,
    )
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['m.safetensors'])
  },
)

test('a missing folder, and a folder in the place of the file', async () => {
  await expect(writeWhole(join(folder, 'no', 'm'), '')).rejects.toThrow('its folder does not exist')
  await expect(writeWhole(folder, '')).rejects.toThrow('could not be written')
})

test('killed at any moment, a file is the old or the new one, never half', async () => {
  const path = join(folder, 'out', 'm.bin')
  mkdirSync(join(folder, 'out'))
  const size = 4_000_000
  const bundle = join(folder, 'writeWhole.mjs')
  const entryPoints = [fileURLToPath(new URL('../../runtime/node.ts', import.meta.url))]
  buildSync({ entryPoints, outfile: bundle, bundle: true, platform: 'node', format: 'esm' })
  // Writes files of one repeated byte, as fast as it can, until it is killed.
  const script = `
    const { writeWhole } = await import(${JSON.stringify(bundle)})
    process.send('ready')
    for (let n = 0; ; n++) await writeWhole(${JSON.stringify(path)}, new Uint8Array(${size}).fill(n))`
  for (let round = 0; round < 6; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    await once(child, 'message')
    await new Promise((resolve) => setTimeout(resolve, 20 + 17 * round))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const names = readdirSync(join(folder, 'out'))
    if (names.includes('m.bin')) {
      const bytes = readFileSync(path)
      expect(bytes.length).toBe(size)
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true)
    }
    // What the killed process left, the next one takes away.
    expect(names.filter((name) => name !== 'm.bin').length).toBeLessThanOrEqual(1)
  }
  await writeWhole(path, 'last')
  expect(readdirSync(join(folder, 'out'))).toEqual(['m.bin'])
})
