// The examples learn in a page as they do in plain JavaScript, in each mode of gpu.js: the same losses step by step.
import { beforeAll, describe, expect, test } from 'vitest'
import { describeInBrowser, newTab } from './chromium.ts'
import type { Page } from './page.ts'
import { example, serve } from './site.ts'
import { trainings, worstOf } from './training.ts'

declare const page: Page

describeInBrowser('training in a page', () => {
  let address = ''
  beforeAll(async () => {
    const names = trainings.map(({ module }) => module)
    const data = new Set(trainings.map((training) => training.data))
    address = await serve({
      sources: Object.fromEntries(names.map((name) => [name, example(`${name}/${name}.lossdsl`)])),
      files: Object.fromEntries([...data].map((path) => [path, example(path)])),
    })
  }, 120_000)

  describe.each(['webgl2', 'webgpu', 'webasm'])('%s', (mode) => {
    test.each(trainings)('$module', async (training) => {
      const tab = await newTab(address)
      const trained = await tab.evaluate((given) => page.train(...given), [training, mode] as const)
      expect([trained.device.mode, trained.device.why]).toEqual([mode, 'asked for'])
      expect(trained.device.onHost).toEqual({})
      expect(trained.losses).toHaveLength(training.steps)
      expect(worstOf(trained)).toBeLessThan(1e-4)
      await tab.close()
    })
  })
})
