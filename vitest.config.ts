import { defineConfig } from 'vitest/config'

// Every core: the files are many and of like length, and nothing else runs beside them.
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, maxWorkers: '100%' },
})
