// A disk that is really full: a file system of 256 kB, where one may be mounted.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { writeWhole } from '../../runtime/node.ts'

const folder = mkdtempSync(join(tmpdir(), 'lossdsl-full-'))
const mounted = isMounted()
afterAll(() => {
  if (mounted) execFileSync('umount', [folder])
  rmdirSync(folder)
})

function isMounted(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    // Not allowed, or no Linux: writeWhole.test.ts has a file system that says it is full.
    return false
  }
}

test.runIf(mounted)('the old checkpoint stays, whole, and nothing beside it', async () => {
  const path = join(folder, 'm.safetensors')
  await writeWhole(path, new Uint8Array(100_000).fill(1))
  await expect(writeWhole(path, new Uint8Array(250_000).fill(2))).rejects.toThrow(
    `${path} could not be written: the disk is full.`,
  )
  expect(readFileSync(path)).toEqual(Buffer.alloc(100_000, 1))
  expect(readdirSync(folder)).toEqual(['m.safetensors'])
})
