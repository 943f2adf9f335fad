// `lossdsl/runtime` must run in a page: a bundler finds nothing of Node in it.
import { buildSync } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('the index bundles for a browser, without eval', () => {
  const entry = fileURLToPath(new URL('../../runtime/index.ts', import.meta.url))
  const { errors, warnings, outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    write: false,
    logLevel: 'silent',
  })
  expect([errors, warnings]).toEqual([[], []])
  const code = outputFiles[0]?.text ?? ''
  expect(code).not.toMatch(/from "node:|new Function\(|[^.\w]eval\(/)
})
